"""Harmless slips in an address that is malformed as it stands, taken out: the proposal is a
proposal, nothing is changed.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from leadlight.verify.providers import BRANDS

LONGEST = 400  # an address with a name and brackets around it
_WIDE = str.maketrans(
    {
        "＠": "@",
        "﹫": "@",
        "．": ".",
        "。": ".",
        "，": ",",
        "；": ";",
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
    }
)
_SPOKEN = (
    (" at ", "@"),
    (" dot ", "."),
    ("(at)", "@"),
    ("[at]", "@"),
    ("{at}", "@"),
    ("(dot)", "."),
    ("[dot]", "."),
)
_AROUND = " \t\r\n\"'`<>()[]{};:,.|/\\“”„’‘«»"
_APART = str.maketrans(dict.fromkeys(";,/|\n\r\t", " "))


#: Signs that a word processor puts in the place of an apostrophe or a hyphen; no mail system gives
#: them to a mailbox.
_PRINTED = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "´": "'", "＇": "'", "‑": "-", "–": "-"})


def keyboard_text(mailbox: str) -> str:
    """A mailbox with the signs of a keyboard in the place of printed ones."""
    return mailbox if mailbox.isascii() else mailbox.translate(_PRINTED)


def repairs(text: str) -> list[str]:
    """Addresses that may have been meant, the likeliest first; whoever asks takes the first that is
    well formed.
    """
    if len(text) > LONGEST:
        return []
    seen = _text_of_address(text)
    found = [_join_around_at(seen)]
    if seen.count("@") > 1:
        found += [_join_around_at(part) for part in _parts_with_at(seen)]
    return [address for address in found if address]


def _text_of_address(text: str) -> str:
    """What is typed without what stands around an address; spoken signs as signs."""
    plain = text.isascii() and text.isprintable()
    seen = text if plain else _without_invisible(text.translate(_WIDE))
    if "<" in seen and ">" in seen:
        seen = seen[seen.rindex("<") + 1 :].partition(">")[0]
    if "@" not in seen or "dot" in seen:
        for spoken, sign in _SPOKEN:
            seen = seen.replace(spoken, sign)
    seen = seen.strip(_AROUND)
    if seen[:7].lower() == "mailto:":
        seen = seen[7:].partition("?")[0].strip(_AROUND)
    while "@@" in seen:
        seen = seen.replace("@@", "@")
    return seen


def _parts_with_at(seen: str) -> list[str]:
    """Each of several addresses in one text."""
    parts = seen.translate(_APART).split(" ")
    return [part.strip(_AROUND) for part in parts if part.count("@") == 1]


def _without_invisible(text: str) -> str:
    """Without what nobody sees: control characters, zero widths, marks of direction; every kind of
    blank is a blank.
    """
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(
        " " if kind[0] == "Z" or c in "\t\r\n" else c
        for c, kind in kinds
        if kind[0] != "C" or c in "\t\r\n"
    )


def _join_around_at(seen: str) -> str:
    """Blanks and doubled dots around the signs taken out, a comma read as a dot."""
    if "@" not in seen and seen.count('"') + seen.count("#") == 1:
        seen = seen.replace('"', "@").replace("#", "@")
    mailbox, at, domain = seen.rpartition("@")
    if not at:
        return ""
    return f"{_single_dots(mailbox)}@{_with_dot(_single_dots(domain).strip('-'))}"


def _single_dots(part: str) -> str:
    return ".".join(
        piece for piece in (p.strip() for p in part.replace(",", ".").split(".")) if piece
    )


def _with_dot(domain: str) -> str:
    """`gmailcom` and `gmail com` are a provider whose dot was forgotten."""
    if "." in domain:
        return domain
    return _without_dots().get(domain.replace(" ", "").lower(), domain)


@cache
def _without_dots() -> dict[str, str]:
    return {b + e.replace(".", ""): f"{b}.{e}" for b, ends in BRANDS.items() for e in ends}
