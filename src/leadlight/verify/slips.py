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


def mended(text: str) -> list[str]:
    """Addresses that may have been meant, the likeliest first; whoever asks takes the first that is
    well formed.
    """
    if len(text) > LONGEST:
        return []
    seen = text if text.isascii() and text.isprintable() else _visible(text.translate(_WIDE))
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
    found = [_joined(seen)]
    if seen.count("@") > 1:
        found += [
            _joined(part.strip(_AROUND))
            for part in seen.translate(_APART).split(" ")
            if part.count("@") == 1
        ]
    return [address for address in found if address]


def _visible(text: str) -> str:
    """Without what nobody sees: control characters, zero widths, marks of direction; every kind of
    blank is a blank.
    """
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(
        " " if kind[0] == "Z" or c in "\t\r\n" else c
        for c, kind in kinds
        if kind[0] != "C" or c in "\t\r\n"
    )


def _joined(seen: str) -> str:
    """Blanks and doubled dots around the signs taken out, a comma read as a dot."""
    if "@" not in seen:
        seen = (
            seen.replace('"', "@", 1).replace("#", "@", 1)
            if seen.count('"') + seen.count("#") == 1
            else seen
        )
    mailbox, at, domain = seen.rpartition("@")
    if not at:
        return ""
    return f"{_dotted(mailbox)}@{_with_dot(_dotted(domain).strip('-'))}"


def _dotted(part: str) -> str:
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
