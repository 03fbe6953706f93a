"""Keys hit at random: `asdf`, `qweqwe`, `sdkjfh`, `aaaaa`. Made for names, companies and the local
part of an address.

It looks at Latin letters only, accents off, and says yes when a good part of a word is a run along
the keyboard, one chunk over and over, or pairs of letters that hardly stand together in any
language.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 320  # letters that are looked at; nobody's name is longer

# A run of four keys that lie side by side. `wert`, `erty`, `trew`, `azer` are left out: Wertheim,
# Doherty, Trewin, Azer.
_RUN = re.compile(
    "qwertz?y?u?i?o?p?|qwer|rtyu|rtzu|tyui|tzui|yuio|zuio|uiop|poiu|oiuy|oiuz|iuyt|iuzt|uytr"
    "|uztr|ytre|rewq|azerty"
    "|a?sdfg?h?j?k?l?|dfgh?j?k?l?|fghj?k?l?|ghjk?l?|hjkl?|lkjh?g?f?d?s?a?|kjhg?f?d?s?a?|jhgf?d?s?a?"
    "|gfds?a?|fdsa?"
    "|zxcv?b?n?m?|yxcv?b?n?m?|xcvb?n?m?|cvbn?m?|vbnm|mnbv?c?x?z?|nbvc?x?z?|bvcx?z?|vcxz?"
)
# A chunk of two to four letters said at least twice, and nothing else.
_AGAIN = re.compile(r"([a-z]{2,4})\1+[a-z]{0,3}")
_SAME = re.compile(r"([a-z])\1{3,}")
# Chunks that are mash when they come again although they hold a vowel; `jojo`, `coco`, `berber` are
# names.
_CHUNKS = frozenset(
    {
        "asd",
        "dsa",
        "qwe",
        "ewq",
        "qaz",
        "wsx",
        "poi",
        "iop",
        "sad",
        "ads",
        "das",
        "asdf",
        "qwer",
        "adsf",
    }
)

# After each letter, those that hardly ever follow it: fewer than 60 times among the 50,000 names of
# languages, countries and cities in every Latin-written locale of Unicode's CLDR (as shipped in
# Babel). `tools/lists.py` prints it anew; left out by hand are vowels, doubled letters, `zc`
# (Pszczyna) and `fn` (Hafnarfjord).
_HARDLY_AFTER = {
    "b": "cdfgjkmnpqtvxz",
    "c": "bdfgjlmnpqvwxyz",
    "d": "bcfgklpqrtvx",
    "f": "bcdfghjkmpqstvwxyz",
    "g": "cdfmpqtxz",
    "h": "bcfghjpqvwxyz",
    "j": "bcdfghjklmpqrtvwxz",
    "k": "bcdfgjnpqxz",
    "l": "fhqrwxz",
    "m": "dfgjklnqrtvwxz",
    "n": "frwx",
    "p": "bcdfgjkmnqvwxyz",
    "q": "bcdefghjklmnpqrstvwxyz",
    "r": "fhpqx",
    "s": "dfgqx",
    "t": "bdfgjmpqvwxz",
    "v": "bcdfghjklmnpqrtvwxz",
    "w": "bcdfgjklmnpqrtvwxyz",
    "x": "bcdfghjklmnpqrsvwxz",
    "y": "bdfhqvwxyz",
    "z": "dfhjklmpqrtvwxz",
}
_STRANGE = frozenset(
    first + second for first, seconds in _HARDLY_AFTER.items() for second in seconds
)
# Letters by their kind: c for consonants, v for vowels.
KINDS = bytes(
    ord("v") if chr(i) in "aeiouy" else ord("c") if chr(i) in "bcdfghjklmnpqrstvwxz" else ord(" ")
    for i in range(256)
)
# As all that was typed, three keys side by side are mash too; in capitals they may be an acronym
# (ASD).
_THREE = frozenset({"asd", "sdf", "dfg", "qwe", "zxc", "lkj", "hgf", "dsa", "ewq"})
# Keys that lie side by side, of which every run along the keyboard has some.
KEYS = ("asd", "dsa", "poi", "iop", "uio", "tyu", "uyt", "qwe", "ewq", "qaz")
_KEYS = re.compile("|".join(KEYS))
_WORD = re.compile(r"[a-z]+")


def is_mash(text: str) -> bool:
    """Whether keys were hit at random to fill a field. Initials, short words and other scripts are
    never called mash.
    """
    plain = _plain_letters(text[:LONGEST])
    if plain[:3] in _THREE and _THREE.issuperset(_WORD.findall(plain)):
        return not text.isupper()
    if not worth_a_look(plain):
        return False
    words: list[str] = _WORD.findall(plain)
    letters = sum(map(len, words))
    return letters >= 4 and 2 * sum(map(len, filter(_is_mash_word, words))) > letters


def _plain_letters(text: str) -> str:
    """Small letters without accents."""
    low = text.lower()
    if low.isascii():
        return low
    flat = unicodedata.normalize("NFKD", low)
    return "".join(c for c in flat if not unicodedata.combining(c))


def worth_a_look(plain: str) -> bool:
    """Whether text in small letters may be mash at all: none is without one of these, so most words
    are let through at once.
    """
    kinds = plain.encode("ascii", "replace").translate(KINDS)
    return b"cccc" in kinds or b"vvvv" in kinds or _KEYS.search(plain) is not None


def _is_mash_word(word: str) -> bool:
    if len(word) < 4:
        return False
    along = sum(len(run) for run in _RUN.findall(word) if len(run) >= 4)
    return bool(2 * along >= len(word) or _SAME.fullmatch(word) or _repeats(word) or _strange(word))


def _repeats(word: str) -> bool:
    """Whether a word is a chunk over and over that nobody is called by."""
    again = _AGAIN.fullmatch(word)
    return again is not None and (again[1] in _CHUNKS or not _vowels(again[1]))


def _strange(word: str) -> bool:
    """Whether many of a word's pairs of letters hardly stand together in any language."""
    if len(word) < 5:
        return False
    strange = sum(word[i : i + 2] in _STRANGE for i in range(len(word) - 1))
    return strange >= 2 and 5 * strange >= 2 * (len(word) - 1)


def _vowels(word: str) -> int:
    return sum(word.count(v) for v in "aeiouy")
