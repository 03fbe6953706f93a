"""Whom to contact because the contact changes something: the difference it makes, from an
experiment with a random control group.

The outcome is modelled by a logistic regression of what leads are, of the contact, and of how the
two go together; the difference for a lead is its chance with the contact less its chance without.
How far its own difference may leave the common one is chosen inside the leads that teach, by how
well the outcome of others is told: where the data say nothing, it does not leave it. Every lead is
judged by a model that never saw it (three parts, each judged by the other two). The Qini curve
counts how many outcomes more there are when leads are contacted in that order (Radcliffe 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import erfc, sqrt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from leadlight.predict.arrays import Array, Integers, Numbers, Singles, Truths
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import Feature, bins_of, features_of
from leadlight.predict.judge.intervals import Z_95
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.leaks import leaks_of
from leadlight.predict.ranking import auc_of
from leadlight.predict.threads import one_thread
from leadlight.predict.uplift_result import Tenth, UpliftResult
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

#: The chance of the outcome of rows, by whether each is contacted (1) or not (0).
Chance: TypeAlias = Callable[[Numbers, Numbers], Numbers]
FEWEST = 50  # outcomes among the contacted, and among the others
LEADS = 500  # in each group
PARTS = 3
LEAVES = (0.03, 0.1, 0.3, 1.0)  # how far a lead's own difference may leave the common one
ROUNDS = 300
# of the test whether contact was random: a false alarm is worse than for a test of one column
ALPHA = 0.001
ROWS = 100_000


def uplift(
    columns: Sequence[TableColumn],
    treated: Sequence[bool],
    won: Sequence[bool],
    *,
    use: Collection[str] = (),
    without: Collection[str] = (),
    seed: int = 0,
) -> UpliftResult:
    """Who is changed by being contacted. Raises `CannotDo` where the contact was not random, or
    there is too little to tell.
    """
    t, y = np.asarray(treated, bool), np.asarray(won, float)
    _enough(t, y)
    columns = [c for c in columns if not c.is_one_of(without)]
    rng = np.random.default_rng(seed)
    looked = np.sort(rng.permutation(len(y))[:20_000])
    with one_thread():
        leaks = leaks_of([c.take(looked.tolist()) for c in columns], y[looked], use=use)
    features, aside = features_of(
        columns, list(range(len(y))), int(min(y[t].sum(), y[~t].sum())), {s.name: s for s in leaks}
    )
    if not features:
        raise CannotDo("No column is left that could tell whom a contact changes.")
    bins = bins_of(features, columns)
    with one_thread("sklearn.ensemble", "sklearn.linear_model"):
        _random(features, bins, t, seed)
        score, plain = _scores(features, bins, t, y, _parts(t, y, rng), seed)
    weights = np.random.default_rng(seed + 1).poisson(1.0, (ROUNDS, len(y))).astype(np.float32)
    mine, theirs = _qini_of(score, t, y, weights), _qini_of(plain, t, y, weights)
    qini, above = _estimate(mine), _estimate(mine - theirs)
    a, b = float(y[t].mean()), float(y[~t].mean())
    return UpliftResult(
        len(y),
        int(t.sum()),
        _difference(t, y),
        a,
        b,
        qini,
        _estimate(theirs),
        above,
        _tenths(score, t, y),
        _curve(score, t, y),
        tuple(float(s) for s in score),
        _why_not(qini),
        tuple(aside),
        tuple(f.say for f in features),
    )


def _why_not(qini: Estimate) -> str | None:
    if qini.low is not None and qini.low > 0:
        return None
    return (
        "In the order of the estimated difference no more is won than by contacting at random,"
        " beyond chance."
    )


def _enough(t: Truths, y: Numbers) -> None:
    for group, called in ((t, "contacted"), (~t, "not contacted")):
        leads, wins = int(group.sum()), int(y[group].sum())
        if leads < LEADS or min(wins, leads - wins) < FEWEST:
            raise CannotDo(
                f"Of {leads:,} leads who were {called} {wins:,} have the outcome. At least {LEADS}"
                f" leads, {FEWEST} with the outcome and {FEWEST} without, are needed in each group:"
                " differences between groups are much harder to tell than rates."
            )


def _random(features: Sequence[Feature], bins: Integers, t: Truths, seed: int) -> None:
    """Raises `CannotDo` when who was contacted can be told from the columns: then it was not left
    to chance.
    """
    from scipy.stats import chi2
    from sklearn.ensemble import HistGradientBoostingClassifier

    differs = []
    for n, f in enumerate(features):
        table = np.stack([np.bincount(bins[g, n], minlength=f.bins) for g in (t, ~t)]).astype(float)
        table = table[:, table.sum(0) > 0]
        expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / table.sum()
        few = expected.min(axis=0) < 5
        if few.any():
            table = np.column_stack([table[:, ~few], table[:, few].sum(1)])
            expected = np.column_stack([expected[:, ~few], expected[:, few].sum(1)])
        p = float(
            chi2.sf(
                ((table - expected) ** 2 / np.maximum(expected, 1e-9)).sum(),
                max(1, table.shape[1] - 1),
            )
        )
        if p * len(features) < ALPHA:
            differs.append((p, f.say))
    judge = np.random.default_rng(seed).random(len(t)) < 0.5
    machine = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, random_state=seed).fit(
        bins[~judge], t[~judge]
    )
    area = auc_of(machine.predict_proba(bins[judge])[:, 1], t[judge])
    n1, n2 = int(t[judge].sum()), int((~t[judge]).sum())
    p = (
        erfc(abs(area - 0.5) / sqrt((n1 + n2 + 1) / (12 * n1 * n2)) / sqrt(2))
        if area > 0.5
        else 1.0
    )
    if differs or p < ALPHA:
        named = ", ".join(repr(say) for _, say in sorted(differs)[:5])
        raise CannotDo(
            "Who was contacted was not left to chance"
            + (f": the two groups differ in {named}" if differs else "")
            + f" (the contact can be told from the columns with AUC {area:.2f}). So the others are"
            " no control group, and what the contact changes cannot be told. If one of these"
            " columns came after the contact, leave it out: --without COLUMN."
        )


def _parts(t: Truths, y: Numbers, rng: np.random.Generator) -> Integers:
    """A part for each lead, each part with the same share of contacted and of outcomes."""
    part = np.zeros(len(y), np.int64)
    for group in (t, ~t):
        for outcome in (0.0, 1.0):
            rows = rng.permutation(np.flatnonzero(group & (y == outcome)))
            part[rows] = np.arange(len(rows)) % PARTS
    return part


def _scores(
    features: Sequence[Feature], bins: Integers, t: Truths, y: Numbers, part: Integers, seed: int
) -> tuple[Numbers, Numbers]:
    """The estimated difference and the plain chance of the outcome, each from leads of other
    parts.
    """
    score, plain = np.zeros(len(y)), np.zeros(len(y))
    x = one_hot(features, bins)
    for k in range(PARTS):
        teach, judge = part != k, part == k
        inner = np.random.default_rng(seed + k).random(len(y)) < 0.67
        a, b = teach & inner, teach & ~inner
        surprise = [
            _surprise(_model(x[a], t[a], y[a], leave), x[b], t[b], y[b]) for leave in LEAVES
        ]
        model = _model(x[teach], t[teach], y[teach], LEAVES[int(np.argmin(surprise))])
        score[judge] = model(x[judge], np.ones(judge.sum())) - model(
            x[judge], np.zeros(judge.sum())
        )
        alone = _fit(x[teach], y[teach])
        plain[judge] = alone.predict_proba(x[judge])[:, 1]
    return score, plain


def _surprise(model: Chance, x: Numbers, t: Truths, y: Numbers) -> float:
    """The mean negative log-likelihood."""
    p = np.clip(model(x, t.astype(float)), 1e-9, 1 - 1e-9)
    return -float((y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def one_hot(features: Sequence[Feature], bins: Integers) -> Numbers:
    """Columns for a regression: a number by its place among its cuts (and whether it is known), a
    word by itself.
    """
    made = []
    for n, f in enumerate(features):
        mine = bins[:, n]
        if f.kind == "number":
            place = mine / max(1, f.bins - 1)
            made += [place, place**2, (mine == 0).astype(float)]
        else:
            made += [(mine == b).astype(float) for b in range(1, f.bins)]
    x = np.column_stack(made).astype(float)
    spread = x.std(axis=0)
    varying = x[:, spread > 0]
    scaled: Numbers = (varying - varying.mean(axis=0)) / spread[spread > 0]
    return scaled


def _model(x: Numbers, t: Truths, y: Numbers, leave: float) -> Chance:
    """The chance of the outcome by what a lead is and whether it is contacted (1) or not (0)."""
    share = float(t.mean())

    def columns(rows: Numbers, contacted: Numbers) -> Numbers:
        away = (contacted - share)[:, None]
        return np.column_stack([rows, 3 * away, leave * rows * away])

    machine = _fit(columns(x, t.astype(float)), y)

    def chance(rows: Numbers, contacted: Numbers) -> Numbers:
        found: Numbers = machine.predict_proba(columns(rows, contacted))[:, 1]
        return found

    return chance


def _fit(x: Numbers, y: Numbers) -> LogisticRegression:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.01, max_iter=100, solver="newton-cholesky").fit(x, y)


def _qini_of(score: Numbers, t: Truths, y: Numbers, weights: Singles) -> Numbers:
    """The Qini area as it is (first) and in each resample, as outcomes more per 1,000 leads."""
    order = np.argsort(-score, kind="stable")
    contacted, outcome = t[order].astype(np.float32), y[order].astype(np.float32)
    as_is = np.ones(len(y), np.float32)
    return np.array([_area(contacted, outcome, w[order]) for w in (as_is, *weights)])


def _area(t: Array, y: Array, w: Array) -> float:
    """Between the Qini curve of rows in this order, and the straight line to its end."""
    share, more = _gain_curve(t, y, w)
    below = ((more[1:] + more[:-1]) / 2 * np.diff(share)).sum()
    return float(1_000 * (below - more[-1] / 2))


def _gain_curve(t: Array, y: Array, w: Array) -> tuple[Numbers, Numbers]:
    """The share contacted and the outcomes more per lead of all, cut into at most 200 steps."""
    size = len(w)
    edges = np.unique(np.linspace(0, size, 201).astype(int))[1:] - 1
    sums = [
        np.cumsum(v.astype(np.float64))[edges]
        for v in (w, w * t, w * (1 - t), w * t * y, w * (1 - t) * y)
    ]
    every, with_, without, won_with, won_without = sums
    rate = won_with / np.maximum(with_, 1e-9) - won_without / np.maximum(without, 1e-9)
    share = every / every[-1]
    return np.concatenate([[0.0], share]), np.concatenate([[0.0], rate * share])


def _curve(score: Numbers, t: Truths, y: Numbers) -> tuple[tuple[float, float, float], ...]:
    order = np.argsort(-score, kind="stable")
    share, more = _gain_curve(t[order].astype(float), y[order], np.ones(len(y)))
    at = np.linspace(0, 1, 21)
    return tuple(
        (float(s), float(1_000 * m), float(1_000 * s * more[-1]))
        for s, m in zip(at, np.interp(at, share, more), strict=True)
    )


def _tenths(score: Numbers, t: Truths, y: Numbers) -> tuple[Tenth, ...]:
    order = np.argsort(-score, kind="stable")
    return tuple(
        Tenth(
            float(y[rows][t[rows]].mean()),
            float(y[rows][~t[rows]].mean()),
            _difference(t[rows], y[rows]),
        )
        for rows in np.array_split(order, 10)
        if t[rows].any() and (~t[rows]).any()
    )


def _difference(t: Truths, y: Numbers) -> Estimate:
    """The difference of two rates with its 95 % interval (after Agresti and Caffo 2000)."""
    a, n, b, m = float(y[t].sum()), int(t.sum()), float(y[~t].sum()), int((~t).sum())
    p, q = (a + 1) / (n + 2), (b + 1) / (m + 2)
    half = Z_95 * sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (m + 2))
    return Estimate(a / n - b / m, p - q - half, p - q + half)


def _estimate(drawn: Numbers) -> Estimate:
    low, high = np.percentile(drawn[1:], (2.5, 97.5))
    return Estimate(float(drawn[0]), float(low), float(high))
