"""What became of leads on the labels of a scale in a period, as a ledger counts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

#: By what the ladder may be split.
LadderBy: TypeAlias = Literal["source", "segment", "owner"]


@dataclass(frozen=True)
class RunSpan:
    """A period in numbers of runs: the `first` there is, the last one `before` the period, and the
    last one in it.
    """

    first: int
    before: int
    upto: int
    runs: int
    last_run: str
    fingerprint: str


@dataclass(frozen=True)
class LabelNumbers:
    """What became of the leads on a label in the period."""

    standing: int = 0
    standing_before: int = 0
    leads: int = 0
    rose: int = 0
    fell: int = 0
    aside: int = 0
    gone: int = 0
    departures: int = 0
    censored: int = 0
    days: float | None = None


@dataclass(frozen=True)
class MoveCount:
    """So many moves between two labels; None is outside the base."""

    before: str | None
    after: str | None
    moves: int
    leads: int


@dataclass(frozen=True)
class ReasonOfFall:
    """A reason of moves between two labels: `fading` when it lost points, or all of them."""

    before: str
    after: str
    fading: bool
    reason: str
    moves: int


@dataclass(frozen=True)
class ScaleCounts:
    """What was counted of one scale: of each group and label what became of its leads, of each
    group its moves, most first, and why leads fell.
    """

    numbers: Mapping[tuple[str, str], LabelNumbers] = field(default_factory=dict)
    moves: Mapping[str, Sequence[MoveCount]] = field(default_factory=dict)
    reasons: Mapping[str, Sequence[ReasonOfFall]] = field(default_factory=dict)


@dataclass(frozen=True)
class LadderCounts:
    """How many leads each group has, most first, and what was counted of each scale. Without a
    split all leads are the group "".
    """

    leads: Mapping[str, int]
    scales: Mapping[str, ScaleCounts]
