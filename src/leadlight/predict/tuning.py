"""Points and half-lives that would have ranked better: a logistic regression on what each rule gave. On arrays; pure.

The model is built so that a person can take it for the playbook it came from. What a rule gave (its present points times
its faded, capped activities) is one column, and its weight may not change sign. All weights are pulled towards one common
weight, which is the playbook as it stands; how strongly is chosen by cross-validation on the past, so that with few
outcomes nothing moves. (Ridge towards a prior mean; Hoerl and Kennard 1970. The pull of a rule is on its effect where it
holds, so that a rare rule needs as much evidence as a frequent one.) Then the points are brought back to the familiar
range and rounded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

FOLDS = 5
#: How far an effect may move, as a standard deviation in log-odds: the widths that are tried; 0 keeps the playbook.
WIDTHS = (0.0, 0.05, 0.12, 0.3, 0.7, 1.5)
TRIED_WITH = 0.3  # while half-lives are compared
TOUCHED = 10  # leads a rule must have held for, before anything is said of it
BARELY = 0.12  # a change of points by less than this share is none
STEP = 5  # above twenty, points are multiples of it
HIGHEST = 100.0


@dataclass(frozen=True)
class Column:
    """A rule as the model sees it: its points, and how many times its activity counts at most (None: no cap).

    `part` names the signal or score; `tried` says how many candidates of half-lives the part has (1: none to choose).
    """

    name: str
    part: str
    points: float
    most: float | None = None
    tried: int = 1


@dataclass(frozen=True)
class Past:
    """Training rows: for each candidate n and column the faded sum of its activities (`sums[n]`, rows x columns; of a rule
    on attributes 0 or 1 in each), which lead each row is of (numbered from 0), and whether it won within the horizon."""

    sums: Sequence[Floats]
    lead: Whole
    won: Truths

    @property
    def winners(self) -> int:
        """How many leads won."""
        return len(np.unique(self.lead[self.won]))


@dataclass(frozen=True)
class Tuned:
    """What the past says: new points by rule, the candidate of half-lives by part, rules nothing was seen of, and how far
    effects could move (0: the past does not speak for any other points)."""

    points: Mapping[str, float]
    chosen: Mapping[str, int]
    untouched: tuple[str, ...]
    width: float

    @property
    def moved(self) -> bool:
        return self.width > 0 or any(self.chosen.values())


def tune(past: Past, columns: Sequence[Column], seed: int = 7) -> Tuned:
    """Better points and half-lives for these columns; the same rows and seed give the same answer."""
    same = {c.name: c.points for c in columns}
    none_chosen = dict.fromkeys(dict.fromkeys(c.part for c in columns if c.tried > 1), 0)
    own = _given(past, columns, none_chosen)
    touched = _touched(past, own)
    untouched = tuple(c.name for c, t in zip(columns, touched, strict=True) if not t)
    if not past.won.any() or past.won.all() or not touched.any():
        return Tuned(same, none_chosen, untouched, 0.0)
    folds = np.random.default_rng(seed).permutation(int(past.lead.max()) + 1)[past.lead] % FOLDS
    chosen = _half_lives(past, columns, folds, none_chosen)
    given = _given(past, columns, chosen)
    losses = {width: float(_losses(given, past.won, folds, columns, width).mean()) for width in WIDTHS}
    width = min(WIDTHS, key=lambda w: (losses[w], w))
    effects = _fit(given, past.won, columns, width)[2]
    if not effects.any():
        return Tuned(same, none_chosen, untouched, 0.0)
    present = np.array([1.0 if c.points else 0.0 for c in columns])
    ratio = _familiar(own @ present, given, effects) * effects
    points = {}
    for c, r, t in zip(columns, ratio, touched, strict=True):
        points[c.name] = rounded((c.points or 1.0) * float(r), c.points) if t else c.points
    return Tuned(points, chosen, untouched, width)


def rounded(points: float, before: float | None = None, highest: float = HIGHEST) -> float:
    """Points as people write them: halves below 2, whole numbers to 20, then multiples of five; `before` when near it."""
    points = max(-highest, min(highest, points))
    if before and abs(points - before) <= BARELY * abs(before):
        return before
    size = abs(points)
    step = 0.5 if size < 2 else 1.0 if size <= 20 else float(STEP)
    return math.copysign(math.floor(size / step + 0.5) * step, points) if size >= 0.25 else 0.0


def boosted(past: Floats, won: Truths, later: Floats, seed: int = 7) -> Floats:
    """Scores of later rows by gradient-boosted trees fitted on the past: what the same facts could give at most, about."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.06, max_iter=150, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0, random_state=seed
    )  # fmt: skip
    if won.all() or not won.any():
        return np.zeros(len(later))
    found: Floats = model.fit(past, won).predict_proba(later)[:, 1]
    return found


def _given(past: Past, columns: Sequence[Column], chosen: Mapping[str, int]) -> Floats:
    """What each rule gives each row, in points; a rule of no points as if it had one."""
    out = np.empty(past.sums[0].shape)
    for j, c in enumerate(columns):
        found = past.sums[chosen.get(c.part, 0)][:, j]
        out[:, j] = (np.minimum(found, c.most) if c.most is not None else found) * (c.points or 1.0)
    return out


def _touched(past: Past, given: Floats) -> Truths:
    """Which rules held for some leads and not for all."""
    out = np.zeros(given.shape[1], dtype=bool)
    for j in range(given.shape[1]):
        held = given[:, j] != 0
        several = len(np.unique(past.lead[held])) >= TOUCHED
        out[j] = several and bool(np.ptp(given[:, j]) > 0)
    return out


def _half_lives(past: Past, columns: Sequence[Column], folds: Whole, none: Mapping[str, int]) -> dict[str, int]:
    """Part by part, the candidate that predicts best; the own one unless another is better beyond chance."""
    chosen = dict(none)
    for _ in range(2 if len(chosen) > 1 else 1):
        for part in chosen:
            tried = next(c.tried for c in columns if c.part == part)
            losses = [
                _losses(_given(past, columns, {**chosen, part: n}), past.won, folds, columns, TRIED_WITH)
                for n in range(tried)
            ]
            best = min(range(tried), key=lambda n: float(losses[n].mean()))
            better = losses[0] - losses[best]
            chosen[part] = best if _beyond_chance(better, past.lead) else 0
    return chosen


def _beyond_chance(better: Floats, lead: Whole) -> bool:
    """Whether a mean is above 0 by more than one standard error, leads being what was drawn."""
    each = np.bincount(lead, weights=better - better.mean())
    error = math.sqrt(float((each**2).sum())) / len(better)
    return float(better.mean()) > max(error, 1e-9)


def _losses(given: Floats, won: Truths, folds: Whole, columns: Sequence[Column], width: float) -> Floats:
    """Each row's log loss by a model that has not seen its lead."""
    out = np.empty(len(won))
    for fold in range(FOLDS):
        mine = folds == fold
        if not mine.any():
            continue
        base, scale, effects = _fit(given[~mine], won[~mine], columns, width)
        z = base + given[mine] @ effects / scale
        out[mine] = np.logaddexp(0, np.where(won[mine], -z, z))
    return out


def _fit(given: Floats, won: Truths, columns: Sequence[Column], width: float) -> tuple[float, float, Floats]:
    """(intercept, what points are divided by, the effect of each rule per point): the penalised maximum likelihood."""
    from scipy.optimize import minimize

    target = np.array([1.0 if c.points else 0.0 for c in columns])
    present = given @ target
    scale = float(present.std()) or 1.0
    x, y = given / scale, won.astype(np.float64)
    held = x != 0
    size = np.divide((x**2).sum(0), held.sum(0), out=np.zeros(x.shape[1]), where=held.any(0))
    rate = min(max(float(y.mean()), 1e-6), 1 - 1e-6)
    start = math.log(rate / (1 - rate))
    if width == 0:
        return _common(x @ target, y, start, scale, target)
    pull = size / (2 * width**2)

    def loss(v: Floats) -> tuple[float, Floats]:
        base, common, effects = v[0], v[1], v[2:]
        z = base + x @ effects
        away = effects - common * target
        wrong = 1 / (1 + np.exp(-np.clip(z, -60, 60))) - y
        value = float((np.logaddexp(0, z) - y * z).sum() + (pull * away**2).sum())
        slope = np.concatenate([[wrong.sum(), -2 * (pull * away * target).sum()], x.T @ wrong + 2 * pull * away])
        return value / len(y), slope / len(y)

    bounds: list[tuple[float | None, float | None]] = [(None, None), (0.0, None)]
    bounds += [(0.0, None) if c.points else (None, None) for c in columns]
    begin = np.concatenate([[start, 0.3], 0.3 * target])
    found: Any = minimize(loss, begin, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 300})
    return float(found.x[0]), scale, np.array(found.x[2:])


def _common(total: Floats, y: Floats, start: float, scale: float, target: Floats) -> tuple[float, float, Floats]:
    """The playbook as it stands: one weight for all."""
    from scipy.optimize import minimize

    def loss(v: Floats) -> tuple[float, Floats]:
        z = v[0] + v[1] * total
        wrong = 1 / (1 + np.exp(-np.clip(z, -60, 60))) - y
        return float((np.logaddexp(0, z) - y * z).mean()), np.array([wrong.mean(), (wrong * total).mean()])

    found: Any = minimize(loss, np.array([start, 0.3]), jac=True, bounds=[(None, None), (0.0, None)], method="L-BFGS-B")
    return float(found.x[0]), scale, float(found.x[1]) * target


def _familiar(before: Floats, given: Floats, effects: Floats) -> float:
    """What brings the new points to the spread that the present ones have."""
    spread = float((given @ effects).std())
    return float(before.std()) / spread if spread else 0.0
