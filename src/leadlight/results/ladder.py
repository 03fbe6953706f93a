"""The ladder: how many leads stand on each step, who moved, who fell back and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from leadlight.facts.ladder import LadderBy as LadderBy
from leadlight.predict.judge.metrics import Estimate

#: Where a move goes: up or down the ladder, off it to a label set aside, back on it, out of the
#: base, or into it; `along` is between two labels that are no steps.
Direction: TypeAlias = Literal["up", "down", "aside", "back", "along", "gone", "new"]
#: Fewer leads than this say nothing about a share.
FEW = 20


@dataclass(frozen=True)
class LadderStep:
    """One label of a scale in the period.

    `standing` leads have it now, `standing_before` had it when the period began: the difference is
    `arrivals` minus `departures`. `leads` had it at some time in the period; `rose` of them later
    went from it to a better step, and `conversion` is that share with its interval. `fell` went
    to a worse step, `aside` to a label that is no step, `gone` left the base: leads, each counted
    once. `days` is the median length of the stays that ended in the period, by its departures;
    `censored` of them began before the first run, so that the median is at least `days`.
    """

    label: str
    is_step: bool
    standing: int
    standing_before: int
    arrivals: int
    departures: int
    leads: int
    rose: int
    fell: int
    aside: int
    gone: int
    conversion: Estimate
    days: float | None
    censored: int

    @property
    def leak(self) -> int:
        """The leads that left the step otherwise than upwards."""
        return self.fell + self.aside + self.gone


@dataclass(frozen=True)
class LadderMove:
    """So many times a lead went from one label to another; None where it was not in the base."""

    before: str | None
    after: str | None
    moves: int
    direction: Direction


@dataclass(frozen=True)
class ReasonCount:
    """A reason, and of how many moves it was one. Of the moves between two labels the newest 200
    are looked at.
    """

    reason: str
    moves: int


@dataclass(frozen=True)
class FallBack:
    """So many times a lead fell from one label to another.

    `reasons` are those of the later row: what counted for the leads after the fall. `fading` are
    those that gave more points in the row before, so that they are why. The most frequent first.
    """

    before: str
    after: str
    moves: int
    leads: int
    reasons: tuple[ReasonCount, ...]
    fading: tuple[ReasonCount, ...]


@dataclass(frozen=True)
class Leak:
    """The step that loses the largest share of its leads: to worse steps, aside, or out of the
    base.
    """

    label: str
    leads: int
    losses: int
    share: Estimate


@dataclass(frozen=True)
class LadderScale:
    """A scale as a ladder, best label first. `leak` is None where no step has enough leads."""

    scale: str
    steps: tuple[LadderStep, ...]
    moves: tuple[LadderMove, ...]
    falls: tuple[FallBack, ...]
    leak: Leak | None


@dataclass(frozen=True)
class LadderGroup:
    """The ladders of the leads of one source, segment or owner."""

    name: str
    leads: int
    scales: tuple[LadderScale, ...]


@dataclass(frozen=True)
class LadderResult:
    """The ladders of a workspace in a period, as its stored runs saw them.

    The period begins with what the run `first_run` left and ends with what `last_run` left; `runs`
    lie between them. A group is one source, segment or owner; `groups_left` more are not listed.
    """

    since: datetime
    until: datetime
    first_run: str
    last_run: str
    runs: int
    playbook: str
    leads: int
    scales: tuple[LadderScale, ...]
    by: LadderBy | None
    groups: tuple[LadderGroup, ...]
    groups_left: int
