"""A street as it is compared: its name without the word for street, the house number, and nothing
of floors, doors and crossings.

`Hauptstr. 5`, `Hauptstraße 5, 2. OG` and `Haupt Straße 5` are one address; so are `123 N. Main St.`
and `123 North Main Street, Suite 4`, and `C/ Mayor, 5` and `Calle Mayor 5, 3º`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from leadlight.dedupe.street_words import DIRECTIONS, ENDINGS, KINDS, LINKING, ORDINALS, TOWN_WORDS


@dataclass(frozen=True)
class Street:
    """`name` is written together without blanks, `kind` is what sort of street it is where that was
    said, `side` the point of the compass in it, `number` the house. `initials` are those of a name
    of several words, or a name that may be nothing else: `Martin Luther King` and `MLK`.
    """

    name: str
    kind: str | None = None
    side: str | None = None
    number: str | None = None
    initials: str | None = None


_UNIT = re.compile(
    r"\b(?:suite|ste|unit|apt|apartment|room|rm|floor|fl|flr|bldg|building|level|lvl|shop|box|"
    r"stock|etage|etg|og|eg|whg|top|stg|stiege|escalier|esc|bat|batiment|bloco|bloque|puerta|"
    r"planta|piso|andar|sala|loja|local|interno|int|scala|piano|lok|lokal|apto|app|kv|of|office|"
    r"oficina|kom|pom)\b\.?\s*(?:nr|no|n)?\.?\s*[0-9]{1,4}[a-z]?\b"
    r"|\b[0-9]{1,3}(?:st|nd|rd|th|er|e|eme|\.|o|a)?\s*(?:floor|fl|flr|og|stock|obergeschoss|etage|"
    r"piso|planta|andar|piano|verdieping|pietro)\b"
    r"|\bp\.?\s*o\.?\s*box\s*[0-9]*|\bc/o\b.*|#\s*[0-9]+[a-z]?"
)
_CROSSING = re.compile(r"\b(?:between|btwn|bet|near|off|corner|cnr|opposite|opp|at the|behind)\b.*")
_NUMBER = re.compile(r"[0-9]+[a-z]?")
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)")
LONGEST_INITIALS = 4
MOST_DIGITS = 5  # a longer number is no house


def street_of(text: str | None) -> Street | None:
    """The parts of a street's line; None when it names no street."""
    flat = plain(text)
    flat = _CROSSING.sub(" ", _UNIT.sub(" ", flat))
    line, rest = _line(flat)
    words, number = _house(line, rest)
    words = [ORDINALS.get(w, w) for w in words]
    names, kind = _without_kind(words)
    names, side = _without_side(names)
    if kind is None:
        names, kind = _without_kind(names)
    if kind is None and names:
        names[-1], kind = _split_ending(names[-1])
    telling = [w for w in names if w not in LINKING] or names
    name = fold_umlauts("".join(telling))
    return Street(name, kind, side, number, _initials(telling)) if name else None


def _initials(words: list[str]) -> str | None:
    if len(words) > 1:
        return "".join(w[0] for w in words)
    return words[0] if words and len(words[0]) <= LONGEST_INITIALS else None


def city_of(text: str | None) -> str | None:
    """A town as it is compared: `St. Louis` is `Saint Louis`, `Köln` is `Koeln`."""
    words = re.findall(r"[^\W_]+", plain(text))
    return " ".join(fold_umlauts(TOWN_WORDS.get(w, w)) for w in words) or None


def fold_umlauts(word: str) -> str:
    """`koenig` is `konig`, as `könig` without its dots is."""
    return re.sub("([aou])e", r"\1", word)


def _without_side(words: list[str]) -> tuple[list[str], str | None]:
    """The words without a point of the compass, where a name is left."""
    left = [w for w in words if w not in DIRECTIONS]
    if not any(w not in LINKING for w in left):
        return words, None
    return left, next((DIRECTIONS[w] for w in words if w in DIRECTIONS), None)


def plain(text: str | None) -> str:
    """Lower case without accents; `ß` is `ss`."""
    folded = unicodedata.normalize("NFKD", (text or "").casefold().replace("ł", "l"))
    bare = "".join(c for c in folded if not unicodedata.combining(c)).replace("ø", "o")
    return re.sub(r"\bp\.\s?za\b", "pza", bare.replace("æ", "ae"))


def _line(flat: str) -> tuple[str, str]:
    """The part of an address that holds the street, and the part behind it."""
    parts = [part.strip() for part in flat.split(",") if part.strip()]
    for k, part in enumerate(parts):
        if _NUMBER.fullmatch(part) and k + 1 < len(parts) and not k:
            return f"{part} {parts[1]}", ""
        if re.search(r"[^\W\d_]{2}", part):
            return part, parts[k + 1] if k + 1 < len(parts) else ""
    return (parts[0] if parts else ""), ""


def _house(line: str, rest: str) -> tuple[list[str], str | None]:
    """The words of a street and the number of the house, before it or behind it."""
    line = re.sub(r"\b(?:n|no|nr|num|numero)\b[.o]?\s*(?=[0-9])", " ", line)
    line = re.sub(r"([0-9])\s*(?:-|–|/|\+|&)\s*[0-9]+[a-z]?\b", r"\1", line)  # 12-14 is 12
    line = re.sub(r"([0-9])\s+(?:bis|ter|quater)\b", r"\1", line)
    words = re.findall(r"[^\W_]+", line.replace("'", "").replace("’", ""))
    words = [_ORDINAL.sub(r"\1th", w) for w in words]
    found = [k for k, w in enumerate(words) if _is_number(w)]
    if found:
        at = found[0] if found[0] == 0 else found[-1]
        number = words.pop(at)
        if at < len(words) and len(words[at]) == 1 and words[at].isalpha() and at:
            number += words.pop(at)  # 12 a
        return words, number.lstrip("0") or "0"
    behind = _NUMBER.match(rest)
    return words, behind.group().lstrip("0") if behind and _is_number(behind.group()) else None


def _is_number(word: str) -> bool:
    return bool(_NUMBER.fullmatch(word)) and len(word.rstrip("abcdefghijklmnopqrstuvwxyz")) <= (
        MOST_DIGITS
    )


def _without_kind(words: list[str]) -> tuple[list[str], str | None]:
    """The words without the one that says what sort of street it is, first or last."""
    for at in (-1, 0):
        if len(words) > 1 and words[at] in KINDS:
            kind = KINDS[words[at]]
            return (words[:-1] if at else words[1:]), kind
    return list(words), None


def _split_ending(word: str) -> tuple[str, str | None]:
    """`hauptstrasse` is `haupt`, a street."""
    for ending, kind in ENDINGS.items():
        if word.endswith(ending) and len(word) >= len(ending) + 3:
            return word[: -len(ending)], kind
    return word, None
