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

    def met_by(self, value: Any) -> bool:
        """Whether what came is what was expected."""
        return self.accepts(value)


class NotExpected(ValueError):  # noqa: N818 - read as a sentence
    """A text that is no expectation of that kind; the message says what would be."""


def number(text: str, read: Callable[[str], float | None] | None = None) -> Wanted:
    """A number or a range of them; `read` makes a number of a text (of `15m`, say). Raises
    `NotExpected`.
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
    for form, test in _RANGES:
        if found := form.fullmatch(flat):
            limit = read(found[1])
            if limit is not None:
                return _compared(test, limit)
    if found := _BETWEEN.fullmatch(flat):
        low, high = read(found[1]), read(found[2])
        if low is not None and high is not None:
            return lambda v: v is not None and low - NEAR <= float(v) <= high + NEAR
    raise NotExpected(
        "write a number, or: at least 30, at most 30, more than 30, less than 30, 30 to 40, unknown"
    )


def seconds(text: str) -> float | None:
    """A duration in seconds, for `number`."""
    found = length(text)
    return None if found is None else found.total_seconds()


def choice(words: Sequence[str]) -> tuple[Wanted, tuple[str, ...]]:
    """One of some words: `hot`, `hot or warm`, `not cold`, or a list; and the words. Raises
    `NotExpected`.
    """
    negated = len(words) == 1 and words[0].lower().startswith("not ")
    text = words[0].strip()[4:] if negated else None
    listed = list(words)
    if len(words) == 1:
        listed = [w.strip() for w in re.split(r"\s+or\s+", text if text is not None else words[0])]
    if any(w.lower().startswith("not ") for w in listed):
        raise NotExpected("write `not` before a single word, or list what may be: [hot, warm]")
    names = tuple(dict.fromkeys(w for w in listed if w))
    if not names:
        raise NotExpected("say which")
    # Of what can be unknown, `unknown` is also what nobody knows.
    taken = frozenset(names)

    def accepts(value: Any) -> bool:
        said = UNKNOWN if value is None else str(value)
        return (said in taken) != negated

    return accepts, names


def exact(texts: Sequence[str]) -> Wanted:
    """One of some texts, as they stand; `unknown` and `nobody` are also what is not there."""
    taken = frozenset(texts)
    missing = bool({t.lower() for t in texts} & {UNKNOWN, NOBODY, NONE})
    return lambda v: missing if v is None else str(v) in taken


def yes_no(text: str) -> Wanted:
    """Yes, no or unknown. Raises `NotExpected`."""
    said = text.strip().lower()
    if said in ("yes", "true"):
        return lambda v: v is True
    if said in ("no", "false"):
        return lambda v: v is False or v is None
    if said == UNKNOWN:
        return lambda v: v is None
    raise NotExpected("write yes or no")


def dated(at: datetime) -> Wanted:
    """That very moment."""
    return lambda v: v == at


def among(words: Sequence[str]) -> tuple[Wanted, tuple[str, ...]]:
    """Names that must be among those the lead has, and after `not` those that must not; `none`
    means no name at all.
    """
    flat = [" ".join(w.split()) for w in words if w.strip()]
    if [w.lower() for w in flat] == [NONE]:
        return lambda v: not v, ()
    without = frozenset(w[4:].strip() for w in flat if w.lower().startswith("not "))
    with_ = frozenset(w for w in flat if not w.lower().startswith("not "))
    if not flat:
        raise NotExpected("name at least one, or write none")

    def accepts(value: Any) -> bool:
        has = frozenset(value or ())
        return with_ <= has and not without & has

    return accepts, tuple(
        dict.fromkeys(w[4:].strip() if w.lower().startswith("not ") else w for w in flat)
    )


def _compared(test: Callable[[float, float], bool], limit: float) -> Wanted:
    return lambda v: v is not None and test(float(v), limit)


def _plain(text: str) -> float | None:
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None


_RANGES: tuple[tuple[re.Pattern[str], Callable[[float, float], bool]], ...] = (
    (_LOWEST, lambda v, limit: v >= limit - NEAR),
    (_HIGHEST, lambda v, limit: v <= limit + NEAR),
    (_ABOVE, lambda v, limit: v > limit),
    (_BELOW, lambda v, limit: v < limit),
)
