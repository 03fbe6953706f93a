"""Clocks: how much of a response time is left, and what is to be done when none is.

A clock runs in business time, stands still while the lead is to answer, and is stopped by a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from leadlight.facts.assignments import Clock, ClockFact, ClockStep
from leadlight.route.business_time import BusinessHours, hours_of
from leadlight.route.response_times import business_duration, calendar_of, instants, moments
from leadlight.route.roster.spec import Calendar, Roster

Seconds = NDArray[np.int64]
ClockState: TypeAlias = Literal["running", "warned", "breached", "paused", "answered", "late"]
#: Calendars are laid out so many years around what is asked.
_YEARS = 3


@dataclass(frozen=True)
class ClockReading:
    """A clock at a moment: `time_left` is business time, less than nothing after the end.

    It is `running`, `warned`, `breached` or `paused` (the lead is to answer); or it was `answered`
    in time, or `late`. `due_at` is None while it is paused. `within` is the whole response time, as
    business time.
    """

    clock: Clock
    state: ClockState
    due_at: datetime | None
    time_left: timedelta
    within: timedelta = timedelta()


def read_clocks(roster: Roster, clocks: Sequence[Clock], now: datetime) -> list[ClockReading]:
    """Each of these clocks at a moment; they all have a response time."""
    found: list[ClockReading | None] = [None] * len(clocks)
    for calendar, places in _by_calendar(roster, clocks).items():
        part = [clocks[n] for n in places]
        for n, reading in zip(places, _readings(calendar, part, now), strict=True):
            found[n] = reading
    return [reading for reading in found if reading is not None]


def remaining_seconds(calendar: Calendar, due: Seconds, now: datetime) -> Seconds:
    """The business seconds from a moment to each of these ends, less than nothing after it."""
    hours = _hours(calendar, due, now)
    left: Seconds = hours.seconds_until(due) - hours.seconds_until(instants([now]))[0]
    return left


def steps_due(roster: Roster, clocks: Sequence[Clock], now: datetime) -> Iterator[ClockFact]:
    """What is to be done about clocks that nobody answered, and was not done yet."""
    for calendar, places in _by_calendar(roster, clocks).items():
        part = [clocks[n] for n in places]
        hours = _hours(calendar, _ends(part), now)
        for clock in part:
            if clock.attempted_at is None and not _is_paused(clock):
                yield from _steps(roster, clock, hours, now)


def _by_calendar(roster: Roster, clocks: Sequence[Clock]) -> dict[Calendar, list[int]]:
    places: dict[Calendar, list[int]] = defaultdict(list)
    calendars: dict[tuple[str | None, str], Calendar] = {}
    for n, clock in enumerate(clocks):
        key = (clock.assignment.person, clock.assignment.department)
        if key not in calendars:
            calendars[key] = calendar_of(roster, *key)
        if clock.assignment.due_at is not None:
            places[calendars[key]].append(n)
    return places


def _hours(calendar: Calendar, at: Seconds, now: datetime) -> BusinessHours:
    years = [m.year for m in moments(np.array([at.min(), at.max()])) if m is not None]
    return hours_of(calendar, min(now.year, *years) - 1, max(now.year, *years) + _YEARS)


def _ends(clocks: Sequence[Clock]) -> Seconds:
    return instants([c.assignment.due_at or c.assignment.began_at for c in clocks])


def _readings(calendar: Calendar, clocks: Sequence[Clock], now: datetime) -> Iterator[ClockReading]:
    ends = _ends(clocks)
    hours = _hours(calendar, ends, now)
    until = hours.seconds_until(ends) + np.array([_pause(c, hours) for c in clocks])
    stops = instants([_stop(c, now) for c in clocks])
    left = until - hours.seconds_until(stops)
    due = moments(hours.instant(np.maximum(until, 1)))
    warns = instants([c.assignment.warn_at or c.assignment.began_at for c in clocks])
    warned = hours.seconds_until(stops) >= hours.seconds_until(warns)
    for clock, at, seconds, is_warned in zip(
        clocks, due, left.tolist(), warned.tolist(), strict=True
    ):
        state = _state(clock, seconds, is_warned=is_warned)
        ends_at = None if state == "paused" else (at if clock.pauses else clock.assignment.due_at)
        whole = business_duration(calendar, clock.assignment.respond_within or 0)
        within = timedelta(seconds=whole)
        yield ClockReading(clock, state, ends_at, timedelta(seconds=seconds), within)


def _state(clock: Clock, left: int, *, is_warned: bool) -> ClockState:
    if clock.attempted_at is not None:
        return "answered" if left >= 0 else "late"
    if _is_paused(clock):
        return "paused"
    if left <= 0:
        return "breached"
    return "warned" if is_warned else "running"


def _is_paused(clock: Clock) -> bool:
    return bool(clock.pauses) and clock.pauses[-1][1] is None


def _stop(clock: Clock, now: datetime) -> datetime:
    """Until when a clock has run."""
    if clock.attempted_at is not None:
        return clock.attempted_at
    return clock.pauses[-1][0] if _is_paused(clock) else now


def _pause(clock: Clock, hours: BusinessHours) -> int:
    """The business seconds in which it stood still, as far as that is over."""
    stretches = [(begin, end) for begin, end in clock.pauses if end is not None]
    if not stretches:
        return 0
    passed = hours.seconds_until(instants([at for pair in stretches for at in pair]))
    return int(passed[1::2].sum() - passed[::2].sum())


def _steps(
    roster: Roster, clock: Clock, hours: BusinessHours, now: datetime
) -> Iterator[ClockFact]:
    made = clock.assignment
    assert made.due_at is not None
    department = roster.department_of(made.department)
    pause = _pause(clock, hours)
    ladder: list[tuple[ClockStep, datetime, int]] = [("breached", made.due_at, 0)]
    if made.warn_at is not None:
        ladder.insert(0, ("warned", made.warn_at, 0))
    for reaction, after in department.breach if department is not None else ():
        seconds = business_duration(calendar_of(roster, made.person, made.department), after)
        ladder.append((reaction, made.due_at, seconds))
    base = hours.seconds_until(instants([at for _, at, _ in ladder]))
    after_all = base + pause + np.array([after for _, _, after in ladder])
    due = moments(hours.instant(np.maximum(after_all, 1)))
    for (step, at, after), shifted in zip(ladder, due, strict=True):
        is_shifted = pause or after
        moment = shifted if is_shifted else at
        if moment is not None and moment <= now and step not in clock.steps:
            who = _listener(roster, clock, step)
            yield ClockFact(made.lead_id, clock.no, step, who, moment, made.department)


def _listener(roster: Roster, clock: Clock, step: ClockStep) -> str | None:
    made = clock.assignment
    if step != "manager":
        return made.person
    department = roster.department_of(made.department)
    if department is None:
        return None
    manager = roster.manager_of(roster.people.get(made.person or ""), department)
    return manager.id if manager is not None else None
