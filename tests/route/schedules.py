"""Random calendars, and business time counted minute by minute: slow, and too simple to be wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leadlight.route.roster.spec import Calendar, Spans

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland", "Pacific/Apia", "America/St_Johns",
)  # fmt: skip
COUNTRIES = ("", "DE", "DE-BE", "US", "BR", "GB")
#: Days around which something happens: clocks, leap days, the turn of a year, a day that never was.
DAYS = (
    date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4),
    date(2028, 2, 29), date(2024, 2, 28), date(2026, 12, 31), date(2026, 12, 24), date(2011, 12, 30), date(2027, 9, 26),
)  # fmt: skip
MINUTE = timedelta(minutes=1)


def random_spans(rng: random.Random) -> Spans:
    """Up to three stretches of a day, on whole minutes."""
    edges = sorted(
        rng.sample(range(0, 24 * 60 + 1, rng.choice((1, 5, 30))), 2 * rng.choice((0, 1, 1, 2, 3)))
    )
    return tuple((60 * a, 60 * b) for a, b in zip(edges[::2], edges[1::2], strict=True))


def random_schedule(rng: random.Random) -> tuple[Calendar, datetime, datetime]:
    """A calendar, and two moments of UTC at most four days from each other, near a day of interest."""
    near = (
        rng.choice(DAYS)
        if rng.random() < 0.7
        else date(rng.randint(1990, 2040), rng.randint(1, 12), rng.randint(1, 28))
    )
    middle = datetime(near.year, near.month, near.day)
    special = (
        {rng.choice((near.isoformat(), near.isoformat()[5:])): random_spans(rng)}
        if rng.random() < 0.4
        else {}
    )
    away = ()
    if rng.random() < 0.4:
        begin = middle + timedelta(minutes=rng.randint(-2000, 2000))
        away = ((begin, begin + timedelta(minutes=rng.randint(1, 2000))),)
    calendar = Calendar(
        rng.choice(ZONES), tuple(random_spans(rng) for _ in range(7)), rng.choice(COUNTRIES), tuple(special.items()), away
    )  # fmt: skip
    first, last = sorted(
        middle + timedelta(seconds=rng.randint(-2 * 86_400, 2 * 86_400)) for _ in range(2)
    )
    return calendar, first, last


def is_open(calendar: Calendar, at: datetime, holidays: frozenset[date]) -> bool:
    """Whether somebody works in a minute of UTC, by the clock on the wall; absences are looked at elsewhere."""
    local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(calendar.zone))
    second = 3600 * local.hour + 60 * local.minute
    special, name = dict(calendar.special), local.date().isoformat()
    if name in special:
        spans = special[name]
    elif name[5:] in special:
        spans = special[name[5:]]
    elif local.date() in holidays:
        spans = ()
    else:
        spans = calendar.week[local.weekday()]
    return any(a <= second < b for a, b in spans)


def open_minutes(
    calendar: Calendar, first: datetime, last: datetime, holidays: frozenset[date]
) -> Iterator[datetime]:
    """Each open minute from the one in which `first` lies until the one in which `last` does."""
    zone, at = ZoneInfo(calendar.zone), first.replace(second=0) - timedelta(days=3)
    seen = [[False, False] for _ in calendar.away]
    while at <= last:
        local = at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        for n, (begin, end) in enumerate(calendar.away):
            seen[n][0] |= begin <= local
            seen[n][1] |= end <= local
        absent = any(began and not ended for began, ended in seen)
        if at >= first.replace(second=0) and not absent and is_open(calendar, at, holidays):
            yield at
        at += MINUTE


def count(minutes: Sequence[datetime], first: datetime, last: datetime) -> int:
    """The business seconds between two moments, out of the open minutes around them."""
    return sum(
        int((min(at + MINUTE, last) - max(at, first)).total_seconds())
        for at in minutes
        if at < last
    )
