"""AUC of several rankings of the same leads, with paired bootstrap intervals by lead. On arrays;
needs numpy.

`predict/judge/metrics.py` says the same of two versions from counts; here scores are many-valued
and rankings are several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Truths
from leadlight.predict.judge.metrics import Estimate

ROUNDS = 500
SEED = 20_261
EDGES = (2.5, 97.5)


@dataclass(frozen=True)
class Areas:
    """The AUC of each ranking by its name, as seen and in each resample."""

    seen: Mapping[str, float | None]
    drawn: Mapping[str, Numbers]

    def of(self, name: str) -> Estimate:
        """One ranking's AUC and its 95 % interval; None where one class is missing."""
        return _estimate(self.seen[name], self.drawn[name])

    def above(self, one: str, other: str) -> Estimate:
        """How much `one` ranks better than `other`, judged on the same resamples."""
        a, b = self.seen[one], self.seen[other]
        return _estimate(
            None if a is None or b is None else a - b, self.drawn[one] - self.drawn[other]
        )


def areas(
    scores: Mapping[str, Numbers],
    won: Truths,
    lead: Integers,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Areas:
    """The areas under the ROC curves. `lead` numbers each row's lead from 0: a lead's rows are
    drawn together.

    A resample gives each lead a weight from Poisson(1), which for many leads is drawing with
    replacement.
    """
    rng = np.random.default_rng(seed)
    people = int(lead.max()) + 1 if len(lead) else 0
    ranked = {name: _Order.of(score, won) for name, score in scores.items()}
    seen = {name: one.area(np.ones(len(won))) for name, one in ranked.items()}
    drawn: dict[str, list[float]] = {name: [] for name in scores}
    for _ in range(rounds if people else 0):
        weight = rng.poisson(1.0, people).astype(np.float64)[lead]
        for name, one in ranked.items():
            found = one.area(weight)
            drawn[name].append(np.nan if found is None else found)
    return Areas(seen, {name: np.array(values) for name, values in drawn.items()})


@dataclass(frozen=True)
class _Order:
    order: Integers
    starts: Integers  # where each run of equal scores begins
    won: Numbers

    @classmethod
    def of(cls, score: Numbers, won: Truths) -> _Order:
        order = np.argsort(score, kind="stable")
        ordered = score[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else order
        return cls(order, starts, won[order].astype(np.float64))

    def area(self, weight: Numbers) -> float | None:
        if not len(self.order):
            return None
        mine = weight[self.order]
        winners = np.add.reduceat(mine * self.won, self.starts)
        others = np.add.reduceat(mine * (1 - self.won), self.starts)
        all_winners, all_others = float(winners.sum()), float(others.sum())
        if all_winners == 0 or all_others == 0:
            return None
        below = np.cumsum(others) - others
        return float((winners * (below + others / 2)).sum()) / (all_winners * all_others)


def _estimate(value: float | None, drawn: Numbers) -> Estimate:
    known = drawn[~np.isnan(drawn)]
    if value is None or not len(known):
        return Estimate(value)
    low, high = np.percentile(known, EDGES)
    return Estimate(value, float(low), float(high))
