"""Logistic regression whose effects keep their sign and are pulled towards one common effect. On
arrays; needs numpy.

Minimises  -log likelihood + sum_j pull_j (b_j - c t_j)^2  over the intercept, c >= 0 and the b_j
(b_j >= 0 where t_j is 1) by a projected Newton method (Bertsekas 1982): the function is convex, so
that the minimum is the only one. L-BFGS-B of scipy finds the same minimum, but its effects differ
from the seventh digit on, and with them proposed points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Numbers, Truths

ROUNDS = 60
ENOUGH = 1e-9
SMALLEST = 1e-8  # on the diagonal, so that a column that says nothing has an effect of nothing


@dataclass(frozen=True)
class RidgeModel:
    """The intercept and the effect of each column; `common` is what they were pulled towards."""

    base: float
    common: float
    effects: Numbers

    def log_odds(self, x: Numbers) -> Numbers:
        """Of rows like those it was fitted on."""
        found: Numbers = self.base + x @ self.effects
        return found


def fit_ridge(
    x: Numbers, won: Numbers, weight: Numbers, target: Numbers, width: float
) -> RidgeModel:
    """Fit. `target` is 1 for a column that is pulled towards the common effect and keeps its sign,
    0 for one pulled to 0.

    `width` is the standard deviation, in log-odds, by which an effect may differ where its column
    holds; 0 holds all to the common effect.
    """
    rate = min(max(float((weight * won).sum() / weight.sum()), 1e-6), 1 - 1e-6)
    start = math.log(rate / (1 - rate))
    if width == 0:
        z = np.column_stack([np.ones(len(x)), x @ target])
        found = _minimum(
            z, won, weight, np.zeros((2, 2)), np.array([start, 0.0]), np.array([False, True])
        )
        return RidgeModel(float(found[0]), float(found[1]), float(found[1]) * target)
    columns = x.shape[1]
    held = x != 0
    size = np.divide((x**2).sum(0), held.sum(0), out=np.zeros(columns), where=held.any(0))
    away = np.column_stack([np.zeros(columns), -target, np.eye(columns)])  # b - c t, as a matrix
    quadratic = (away * (size / (2 * width**2))[:, None]).T @ away
    z = np.column_stack([np.ones(len(x)), np.zeros(len(x)), x])
    begin = np.concatenate([[start, 0.0], np.zeros(columns)])
    bounded = np.concatenate([[False, True], target > 0])
    found = _minimum(z, won, weight, quadratic, begin, bounded)
    return RidgeModel(float(found[0]), float(found[1]), found[2:])


def _minimum(
    z: Numbers, y: Numbers, weight: Numbers, quadratic: Numbers, v: Numbers, bounded: Truths
) -> Numbers:
    total = float(weight.sum())

    def value(at: Numbers) -> float:
        u = z @ at
        return float((weight * (np.logaddexp(0, u) - y * u)).sum() + at @ quadratic @ at) / total

    now = value(v)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(z @ v, -40, 40)))
        slope = (z.T @ (weight * (p - y)) + 2 * quadratic @ v) / total
        bent = (z.T @ (z * (weight * p * (1 - p))[:, None]) + 2 * quadratic) / total
        free = ~(bounded & (v <= 0) & (slope > 0))
        step = np.zeros_like(v)
        bent = bent[np.ix_(free, free)]
        step[free] = -np.linalg.solve(bent + SMALLEST * np.eye(len(bent)), slope[free])
        length, before = 1.0, now
        while length > 1e-6:
            tried = v + length * step
            tried[bounded] = np.maximum(tried[bounded], 0.0)
            found = value(tried)
            if found <= now + 1e-4 * float(slope @ (tried - v)):
                v, now = tried, found
                break
            length /= 2
        if before - now < ENOUGH:
            break
    return v
