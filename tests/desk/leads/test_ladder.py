"""The ladder of a small company, in a folder and in a database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leadlight.desk.leads.ladder import LadderRequest, ladder
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.ladder import FallBack, LadderResult, LadderScale, LadderStep
from leadlight.results.text.ladder import fall_sentence, render_ladder
from tests.desk.leads.test_lead_list import LOG, NOW, add
from tests.desk.live.conftest import place, qualified_company  # noqa: F401 - the fixture
from tests.prepared import Prepared

DAY = NOW + timedelta(days=1)
END = DAY + timedelta(days=60)


@pytest.fixture
def session(prepared: Prepared) -> Session:
    """
    2026-11-01  run 1: everybody is cold
    2026-11-02  run 2: L1 asked for a demo and is hot, L2 viewed prices and is warm
    2027-01-01  run 3: both are cold again
    """
    return Session(prepared(company))


def company(where: str) -> None:
    qualified_company(where)
    add("log.csv", LOG, where)
    for moment in (DAY, END):
        qualify(Session(where), QualifyRequest(moment))


def ask(session: Session, **fields: object) -> LadderResult:
    return ladder(session, LadderRequest(END, **fields))  # type: ignore[arg-type]


def step(scale: LadderScale, label: str) -> LadderStep:
    return next(s for s in scale.steps if s.label == label)


def test_who_rose_and_who_fell_back_and_why(session: Session) -> None:
    found = ask(session)
    (scale,) = found.scales
    assert (found.leads, found.runs, found.first_run, found.last_run) == (3, 2, "r1", "r3")
    assert [(s.label, s.standing, s.standing_before) for s in scale.steps] == [
        ("hot", 0, 0),
        ("warm", 0, 0),
        ("cold", 3, 3),
    ]
    cold, hot = step(scale, "cold"), step(scale, "hot")
    assert (cold.rose, cold.leads, cold.conversion.value) == (2, 3, pytest.approx(2 / 3))
    assert cold.conversion.low == pytest.approx(0.2077, abs=1e-4)
    assert (hot.fell, hot.leak, hot.days, hot.censored) == (1, 1, 60.0, 0)
    assert hot.conversion.value is None  # nothing is above it
    moves = {(m.before, m.after): (m.moves, m.direction) for m in scale.moves}
    assert moves == {
        ("cold", "hot"): (1, "up"),
        ("cold", "warm"): (1, "up"),
        ("hot", "cold"): (1, "down"),
        ("warm", "cold"): (1, "down"),
    }
    fall = next(f for f in scale.falls if f.before == "hot")
    assert [r.reason for r in fall.fading] == ["demo requested"]
    assert "fit 1" in [r.reason for r in fall.reasons]
    assert scale.leak is None  # of one lead nothing can be said


def test_a_period_ends_where_it_is_told_to(session: Session) -> None:
    """Until 2026-11-03 nobody had fallen back."""
    (scale,) = ask(session, until=DAY + timedelta(days=1)).scales
    assert [(s.label, s.standing) for s in scale.steps] == [("hot", 1), ("warm", 1), ("cold", 1)]
    assert not scale.falls
    (later,) = ask(session, since=DAY + timedelta(days=1)).scales
    assert [s.standing_before for s in later.steps] == [1, 1, 1]


@pytest.mark.parametrize("by", ["source", "segment", "owner"])
def test_groups_add_up_to_all(session: Session, by: str) -> None:
    found = ask(session, split=by)
    whole = found.scales[0]
    assert sum(g.leads for g in found.groups) == found.leads
    for n, each in enumerate(whole.steps):
        parts = [g.scales[0].steps[n] for g in found.groups]
        assert sum(p.standing for p in parts) == each.standing
        assert sum(p.rose for p in parts) == each.rose
    names = {g.name for g in found.groups}
    assert names == ({"large", "(none)"} if by == "segment" else {"(unknown)"})


def test_a_period_without_runs_says_so(session: Session) -> None:
    with pytest.raises(CannotDo, match="No run was stored by 2020") as fault:
        ask(session, until=datetime(2020, 1, 1))
    assert fault.value.field == "until"
    with pytest.raises(CannotDo, match="ends before it begins"):
        ask(session, since=END, until=NOW)
    with pytest.raises(CannotDo, match=r"no scale 'temprature'.*temperature"):
        ask(session, scale="temprature")


def test_a_workspace_without_a_run_has_no_ladder(place: str) -> None:  # noqa: F811
    with pytest.raises(CannotDo, match="No run was stored yet"):
        ladder(Session(place), LadderRequest(NOW))


def test_the_lines_say_what_faded_and_that_leads_are_few(session: Session) -> None:
    lines = [part for part in render_ladder(ask(session, split="segment")) if isinstance(part, str)]
    assert "1 lead fell from hot to cold; what faded: demo requested (1)." in lines
    assert any("cannot be told" in line for line in lines)
    assert "large: 1 lead" in lines


def test_who_bought_did_not_fall() -> None:
    """A label that is no step is left for, not fallen to."""
    fall = FallBack("cold", "won", 8, 8, (), ())
    assert fall_sentence(fall, is_aside=True) == "8 leads left the ladder from cold as won."
    assert "fell" in fall_sentence(fall)
