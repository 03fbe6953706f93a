"""What a lead did, as a person tells it in a case: `demo_requested yesterday`, `page_viewed 3d ago,
url=/pricing, 2 times`.

    KIND [WHEN] [N times | on N days] [column=value ...]

WHEN is `3d ago`, `2 weeks ago`, `yesterday`, `today`, or a date, and without it the moment of the
case. `3 times` is three times at that moment, `on 3 days` once on each of three days, the last of
them then: rules that count once a day tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from leadlight.playbook import durations

#: A lead that does one thing more often than this is no example.
MOST_TIMES = 1_000

_UNIT = r"s|m|h|d|w|y|minutes?|hours?|days?|weeks?|years?"
_LENGTH = rf"(?:\d{{1,6}}|an?|one)\s*(?:{_UNIT})"
_AGO = re.compile(rf"(?P<length>{_LENGTH})\s+ago", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?")
_WORD = re.compile(r"\b(?:yesterday|today|now|just now)\b", re.IGNORECASE)
_TIMES = re.compile(r"\b(?:(?P<n>\d{1,6})\s*(?:times|x)|(?P<word>once|twice))\b", re.IGNORECASE)
_DAYS = re.compile(r"\bon\s+(?P<n>\d{1,6})\s+days\b", re.IGNORECASE)
_COLUMN = re.compile(
    r"""(?P<name>[A-Za-z]\w*)\s*=\s*(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^\s,]+))"""
)
_KIND = re.compile(r"\s*(?P<kind>[^\s,=]+)\s*,?")


@dataclass(frozen=True)
class ParsedActivity:
    """One line of what a lead did: the kind as written, when, how often, and the activity's columns
    as texts.
    """

    kind: str
    at: datetime
    times: int = 1
    days: int = 1
    columns: Mapping[str, str] = field(default_factory=dict)


#: An activity with its columns in their types.
TypedActivity = tuple[ParsedActivity, Mapping[str, object]]


class ActivityTextError(ValueError):
    """A line that says no activity; the message says what cannot be understood."""


def parse_activity(text: str, now: datetime) -> ParsedActivity:
    """What a line says, seen from the moment `now`. Raises `ActivityTextError`."""
    kind = _KIND.match(text)
    if kind is None:
        raise ActivityTextError("says nothing that was done")
    columns, rest = _columns(text[kind.end() :])
    days, rest = _days(rest)
    times, rest = _times(rest)
    for count in (times, days):
        if not 1 <= count <= MOST_TIMES:
            raise ActivityTextError(f"says {count:,} times, and a case takes 1 to {MOST_TIMES:,}")
    at, rest = _moment_in(rest, now)
    left = " ".join(rest.replace(",", " ").split())
    if left:
        raise ActivityTextError(
            f"says {left!r}, which is neither when, nor how often, nor column=value"
        )
    return ParsedActivity(kind["kind"], at, times, days, columns)


def _columns(text: str) -> tuple[dict[str, str], str]:
    """What stands there as column=value, and the rest of the text."""
    columns: dict[str, str] = {}
    for found in _COLUMN.finditer(text):
        values = found.group("single", "double", "bare")
        columns[found["name"]] = next(v for v in values if v is not None)
    return columns, _COLUMN.sub(" ", text)


def _days(text: str) -> tuple[int, str]:
    """On how many days, and the rest of the text."""
    found = _DAYS.search(text)
    return (int(found["n"]), _cut_out(text, found)) if found else (1, text)


def _times(text: str) -> tuple[int, str]:
    """How many times, and the rest of the text."""
    found = _TIMES.search(text)
    if found is None:
        return 1, text
    times = int(found["n"]) if found["n"] else {"once": 1, "twice": 2}[found["word"].lower()]
    return times, _cut_out(text, found)


def moment(text: str, now: datetime) -> datetime | None:
    """The moment a text names, seen from `now`, in UTC without zone; None when it names none."""
    try:
        at, rest = _moment_in(text, now)
    except ActivityTextError:
        return None
    return at if not rest.strip() and text.strip() else None


def length(text: str) -> timedelta | None:
    """How long `30d`, `2 weeks` or `a day` is; None when it is no length of time."""
    found = re.fullmatch(rf"\s*(\d{{1,6}}|an?|one)\s*({_UNIT})\s*", text, re.IGNORECASE)
    if not found:
        return None
    n = found[1] if found[1].isdigit() else "1"
    seconds = durations.seconds(f"{n}{found[2][0]}")
    return None if seconds is None else timedelta(seconds=seconds)


def _moment_in(text: str, now: datetime) -> tuple[datetime, str]:
    """The moment that a text names, and the rest of the text."""
    if ago := _AGO.search(text):
        return _moment_ago(ago, now), _cut_out(text, ago)
    if date := _DATE.search(text):
        return _date(date[0]), _cut_out(text, date)
    if word := _WORD.search(text):
        back = timedelta(days=1 if word[0].lower() == "yesterday" else 0)
        return now - back, _cut_out(text, word)
    return now, text


def _moment_ago(ago: re.Match[str], now: datetime) -> datetime:
    back = length(ago["length"])
    if back is None:
        raise ActivityTextError(f"says {ago[0]!r}, which is no length of time")
    try:
        return now - back
    except OverflowError:
        raise ActivityTextError(f"says {ago[0]!r}, which is before the calendar begins") from None


def _date(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ActivityTextError(f"says {text!r}, which is no date") from None
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _cut_out(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
