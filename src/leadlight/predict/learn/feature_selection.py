"""Which features a model may use when few leads teach it: at most a third as many as there are
leads of the rarer outcome, the most predictive first.

Sixty wins cannot say what a hundred and twenty columns add, and nobody would read such a model. A
feature that ranks the leads as a stronger one does (days since the last visit, days since any
activity) is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.features import Feature

FEWEST = 15
OUTCOMES_A_FEATURE = 3
_SAME = 0.97  # rank correlation from which on two numbers say the same


def at_most(won: Numbers) -> int:
    """How many features leads with these outcomes may teach about."""
    return max(FEWEST, rarer(won) // OUTCOMES_A_FEATURE)


def select_features(features: Sequence[Feature], bins: Integers, won: Numbers) -> list[int]:
    """The places of the features to use, in their order; all of them where enough leads teach.

    Ranked by how much better one rate per bin fits than one rate for all, less what as many bins
    gain by chance (Akaike, 1974).
    """
    most = at_most(won)
    if len(features) <= most:
        return list(range(len(features)))
    gains = np.array([_gain(bins[:, n], f.bins, won) for n, f in enumerate(features)])
    ranks = [_ranks(bins[:, n]) if f.kind == "number" else None for n, f in enumerate(features)]
    kept: list[int] = []
    for n in np.argsort(-gains, kind="stable").tolist():
        if not _is_redundant(ranks[n], [ranks[k] for k in kept]):
            kept.append(n)
        if len(kept) == most:
            break
    return sorted(kept)


def _is_redundant(mine: Numbers | None, others: Sequence[Numbers | None]) -> bool:
    """Whether one of the others ranks the leads as this number does; words have no ranks (None)."""
    return mine is not None and any(_same_ranks(mine, r) for r in others if r is not None)


def _gain(bins: Integers, size: int, won: Numbers) -> float:
    """Twice the gain in log-likelihood, less two for each bin more than one."""
    leads = np.bincount(bins, minlength=size).astype(float)
    wins = np.bincount(bins, weights=won, minlength=size)
    there = leads > 0
    leads, wins, base = leads[there], wins[there], won.mean()

    def likelihood(rate: Numbers) -> float:
        rate = np.clip(rate, 1e-9, 1 - 1e-9)
        return float((wins * np.log(rate) + (leads - wins) * np.log(1 - rate)).sum())

    return 2 * (likelihood(wins / leads) - likelihood(np.full(len(leads), base))) - 2 * (
        len(leads) - 1
    )


def _ranks(bins: Integers) -> Numbers:
    """The rank of each row's bin, without its mean, of length 1; nothing where all are the same."""
    counts = np.bincount(bins).astype(float)
    rank = (np.cumsum(counts) - counts / 2)[bins]
    rank -= rank.mean()
    length = float(np.sqrt((rank**2).sum()))
    found: Numbers = rank / length if length else rank
    return found


def _same_ranks(one: Numbers, other: Numbers) -> bool:
    return abs(float(one @ other)) > _SAME
