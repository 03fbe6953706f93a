"""Numbers as people and systems write them, turned into values by one SQL expression per column:
currency signs, thousand separators of every country, `1.5M`, `10k`, `~40`, ranges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from leadlight.adapters.db.duckdb import text_literal
from leadlight.facts.number_words import ABOUT, AFTER, BETWEEN

Decimal = Literal["dot", "comma"]

RANGED = frozenset({"employees", "revenue", "income", "age", "budget"})
"""Attributes that other systems give as ranges (`51-200`); the lower end is taken."""

#: What marks money, before or behind it. Of codes the usual ones in any case: `foo` is none.
_MONEY = (
    r"(?:R\$|[$€£¥₹₽₴₩]|zł|kr\.?|Kč|Ft|lei|руб\.?|р\.|円|元|(?-i:[A-Z]{3})"
    r"|eur|euros?|usd|gbp|chf|pln|sek|nok|dkk|czk|huf|ron|rub|jpy|cny|inr|brl|cad|aud|try)"
)
_GROUPS = {"dot": "[, '’\u00a0\u202f]", "comma": "[. '’\u00a0\u202f]"}
_COMMA = re.compile(
    r"\d,\d{1,2}(?![\d,])|\d\.\d{3},\d|\d{4,},\d|\d,\d{4,}|\d{1,3}(\.\d{3}){2,}|^\D*0,\d"
)
_DOT = re.compile(
    r"\d\.\d{1,2}(?![\d.])|\d,\d{3}\.\d|\d{4,}\.\d|\d\.\d{4,}|\d{1,3}(,\d{3}){2,}|^\D*0\.\d"
)
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
#: Every dot has three digits behind it, as a thousand has: 3.100 and 12.500.
_DOT_GROUPS = re.compile(r"[^\d.,]*\d{1,3}(\.\d{3})+[^\d.,]*")
#: What multiplies a number, in the letters that stand behind it.
_THOUSAND = r"k|tsd\.?|teur|t€|thousand|tys\.?|тыс\.?|mil"
_MILLION = r"m|mio\.?|mn|mln|million(?:s|en|es)?|millones|milh(?:õ|o)es|млн\.?"
_BILLION = r"b|bn|mrd\.?|billion|md|млрд\.?"
_UNIT = re.compile(rf"\d\s?(?:{_THOUSAND}|{_MILLION}|{_BILLION}|万|億)(?:$|[\s+€$£/-])", re.I)
_UNITS = rf"(?:{_THOUSAND}|{_MILLION}|{_BILLION}|万|億|人|名)?"
_RANGE = re.compile(rf"\d\s*{_UNITS}\s?{_MONEY}?{BETWEEN}{_MONEY}?\s?\d", re.I)
_TAIL = re.compile(rf"\d\s*{_UNITS}\s?{_MONEY}?(?:{BETWEEN}|{AFTER})", re.I)


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a column are written."""

    plain: bool = True
    decimal: Decimal = "dot"
    settled: bool = False  # whether a cell proves which sign is the decimal one
    ranges: bool = False  # the lower end of two is taken
    tails: bool = False  # a sign or words that change nothing stand behind: 10000+, 50 people
    units: bool = False  # letters behind a number multiply it: 1.5M, 10k

    def widen(self) -> NumberStyle:
        """The same for a column of which some cell is written in another way than the sample."""
        return NumberStyle(False, self.decimal, self.settled, True, True, True)


def number_style(cells: Sequence[str], file_decimal: Decimal | None, whole: bool) -> NumberStyle:
    """How numbers are written, judged by some cells; `1.234` alone is settled by the rest of the
    file.
    """
    ranges = any(_RANGE.search(c) for c in cells)
    tails = ranges or any(_TAIL.search(c) for c in cells)
    units = any(_UNIT.search(c) for c in cells)
    decimal, settled = _decimal(cells, file_decimal, whole)
    plain = decimal == "dot" and all(_PLAIN.fullmatch(c) for c in cells)
    return NumberStyle(plain, decimal, settled, ranges, tails, units)


def _decimal(
    cells: Sequence[str], file_decimal: Decimal | None, whole: bool
) -> tuple[Decimal, bool]:
    """Which sign is the decimal one, and whether a cell proves it."""
    comma = sum(1 for c in cells if _COMMA.search(c))
    dot = sum(1 for c in cells if _DOT.search(c))
    if comma != dot:
        return ("comma" if comma > dot else "dot"), True
    if whole and has_dot_groups(cells):
        return "comma", True  # heads are counted: nobody has 1.2 of them
    if file_decimal == "comma" and not dot:
        return "comma", False
    return file_decimal or "dot", False


def has_dot_groups(cells: Sequence[str]) -> bool:
    """Whether dots stand in the cells, and always before three digits."""
    dotted = [c for c in cells if "." in c]
    return bool(dotted) and all(_DOT_GROUPS.fullmatch(c) for c in dotted)


def number_sql(x: str, style: NumberStyle, attribute: str = "") -> str:
    """A DOUBLE from the text `x`."""
    if style.plain:
        return f"(CASE WHEN isfinite(TRY_CAST({x} AS DOUBLE)) THEN TRY_CAST({x} AS DOUBLE) END)"
    group, mark = _GROUPS[style.decimal], "." if style.decimal == "dot" else ","
    other = "," if mark == "." else "."
    digits = (
        f"(?:\\d{{1,3}}(?:{group}\\d{{3}})+|\\d{{1,2}}(?:[{other}]\\d{{2}})+[{other}]\\d{{3}}|\\d+)"
        f"(?:[{mark}]\\d*)?(?:[eE][+-]?\\d+)?|[{mark}]\\d+"
    )
    unit = f"({_THOUSAND}|{_MILLION}|{_BILLION}|万|億)?" if style.units else "()"
    tail = f"(?:(?:{BETWEEN}|{AFTER}).*)?" if attribute in RANGED and style.tails else ""
    money, after = f"{_MONEY}?", f"(?:{_MONEY}|%)?"
    about = f"(?:{ABOUT}\\s*)*" if attribute in RANGED else ""
    pattern = text_literal(
        f"(?i)^{about}[(]?([-+−]?)\\s?{money}\\s?([-+−]?)({digits})\\s?{unit}\\s?{after}[)]?{tail}$"
    )
    bare = f"regexp_replace(regexp_extract({x}, {pattern}, 3), {text_literal(group)}, '', 'g')"
    if other not in group:
        bare = f"replace({bare}, '{other}', '')"
    number = f"TRY_CAST(nullif(replace({bare}, '{mark}', '.'), '') AS DOUBLE)"
    sign = f"CASE WHEN regexp_matches({x}, '^[^0-9]*[-−]|^[(].*[)]$') THEN -1 ELSE 1 END"
    times = f" * {_factor(f'regexp_extract({x}, {pattern}, 4)')}" if style.units else ""
    return f"({number} * {sign}{times})"


def _factor(unit: str) -> str:
    words = ((_THOUSAND, "1e3"), (_MILLION, "1e6"), (_BILLION, "1e9"), ("万", "1e4"), ("億", "1e8"))
    cases = " ".join(
        f"WHEN regexp_full_match({unit}, {text_literal(f'(?i){word}')}) THEN {factor}"
        for word, factor in words
    )
    return f"(CASE {cases} ELSE 1 END)"


def whole_sql(x: str, style: NumberStyle, attribute: str = "") -> str:
    """A BIGINT from the text `x`; a number with a fraction is none."""
    if style.plain:
        number = f"TRY_CAST({x} AS DOUBLE)"
        return f"(CASE WHEN {number} = floor({number}) THEN TRY_CAST({x} AS BIGINT) END)"
    number = number_sql(x, style, attribute)
    return (
        f"(CASE WHEN abs({number}) < 9e15 AND {number} = floor({number}) THEN {number}::BIGINT END)"
    )


def value_sql(x: str, style: NumberStyle, attribute: str, whole: bool, factor: float = 1) -> str:
    """The number of a column, whole or not, in the unit of the attribute."""
    if factor != 1:
        made = f"({number_sql(x, style, attribute)} * {factor!r})"
        return f"CAST(round({made}) AS BIGINT)" if whole else made
    return whole_sql(x, style, attribute) if whole else number_sql(x, style, attribute)
