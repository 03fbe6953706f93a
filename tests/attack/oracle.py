"""What holds for every command, whatever it was asked: how it ends, and what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ENDS = (0, 1, 2, 130)
#: Words that only a fault of our own says.
OWN_FAULTS = (
    "made a mistake",
    "Traceback (most recent call last)",
    "panicked at",
    "memory allocation of",
)
_SUM = re.compile(
    r"([\d,]+) rows? of (\w+) read = ([\d,]+) (?:would be )?imported(?: as \w+)? "
    r"\+ ([\d,]+) unchanged \+ ([\d,]+) rejected"
)
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its words, how it ended, and what it said."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float = 0.0

    @property
    def verb(self) -> str:
        """Its verb: the first word that is none of the options before it."""
        words = list(self.words)
        while words and words[0].startswith("-"):
            del words[: 2 if words[0] in ("-w", "--workspace") else 1]
        return words[0] if words else ""


@dataclass(frozen=True)
class Sum:
    """The line of an import: what was read, and what became of it."""

    what: str
    read: int
    imported: int
    unchanged: int
    rejected: int


def complaints(ran: Ran, personal: Sequence[str] = (), secrets: Sequence[str] = ()) -> list[str]:
    """What is wrong with a command that ended, each as a sentence.

    `personal`: what belongs to a lead, which no complaint may hold; `secrets`: what nothing may.
    """
    return [
        *_end(ran),
        *_own_faults(ran),
        *_controls(ran),
        *_leaks(ran, personal, secrets),
        *_sums(ran),
    ]


def _end(ran: Ran) -> Iterator[str]:
    if ran.code not in ENDS:
        yield f"ended with {ran.code}"
    elif ran.code == 1 and not (ran.verb == "learn" and "--check" in ran.words):
        yield "ended with 1"


def _own_faults(ran: Ran) -> Iterator[str]:
    for stream, text in (("stdout", ran.out), ("stderr", ran.err)):
        for word in OWN_FAULTS:
            if word in text:
                line = next(li for li in text.splitlines() if word in li)
                yield f"{stream} says: {line[:200]}"


def _controls(ran: Ran) -> Iterator[str]:
    """Characters that steer a terminal, or turn what it shows around."""
    if ran.verb == "history" and "--show" in ran.words:
        return  # the text of a version, byte for byte
    for stream, text in (("stdout", ran.out), ("stderr", ran.err)):
        found = {
            c for c in text if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in _BIDI
        }
        if found:
            where = min(text.index(c) for c in found)
            yield f"{stream} holds {sorted(found)!r}: {text[max(0, where - 60) : where + 40]!r}"


def _leaks(ran: Ran, personal: Sequence[str], secrets: Sequence[str]) -> Iterator[str]:
    typed = " ".join(ran.words)
    for text in personal:
        if text in ran.err and text not in typed:
            yield f"stderr holds what belongs to a lead: {text!r}"
    for text in secrets:
        if text in ran.err or text in ran.out:
            yield f"the secret {text!r} is printed"


def _sums(ran: Ran) -> Iterator[str]:
    for line in sums(ran.out):
        if line.read != line.imported + line.unchanged + line.rejected:
            yield f"{line} does not add up"


def sums(out: str) -> list[Sum]:
    """The sums of an import's files, as they were printed."""
    found = _SUM.findall(" ".join(out.split()))
    return [
        Sum(what, *(int(n.replace(",", "")) for n in (read, *rest))) for read, what, *rest in found
    ]


def one_line(text: str) -> str:
    """Without breaks, to look for a sentence that a narrow terminal wrapped."""
    return " ".join(text.split())
