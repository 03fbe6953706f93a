"""How a name may be spelled in an address: without accents, in the German way, in the Polish or
Danish way.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_PLAIN = str.maketrans(
    {
        "ß": "ss",
        "ł": "l",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
    }
)
_WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*")


def plain(text: str) -> str:
    """Small letters without accents: `Müller` is `muller`, `Paweł` is `pawel`."""
    text = text.lower()
    if text.isascii():
        return text
    flat = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in flat if not unicodedata.combining(c))


@lru_cache(1 << 15)
def spellings(text: str) -> frozenset[str]:
    """Every word of a name in each of its spellings: `Jürgen Weiß` gives jurgen, juergen, weiss."""
    low = unicodedata.normalize("NFC", text).lower()
    out: set[str] = set()
    for way in {plain(low), plain(low.translate(_GERMAN))}:
        for word in _WORD.findall(way):
            joined = re.sub("['’`]", "", word)
            out |= {joined, *re.split("['’`]", word)}
    return frozenset(w for w in out if w)


@lru_cache(1 << 15)
def is_latin(text: str) -> bool:
    """Whether all letters are Latin ones, so that they can be compared with an address."""
    return text.isascii() or all(
        not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in text
    )
