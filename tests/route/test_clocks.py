from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from leadlight.facts.assignments import Assignment, Clock, LeadInRoute, Standing
from leadlight.playbook.spec import Route
from leadlight.route.assign import assign
from leadlight.route.clocks import read_clocks, remaining_seconds, steps_due
from leadlight.route.follow_ups import next_touch, touch_plan
from leadlight.route.response_times import instants
from leadlight.route.roster.read import must_read_roster

ROSTER = must_read_roster("""\
zone: Europe/Berlin
hours: {mon-fri: "09:00-12:30, 13:30-18:00"}
departments: {sales: {manager: eve, breach: {owner: now, manager: 30m, reassign: 1h}}}
people: {ana: {departments: [sales]}, eve: {departments: [sales], on_duty: no}}
""")
BEGAN = datetime(2026, 11, 30, 11)  # Monday noon in Berlin
#: Fifteen minutes are over at a quarter past twelve.
MADE = Assignment(
    "L1", "assigned", "ana", "sales", BEGAN, BEGAN, "ana is next of sales.",
    respond_within=900, warn_at=BEGAN + timedelta(minutes=10), due_at=BEGAN + timedelta(minutes=15),
)  # fmt: skip
CLOCK = Clock(7, MADE)


def minutes(count: int) -> datetime:
    return BEGAN + timedelta(minutes=count)


def state(clock: Clock, now: datetime) -> tuple[str, datetime | None, int]:
    reading = read_clocks(ROSTER, [clock], now)[0]
    return reading.state, reading.due_at, int(reading.time_left.total_seconds() // 60)


def test_a_clock_runs_warns_and_is_breached() -> None:
    """Fifteen minutes from noon; lunch from half past twelve adds nothing to how late it is."""
    assert state(CLOCK, minutes(3)) == ("running", minutes(15), 12)
    assert state(CLOCK, minutes(10)) == ("warned", minutes(15), 5)
    assert state(CLOCK, minutes(25)) == ("breached", minutes(15), -10)
    assert state(CLOCK, minutes(70)) == ("breached", minutes(15), -15)


def test_only_a_person_stops_it() -> None:
    """Answered after ten minutes it was in time, after twenty it was late, whatever the hour is now."""
    assert state(replace(CLOCK, attempted_at=minutes(10)), minutes(500))[0] == "answered"
    assert state(replace(CLOCK, attempted_at=minutes(20)), minutes(500))[0] == "late"


def test_it_stands_still_while_the_lead_is_to_answer() -> None:
    """After five minutes the lead is asked something, and answers forty minutes later, over lunch."""
    asked = replace(CLOCK, pauses=((minutes(5), None),))
    assert state(asked, minutes(60)) == ("paused", None, 10)
    assert list(steps_due(ROSTER, [asked], minutes(600))) == []
    answered = replace(CLOCK, pauses=((minutes(5), minutes(45)),))
    # Of the pause 25 minutes are business time, so the end is 15 + 25 minutes of business time after noon.
    assert state(answered, minutes(95)) == ("warned", minutes(100), 5)


def test_what_is_done_about_a_breach_is_done_once() -> None:
    """Warned, breached, the owner, then the manager after half an hour at work, then somebody else."""

    def steps(now: datetime, *done: str) -> list[tuple[str, str | None]]:
        clock = replace(CLOCK, steps=frozenset(done))
        return [(s.step, s.person) for s in steps_due(ROSTER, [clock], now)]

    assert steps(minutes(9)) == []
    assert steps(minutes(10)) == [("warned", "ana")]
    assert steps(minutes(16), "warned") == [("breached", "ana"), ("owner", "ana")]
    done = ("warned", "breached", "owner")
    assert steps(minutes(60), *done) == []
    assert steps(minutes(106), *done) == [("manager", "eve")]
    assert steps(minutes(136), *done, "manager") == [("reassign", "ana")]
    assert steps(minutes(136), *done, "manager", "reassign") == []


def test_many_clocks_are_read_as_each_alone() -> None:
    """A thousand ends within a fortnight, at once and one by one."""
    calendar = ROSTER.people["ana"].calendar
    ends = [BEGAN + timedelta(seconds=1_200 * n) for n in range(-500, 500)]
    left = remaining_seconds(calendar, instants(ends), minutes(3))
    each = [
        int(
            read_clocks(ROSTER, [Clock(1, replace(MADE, due_at=end))], minutes(3))[
                0
            ].time_left.total_seconds()
        )
        for end in ends[::40]
    ]
    assert np.array_equal(left[::40], each)


def test_follow_ups_are_denser_the_nearer_to_a_purchase() -> None:
    """SQL denser than MQL, hot denser than warm; a route says otherwise; nobody is asked at night or too often."""
    sql, mql = (
        touch_plan(None, "warm", "sales_qualified"),
        touch_plan(None, "warm", "marketing_qualified"),
    )
    hot, cold = touch_plan(None, "hot", None), touch_plan(None, "cold", None)
    assert (sql.touches > mql.touches, sql.every < mql.every) == (True, True)
    assert (hot.touches > cold.touches, hot.every < cold.every) == (True, True)
    assert touch_plan(Route(None, "sales", touches=3, every=60), "hot", None).touches == 3
    assert touch_plan(Route(None, "sales", by="nothing"), "hot", None).touches == 0
    calendar = ROSTER.people["ana"].calendar
    friday = datetime(2026, 11, 27, 16)
    assert next_touch(hot, 1, friday, calendar) == datetime(2026, 11, 30, 8)
    assert next_touch(hot, hot.touches, friday, calendar) is None


def test_a_day_of_a_response_time_is_a_working_day() -> None:
    """Two days from Friday noon are over on Tuesday noon: sixteen hours at work, not forty-eight."""
    friday = datetime(2026, 11, 27, 11)
    lead = LeadInRoute("L1", "sales", friday, 2 * 86_400, "warm")
    made = assign(ROSTER, Standing(), [lead], friday)[0]
    assert made.due_at == datetime(2026, 12, 1, 11)
