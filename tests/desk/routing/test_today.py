"""Today says whose each lead is, and how much time is left in that person's hours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from leadlight.desk.leads.today import TodayRequest, today
from leadlight.desk.routing.assign import AssignRequest, assign
from leadlight.desk.session import Session
from tests.desk.routing.conftest import MONDAY, ROSTER


def test_today_has_owners_and_clocks(session: Session) -> None:
    """ana has one hot lead and bob the other; three minutes later twelve are left of the quarter of an hour."""
    Path("roster.yml").write_text(ROSTER.replace("ana: {", "ana: {name: Ana Lund, "))
    made = assign(session, AssignRequest(MONDAY, "ada"))
    now = MONDAY + timedelta(minutes=3)
    hot = [x for x in today(session, TodayRequest(now)).leads if x.labels["temperature"] == "hot"]
    assert {x.owner for x in hot} == {"Ana Lund", "bob"}
    assert {x.time_left for x in hot} == {timedelta(minutes=12)}
    of_ana = [a.lead_id for a in made.assignments if a.person == "ana"]
    for name in ("ana", "ANA LUND"):
        assert [x.lead_id for x in today(session, TodayRequest(now, name)).leads] == of_ana


def test_at_night_no_time_goes_by(session: Session) -> None:
    """L3 was to be answered within four hours of Monday morning; at ten at night it is as late as it was at six."""
    assign(session, AssignRequest(MONDAY + timedelta(hours=7), "ada"))
    for hours in (8, 13):
        found = today(session, TodayRequest(MONDAY + timedelta(hours=hours))).leads
        assert {x.lead_id: x.time_left for x in found}["L3"] == -timedelta(hours=3)
