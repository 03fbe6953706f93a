"""When somebody may next be called: the hours of a playbook's limits, on the lead's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.nurture.writing_hours import WritingHours, zones_by_country
from leadlight.playbook.spec import Limits

_STEP = timedelta(minutes=15)
#: So far ahead is looked: over the longest holidays.
_FURTHEST = timedelta(days=14)


@dataclass(frozen=True)
class ContactWindow:
    """The time zone of a country (that in which most of its people live) and the next hours in
    which its people are called, in UTC: the window that is open now, else the next one.

    Where a country has several zones, it is day in all of them within the window. `opens` is None
    where no window comes within two weeks.
    """

    country: str | None
    zone: str
    is_open: bool
    opens: datetime | None
    closes: datetime | None


def contact_window(country: str | None, limits: Limits, now: datetime) -> ContactWindow:
    """The window of a country (None: not known, then the day is that of the limits' own zone)."""
    zone = zones_by_country().get((country or "").upper(), (limits.zone,))[0]
    opens = _next(country, limits, now, True)
    closes = None if opens is None else _next(country, limits, opens, False)
    return ContactWindow(country, zone, opens == now, opens, closes)


def _next(country: str | None, limits: Limits, since: datetime, is_open: bool) -> datetime | None:
    """The first moment from `since` on at which it is (or is not) a time to call, to a quarter of
    an hour.
    """
    at = since
    while at < since + _FURTHEST:
        if WritingHours(limits, at).is_open(country) is is_open:
            return at
        at = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + _STEP
    return None
