from __future__ import annotations

import os
import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from leadlight.route.business_time import (
    add_business_time,
    business_time,
    holidays_of,
    hours_of,
    is_open,
)
from leadlight.route.roster.spec import Calendar
from tests.route.schedules import count, open_minutes, random_schedule

NINE_TO_SIX = ((9 * 3600, 12 * 3600), (13 * 3600, 18 * 3600))
WEEK = (NINE_TO_SIX,) * 5 + ((), ())
BERLIN = Calendar("Europe/Berlin", WEEK, "DE-BE", (("12-24", ((9 * 3600, 12 * 3600),)),))
#: `make schedules` draws ten thousand.
SCHEDULES = int(os.environ.get("SCHEDULES", "25"))


def test_business_time_is_what_a_count_minute_by_minute_gives() -> None:
    """Random calendars around the nights in which clocks change, leap days, holidays and absences."""
    rng = random.Random(20)
    for n in range(SCHEDULES):
        calendar, first, last = random_schedule(rng)
        holidays = holidays_of(calendar.country, first.year - 1, last.year + 1)
        minutes = list(open_minutes(calendar, first, last, holidays))
        counted = count(minutes, first, last)
        assert business_time(calendar, first, last).total_seconds() == counted, (
            n,
            calendar,
            first,
            last,
        )
        assert business_time(calendar, last, first).total_seconds() == -counted
        if counted:
            end = add_business_time(calendar, first, timedelta(seconds=counted))
            assert end is not None
            assert end <= last, (n, calendar, first, last)
            assert count(minutes, first, end) == counted, (n, calendar, first, last)
            assert count(minutes, first, end - timedelta(seconds=1)) == counted - 1


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-11-27 15:30", 1, "2026-11-27 16:30"),
        ("2026-11-27 16:30", 1, "2026-11-30 08:30"),
        ("2026-11-27 10:30", 1, "2026-11-27 12:30"),
        ("2026-11-28 03:00", 0, "2026-11-30 08:00"),
        ("2026-12-24 10:30", 1, "2026-12-28 08:30"),
        ("2026-03-27 16:30", 1, "2026-03-30 07:30"),
        ("2026-10-23 15:30", 1, "2026-10-26 08:30"),
    ],
    ids=["a day", "a weekend", "lunch", "opening", "half holiday", "clocks forward", "clocks back"],
)  # fmt: skip
def test_an_hour_of_business_time(begin: str, hours: int, end: str) -> None:
    """Friday, half past five in Berlin: an hour later it is Monday, half past nine."""
    at = add_business_time(BERLIN, datetime.fromisoformat(begin), timedelta(hours=hours))
    assert at == datetime.fromisoformat(end)


def test_a_department_that_never_works_has_no_end() -> None:
    """Nobody ever works: nothing is ever late, and no moment is made up."""
    never = Calendar("UTC", ((),) * 7)
    assert add_business_time(never, datetime(2026, 1, 1), timedelta(hours=1)) is None
    assert business_time(never, datetime(2026, 1, 1), datetime(2027, 1, 1)) == timedelta()
    assert not is_open(never, datetime(2026, 1, 1))


def test_a_shift_that_is_open_once_in_four_years() -> None:
    """Open on 29 February only: an hour that begins in March 2025 ends in 2028."""
    leap = Calendar("UTC", ((),) * 7, special=(("02-29", ((0, 7200),)),))
    end = add_business_time(leap, datetime(2025, 3, 1), timedelta(hours=1))
    assert end == datetime(2028, 2, 29, 1)


def test_many_moments_are_reckoned_as_each_alone() -> None:
    """A thousand moments at once, and each by itself."""
    hours = hours_of(BERLIN, 2026, 2026)
    begins = [datetime(2026, 3, 1) + timedelta(seconds=5_000 * n) for n in range(1000)]
    at = np.array(begins, dtype="datetime64[s]").astype(np.int64)
    ends = hours.instant(hours.seconds_until(at) + 3_600).astype("datetime64[s]").tolist()
    alone = [add_business_time(BERLIN, begin, timedelta(hours=1)) for begin in begins[::50]]
    assert ends[::50] == alone
