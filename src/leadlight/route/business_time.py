"""Business time: seconds in which somebody works, by a calendar.

The hours of a calendar are laid out once as instants of UTC, with the seconds of all hours before
each. To add a duration to a moment, or to count between two, is then a search in that list, for one
moment or for a million.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from leadlight.route.roster.spec import Calendar, Spans

Seconds = NDArray[np.int64]

_EPOCH, _DAY = datetime(1970, 1, 1), 86_400
#: Offsets of a zone are compared so often; no zone changes twice within it.
_STEP = 6 * 3_600
#: So many years are laid out before and after the ones that are asked for.
_MARGIN = 2
_FIRST, _LAST = 1900, 2400


@dataclass(frozen=True)
class BusinessHours:
    """The open hours of a calendar over some years, as seconds since 1970 in UTC.

    From `begins[i]` until before `ends[i]` somebody works; `before[i]` are the business seconds of
    all hours before that.
    """

    begins: Seconds
    ends: Seconds
    before: Seconds

    def seconds_until(self, at: Seconds) -> Seconds:
        """The business seconds since the first of these hours, until each of these instants."""
        if not len(self.begins):
            return np.zeros_like(at)
        place = np.searchsorted(self.begins, at, side="right") - 1
        known = np.maximum(place, 0)
        within = np.minimum(at, self.ends[known]) - self.begins[known]
        return np.where(place < 0, 0, self.before[known] + within)

    def instant(self, elapsed: Seconds) -> Seconds:
        """The first instant at which so many business seconds have passed; -1 where that is after
        the last of these hours.
        """
        if not len(self.begins):
            return np.full_like(elapsed, -1)
        place = np.searchsorted(self.before, elapsed, side="left") - 1
        known = np.maximum(place, 0)
        found = self.begins[known] + (elapsed - self.before[known])
        return np.where(found > self.ends[known], -1, found)

    def first_open(self, at: Seconds) -> Seconds:
        """The first instant from each of these on at which somebody works; -1 where there is
        none.
        """
        place = np.searchsorted(self.ends, at, side="right")
        last = len(self.begins) - 1
        if last < 0:
            return np.full_like(at, -1)
        return np.where(place > last, -1, np.maximum(at, self.begins[np.minimum(place, last)]))


def add_business_time(calendar: Calendar, begin: datetime, duration: timedelta) -> datetime | None:
    """The moment at which so much business time has passed since `begin` (UTC without zone), to the
    second. With no duration it is the first moment at which somebody works. None: that is not
    within a hundred years, or nobody ever works.
    """
    seconds = int(duration.total_seconds())
    for years in (_MARGIN, 100):
        hours = hours_of(calendar, begin.year - 1, begin.year + years)
        at = np.array([_instant(begin)])
        if seconds <= 0:
            found = hours.first_open(at)
        else:
            found = hours.instant(hours.seconds_until(at) + seconds)
        if found[0] >= 0 or calendar.is_empty:
            break
    return None if found[0] < 0 else _moment(int(found[0]))


def business_time(calendar: Calendar, begin: datetime, end: datetime) -> timedelta:
    """The business time between two moments (UTC without zone); less than nothing where `end` is
    before `begin`.
    """
    first, last = sorted((begin.year, end.year))
    hours = hours_of(calendar, first - 1, last + _MARGIN)
    passed = hours.seconds_until(np.array([_instant(begin), _instant(end)]))
    return timedelta(seconds=int(passed[1] - passed[0]))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether somebody works at a moment (UTC without zone)."""
    hours = hours_of(calendar, at.year - 1, at.year + _MARGIN)
    instant = np.array([_instant(at)])
    return bool(hours.first_open(instant)[0] == instant[0])


def hours_of(calendar: Calendar, first: int, last: int) -> BusinessHours:
    """The open hours of a calendar from the beginning of a year to the end of another. They are
    laid out by whole decades, so that most questions share them.
    """
    first, last = max(first, _FIRST), min(last, _LAST)
    return _layout(calendar, first - first % 5, last - last % 5 + 4)


@lru_cache(maxsize=1024)
def _layout(calendar: Calendar, first: int, last: int) -> BusinessHours:
    edges = _without_absences(list(_open_stretches(calendar, first, last)), calendar)
    begins = np.array([begin for begin, _ in edges], dtype=np.int64)
    ends = np.array([end for _, end in edges], dtype=np.int64)
    sums = np.concatenate(([0], np.cumsum(ends - begins)))
    return BusinessHours(begins, ends, sums[:-1].astype(np.int64))


def _open_stretches(calendar: Calendar, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Each stretch of open hours in UTC, in their order, those that touch joined."""
    holidays = holidays_of(calendar.country, first, last)
    special = dict(calendar.special)
    pending: tuple[int, int] | None = None
    for begin, end, offset in offsets_of(calendar.zone, first, last):
        day = (begin + offset) // _DAY
        while day * _DAY < end + offset:
            for opens, closes in _spans_of(calendar, special, holidays, day):
                start = max(begin, day * _DAY + opens - offset)
                stop = min(end, day * _DAY + closes - offset)
                if start >= stop:
                    continue
                if pending is not None and pending[1] == start:
                    pending = (pending[0], stop)
                    continue
                if pending is not None:
                    yield pending
                pending = (start, stop)
            day += 1
    if pending is not None:
        yield pending


def _spans_of(
    calendar: Calendar, special: dict[str, Spans], holidays: frozenset[date], day: int
) -> Spans:
    """The hours of a day, which is counted from 1970-01-01."""
    on = date.fromordinal(719_163 + day)
    name = on.isoformat()
    for key in (name, name[5:]):
        if key in special:
            return special[key]
    if on in holidays:
        return ()
    return calendar.week[on.weekday()]


@lru_cache(maxsize=256)
def offsets_of(zone: str, first: int, last: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches of these years in which a zone has one offset from UTC: begin, end, offset."""
    place = ZoneInfo(zone)
    start, end = _instant(datetime(first, 1, 1)) - _DAY, _instant(datetime(last + 1, 1, 1)) + _DAY
    found = []
    begin, offset = start, _offset(place, start)
    for at in range(start + _STEP, end + _STEP, _STEP):
        at = min(at, end)
        if (later := _offset(place, at)) != offset:
            change = _change(place, at - _STEP, at, offset)
            found.append((begin, change, offset))
            begin, offset = change, later
    return (*found, (begin, end, offset))


def _change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The first instant after `low` at which the zone has another offset."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


@lru_cache(maxsize=256)
def holidays_of(country: str, first: int, last: int) -> frozenset[date]:
    """The public holidays of a country (`DE`), or of a part of it (`DE-BE`), in these years."""
    if not country:
        return frozenset()
    from holidays import country_holidays

    name, _, part = country.partition("-")
    return frozenset(country_holidays(name, subdiv=part or None, years=range(first, last + 1)))


def _without_absences(
    stretches: list[tuple[int, int]], calendar: Calendar
) -> list[tuple[int, int]]:
    """The stretches without what lies in an absence."""
    for begin, end in calendar.away:
        first, last = utc_of(calendar.zone, begin), utc_of(calendar.zone, end)
        low = bisect_right([e for _, e in stretches], first)
        high = bisect_left([b for b, _ in stretches], last)
        parts = [p for b, e in stretches[low:high] for p in ((b, min(e, first)), (max(b, last), e))]
        stretches[low:high] = [(b, e) for b, e in parts if b < e]
    return stretches


def utc_of(zone: str, local: datetime) -> int:
    """The first instant at which it is so late, or later, by the clocks of a zone."""
    target = _instant(local)
    for begin, end, offset in offsets_of(zone, local.year - 1, local.year + 1):
        if target < end + offset:
            return max(begin, target - offset)
    return target


def local_time(zone: str, at: datetime) -> datetime:
    """What the clocks of a zone say at a moment of UTC."""
    return at + timedelta(seconds=_offset(ZoneInfo(zone), _instant(at)))


def local_midnight(zone: str, at: datetime) -> datetime:
    """When the day began, by the clocks of a zone, that it is at a moment (both in UTC)."""
    local = local_time(zone, at)
    return _moment(utc_of(zone, datetime(local.year, local.month, local.day)))


def _instant(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds() // 1)


def _moment(instant: int) -> datetime:
    return _EPOCH + timedelta(seconds=instant)
