"""`due`: what is to be answered and until when, and whom to follow up today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from leadlight.desk.routing.assignment import playbook_of
from leadlight.desk.routing.rosters import must_find_roster
from leadlight.desk.session import Session
from leadlight.facts.assignments import Clock
from leadlight.playbook.spec import Playbook, Route
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.routing import DueClock, DueResult, FollowUp
from leadlight.route.business_time import local_midnight
from leadlight.route.clocks import ClockReading, read_clocks
from leadlight.route.follow_ups import next_touch, touch_plan
from leadlight.route.response_times import calendar_of
from leadlight.route.roster.spec import Roster

MOST = 1_000
#: Of a clock that began longer ago nobody is asked to follow up any more.
OLDEST_TOUCH = timedelta(days=180)
_Key: TypeAlias = tuple[str | None, timedelta | None, str | None]
_OPEN = ("running", "warned", "breached", "paused")


@dataclass(frozen=True)
class DueRequest:
    """What is due at `now`: of everybody, or of one `person` of the roster; at most `limit` of
    either list.
    """

    now: datetime
    person: str | None = None
    limit: int = 100


def due(session: Session, request: DueRequest) -> DueResult:
    """The clocks that run, the most urgent first, and the follow-ups of the day. Raises `CannotDo`
    where there is no roster, or no such person.
    """
    if not 0 < request.limit <= MOST:
        raise CannotDo(f"From 1 to {MOST:,} leads are listed at once.", field="limit")
    with session.read("due", request.now) as workspace:
        roster = must_find_roster(workspace).roster
        person = _person_id(roster, request.person)
        book = playbook_of(workspace)
        ledger = workspace.ledger.assignments()
        clocks = ledger.open_clocks(person, request.limit + 1)
        answered = ledger.answered_clocks(person, request.now - OLDEST_TOUCH)
    open_clocks = _open_clocks(roster, clocks, request.now)
    follow_ups = sorted(
        _follow_ups(roster, book, answered, request.now), key=lambda f: (f.due_at, f.lead_id)
    )
    more = max(len(open_clocks), len(follow_ups)) > request.limit
    return DueResult(
        request.now,
        person,
        tuple(open_clocks[: request.limit]),
        tuple(follow_ups[: request.limit]),
        more,
    )


def _person_id(roster: Roster, name: str | None) -> str | None:
    if name is None:
        return None
    person = roster.person_of(name)
    if person is None:
        hint = did_you_mean(name, roster.people) or f"It has {', '.join(sorted(roster.people))}."
        raise CannotDo(f"The roster has no {name!r}. {hint}", field="person")
    return person.id


def _open_clocks(roster: Roster, clocks: Sequence[Clock], now: datetime) -> list[DueClock]:
    readings = [r for r in read_clocks(roster, clocks, now) if r.state in _OPEN]
    readings.sort(key=lambda r: (r.state == "paused", r.time_left, r.clock.assignment.lead_id))
    return [_due_clock(reading) for reading in readings]


def _due_clock(reading: ClockReading) -> DueClock:
    made = reading.clock.assignment
    return DueClock(
        lead_id=made.lead_id,
        person=made.person,
        department=made.department,
        label=made.label,
        began_at=made.began_at,
        due_at=reading.due_at,
        time_left=reading.time_left,
        state=reading.state,
        steps=tuple(sorted(reading.clock.steps)),
        because=made.because,
    )


def _follow_ups(
    roster: Roster, book: Playbook, clocks: Sequence[Clock], now: datetime
) -> Iterator[FollowUp]:
    """Whom to be in touch with again by the end of the day of their owner."""
    routes: Mapping[_Key, Route] = {
        (r.to, None if r.within is None else timedelta(seconds=r.within), r.next_step or None): r
        for r in reversed(book.routes)
    }
    for clock in clocks:
        made, last = clock.assignment, clock.last_at
        if last is None or clock.route is None:
            continue
        where = clock.route
        route = routes.get((where.department, where.respond_within, where.next_step))
        plan = touch_plan(route, where.temperature, where.stage)
        calendar = calendar_of(roster, made.person, made.department)
        promised = clock.next_touch
        at = promised or next_touch(plan, clock.touches, last, calendar)
        end = local_midnight(calendar.zone, now) + timedelta(days=1)
        if at is not None and at < end:
            yield FollowUp(
                lead_id=made.lead_id,
                person=made.person,
                department=made.department,
                touch=clock.touches + 1,
                touches=max(plan.touches, clock.touches + 1),
                last_at=last,
                due_at=at,
                promised=promised is not None,
            )
