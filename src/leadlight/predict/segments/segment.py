"""Segments and groups of leads as values: whoever shows them needs no numeric library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadlight.predict.columns import Cell, SetAside, numbers, word_of
from leadlight.predict.judge.metrics import Estimate

if TYPE_CHECKING:
    from leadlight.predict.arrays import Truths


@dataclass(frozen=True)
class Clause:
    """A condition on one column. `text` is how a playbook says it; `low` and `high` bound a number
    (low <= x < high), `words` are lower-case words, of which a lead has one; or the lead states
    nothing (`blank`).
    """

    name: str
    text: str
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    blank: bool = False

    def holds(self, cells: Sequence[Cell]) -> Truths:
        """For which cells of its column it holds; where nothing is stated only if that is what it
        asks.
        """
        import numpy as np

        if self.blank:
            return np.fromiter((word_of(c) is None for c in cells), bool, len(cells))
        if self.words:
            mine = set(self.words)
            return np.fromiter((word_of(c) in mine for c in cells), bool, len(cells))
        values = numbers(cells)
        with np.errstate(invalid="ignore"):
            above = values >= self.low if self.low is not None else ~np.isnan(values)
            below = values < self.high if self.high is not None else ~np.isnan(values)
        return np.asarray(above & below, bool)


@dataclass(frozen=True)
class Persona:
    """A segment. `leads` and `won` are of the judging part, as is all that follows: the win rate
    with its 95 % Wilson interval, lift over all leads with a bootstrap interval, the mean value of
    a won lead, and the value per lead.
    """

    name: str
    clauses: tuple[Clause, ...]
    leads: int
    won: int
    share: float
    rate: Estimate
    lift: Estimate
    p: float  # after Holm's correction
    value: Estimate | None = None  # per lead of the segment
    value_won: float | None = None  # mean of its won leads

    @property
    def condition(self) -> str:
        """The segment in a playbook's own condition language."""
        return " and ".join(c.text for c in self.clauses)


@dataclass(frozen=True)
class PersonaSearch:
    """What was found: segments that buy (best first) and that do not (worst first), and on what
    that rests.
    """

    buys: tuple[Persona, ...]
    buys_not: tuple[Persona, ...]
    rows: int
    won: int
    base: float  # win rate of the judging part
    taught: int
    judged: int
    tried: int
    proposed: int
    split: str
    leaks: tuple[SetAside, ...]
    aside: tuple[SetAside, ...]
    why_not: str | None = None
    value: float | None = None  # mean value per lead of the judging part


@dataclass(frozen=True)
class Cluster:
    """A group: its name, how many leads, which share, the share of them that was won (None: not
    known), what sets it apart.
    """

    name: str
    leads: int
    share: float
    won: float | None
    apart: tuple[str, ...]
