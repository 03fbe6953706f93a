"""In which hours a lead is written to: those of its own day, on its working days.

A country with several zones is written to when it is day in all of them; where that is never, by
the zone in which most of its people live.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from holidays import country_holidays

from leadlight.playbook.spec import DAYS, Limits


@cache
def zones_by_country() -> Mapping[str, tuple[str, ...]]:
    """The time zones of each country (two letters), the one with most people first."""
    found: dict[str, list[str]] = {}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


class WritingHours:
    """Whether leads of a country may be written to at a moment (UTC without zone)."""

    def __init__(self, limits: Limits, now: datetime) -> None:
        self._limits, self._now = limits, now.replace(tzinfo=UTC)
        self._by_country: dict[str | None, bool] = {}

    def is_open(self, country: str | None) -> bool:
        """Whether it is a time to write to a lead of that country (None: not known)."""
        found = self._by_country.get(country)
        if found is None:
            found = self._by_country[country] = self._look(country)
        return found

    def _look(self, country: str | None) -> bool:
        zones = zones_by_country().get((country or "").upper(), ())
        if not zones:
            return self._is_open_in(self._limits.zone, None)
        offsets = [self._offset(zone) for zone in zones]
        spread = max(offsets) - min(offsets)
        if spread >= (self._limits.end - self._limits.begin) * 60:
            zones = zones[:1]
        return all(self._is_open_in(zone, (country or "").upper()) for zone in zones)

    def _offset(self, zone: str) -> int:
        offset = self._now.astimezone(ZoneInfo(zone)).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    def _is_open_in(self, zone: str, country: str | None) -> bool:
        local = self._now.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        if not self._limits.begin <= minute < self._limits.end:
            return False
        if DAYS[local.weekday()] not in self._limits.days:
            return False
        return country is None or not _is_holiday(country, local.date())


@cache
def _is_holiday(country: str, day: date) -> bool:
    try:
        return day in country_holidays(country, years=day.year)
    except NotImplementedError:
        return False  # a country whose holidays nobody wrote down
