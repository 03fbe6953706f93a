"""Hours and days as people write them: `09:00-12:30, 13:30-18:00`, `mon-fri`, `2026-12-24..
2027-01-02`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise

from leadlight.route.roster.spec import ALL_DAY, DAYS, Spans

_DAY = 86_400
_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
_PERIOD = re.compile(r"\s*(\S+(?:[ T]\d{1,2}:\d{2})?)\s*\.\.\s*(\S+(?:[ T]\d{1,2}:\d{2})?)\s*")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2000


def parse_spans(text: str) -> tuple[Spans, Spans] | None:
    """The hours of a day, and those that go on after midnight into the next one; None: the text
    says none. `closed` is no hours, `all day` is every hour.
    """
    plain = text.strip().lower()
    if plain == "closed":
        return (), ()
    if plain == "all day":
        return ALL_DAY, ()
    today, tomorrow = [], []
    for part in text.split(","):
        span = _span(part)
        if span is None:
            return None
        begin, end = span
        if begin < end:
            today.append((begin, end))
        else:
            today.append((begin, _DAY))
            tomorrow.append((0, end))
    return tuple(sorted(today)), tuple(s for s in tomorrow if s[1])


def overlap(spans: Spans) -> bool:
    """Whether two of these stretches, in their order, have a moment in common."""
    return any(end > begin for (_, end), (begin, _) in pairwise(spans))


def _span(text: str) -> tuple[int, int] | None:
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    begin, end = (int(match[n]) * 3_600 + int(match[n + 1]) * 60 for n in (1, 3))
    minutes = (int(match[2]), int(match[4]))
    is_time = max(minutes) < 60 and begin < _DAY and end <= _DAY and begin != end
    return (begin, end) if is_time else None


def parse_days(text: str) -> tuple[int, ...] | None:
    """Weekdays (0: Monday) of `mon`, `mon-fri` or `mon, wed, fri`; None: the text names none."""
    days: list[int] = []
    for part in text.lower().split(","):
        first, sign, last = (p.strip() for p in part.partition("-"))
        if first not in DAYS or (sign and last not in DAYS):
            return None
        begin = DAYS.index(first)
        end = DAYS.index(last) if sign else begin
        days += [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]
    return tuple(days)


def parse_special_day(text: str) -> str | None:
    """`12-24`, a day of each year, or `2026-12-24`; None: it is no day."""
    plain = text.strip()
    match = _YEARLY.fullmatch(plain)
    try:
        if match is not None:
            date(_LEAP_YEAR, int(match[1]), int(match[2]))
        else:
            date.fromisoformat(plain)
    except ValueError:
        return None
    return plain


def parse_date(text: str) -> date | None:
    """A day as `2026-12-24`; None: it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def parse_absence(text: str) -> tuple[datetime, datetime] | None:
    """An absence in local time, until before its second moment: a day, `2026-12-24..2027-01-02`
    (both days), or `2026-12-24 12:00..2026-12-24 18:00`. None: it is none, or ends before it
    begins.
    """
    match = _PERIOD.fullmatch(text)
    first, last = (match[1], match[2]) if match else (text, text)
    begin, end = _moment(first, is_end=False), _moment(last, is_end=True)
    if begin is None or end is None or begin >= end:
        return None
    return begin, end


def _moment(text: str, *, is_end: bool) -> datetime | None:
    day = parse_date(text)
    if day is not None:
        at = datetime.combine(day, datetime.min.time())
        return at + timedelta(days=1) if is_end else at
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is None else None
