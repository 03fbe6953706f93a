"""What a roster's experiment says."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.routing.assign import AssignRequest, assign
from leadlight.desk.routing.rosters import must_find_roster
from leadlight.desk.rules.hold_effect import LEAST, effect_of, hold_effect
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.facts.assignments import Assignment, Clock
from leadlight.predict.judge.intervals import newcombe
from leadlight.route.roster.spec import Experiment

MONDAY = datetime(2026, 11, 2, 9)
HALF = Experiment(0.5, 7_200)


def clocks(count: int, reached: int) -> list[Clock]:
    """So many clocks, of which the first were reached."""
    made = Assignment("L", "assigned", "ana", "sales", MONDAY, MONDAY, "")
    return [Clock(n, made, reached_at=MONDAY if n < reached else None) for n in range(count)]


def test_the_difference_has_newcombes_interval() -> None:
    """The example of Newcombe (1998), method 10: 56 of 70 against 48 of 80 differ by 0.2 (0.0524 to 0.3339)."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    effect = effect_of(HALF, clocks(80, 48), clocks(70, 56))
    reached = effect.outcomes[0]
    assert (reached.outcome, reached.held, reached.others) == ("reached", 0.6, 0.8)
    assert reached.interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_too_few_leads_say_nothing() -> None:
    """One lead fewer than is needed, on either side, and no outcome is named."""
    assert not effect_of(HALF, clocks(LEAST - 1, 5), clocks(400, 90)).outcomes
    assert not effect_of(HALF, clocks(400, 5), clocks(LEAST - 1, 9)).outcomes
    assert effect_of(HALF, clocks(LEAST, 5), clocks(LEAST, 9)).outcomes


def test_a_workspace_holds_leads_back_gives_them_and_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 100 cold leads the lot holds some back for two hours; then they are given. Ten days later every one that was
    not held back has been spoken to: the difference is a whole.
    """
    monkeypatch.chdir(tmp_path)
    init(Session(), InitRequest(MONDAY, str(tmp_path)))
    Path("playbook.yml").write_text(
        "leadlight: 1\nname: lot\nscales: {temperature: [{cold: otherwise}]}\n"
        "routes: [{when: otherwise, to: sales, within: 4h, by: call}]\n"
    )
    Path("roster.yml").write_text(
        "hours: {mon-sun: all day}\ndepartments: {sales: {}}\npeople: {ana: {departments: [sales]}}\n"
        "experiment: {share: 0.5, hold: 2h}\n"
    )
    Path("leads.csv").write_text("lead_id\n" + "".join(f"L{n}\n" for n in range(100)))
    session = Session(tmp_path)
    import_files(session, ImportRequest((Path("leads.csv"),), MONDAY, verify=False))
    qualify(session, QualifyRequest(MONDAY))
    first = assign(session, AssignRequest(MONDAY, "ada"))
    held = {a.lead_id for a in first.assignments if a.person is None}
    assert 30 < len(held) < 70
    assert assign(session, AssignRequest(MONDAY + timedelta(hours=1), "ada")).total == 0
    given = assign(session, AssignRequest(MONDAY + timedelta(hours=2), "ada"))
    assert {a.lead_id for a in given.assignments if a.person} == held
    others = [f"L{n}" for n in range(100) if f"L{n}" not in held]
    Path("calls.csv").write_text(
        "lead_id,occurred_at,kind\n" + "".join(f"{x},2026-11-03 09:00,call_held\n" for x in others)
    )
    later = MONDAY + timedelta(days=10)
    import_files(session, ImportRequest((Path("calls.csv"),), later, verify=False))
    ids = [f"L{n}" for n in range(100)]
    with session.read("due", later) as workspace:
        roster = must_find_roster(workspace).roster
        effect = hold_effect(workspace, roster, ids, later)
        soon = hold_effect(workspace, roster, ids, MONDAY + timedelta(days=7))
    assert effect is not None
    assert (effect.held, effect.others) == (len(held), len(others))
    assert effect.outcomes[0].difference == 1.0
    assert effect.outcomes[0].interval[0] > 0.8
    assert soon is not None
    assert (soon.held, soon.others) == (0, 0)
