"""A playbook's text with other numbers in it: every other character stays as its author wrote
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadlight.playbook.durations import words
from leadlight.playbook.nodes import compose

#: score >= 30, fit + engagement >= 70: sums of names against a number.
COMPARED = re.compile(
    r"(?<![\w.'*/+-])(?<![*/+-]"
    r" )(?P<sum>[A-Za-z_]\w*(?:\s*\+\s*[A-Za-z_]\w*)*)\s*(?P<sign>>=|<=|>|<)\s*"
    r"(?P<number>-?\d+(?:\.\d+)?)(?![\w.])(?!\s*[*/+-])"
)
#: Where conditions stand.
WRITTEN = ("scales", "segments", "routes", "signals", "scores")


@dataclass(frozen=True)
class Amendments:
    """What is to stand instead: of rules (`part.id`) their points, cap and half-life, of signals
    their half-life (seconds).
    """

    points: Mapping[str, str] = field(default_factory=dict)
    at_most: Mapping[str, str] = field(default_factory=dict)
    half_lives: Mapping[str, int] = field(
        default_factory=dict
    )  # of a signal by its name, of a rule as part.id

    def __bool__(self) -> bool:
        return bool(self.points or self.at_most or self.half_lives)


@dataclass(frozen=True)
class Threshold:
    """A comparison in a condition: a sum of names against a number, where it is written (the
    offsets of the number).
    """

    names: tuple[str, ...]
    sign: str
    number: str
    begin: int
    end: int


def amend(text: str, wanted: Amendments) -> str:
    """The text with these numbers. A half-life that was not written is written before the signal's
    or rule's first key.
    """
    root = compose(text)
    edits: list[tuple[int, int, str]] = []
    signals, scores = dict(entries(root, "signals")), dict(entries(root, "scores"))
    for part, node in {**signals, **scores}.items():
        life = wanted.half_lives.get(part)
        if life is not None and (
            under(node, "half_life") is not None or not _own_half_lives(node, part)
        ):
            edits.append(_half_life(node, life))
        for rule, value in entries(node, "points"):
            _put(edits, value, wanted.points.get(f"{part}.{rule}"))
        for rule, value in _rules(node, part):
            name = f"{part}.{rule}"
            for key in ("points", "add"):
                _put(edits, under(value, key), wanted.points.get(name))
            _put(edits, under(value, "at_most"), wanted.at_most.get(name))
            if name in wanted.half_lives and under(value, "half_life") is not None:
                edits.append(_half_life(value, wanted.half_lives[name]))
    return apply_edits(text, edits)


def thresholds(text: str, names: set[str]) -> list[Threshold]:
    """Every comparison of these names (or sums of them) with a number, in the order written."""
    out = []
    root = compose(text)
    for section in WRITTEN:
        for node in _scalars(under(root, section)):
            begin, end = node.start_mark.index, node.end_mark.index
            for found in COMPARED.finditer(text, begin, end):
                each = tuple(n.strip() for n in found["sum"].split("+"))
                if names.issuperset(each):
                    out.append(
                        Threshold(each, found["sign"], found["number"], *found.span("number"))
                    )
    return out


def move_thresholds(text: str, places: Mapping[Threshold, str]) -> str:
    """The text with other numbers in its comparisons."""
    return apply_edits(text, [(t.begin, t.end, number) for t, number in places.items()])


def apply_edits(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with other pieces at these offsets."""
    for begin, end, new in sorted(edits, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def under(node: Any, key: str) -> Any:
    """What stands under a key of a mapping; None where nothing does."""
    pairs = node.value if node is not None and node.id == "mapping" else ()
    return next((v for k, v in pairs if str(k.value) == key), None)


def entries(node: Any, key: str) -> Iterator[tuple[str, Any]]:
    """The entries of the mapping under a key."""
    found = under(node, key)
    if found is not None and found.id == "mapping":
        for k, v in found.value:
            yield str(k.value), v


def _rules(node: Any, part: str) -> Iterator[tuple[str, Any]]:
    """The rules of a signal or score with their ids: a mapping, or a list whose items are called by
    their place.
    """
    listed = node if node.id == "sequence" else under(node, "rules")
    if listed is None:
        return
    if listed.id == "mapping":
        yield from ((str(k.value), v) for k, v in listed.value)
        return
    for n, item in enumerate(listed.value, 1):
        yield f"{part}_{n}", item


def _own_half_lives(node: Any, part: str) -> bool:
    """Some rule has a half-life of its own: then one for all would make others fade that
    never did.
    """
    return any(under(rule, "half_life") is not None for _, rule in _rules(node, part))


def _scalars(node: Any) -> Iterator[Any]:
    if node is None:
        return
    if node.id == "scalar":
        yield node
    for child in node.value if node.id in ("mapping", "sequence") else ():
        yield from _scalars(child[1] if isinstance(child, tuple) else child)


def _put(edits: list[tuple[int, int, str]], node: Any, new: str | None) -> None:
    if node is not None and new is not None:
        edits.append((node.start_mark.index, node.end_mark.index, new))


def _half_life(node: Any, seconds: int) -> tuple[int, int, str]:
    written = under(node, "half_life")
    if written is not None:
        return written.start_mark.index, written.end_mark.index, words(seconds)
    first = node.value[0][0].start_mark
    between = ", " if node.flow_style else "\n" + " " * first.column
    return first.index, first.index, f"half_life: {words(seconds)}{between}"
