"""What a column holds, judged by looking at some of its cells: addresses, numbers, dates, answers,
or plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice

from leadlight.facts.answers import no_words, yes_words
from leadlight.facts.catalog import Type
from leadlight.facts.missing_values import is_missing
from leadlight.facts.number_words import ABOUT, AFTER, BETWEEN


class ContentType(StrEnum):
    """What most cells of a column look like."""

    EMPTY = "empty"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    MOMENT = "moment"
    YES_NO = "yes_no"
    WHOLE = "whole"
    NUMBER = "number"
    TEXT = "text"


EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]{2,}>?")
PHONE = re.compile(
    r"(?:p:|tel:)?'?(?=(?:\D*\d){7,15}\D*$)(?:\+[\d ().\-/]+|\(?0[\d ().\-/]*|\(?\d{2,4}\)?["
    r" .\-/][\d ().\-/]+)"
)
URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
WHOLE = re.compile(r"[+-]?\d{1,18}")
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
GROUPED = re.compile(
    r"[-+]?[$€£¥₹₽]?\s?[-+]?\d{1,3}(?:([.,'"
    r" \u00a0\u202f])\d{3})+(?:[.,]\d+)?\s?(?:[$€£¥₹₽%]|[A-Z]{3})?"
    r"|[-+]?[$€£¥₹₽]\s?\d+(?:[.,]\d+)?|[-+]?\d+(?:[.,]\d+)?\s?(?:[$€£¥₹₽%]|EUR|USD|GBP|CHF)"
)
_CLOCK = r"(?:,?[T ]+\d{1,2}(?::\d{2}|\s?[AaPp]\.?[Mm]).*)?"
MOMENT = re.compile(
    rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_CLOCK}|\d{{4}}年\d{{1,2}}月\d{{1,2}}日.*"
    rf"|\d{{1,2}}([./-])\d{{1,2}}\1(?:\d{{4}}|\d{{2}}){_CLOCK}"
    r"|(?:[^\W\d_]{2,9}\.?,? )?\d{1,2}\.?[ -](?:de )?[^\W\d_]{3,12}\.?,?[ -](?:de )?\d{2,4}\b.*"
    r"|(?:[^\W\d_]{2,9}\.?,? )?[^\W\d_]{3,12}\.? \d{1,2}, ?\d{4}\b.*"
)


_COIN = r"(?:\s?(?:[^\w\s]{1,2}|(?-i:[A-Z]{2,3}\$?)|eur|usd|zł|kr)\s?)?"
_ROUGH = rf"{_COIN}\d[\d., ]*(?:[kmb]\b|Mio\.?|Tsd\.?|mln)?{_COIN}"
#: A time of the day with nothing behind it that names a zone.
_LOCAL = re.compile(
    r".*\d(?::\d{2}){1,2}(?:[.,]\d+)?\s?(?:[AaPp]\.?[Mm]\.?|Uhr|h)?|.*\d\s?[AaPp]\.?[Mm]\.?"
)


def has_local_times(cells: Sequence[str]) -> bool:
    """Whether some cell is a time of a day that states no zone; a day alone is none."""
    return any(_LOCAL.fullmatch(c.strip()) and not _OFFSET.search(c) for c in cells)


#: `+02:00` behind a time; the hyphens of a day are none.
_OFFSET = re.compile(r":\d{2}(?:[.,]\d+)?\s?[+-]\d{2}:?(?:\d{2})?$")


@cache
def _forms() -> dict[Type, re.Pattern[str]]:
    """What the cells of each type look like."""
    number = re.compile(
        rf"{NUMBER.pattern}|{GROUPED.pattern}|(?:{ABOUT}\s*)*{_ROUGH}(?:{BETWEEN}{_ROUGH}.*|{AFTER}.*"
        r"|\s*[-–<>].*)?"
        r"|\D{0,4}\d[\d., ]*\s?(?:[kKmMbB]|Mio\.?|Mrd\.?|Tsd\.?|bn|mn|mln)\D{0,4}",
        re.I,
    )
    return {
        Type.MOMENT: re.compile(
            rf"{MOMENT.pattern}|\d{{5}}(?:[.,]\d+)?|\d{{8}}|\d{{9,10}}(?:\.\d+)?|\d{{12,13}}|\d{{16}}"
        ),
        Type.YES_NO: re.compile("|".join(map(re.escape, (*yes_words(), *no_words()))), re.I),
        Type.WHOLE: number,
        Type.NUMBER: number,
    }


def fit(cells: Sequence[str], wanted: Type, attribute: str = "") -> float:
    """The share of the cells, missing ones aside, that could become that type; 1 when there is
    none.
    """
    given = [c.strip() for c in cells if not is_missing(c, attribute)]
    form = _forms().get(wanted)
    return _share(given, form) if given and form is not None else 1.0


@dataclass(frozen=True)
class ColumnSample:
    """A column of a file as a mapping sees it: its header, some of its cells, and its type when the
    file states one. `repeats` is how many rows of the whole file a value stands in, where that was
    counted.
    """

    header: str
    cells: tuple[str, ...] = ()
    stated: Type | None = None
    repeats: float | None = None


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(1 for c in cells if pattern.fullmatch(c)) / len(cells)


def content_type(cells: Sequence[str]) -> ContentType:
    """What the cells look like; a type is named only when every one of them fits it."""
    given = [c.strip() for c in cells if not is_missing(c, own=True)]
    if not given:
        return ContentType.EMPTY
    if _share(given, EMAIL) >= 0.6:
        return ContentType.EMAIL
    if _are_answers(given):
        return ContentType.YES_NO
    number = _number_type(given)
    if number is not None:
        return number
    if _share(given, MOMENT) == 1:
        return ContentType.MOMENT
    if _share(given, PHONE) >= 0.8:
        return ContentType.PHONE
    return ContentType.URL if _share(given, URL) >= 0.8 else ContentType.TEXT


def _number_type(cells: Sequence[str]) -> ContentType | None:
    """Whole numbers or others, or digits that are none; None where some cell is no number."""
    if _share(cells, WHOLE) == 1:
        return ContentType.TEXT if _are_codes(cells) else ContentType.WHOLE
    if all(NUMBER.fullmatch(c) or GROUPED.fullmatch(c) for c in cells):
        return ContentType.TEXT if _are_versions(cells) else ContentType.NUMBER
    return None


def _are_answers(cells: Sequence[str]) -> bool:
    """Words for yes and no: one of each, or only such as cannot be a letter or a digit. `Y` and `J`
    alone may be the codes of anything.
    """
    words = {c.lower() for c in cells}
    if not words <= {*yes_words(), *no_words()} or words <= {"1.0", "1"}:
        return False
    both = not words.isdisjoint(yes_words()) and not words.isdisjoint(no_words())
    return both or min(map(len, words)) > 1


def _are_codes(cells: Sequence[str]) -> bool:
    """Digits that are no number: with noughts in front, or too many of them."""
    return any((len(c) > 1 and c.startswith("0")) or len(c) > 15 for c in cells)


def _are_versions(cells: Sequence[str]) -> bool:
    """Digits with several points between them that group nothing: 192.168.0.1."""
    return any(c.count(".") > 1 and not GROUPED.fullmatch(c) for c in cells)


TYPE_OF: dict[ContentType, Type] = {
    ContentType.MOMENT: Type.MOMENT,
    ContentType.YES_NO: Type.YES_NO,
    ContentType.WHOLE: Type.WHOLE,
    ContentType.NUMBER: Type.NUMBER,
}


EXAMPLES = 3  # values of a column that are shown beside its header


def examples_of(cells: Sequence[str], *, personal: bool = False) -> tuple[str, ...]:
    """Some different cells to show beside a header. Of what may be personal only the shape is
    shown: letters as x, digits as 9.
    """
    given = [c.strip() for c in cells if not is_missing(c, own=True)]
    own = len(set(given)) > max(20, len(given) // 10)  # nearly every lead has its own
    hidden = personal or (own and content_type(cells) is ContentType.TEXT)
    shown = (shape_of(c) if hidden or "@" in c else c for c in given if c.isprintable())
    return tuple(islice(dict.fromkeys(c[:LONGEST_EXAMPLE] for c in shown), EXAMPLES))


LONGEST_EXAMPLE = 30


def shape_of(cell: str) -> str:
    """How a cell is written, without what it says: `Ada Lovelace` is `Xxx Xxxxxxxx`."""
    return cell.translate(_SHAPES)


class _Shapes(dict[int, str]):
    """The shape of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = shape = _shape_of_character(chr(code))
        return shape


_SHAPES = _Shapes()


def _shape_of_character(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return character
