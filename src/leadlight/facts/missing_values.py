"""Words that stand for *missing* in other systems' exports: a cell that holds one of them states
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES, Type

MISSING_WORDS: tuple[str, ...] = (
    "",
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "?",
    "n/a",
    "n.a.",
    "na",
    "n/v",
    "k.a.",
    "#n/a",
    "#na",
    "#value!",
    "#ref!",
    "#null!",
    "#name?",
    "#div/0!",
    "null",
    "nil",
    "<null>",
    "(null)",
    "nan",
    "nat",
    "none",
    "select",
    "(select)",
    "-select-",
    "- select -",
    "--select--",
    "-none-",
    "--none--",
    "(not set)",
    "not set",
    "(not provided)",
    "not provided",
    "(none)",
    "(blank)",
    "[blank]",
    "(empty)",
    "undefined",
)
"""Compared with the trimmed, lower-cased cell."""

_NOT_KNOWN = frozenset(
    {"0", "unknown", "not known", "unbekannt", "inconnu", "desconocido", "sconosciuto", "onbekend"}
)
NOT_KNOWN: Mapping[str, frozenset[str]] = dict.fromkeys(("company", "website"), _NOT_KNOWN)
"""Further words for missing, where no answer is called so."""

UNSEEN = (
    "\t\r\n\x0b\x0c\x85\u00a0\u00ad\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u200b"
    "\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u2800\u3000\ufeff"
)
"""What may stand around a value besides spaces, unseen; a cell of nothing else is empty."""

ANSWERS: Mapping[str, frozenset[str]] = {
    "authority": frozenset({"none"}),
    "need": frozenset({"none"}),
    "utm_medium": frozenset({"(none)", "none"}),
    "utm_source": frozenset({"(none)", "none"}),
    "channel": frozenset({"(none)", "none"}),
    "country": frozenset({"na"}),  # Namibia
    "region": frozenset({"na"}),
    "last_name": frozenset({"na", "none", "null", "select"}),  # people are called so
    "first_name": frozenset({"na"}),
    "full_name": frozenset({"na"}),
}
"""Attributes for which one of those words is an answer."""

_MOMENTS = frozenset(
    a.name for a in (*LEAD_ATTRIBUTES.values(), *ACTIVITY_COLUMNS.values()) if a.type is Type.MOMENT
)

OWN_ANSWERS = frozenset({"none", "?", "."})
"""In a company's own column these words may well be the answer."""

NO_DATES = frozenset(
    {
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0000-00-00t00:00:00",
        "00-00-0000",
        "00/00/0000",
        "00.00.0000",
        "0/0/0000",
        "1899-12-30",
        "1899-12-30 00:00:00",
        "30.12.1899",
        "12/30/1899",
        "1900-01-00",
        "1/0/1900",
        "0001-01-01",
        "0001-01-01 00:00:00",
        "0001-01-01t00:00:00",
        "0",
    }
)
"""How systems write that a moment is not known: nought, and day nought of a spreadsheet."""

_AROUND = f" {UNSEEN}"
LONGEST = max(map(len, {*MISSING_WORDS, *_NOT_KNOWN, *NO_DATES}))


@cache
def missing_words(attribute: str, own: bool = False) -> frozenset[str]:
    """The words that mean *missing* in the attribute's column."""
    if own:
        return frozenset(MISSING_WORDS) - OWN_ANSWERS
    further = NO_DATES if attribute in _MOMENTS else NOT_KNOWN.get(attribute, frozenset())
    return (frozenset(MISSING_WORDS) - ANSWERS.get(attribute, frozenset())) | further


def is_missing(text: str | None, attribute: str = "", own: bool = False) -> bool:
    """Whether a cell states nothing."""
    if text is None:
        return True
    word = text.strip(_AROUND).lower()
    return len(word) <= LONGEST and word in missing_words(attribute, own)
