"""Who of a roster is there at a moment, and why somebody is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leadlight.route.business_time import is_open, local_time, utc_of
from leadlight.route.roster.spec import Person


@dataclass(frozen=True)
class Presence:
    """Whether a person is there for leads (`why` not, in a few words), whether it is at work at
    this hour, and which day it is by its clock.
    """

    is_there: bool
    is_at_work: bool
    why: str
    day: str


def presence(person: Person, at: datetime) -> Presence:
    """Of a person at a moment (UTC without zone)."""
    day = local_time(person.calendar.zone, at).date()
    why = _absence(person, at, day)
    at_work = not why and is_open(person.calendar, at)
    return Presence(not why, at_work, why or ("" if at_work else "at home"), day.isoformat())


def _absence(person: Person, at: datetime, day: date) -> str:
    if person.left is not None and day > person.left:
        return f"left on {person.left}"
    if not person.is_on_duty:
        return "off duty"
    if person.joined is not None and day < person.joined:
        return f"begins on {person.joined}"
    instant = int((at - datetime(1970, 1, 1)).total_seconds())
    for begin, end in person.calendar.away:
        if utc_of(person.calendar.zone, begin) <= instant < utc_of(person.calendar.zone, end):
            last = (end - timedelta(seconds=1)).date()
            return f"away until {last}"
    return ""


def last_return(person: Person, at: datetime) -> datetime | None:
    """When it last came back from an absence, or began, before a moment; None: it never did."""
    zone = person.calendar.zone
    ends = [end for _, end in person.calendar.away]
    if person.joined is not None:
        ends.append(datetime.combine(person.joined, datetime.min.time()))
    past = (datetime(1970, 1, 1) + timedelta(seconds=utc_of(zone, end)) for end in ends)
    return max((moment for moment in past if moment <= at), default=None)
