"""The keys of a roster that say when somebody works: zone, country, hours, special_days, away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.problems import did_you_mean
from leadlight.route.roster.hours import (
    overlap,
    parse_absence,
    parse_days,
    parse_spans,
    parse_special_day,
)
from leadlight.route.roster.spec import Calendar, Spans

CALENDAR_KEYS = ("zone", "country", "hours", "special_days")
_HOURS = "Write 09:00-12:30, 13:30-18:00, or `all day`, or `closed`."


def read_calendar(r: Reader, node: Node, usual: Calendar) -> Calendar:
    """The calendar that a mapping says; what it does not say is as usual."""
    zone, country = _zone(r, node), _country(r, node)
    hours = node.get("hours")
    special = node.get("special_days")
    return replace(
        usual,
        zone=zone or usual.zone,
        country=usual.country if country is None else country,
        week=usual.week if hours is None else _week(r, hours),
        special=usual.special if special is None else _special_days(r, special),
        away=_absences(r, node.get("away")) or usual.away,
    )


def _zone(r: Reader, node: Node) -> str | None:
    name = r.text(node, "zone")
    if name is None or _is_zone(name):
        return name
    hint = did_you_mean(name, available_timezones()) or "Write one such as Europe/Berlin."
    r.fault("unknown-zone", f"{name!r} is no time zone.", node.get("zone") or node, hint)
    return None


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _country(r: Reader, node: Node) -> str | None:
    text = r.text(node, "country")
    if text is None:
        return None
    country, _, part = text.strip().upper().partition("-")
    if country == "NONE":
        return ""
    parts = _countries().get(country)
    where = node.get("country") or node
    if parts is None:
        hint = "Write its two letters, such as DE, or `none`."
        r.fault("unknown-country", f"The holidays of {text!r} are not known.", where, hint)
        return None
    if part and part not in parts:
        known = f"Known of {country}: {', '.join(parts)}." if parts else f"Write {country}."
        r.fault("unknown-country", f"{country} has no part {part!r}.", where, known)
        return None
    return f"{country}-{part}" if part else country


@cache
def _countries() -> dict[str, list[str]]:
    from holidays import list_supported_countries

    return dict(list_supported_countries(include_aliases=False))


def _week(r: Reader, node: Node) -> tuple[Spans, ...]:
    """The hours of each weekday; a day that is not named is free."""
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    if node.pairs is None:
        r.fault("not-hours", "hours is a mapping of days.", node, "Write {mon-fri: 09:00-17:00}.")
        return ((),) * 7
    for key, key_node, value in node.entries():
        days, spans = parse_days(key), parse_spans(value.text or "")
        if days is None:
            hint = "Write mon, mon-fri or `mon, wed, fri`."
            r.fault("not-a-day", f"{key!r} is no day of the week.", key_node, hint)
        elif spans is None:
            said = value.text or "nothing"
            r.fault("not-hours", f"{said!r} are no hours.", value, _HOURS)
        else:
            for day in days:
                week[day] += spans[0]
                week[(day + 1) % 7] += spans[1]
    found = tuple(tuple(sorted(spans)) for spans in week)
    if any(overlap(spans) for spans in found):
        r.fault("not-hours", "Two stretches of one day overlap.", node, "Join them to one.")
    return found


def _special_days(r: Reader, node: Node) -> tuple[tuple[str, Spans], ...]:
    found: dict[str, Spans] = {}
    for key, key_node, value in r.mapping(node, "special_days"):
        day, spans = parse_special_day(key), parse_spans(value.text or "")
        if day is None:
            hint = "Write 12-24 for each year, or 2026-12-24."
            r.fault("not-a-day", f"{key!r} is no day.", key_node, hint)
        elif spans is None or spans[1] or overlap(spans[0]):
            said = value.text or "nothing"
            r.fault("not-hours", f"{said!r} are no hours of one day.", value, _HOURS)
        else:
            found[day] = spans[0]
    return tuple(sorted(found.items()))


def _absences(r: Reader, node: Node | None) -> tuple[tuple[datetime, datetime], ...]:
    if node is None or node.is_blank:
        return ()
    found = []
    for item in node.items if node.items is not None else (node,):
        absence = parse_absence(item.text or "")
        if absence is None:
            said = f"{item.text or 'nothing'!r} is no absence, or it ends before it begins."
            hint = "Write 2026-12-24, or 2026-12-24..2027-01-02."
            r.fault("not-an-absence", said, item, hint)
        else:
            found.append(absence)
    return tuple(sorted(found))
