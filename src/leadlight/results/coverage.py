"""What of a playbook its cases and its leads ever touch, what its rules change, and which say the
same. Pure: from counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadlight.playbook.pieces import Piece, What
from leadlight.playbook.spec import Playbook, RuleScore

#: Two pieces overlap when so much of the leads that either holds for are those that both hold for
#: (Jaccard).
ALIKE = 0.9
#: Of fewer leads nothing is said about overlaps.
FEWEST = 5
#: A rule that nearly everybody meets contains every other one: that says nothing.
NEARLY_ALL = 0.9

_PLURAL: Mapping[What, str] = {
    "rule": "rules",
    "label": "labels",
    "segment": "segments",
    "route": "routes",
    "question": "questions",
}


@dataclass(frozen=True)
class PieceCounts:
    """What a base of leads says of a playbook's pieces.

    `held` has for each piece's column the leads it holds for. In a sample of `sample` leads,
    `held_there` has the same, `both` for two columns the leads for which both hold, and `changed`
    for each rule's column how many of `looked_at` leads would have another label, segment or route
    without it.
    """

    as_of: datetime
    leads: int
    held: Mapping[str, int]
    sample: int = 0
    held_there: Mapping[str, int] | None = None
    both: Mapping[tuple[str, str], int] | None = None
    looked_at: Mapping[str, int] | None = None
    changed: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Finding:
    """One list of a coverage: what was found, what to do about it, and a line for each."""

    title: str
    todo: str
    lines: tuple[str, ...]
    counts: bool = True  # whether a line is one thing found


def of_cases(pieces: Sequence[Piece], untouched: Sequence[Piece]) -> list[Finding]:
    """What no case touches, a line for each sort and owner."""
    groups = dict.fromkeys((what, p.of) for what in _PLURAL for p in untouched if p.what == what)
    lines = [_line_of_untouched(what, owner, pieces, untouched) for what, owner in groups]
    if not lines:
        return []
    return [
        Finding(
            "No case touches",
            "Write a case for what matters; a rule that nobody wants to show an example of may go.",
            tuple(lines),
            False,
        )
    ]


def _line_of_untouched(
    what: What, owner: str, pieces: Sequence[Piece], untouched: Sequence[Piece]
) -> str:
    """Which pieces of one sort and owner are not touched, and of how many."""
    total = sum((p.what, p.of) == (what, owner) for p in pieces)
    left = [p for p in untouched if (p.what, p.of) == (what, owner)]
    names = [f"{p.name} ({p.say})" if what == "route" else p.name for p in left]
    of = f" of {owner}" if owner and what != "route" else ""
    return f"{len(names)} of {total} {_PLURAL[what]}{of}: {', '.join(names)}"


def of_leads(book: Playbook, pieces: Sequence[Piece], counted: PieceCounts) -> list[Finding]:
    """What a base of leads shows, the most telling first."""
    if not counted.leads:
        return []
    return [
        f
        for f in (
            *_never(pieces, counted),
            *_changes_nothing(book, pieces, counted),
            *_overlaps(book, pieces, counted),
        )
        if f.lines
    ]


def _never(pieces: Sequence[Piece], counted: PieceCounts) -> Iterable[Finding]:
    def idle(what: What) -> tuple[str, ...]:
        return tuple(_name(p) for p in pieces if p.what == what and not counted.held.get(p.column))

    yield Finding(
        "Rules that held for no lead",
        "Are the facts they need imported, and spelt so? Else remove them.",
        idle("rule"),
    )
    yield Finding(
        "Labels that no lead has",
        "Is the condition too strict, or does an earlier label take them all?",
        idle("label"),
    )
    yield Finding(
        "Segments that nobody is in",
        "Is the condition too strict? Else remove them.",
        idle("segment"),
    )
    yield Finding(
        "Routes that no lead takes",
        "A route before them may take all; else remove them.",
        idle("route"),
    )
    yield Finding(
        "Questions that no lead answers",
        "Ask them in your forms and calls, or remove them.",
        idle("question"),
    )


def _changes_nothing(
    book: Playbook, pieces: Sequence[Piece], counted: PieceCounts
) -> Iterable[Finding]:
    if counted.changed is None or counted.looked_at is None:
        return
    lines = []
    for p in pieces:
        looked = counted.looked_at.get(p.column, 0)
        if p.what == "rule" and looked and not counted.changed.get(p.column):
            lines.append((looked, f"{_name(p)}: held for {looked:,} of those looked at"))
    lines.sort(key=lambda x: -x[0])
    yield Finding(
        "Rules without which every label, segment and route would be the same (of"
        f" {counted.sample:,} leads)",
        "They move a score, and nothing more: give them other points, or remove them.",
        tuple(line for _, line in lines),
    )


def _overlaps(book: Playbook, pieces: Sequence[Piece], counted: PieceCounts) -> Iterable[Finding]:
    if counted.both is None or counted.held_there is None:
        return
    by_column = {p.column: p for p in pieces}
    lines: dict[str, list[tuple[float, str]]] = {"same": [], "alike": [], "within": []}
    for (one, other), both in counted.both.items():
        a, b = by_column[one], by_column[other]
        if a.what == b.what and both >= FEWEST:
            for how, rank, line in _overlap(book, a, b, both, counted):
                lines[how].append((rank, line))
    same = _sort(lines["same"])
    yield Finding("Segments that are the same", "Keep one of the two names.", same)
    yield Finding(
        "Rules and segments that hold for nearly the same leads",
        "Join the two, or keep one.",
        _sort(lines["alike"]),
    )
    yield Finding(
        "Rules that hold only where another one does",
        "Their points add up: is that meant?",
        _sort(lines["within"]),
    )


def _overlap(
    book: Playbook, a: Piece, b: Piece, both: int, counted: PieceCounts
) -> Iterator[tuple[str, float, str]]:
    """How two pieces overlap (same, alike, within), the line's rank, and the line."""
    there = counted.held_there or {}
    of_a, of_b = there[a.column], there[b.column]
    share = both / (of_a + of_b - both)
    if share == 1 and a.what == "segment":
        yield "same", -both, f"{_name(a)} and {_name(b)}: the same {both:,} leads"
    elif share >= ALIKE:
        leads = f"{both:,} leads in common, of {of_a:,} and {of_b:,}"
        yield "alike", -share, f"{_name(a)} and {_name(b)}: {leads}"
    elif both == min(of_a, of_b) and _add_up(book, a, b):
        inner, outer = (a, b) if of_a < of_b else (b, a)
        most = there[outer.column]
        if most < NEARLY_ALL * counted.sample:
            leads = f"({both:,} of {most:,})"
            yield "within", -both, f"{_name(inner)} only where {_name(outer)} {leads}"


def _add_up(book: Playbook, a: Piece, b: Piece) -> bool:
    """Whether two rules on attributes give points to one score. (Whoever asked for a demo has seen
    a page: that says nothing.)
    """
    scores = {s.name for s in book.scores if isinstance(s, RuleScore)}
    return a.what == "rule" and a.of == b.of and a.of in scores


def _sort(lines: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(line for _, line in sorted(lines))


def _name(p: Piece) -> str:
    line = f" (line {p.line})" if p.line else ""
    return f"{p.id} {p.say}{line}" if p.what == "route" else f"{p.id}{line}"
