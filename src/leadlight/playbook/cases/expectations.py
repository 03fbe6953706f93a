"""What a case expects of a lead, in words: `hot or warm`, `at least 30`, `not cold`, `[enterprise,
not sleeping]`.

An expectation is read once against the playbook's names and asked of what a plan gave. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadlight.playbook.cases.activity_text import length

UNKNOWN, NOBODY, NONE = "unknown", "nobody", "none"
#: A number is met when it is the same to two decimals, as scores are shown.
NEAR = 0.005

_NUMBER = r"-?\d+(?:\.\d+)?"
_LOWEST = re.compile(r"(?:at least|>=|from)\s*(.+)", re.IGNORECASE)
_HIGHEST = re.compile(r"(?:at most|<=|up to|within)\s*(.+)", re.IGNORECASE)
_ABOVE = re.compile(r"(?:more than|above|over|>)\s*(.+)", re.IGNORECASE)
_BELOW = re.compile(r"(?:less than|below|under|<)\s*(.+)", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between\s+)?(\S+?)\s*(?:to|and|\.\.)\s*(\S+)", re.IGNORECASE)

Wanted = Callable[[Any], bool]


@dataclass(frozen=True)
class Expectation:
    """One thing a case expects: of which name (`temperature`, `segments`, `route.to`), as written,
    and on which line.
    """

    about: str
    text: str
    line: int
    accepts: Wanted
    names: tuple[str, ...] = ()  # the labels, segments or rules it speaks of

    def holds_for(self, value: Any) -> bool:
        """Whether what came is what was expected."""
        return self.accepts(value)


class ExpectationError(ValueError):
    """A text that is no expectation of that kind; the message says what would be."""


def number(text: str, read: Callable[[str], float | None] | None = None) -> Wanted:
    """A number or a range of them; `read` makes a number of a text (of `15m`, say). Raises
    `ExpectationError`.
    """
    read = read or _plain
    flat = " ".join(text.split())
    if flat.lower() == UNKNOWN:
        return lambda v: v is None
    if flat.lower().startswith("not "):
        inner = number(flat[4:], read)
        return lambda v: v is not None and not inner(v)
    exact = read(flat)
    if exact is not None:
        return lambda v: v is not None and abs(float(v) - exact) <= NEAR
    wanted = _one_limit(flat, read) or _two_limits(flat, read)
    if wanted is not None:
        return wanted
    raise ExpectationError(
        "write a number, or: at least 30, at most 30, more than 30, less than 30, 30 to 40, unknown"
    )


def _one_limit(text: str, read: Callable[[str], float | None]) -> Wanted | None:
    """`at least 30`"""
    for form, test in _RANGES:
        found = form.fullmatch(text)
        limit = read(found[1]) if found else None
        if limit is not None:
            return _compare(test, limit)
    return None


def _two_limits(text: str, read: Callable[[str], float | None]) -> Wanted | None:
    """`30 to 40`"""
    found = _BETWEEN.fullmatch(text)
    low, high = (read(found[1]), read(found[2])) if found else (None, None)
    if low is None or high is None:
        return None
    return lambda v: v is not None and low - NEAR <= float(v) <= high + NEAR


def seconds(text: str) -> float | None:
    """A duration in seconds, for `number`."""
    found = length(text)
    return None if found is None else found.total_seconds()


def choice(words: Sequence[str]) -> tuple[Wanted, tuple[str, ...]]:
    """One of some words: `hot`, `hot or warm`, `not cold`, or a list; and the words. Raises
    `ExpectationError`.
    """
    negated = len(words) == 1 and _is_negated(words[0])
    listed = list(words)
    if len(words) == 1:
        text = words[0].strip()[4:] if negated else words[0]
        listed = [w.strip() for w in re.split(r"\s+or\s+", text)]
    if any(_is_negated(w) for w in listed):
        raise ExpectationError("write `not` before a single word, or list what may be: [hot, warm]")
    names = tuple(dict.fromkeys(w for w in listed if w))
    if not names:
        raise ExpectationError("say which")
    # Of what can be unknown, `unknown` is also what nobody knows.
    taken = frozenset(names)

    def accepts(value: Any) -> bool:
        word = UNKNOWN if value is None else str(value)
        return (word in taken) != negated

    return accepts, names


def _is_negated(word: str) -> bool:
    return word.lower().startswith("not ")


def exact(texts: Sequence[str]) -> Wanted:
    """One of some texts, as they stand; `unknown` and `nobody` are also what is not there."""
    taken = frozenset(texts)
    missing = bool({t.lower() for t in texts} & {UNKNOWN, NOBODY, NONE})
    return lambda v: missing if v is None else str(v) in taken


def yes_no(text: str) -> Wanted:
    """Yes, no or unknown. Raises `ExpectationError`."""
    said = text.strip().lower()
    if said in ("yes", "true"):
        return lambda v: v is True
    if said in ("no", "false"):
        return lambda v: v is False or v is None
    if said == UNKNOWN:
        return lambda v: v is None
    raise ExpectationError("write yes or no")


def moment_is(at: datetime) -> Wanted:
    """That very moment."""
    return lambda v: v == at


def among(words: Sequence[str]) -> tuple[Wanted, tuple[str, ...]]:
    """Names that must be among those the lead has, and after `not` those that must not; `none`
    means no name at all.
    """
    flat = [" ".join(w.split()) for w in words if w.strip()]
    if [w.lower() for w in flat] == [NONE]:
        return lambda v: not v, ()
    if not flat:
        raise ExpectationError("name at least one, or write none")
    without = frozenset(_bare(w) for w in flat if _is_negated(w))
    with_ = frozenset(w for w in flat if not _is_negated(w))

    def accepts(value: Any) -> bool:
        has = frozenset(value or ())
        return with_ <= has and without.isdisjoint(has)

    return accepts, tuple(dict.fromkeys(map(_bare, flat)))


def _bare(word: str) -> str:
    return word[4:].strip() if _is_negated(word) else word


def _compare(test: Callable[[float, float], bool], limit: float) -> Wanted:
    return lambda v: v is not None and test(float(v), limit)


def _plain(text: str) -> float | None:
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None


_RANGES: tuple[tuple[re.Pattern[str], Callable[[float, float], bool]], ...] = (
    (_LOWEST, lambda v, limit: v >= limit - NEAR),
    (_HIGHEST, lambda v, limit: v <= limit + NEAR),
    (_ABOVE, lambda v, limit: v > limit),
    (_BELOW, lambda v, limit: v < limit),
)
