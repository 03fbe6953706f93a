"""Dates as people and systems write them, turned into moments by one SQL expression per column."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from leadlight.adapters.db.duckdb import text_literal
from leadlight.facts.vocabulary import LANGUAGES, language

Order = Literal["dmy", "mdy"]

_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[T ]+(.+))?")
_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d")
_CLOCK_WORD = re.compile(r"\d\s*(?:Uhr|h)$|\s(?:à|um)\s")
_NOON = re.compile(r"\d\s?[ap]\.?m\b", re.I)
_TIMES = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S/%f",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %I:%M%p",
    " %I:%M:%S%p",
    " %I%p",
    " %I %p",
)
_NAMED = (
    "%d %b %Y",
    "%d %B %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%a %d %b %Y",
    "%a %b %d %Y",
    "%A %d %B %Y",
    "%A %B %d %Y",
)
#: Minutes east of Greenwich of the zones that exports name by letters.
_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "CET": 60,
    "CEST": 120,
    "MEZ": 60,
    "MESZ": 120,
    "BST": 60,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "JST": 540,
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
}
_OFFSET = r"\s?(?:GMT|UTC)\s?([+-])(\d{1,2}):?(\d{2})?$"
_ZONED = re.compile(
    rf"\d\s?(?:[AaPp]\.?[Mm]\.?\s?)?(?:{'|'.join(_ZONES)}|(?:GMT|UTC)\s?[+-]\d{{1,2}}(?::?\d\d)?)$"
)
#: The month and the letters with which English writes it.
_ENGLISH = {month.lower(): month[:3] for month in calendar.month_name if month}
#: Between these numbers lie the days from 1954 to 2119 as a spreadsheet counts them.
_SERIALS = (20_000, 80_000)


@dataclass(frozen=True)
class Shapes:
    """Which ways of writing a date occur in a column, judged by some of its cells. `months` are the
    names of months that are no English ones, each with its English letters.
    """

    iso: bool = False
    numeric: bool = False
    slashes: bool = False  # the kind of which nobody knows whether the day or the month comes first
    named: bool = False
    digits: bool = False
    noon: bool = False  # AM or PM occurs
    year_first: bool = False  # a year in front and AM or PM, or dots, behind
    zoned: bool = False  # a zone stands behind the time
    ideographs: bool = False  # 2026年11月1日
    months: tuple[tuple[str, str], ...] = ()
    clock_words: bool = False  # a word stands behind or before the time: 14:30 Uhr, à 14:30

    @property
    def several(self) -> bool:
        return self.iso + self.numeric + self.named + self.digits + self.year_first > 1


ALL = Shapes(True, True, True, True, True, True, True, True, True, clock_words=True)


@cache
def _month_words() -> dict[str, str]:
    """A name of a month as a cell has it, in lower case -> its English letters."""
    found: dict[str, str] = {}
    for code in LANGUAGES:
        for month, words in language(code).sections.get("months", {}).items():
            for word in words:
                found.setdefault(word.casefold(), _ENGLISH[month])
    return found


def _foreign_months(cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The names of months in the cells that are not English as they stand."""
    words = {w for c in cells for w in re.findall(r"[^\W\d_]{3,}", c)}
    known = {w: _month_words()[w.casefold()] for w in words if w.casefold() in _month_words()}
    english = {w.casefold() for w in (*_ENGLISH, *_ENGLISH.values())}
    return tuple(sorted((w, e) for w, e in known.items() if w.casefold() not in english))


def shapes(cells: Sequence[str]) -> Shapes:
    """The ways of writing dates that occur in the cells."""
    kinds = {_kind(c) for c in cells}
    numeric = [m for c in cells if (m := _NUMERIC.fullmatch(c))]
    noon = any(_NOON.search(c) for c in cells)
    months = _foreign_months(cells) if "named" in kinds else ()
    return Shapes(
        iso="iso" in kinds,
        numeric=bool(numeric),
        slashes=any(m[2] != "." for m in numeric),
        named="named" in kinds,
        digits="digits" in kinds,
        noon=noon,
        year_first="year_first" in kinds,
        zoned=any(_ZONED.search(c) for c in cells),
        ideographs=any("年" in c for c in cells),
        months=months,
        clock_words=any(_CLOCK_WORD.search(c) for c in cells),
    )


def _kind(cell: str) -> str:
    """How a cell writes its date."""
    if _YEAR_FIRST.match(cell):
        dotted = cell[4] == "." or _NOON.search(cell) or _ZONED.search(cell)
        return "year_first" if dotted else "iso"
    if "年" in cell:
        return "year_first"
    if _NUMERIC.fullmatch(cell):
        return "numeric"
    if re.fullmatch(r"\d+([.,]\d+)?", cell):
        return "digits"
    return "named" if re.search(r"[^\W\d_]{3}", cell) else ""


def moment_sql(x: str, found: Shapes, order: Order, zone: str | None = None) -> str:
    """An expression that turns the trimmed text `x` into a UTC moment, or NULL where it is none.
    A local time is one of `zone` (UTC).
    """
    local, offset = (_without_zone(x), _offset_minutes(x)) if found.zoned else (x, "")
    parts = [*_iso(x, found, zone), *_by_format(local, found, order, offset, zone)]
    if found.digits:
        parts.append(_digits(x))
    if not parts:
        return "NULL::TIMESTAMP"
    made = parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"
    return f"(CASE WHEN strlen({x}) BETWEEN 5 AND 64 THEN {made} END)"


def _iso(x: str, found: Shapes, zone: str | None) -> list[str]:
    if not found.iso:
        return []
    clock = f"NOT suffix({x}, 'M') AND NOT suffix({x}, 'm')"  # 9:14 PM would be read as 9:14
    moment = f"make_timestamp(epoch_us(TRY_CAST({x} AS TIMESTAMPTZ)))"
    if zone:
        stated = f"regexp_matches({x}, '(?:Z|UTC|[+-]\\d\\d:?(?:\\d\\d)?)$') AND strlen({x}) > 10"
        local = f"timezone('UTC', timezone({text_literal(zone)}, {moment}))"
        moment = f"CASE WHEN {stated} THEN {moment} ELSE {local} END"
    return [f"CASE WHEN {x} >= '0' AND {x} < ':' AND {clock} THEN {moment} END"]


def _by_format(x: str, found: Shapes, order: Order, offset: str, zone: str | None) -> list[str]:
    """The ways of writing that are read by a format: numbers apart, a year in front, names."""
    parts: list[str] = []
    if found.year_first:
        text = f"replace(translate({x}, '.-年月T', '//// '), '日', ' ')"
        text = f"trim(replace({text}, '  ', ' '))"
        parts.append(_strptime(text, [f"%Y/%m/%d{time}" for time in _TIMES]))
    if found.numeric:
        first, second = ("%d", "%m") if order == "dmy" else ("%m", "%d")
        formats = [f"{first}/{second}/{year}{time}" for year in ("%y", "%Y") for time in _TIMES]
        text = numeric_text(x)
        parts.append(_strptime(_without_words(text) if found.clock_words else text, formats))
    if found.named:
        formats = [f"{day}{time}" for day in _NAMED for time in _TIMES if "/" not in time]
        text = _in_english(x, found.months)
        parts.append(_strptime(_without_words(text) if found.clock_words else text, formats))
    return [_in_utc(part, offset, zone) for part in parts]


def _strptime(text: str, formats: Sequence[str]) -> str:
    return f"try_strptime({text}, [{', '.join(map(text_literal, formats))}])::TIMESTAMP"


def _in_english(x: str, months: Sequence[tuple[str, str]]) -> str:
    """A date with the English name of its month and without what stands between."""
    flat = f"replace(replace({x}, ',', ''), '.', '')"
    for word, english in months:
        pattern = text_literal(r"(^|[^\pL])" + re.escape(word))
        flat = f"regexp_replace({flat}, {pattern}, '\\1{english}', 'i')"
    if months:
        flat = f"regexp_replace({flat}, '\\s+(?:de|del|г|года)(\\s|$)', '\\1', 'g')"
        flat = f"trim(regexp_replace({flat}, '\\s+', ' ', 'g'))"
    return flat


def _in_utc(part: str, offset: str, zone: str | None) -> str:
    if offset:
        return f"({part} - to_minutes(CAST(coalesce({offset}, 0) AS BIGINT)))"
    if zone:
        return f"timezone('UTC', timezone({text_literal(zone)}, {part}))"
    return part


def _without_zone(x: str) -> str:
    names = "|".join(_ZONES)
    without_offset = f"regexp_replace({x}, '{_OFFSET}', '')"
    return f"trim(regexp_replace({without_offset}, '\\s?(?:{names})$', ''))"


def _offset_minutes(x: str) -> str:
    """How many minutes a zone behind the time is east of Greenwich."""
    sign = f"CASE WHEN regexp_extract({x}, '{_OFFSET}', 1) = '-' THEN -1 ELSE 1 END"
    hours, minutes = (f"TRY_CAST(regexp_extract({x}, '{_OFFSET}', {i}) AS INTEGER)" for i in (2, 3))
    by_number = f"{sign} * ({hours} * 60 + coalesce({minutes}, 0))"
    named = " ".join(
        f"WHEN suffix({x}, '{name}') THEN {minutes}"
        for name, minutes in sorted(_ZONES.items(), key=lambda z: -len(z[0]))
    )
    return f"CASE WHEN {hours} IS NOT NULL THEN {by_number} {named} END"


def numeric_text(x: str) -> str:
    """A numeric date with one sort of separator: `15.03.2024, 14:30` as `15/03/2024 14:30`."""
    return f"replace(replace(translate({x}, '.-T', '// '), ',', ''), '  ', ' ')"


def _without_words(x: str) -> str:
    """A date without the words around its time: `14:30 Uhr`, `à 14:30`."""
    behind = f"regexp_replace({x}, '\\s*(?:Uhr|h)$', '')"
    return f"regexp_replace({behind}, '\\s+(?:à|um)\\s+', ' ')"


def _digits(x: str) -> str:
    """Seconds, milliseconds or microseconds since 1970, a day as YYYYMMDD, or a spreadsheet's count
    of days since 1899-12-30, by the number of digits.
    """
    number = f"TRY_CAST(replace({x}, ',', '.') AS DOUBLE)"
    low, high = _SERIALS
    return (
        f"CASE WHEN NOT regexp_full_match({x}, '\\d+([.,]\\d+)?') THEN NULL "
        f"WHEN length({x}) = 8 AND NOT contains({x}, '.') AND NOT contains({x}, ',')"
        f" THEN try_strptime({x}, '%Y%m%d')::TIMESTAMP "
        f"WHEN {number} >= 1e17 THEN NULL "
        f"WHEN {number} >= 1e14 THEN make_timestamp({number}::BIGINT) "
        f"WHEN {number} >= 1e11 THEN make_timestamp(({number} * 1000)::BIGINT) "
        f"WHEN {number} >= 1e8 THEN make_timestamp(({number} * 1000000)::BIGINT) "
        f"WHEN {number} BETWEEN {low} AND {high} THEN TIMESTAMP '1899-12-30'"
        f" + to_seconds(round({number} * 86400)) END"
    )


def order_sql(x: str) -> tuple[str, str]:
    """Two aggregates over a column: how many dates must begin with the day, and how many with the
    month.
    """
    text = numeric_text(x)
    fits = f"regexp_matches({x}, '^\\d{{1,2}}[./-]\\d{{1,2}}[./-]\\d{{2}}')"
    first, second = (f"TRY_CAST(split_part({text}, '/', {i}) AS INTEGER)" for i in (1, 2))
    return (
        (
            f"count(*) FILTER (WHERE {fits} AND {first} BETWEEN 13 AND 31 AND {second} BETWEEN 1"
            " AND 12)"
        ),
        (
            f"count(*) FILTER (WHERE {fits} AND {second} BETWEEN 13 AND 31 AND {first} BETWEEN 1"
            " AND 12)"
        ),
    )
