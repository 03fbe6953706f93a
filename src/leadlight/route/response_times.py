"""Response times: by when an assignment is to be answered, for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from leadlight.facts.assignments import Assignment
from leadlight.route.business_time import hours_of
from leadlight.route.draft import Draft
from leadlight.route.roster.spec import Calendar, Roster

_DAY = 86_400
_EPOCH, _SECOND = datetime(1970, 1, 1), timedelta(seconds=1)
#: The calendars are laid out so many years ahead of the newest clock.
_YEARS = 4
#: Where somebody works at least a tenth of the time, so much business time fills a year.
_SPARE_YEAR = 36 * 86_400


def with_deadlines(roster: Roster, drafts: Sequence[Draft], at: datetime) -> list[Assignment]:
    """The assignments with the moments at which they are warned and due, in the hours of their
    owner; of a lead that is held, in those of its department.
    """
    places: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        if draft.lead.respond_within is not None:
            places[draft.person, draft.department].append(place)
    warns: list[datetime | None] = [None] * len(drafts)
    ends = list(warns)
    for (person, department), indices in places.items():
        calendar = calendar_of(roster, person, department)
        leads = [drafts[n].lead for n in indices]
        lengths = {
            within: (
                business_duration(calendar, within),
                _warn_after(roster, calendar, department, within),
            )
            for within in {lead.respond_within or 0 for lead in leads}
        }
        after = np.array([lengths[lead.respond_within or 0] for lead in leads], dtype=np.int64)
        both = _ends(calendar, [drafts[n].begins for n in indices], after)
        for n, due_at, warn_at in zip(indices, *both, strict=True):
            ends[n], warns[n] = due_at, warn_at
    pairs = zip(drafts, warns, ends, strict=True)
    return [draft.assignment(at, warn_at, due_at) for draft, warn_at, due_at in pairs]


def business_duration(calendar: Calendar, seconds: int) -> int:
    """A response time in business seconds: a day of it is a working day of that calendar, on
    average; of less than a day each second counts.
    """
    if seconds < _DAY:
        return seconds
    lengths = [sum(end - begin for begin, end in spans) for spans in calendar.week if spans]
    day = sum(lengths) // len(lengths) if lengths else _DAY
    return seconds // _DAY * day + min(seconds % _DAY, day)


def calendar_of(roster: Roster, person: str | None, department: str) -> Calendar:
    """By which hours a clock runs."""
    if person is not None and person in roster.people:
        return roster.people[person].calendar
    known = roster.department_of(department)
    return known.calendar if known is not None else Calendar()


def _warn_after(roster: Roster, calendar: Calendar, department: str, within: int) -> int:
    """The business seconds from the beginning of a clock to the warning."""
    known = roster.department_of(department)
    if known is None or known.warn is None:
        return within * 2 // 3
    return max(within - business_duration(calendar, known.warn), 0)


def _ends(
    calendar: Calendar, begins: Sequence[datetime], after: NDArray[np.int64]
) -> list[list[datetime | None]]:
    """The moments at which so many business seconds (a column each) have passed since each
    beginning.
    """
    at = instants(begins)
    years = [_EPOCH + timedelta(seconds=int(n)) for n in (at.min(), at.max())]
    longest = int(after.max()) // _SPARE_YEAR
    hours = hours_of(calendar, years[0].year - 1, years[1].year + _YEARS + longest)
    passed = hours.seconds_until(at)
    return [moments(hours.instant(np.maximum(passed + column, 1))) for column in after.T]


def instants(at: Sequence[datetime]) -> NDArray[np.int64]:
    """Moments of UTC as seconds since 1970."""
    return np.array([(moment - _EPOCH) // _SECOND for moment in at], dtype=np.int64)


def moments(at: NDArray[np.int64]) -> list[datetime | None]:
    """Seconds since 1970 as moments of UTC; before 1970 there is none."""
    found: list[datetime | None] = at.astype("datetime64[s]").tolist()
    for n in np.flatnonzero(at < 0).tolist():
        found[n] = None
    return found
