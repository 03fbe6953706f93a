"""Leads of a workspace are given to people, taken back, handed over and given by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.undo import UndoRequest, undo
from leadlight.desk.live.outcome_log import LogOutcomeRequest, log_outcome
from leadlight.desk.routing.assign import AssignRequest, ReassignRequest, assign, reassign
from leadlight.desk.routing.due import DueRequest, due
from leadlight.desk.routing.roster import RosterRequest, roster
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.routing import AssignResult, DueResult
from tests.desk.routing.conftest import MONDAY, ROSTER

SOON = MONDAY + timedelta(minutes=1)


def give(session: Session, now: datetime = SOON) -> AssignResult:
    return assign(session, AssignRequest(now, "ada"))


def people(result: AssignResult) -> dict[str, str | None]:
    return {a.lead_id: a.person for a in result.assignments}


def is_due(session: Session, now: datetime, person: str | None = None) -> DueResult:
    return due(session, DueRequest(now, person))


def test_each_lead_has_somebody_once_and_undo_takes_it_back(session: Session) -> None:
    """Two hot leads for ana and bob, the warm one for cem, the cold ones for nobody; taken back, and again."""
    first = give(session)
    assert people(first).keys() == {"L1", "L2", "L3"}
    assert {people(first)["L1"], people(first)["L2"]} == {"ana", "bob"}
    assert people(first)["L3"] == "cem"
    assert first.assignments[0].due_at == datetime(2026, 11, 2, 9, 15)
    assert give(session, SOON + timedelta(minutes=1)).import_id is None
    assert first.import_id is not None
    receipt = undo(session, UndoRequest(first.import_id, SOON + timedelta(minutes=2)))
    assert (receipt.what, receipt.facts) == ("assignments", 3)
    again = give(session, SOON + timedelta(minutes=3))
    assert people(again) == people(first)
    assert {a.place for a in again.assignments} == {2}


def test_a_roster_that_is_changed_later_changes_nothing_that_was(session: Session) -> None:
    """ana leaves: her lead is handed over, bob's stays his, and the old rows keep the old roster."""
    first = give(session)
    Path("roster.yml").write_text(ROSTER.replace("ana: {", "ana: {left: 2026-11-01, "))
    second = give(session, SOON + timedelta(hours=1))
    of_ana = next(lead for lead, person in people(first).items() if person == "ana")
    assert people(second) == {of_ana: "bob"}
    assert second.kinds == {"handed_over": 1}
    assert second.roster != first.roster
    with session.read("test", SOON) as workspace:
        ledger = workspace.ledger.assignments()
        assert (
            ledger.history(of_ana)[0]
            == first.assignments[[a.lead_id for a in first.assignments].index(of_ana)]
        )
        assert ledger.roster_text(first.roster) == ROSTER


def test_a_lead_is_given_by_hand_with_a_reason(session: Session) -> None:
    """L1 goes to cem, who knows them; without a reason, or to somebody full or unknown, it does not."""
    give(session)
    with pytest.raises(CannotDo, match="Why"):
        reassign(session, ReassignRequest("L1", "ana", " ", SOON, "ada"))
    with pytest.raises(CannotDo, match="cem has 1 of 1 open leads"):
        reassign(session, ReassignRequest("L1", "cem", "knows them", SOON, "ada"))
    with pytest.raises(CannotDo, match="has no 'anna'"):
        reassign(session, ReassignRequest("L1", "anna", "why", SOON, "ada"))
    lost = LogOutcomeRequest("L3", "lost", SOON, "cem", because="price")
    log_outcome(session, lost)
    later = SOON + timedelta(minutes=5)
    found = reassign(
        session, ReassignRequest("ana@abelzinc.com", "cem", "knows them", later, "ada")
    )
    made = found.assignment
    assert (made.lead_id, made.person, made.kind, made.because) == (
        "L1",
        "cem",
        "reassigned",
        "knows them",
    )
    assert made.began_at == later


def test_what_is_due_and_what_stops_a_clock(session: Session) -> None:
    """L1 and L2 are to be answered by 9:15. A call that nobody takes stops the clock of one; ten to ten one is late."""
    first = give(session)
    open_now = is_due(session, MONDAY + timedelta(minutes=3))
    assert [(c.lead_id, c.state) for c in open_now.clocks][2:] == [("L3", "running")]
    assert {c.time_left for c in open_now.clocks[:2]} == {timedelta(minutes=12)}
    log_outcome(session, LogOutcomeRequest("L1", "no_answer", MONDAY + timedelta(minutes=5), "ana"))
    late = is_due(session, MONDAY + timedelta(minutes=50))
    assert [(c.lead_id, c.state, c.time_left) for c in late.clocks] == [
        ("L2", "breached", timedelta(minutes=-35)),
        ("L3", "running", timedelta(hours=3, minutes=10)),
    ]
    assert [
        c.lead_id
        for c in is_due(session, MONDAY + timedelta(minutes=50), people(first)["L2"]).clocks
    ] == ["L2"]
    tomorrow = is_due(session, MONDAY + timedelta(days=1))
    assert [(f.lead_id, f.touch, f.promised) for f in tomorrow.follow_ups] == [("L1", 2, False)]


def test_the_roster_says_who_is_there(session: Session) -> None:
    """ana has two thirds of sales, eve is off duty; nobody but cem has a limit."""
    give(session)
    view = roster(session, RosterRequest(SOON))
    ana, cem, eve = (next(p for p in view.people if p.id == name) for name in ("ana", "cem", "eve"))
    assert view.departments[0].shares == {"ana": 0.6667, "bob": 0.3333}
    assert (ana.is_at_work, ana.given_today, ana.open_leads) == (True, 1, 1)
    assert (cem.open_leads, cem.most_open) == (1, 1)
    assert (eve.is_there, eve.why) == (False, "off duty")


def test_without_a_roster_it_says_how_to_begin_one(session: Session) -> None:
    """No roster.yml: the refusal names the next step, and that one writes it with the playbook's departments."""
    Path("roster.yml").unlink()
    with pytest.raises(CannotDo, match="has no roster") as refusal:
        give(session)
    assert refusal.value.step is not None
    assert refusal.value.step.verb == "roster"
    view = roster(session, RosterRequest(SOON, begin=True))
    assert [d.name for d in view.departments] == ["sales", "inside sales"]
    assert not any(p.is_there for p in view.people)  # nobody real is in it, so nobody gets a lead
    with pytest.raises(CannotDo, match="already"):
        roster(session, RosterRequest(SOON, begin=True))
