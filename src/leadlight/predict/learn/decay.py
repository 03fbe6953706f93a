"""How much worse what is learned from some leads ranks those that come next, than those it was
judged by: where times change, an interval of the leads that happen to judge is too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.delong import auc_interval
from leadlight.predict.judge.intervals import Z_95
from leadlight.predict.learn.points_prior import PointsOptions, fit_points
from leadlight.problems import CannotDo

_WINDOWS = 6
_FEWEST_IN_WINDOW = 15  # leads of the rarer outcome
_MOST = 12_000  # leads to look back at: the newest ones
_CHI_SQUARE = {
    1: 3.84,
    2: 5.99,
    3: 7.81,
    4: 9.49,
}  # one in twenty is above it, by degrees of freedom


@dataclass(frozen=True)
class Decay:
    """By how much an AUC differs from one part of the leads to the next beyond chance, a standard
    deviation; and whether that is more than chance gives (one in twenty).
    """

    spread: float = 0.0
    sure: bool = False


def decay(
    columns: Sequence[TableColumn], won: Numbers, order: Integers, without: Collection[str]
) -> Decay:
    """How what older leads taught a plain regression ranks the leads after them, beside those after
    these.

    Rolling origins (Tashman, 2000): the leads in equal parts by their order; what the older ones
    taught is judged by one part, and by the next.
    """
    rows = np.argsort(order, kind="stable")[-_MOST:]
    parts = np.array_split(rows, _WINDOWS)
    options = PointsOptions(leave_out=without)
    apart = [
        found
        for n in range(2, _WINDOWS)
        if (found := _apart(columns, won, parts[: n - 1], parts[n - 1 : n + 1], options))
    ]
    if not apart:
        return Decay()
    excess = float(np.mean([difference**2 - error**2 for difference, error in apart]))
    beyond = sum((difference / error) ** 2 for difference, error in apart)
    return Decay(math.sqrt(max(0.0, excess)), beyond > _CHI_SQUARE[len(apart)])


def _apart(
    columns: Sequence[TableColumn],
    won: Numbers,
    older: Sequence[Integers],
    parts: Sequence[Integers],
    options: PointsOptions,
) -> tuple[float, float] | None:
    """How far the AUCs of two parts lie apart, and the standard error of that; None of too few
    leads.
    """
    teach = np.concatenate(older)
    try:
        fitted = fit_points(_take(columns, teach), won[teach], options)
    except CannotDo:
        return None
    found = [_auc(fitted.probability(_take(columns, p)), won[p]) for p in parts]
    known = [f for f in found if f is not None]
    if len(known) < 2:
        return None
    (said, one), (came, other) = known
    return said - came, math.hypot(one, other)


def _take(columns: Sequence[TableColumn], rows: Integers) -> list[TableColumn]:
    return [c.take(rows.tolist()) for c in columns]


def _auc(score: Numbers, won: Numbers) -> tuple[float, float] | None:
    """The AUC and its standard error; None of too few leads."""
    if rarer(won) < _FEWEST_IN_WINDOW:
        return None
    e = auc_interval(score, won)
    if e.value is None or e.low is None or e.high is None:
        return None
    return e.value, (e.high - e.low) / (2 * Z_95)
