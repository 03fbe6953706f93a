"""Logistic regression with a normal prior of its effects: one whose effects keep their sign and are
pulled towards one common effect, and one with a prior mean of each effect. On arrays; needs numpy.

The first minimises  -log likelihood + sum_j pull_j (b_j - c t_j)^2  over the intercept, c >= 0 and
the b_j (b_j >= 0 where t_j is 1) by a projected Newton method (Bertsekas 1982): the function is
convex, so that the minimum is the only one. L-BFGS-B of scipy finds the same minimum, but its
effects differ from the seventh digit on, and with them proposed points.

The second minimises  -log likelihood + sum_j (b_j - m_j)^2 / (2 s_j^2):  the most probable effects
where the prior of b_j is normal with mean m_j and standard deviation s_j (ridge regression as a
normal prior: Hoerl and Kennard 1970; le Cessie and van Houwelingen 1992, for logistic regression).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Truths

ROUNDS = 60
ENOUGH = 1e-9
_BENDS, _STILL = 4, 1e-3  # how often the curvature is worked out anew; the effects stand still
CLOSE = 1e-7  # of the mean log-loss: what a step of a cross-validated fit must gain
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
    start = _log_odds_of(float((weight * won).sum() / weight.sum()))
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


@dataclass(frozen=True)
class EffectPrior:
    """What is believed of each effect before anybody looks: a mean and a standard deviation."""

    mean: Numbers
    deviation: Numbers


def fit_with_prior(x: Numbers, won: Numbers, prior: EffectPrior) -> RidgeModel:
    """Fit. The intercept is free, so the mean of the probabilities is the share that won."""
    problem = _Problem.of(x, prior)
    known = np.concatenate([[_log_odds_of(float(won.mean()) if len(won) else 0.5)], prior.mean])
    found, before = known, known
    for _ in range(_BENDS):
        inverse: Numbers = np.linalg.inv(problem.curvature(found)).astype(float)
        found = problem.descend(won, found, inverse, ENOUGH)
        if np.abs(found - before).max() < _STILL:
            break
        before = found
    return RidgeModel(float(found[0]), 0.0, found[1:])


def refit_without(
    model: RidgeModel, x: Numbers, won: Numbers, prior: EffectPrior, parts: Sequence[Integers]
) -> list[RidgeModel]:
    """The fit without each part of the rows in turn, for cross-validation.

    Each is found from the whole fit by steps with the curvature there, less that of the part: the
    rows are multiplied by themselves once and not once a step, and as the fits lie close together
    a few steps more reach the same minimum.
    """
    problem, whole = _Problem.of(x, prior), np.concatenate([[model.base], model.effects])
    curves = [problem.take(part).curvature(whole, bare=True) for part in parts]
    total = np.sum(curves, axis=0) + np.diag(problem.pull + SMALLEST)
    fits = []
    for part, curve in zip(parts, curves, strict=True):
        rest = np.setdiff1d(np.arange(len(x)), part, assume_unique=True)
        inverse = np.linalg.inv(total - curve)
        found = problem.take(rest).descend(won[rest], whole, inverse, CLOSE)
        fits.append(RidgeModel(float(found[0]), 0.0, found[1:]))
    return fits


@dataclass(frozen=True)
class _Problem:
    """The rows with their intercept, and what pulls each effect where."""

    z: Numbers
    mean: Numbers
    pull: Numbers

    @staticmethod
    def of(x: Numbers, prior: EffectPrior) -> _Problem:
        return _Problem(
            np.column_stack([np.ones(len(x)), x]),
            np.concatenate([[0.0], prior.mean]),
            np.concatenate([[0.0], 1 / prior.deviation**2]),
        )

    def take(self, rows: Integers) -> _Problem:
        return _Problem(self.z[rows], self.mean, self.pull)

    def chances(self, at: Numbers) -> Numbers:
        found: Numbers = 1 / (1 + np.exp(-np.clip(self.z @ at, -40, 40)))
        return found

    def curvature(self, at: Numbers, *, bare: bool = False) -> Numbers:
        """The second derivatives; `bare`: without the prior's. Steps only need them about, so they
        are worked out in single precision.
        """
        p = self.chances(at)
        half = (self.z * np.sqrt(p * (1 - p))[:, None]).astype(np.float32)
        found: Numbers = (half.T @ half).astype(float)
        return found if bare else found + np.diag(self.pull + SMALLEST)

    def value(self, y: Numbers, at: Numbers) -> float:
        u = self.z @ at
        distance = float((self.pull * (at - self.mean) ** 2).sum() / 2)
        return float((np.logaddexp(0, u) - y * u).sum()) + distance

    def descend(self, y: Numbers, at: Numbers, inverse: Numbers, enough: float) -> Numbers:
        """Newton's method with one curvature for all steps; a step that would go up is halved. It
        ends where a step gains less than `enough` of the mean log-loss.
        """
        now = self.value(y, at)
        for _ in range(ROUNDS):
            slope = self.z.T @ (self.chances(at) - y) + self.pull * (at - self.mean)
            step, length, before = inverse @ slope, 1.0, now
            while length > 1e-6 and (now := self.value(y, at - length * step)) > before:
                length /= 2
            if now > before:
                break
            at = at - length * step
            if before - now < enough * len(y):
                break
        return at


def _log_odds_of(rate: float) -> float:
    kept = min(max(rate, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _minimum(
    z: Numbers,
    y: Numbers,
    weight: Numbers,
    quadratic: Numbers,
    v: Numbers,
    bounded: Truths,
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
