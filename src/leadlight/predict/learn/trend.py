"""A trend over time, modelled apart from the columns: a price list, a campaign, a season changes
how many win.

Leads are put into periods of equal size by their place in time, and the period is fitted as one
more feature. What remains is the model as of the newest leads: the period's part goes into the
start, a pair with it into the other feature's table, so that nobody needs to know a lead's period
to use the model. Otherwise a column that became frequent in good times would be credited for the
times. (Dummies of time as controls: Wooldridge, Introductory Econometrics, chapter 13.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from leadlight.predict.arrays import Integers, Numbers
from leadlight.predict.features import Feature

PERIOD = "period"
MOST_PERIODS = 40
OUTCOMES_A_PERIOD = 25  # leads of the rarer outcome a period should hold
_NEWEST = 0.08  # the part of the leads that counts as the newest


def periods_of(order: Numbers, outcomes: int) -> Integers | None:
    """The period of each row (1 is the oldest) by its place in time; rows of one place share it.
    None where there is but one.
    """
    several = min(MOST_PERIODS, outcomes // OUTCOMES_A_PERIOD)
    if several < 2:
        return None
    cuts = np.unique(np.quantile(order, np.arange(1, several) / several, method="higher"))
    found = np.searchsorted(cuts, order, side="right")
    kept = np.unique(found, return_inverse=True)[1] + 1
    return kept.astype(np.int64) if kept.max() > 1 else None


def period_feature(periods: Integers) -> Feature:
    """The period as a feature of a model."""
    return Feature(
        PERIOD, PERIOD, "number", cuts=tuple(n + 0.5 for n in range(1, int(periods.max())))
    )


def newest_shares(periods: Integers) -> Numbers:
    """Of each bin of the period (unknown first) its share among the newest leads; the others have
    none.
    """
    counts = np.bincount(periods, minlength=int(periods.max()) + 1).astype(float)
    before = counts[::-1].cumsum()[::-1] - counts  # leads that are newer than those of this period
    counts[before >= _NEWEST * len(periods)] = 0.0
    shares: Numbers = counts / counts.sum()
    return shares


def as_of_newest(
    start: float,
    tables: Sequence[Numbers],
    pairs: Mapping[tuple[int, int], Numbers],
    coarse: Sequence[Integers],
    share: Numbers,
) -> tuple[float, tuple[Numbers, ...], dict[tuple[int, int], Numbers]]:
    """The sum of tables whose last one is the period's, as one without it: what it adds to the
    newest leads on average.
    """
    period = len(tables) - 1
    left = [np.array(t) for t in tables[:period]]
    kept: dict[tuple[int, int], Numbers] = {}
    for (a, b), cells in pairs.items():
        if period not in (a, b):
            kept[(a, b)] = cells
            continue
        other, along = (a, cells) if b == period else (b, cells.T)
        left[other] = left[other] + (along[:, coarse[period]] @ share)[coarse[other]]
    return start + float(tables[period] @ share), tuple(left), kept
