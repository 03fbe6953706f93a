"""Dates as people and systems write them, turned into moments by one SQL expression per column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from leadlight.adapters.db.duckdb import text_literal

Order = Literal["dmy", "mdy"]

_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[T ]+(.+))?")
_TIMES = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %H:%M:%S/%f",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %I:%M%p",
    " %I:%M:%S%p",
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
)


@dataclass(frozen=True)
class Shapes:
    """Which ways of writing a date occur in a column, judged by some of its cells."""

    iso: bool = False
    numeric: bool = False
    slashes: bool = False  # the kind of which nobody knows whether the day or the month comes first
    named: bool = False
    digits: bool = False
    noon: bool = False  # AM or PM occurs

    @property
    def several(self) -> bool:
        return self.iso + self.numeric + self.named + self.digits > 1


ALL = Shapes(True, True, True, True, True, True)


def shapes(cells: Sequence[str]) -> Shapes:
    """The ways of writing dates that occur in the cells."""
    iso = numeric = slashes = named = digits = noon = False
    for c in cells:
        if re.match(r"\d{4}[-/]\d{1,2}[-/]\d", c):
            iso = True
        elif m := _NUMERIC.fullmatch(c):
            numeric = True
            slashes = slashes or m[2] != "."
            noon = noon or bool(m[5] and re.search(r"[ap]\.?m", m[5], re.I))
        elif re.fullmatch(r"\d+(\.\d+)?", c):
            digits = True
        elif re.search(r"[A-Za-z]{3}", c):
            named = True
    return Shapes(iso, numeric, slashes, named, digits, noon)


def moment_sql(x: str, found: Shapes, order: Order) -> str:
    """An expression that turns the trimmed text `x` into a UTC moment, or NULL where it is none."""
    parts = []
    if found.iso:
        clock = f"NOT suffix({x}, 'M') AND NOT suffix({x}, 'm')"  # 9:14 PM would be read as 9:14
        parts.append(
            f"CASE WHEN {x} >= '0' AND {x} < ':' AND {clock} "
            f"THEN make_timestamp(epoch_us(TRY_CAST({x} AS TIMESTAMPTZ))) END"
        )
    if found.numeric:
        first, second = ("%d", "%m") if order == "dmy" else ("%m", "%d")
        texts = [f"{first}/{second}/{year}{time}" for year in ("%y", "%Y") for time in _TIMES]
        parts.append(
            f"try_strptime({numeric_text(x)}, [{', '.join(map(text_literal, texts))}])::TIMESTAMP"
        )
    if found.named:
        texts = [f"{day}{time}" for day in _NAMED for time in _TIMES if "/" not in time]
        flat = f"replace(replace({x}, ',', ''), '.', '')"
        parts.append(f"try_strptime({flat}, [{', '.join(map(text_literal, texts))}])::TIMESTAMP")
    if found.digits:
        parts.append(_digits(x))
    if not parts:
        return "NULL::TIMESTAMP"
    made = parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"
    return f"(CASE WHEN strlen({x}) BETWEEN 5 AND 64 THEN {made} END)"


def numeric_text(x: str) -> str:
    """A numeric date with one sort of separator: `15.03.2024, 14:30` as `15/03/2024 14:30`."""
    return f"replace(replace(translate({x}, '.-T', '// '), ',', ''), '  ', ' ')"


def _digits(x: str) -> str:
    """Seconds, milliseconds or microseconds since 1970, or a day as YYYYMMDD, by the number of
    digits.
    """
    number = f"TRY_CAST({x} AS DOUBLE)"
    return (
        f"CASE WHEN NOT regexp_full_match({x}, '\\d+(\\.\\d+)?') THEN NULL "
        f"WHEN length({x}) = 8 THEN try_strptime({x}, '%Y%m%d')::TIMESTAMP "
        f"WHEN {number} >= 1e17 THEN NULL "
        f"WHEN {number} >= 1e14 THEN make_timestamp({number}::BIGINT) "
        f"WHEN {number} >= 1e11 THEN make_timestamp(({number} * 1000)::BIGINT) "
        f"WHEN {number} >= 1e8 THEN make_timestamp(({number} * 1000000)::BIGINT) END"
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
