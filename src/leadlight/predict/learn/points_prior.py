"""Points corrected by outcomes: a logistic regression whose prior mean is the points. Needs numpy
and no other library.

Before anybody looks at the outcomes, a lead's log-odds are its points, and no column says anything
beside them. Each outcome moves that a little: few leads hardly change the points, many replace
them. Where five to eighty leads of the rarer outcome are known this ranks leads better than points
alone, and better than a model that begins with nothing. What is left behind is a sum of tables as a
learned model is, so it becomes the same text.

The intercept is free. Of a number counts its rank among the leads that teach, so no outlier and no
unit matters; each frequent word, and being blank, has an effect of its own; a word that nobody
taught says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from leadlight.playbook.model import Model
from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.columns import SetAside, TableColumn
from leadlight.predict.features import Feature, bins_of, cuts_of, features_of
from leadlight.predict.judge.delong import auc_interval
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.learn.boosting import AdditiveModel, chance
from leadlight.predict.learn.stretch import platt
from leadlight.predict.learn.terms import in_units, terms_of
from leadlight.predict.ridge_logistic import (
    EffectPrior,
    RidgeModel,
    fit_with_prior,
    refit_without,
)
from leadlight.problems import CannotDo

FEWEST = 5  # leads of the rarer outcome
_PARTS = 5  # that judge in turn
_FINE = 120  # outcomes for which a number has twenty cuts, and a word stands from a few leads on
_MOST_WORDS = 30
_RANKS = 3.0  # from the lowest rank to the highest, in which an effect is one unit


@dataclass(frozen=True)
class PointsOptions:
    """What is believed before: what a point is worth in log-odds, by how much (a standard
    deviation) what points are worth, and what a column says beside them, may differ from that.
    `leave_out` are columns not to use.

    Of the widths .1, .2, .4 and .7 those in the middle ranked nine public tables best at 5, 10,
    20, 40 and 80 leads of the rarer outcome (mean AUC .61, .64, .67, .69 and .71, without points).
    """

    log_odds: float = 1.0
    width: float = 0.35
    points_width: float = 0.5
    leave_out: Collection[str] = ()
    seed: int = 0


@dataclass(frozen=True)
class CorrectedPoints:
    """Points as outcomes corrected them.

    `chances`: of each lead its probability by a fit without it. `auc` is how these rank, `sample`
    the same with the interval of this sample alone, and `points_auc` how the points alone do;
    `weight` is how many times as much as before the points count.
    """

    fitted: AdditiveModel
    chances: Numbers
    auc: Estimate
    sample: Estimate
    points_auc: Estimate | None
    weight: float
    aside: tuple[SetAside, ...]
    seen: tuple[Numbers, ...]
    rows: int
    won: int

    @property
    def useful(self) -> bool:
        """Whether it ranks leads it has not seen better than chance, as far as a sample of this
        size can tell; or as well as points that surely do.
        """
        if self.sample.low is not None and self.sample.low > 0.5:
            return True
        points, found = self.points_auc, self.auc.value
        if points is None or points.value is None or points.low is None or found is None:
            return False
        return points.low > 0.5 and found >= points.value

    def probability(self, columns: Sequence[TableColumn]) -> Numbers:
        """The probability of other leads; the points are one of the columns."""
        return self.fitted.probability(columns)


def correct_points(
    columns: Sequence[TableColumn],
    won: Sequence[bool],
    points: TableColumn | None = None,
    options: PointsOptions = PointsOptions(),
    groups: Sequence[object] | None = None,
) -> CorrectedPoints:
    """Correct the points of leads whose outcome is known. `groups`: leads of a group judge
    together. Raises `CannotDo` below five leads of the rarer outcome.
    """
    answer = np.asarray(won, float)
    _demand(answer)
    every = range(len(answer))
    listed = [c for c in columns if c.name not in options.leave_out]
    features, aside = features_of(listed, every, _FINE)
    design = _Design.of([_few_words(f) for f in features], listed, points, options)
    model = fit_with_prior(design.x, answer, design.prior)
    parts = _parts(answer, groups, options.seed)
    unseen = np.zeros(len(answer))
    for part, other in zip(
        parts, refit_without(model, design.x, answer, design.prior, parts), strict=True
    ):
        unseen[part] = other.log_odds(design.x[part])
    stretched = platt(unseen, answer)
    fitted = design.additive(model, *stretched)
    # What a part is judged by taught the others, so the parts are not independent (Nadeau and
    # Bengio 2003): with fifths an interval is 1.5 times as wide.
    wider = (1 + len(parts) / (len(parts) - 1)) ** 0.5
    return CorrectedPoints(
        fitted=fitted,
        chances=chance(stretched[0] * unseen + stretched[1]),
        auc=auc_interval(unseen, answer, wider),
        sample=auc_interval(unseen, answer),
        points_auc=None if points is None else auc_interval(_point_values(points), answer),
        weight=float(model.effects[0]) if points is not None else 0.0,
        aside=tuple(aside),
        seen=design.shares,
        rows=len(answer),
        won=int(answer.sum()),
    )


def fit_points(
    columns: Sequence[TableColumn], won: Numbers, options: PointsOptions = PointsOptions()
) -> AdditiveModel:
    """The same without points and without judging it: a plain regression of the columns. Raises
    `CannotDo` below five leads of the rarer outcome.
    """
    _demand(won)
    listed = [c for c in columns if c.name not in options.leave_out]
    features, _ = features_of(listed, range(len(won)), _FINE)
    design = _Design.of([_few_words(f) for f in features], listed, None, options)
    return design.additive(fit_with_prior(design.x, won, design.prior), 1.0, 0.0)


def model_of_points(
    corrected: CorrectedPoints,
    name: str,
    outcome: str,
    about: str,
    day: date,
    verdict: Mapping[str, Any] | None = None,
) -> Model:
    """Corrected points as a model that a playbook reads. The points are a term of it, so the name
    of their column must be one of a signal or an attribute.
    """
    return Model(
        name=name,
        start=in_units(corrected.fitted.start),
        terms=terms_of(corrected.fitted, corrected.seen),
        outcome=outcome,
        about=about,
        learned=day,
        verdict={**_figures(corrected), **(verdict or {})},
    )


def _figures(corrected: CorrectedPoints) -> dict[str, Any]:
    out: dict[str, Any] = {
        "split": "each fifth of the leads judges what the others taught",
        "taught": corrected.rows,
        "judged": corrected.rows,
        "judged_with_outcome": corrected.won,
        "auc": _round_interval(corrected.auc),
    }
    if corrected.points_auc is not None:
        out |= {"auc_of_points": _round_interval(corrected.points_auc)}
        out |= {"weight_of_points": round(corrected.weight, 3)}
    return out


def _round_interval(e: Estimate) -> list[float]:
    return [round(v, 4) for v in (e.value, e.low, e.high) if v is not None]


def _demand(won: Numbers) -> None:
    if rarer(won) < FEWEST:
        raise CannotDo(
            f"Of {len(won):,} leads whose outcome is known {int(won.sum()):,} have it: at least"
            f" {FEWEST} with it and {FEWEST} without are needed before points can be corrected."
        )


def _few_words(feature: Feature) -> Feature:
    return replace(feature, words=feature.words[:_MOST_WORDS])


@dataclass(frozen=True)
class _Design:
    """The leads as numbers, a block of columns for each feature; the points come first."""

    features: tuple[Feature, ...]
    blocks: tuple[Numbers, ...]  # of each feature: what each of its bins is as numbers
    x: Numbers
    prior: EffectPrior
    shares: tuple[Numbers, ...]

    @staticmethod
    def of(
        features: Sequence[Feature],
        columns: Sequence[TableColumn],
        points: TableColumn | None,
        options: PointsOptions,
    ) -> _Design:
        blocks = []
        every = [*columns]
        if points is not None:
            features = (_points_feature(points), *features)
            every.append(points)
        bins = bins_of(features, every)
        counts = [np.bincount(bins[:, n], minlength=f.bins) for n, f in enumerate(features)]
        for n, feature in enumerate(features):
            own = points is not None and n == 0
            blocks.append(
                _points_block(feature, points, bins[:, n], options.log_odds)
                if own and points is not None
                else _block(feature, counts[n])
            )
        empty = np.zeros((len(bins), 0))
        x = np.hstack([empty, *(block[bins[:, n]] for n, block in enumerate(blocks))])
        mean, deviation = np.zeros(x.shape[1]), np.full(x.shape[1], options.width)
        if points is not None:
            mean[0], deviation[0] = 1.0, options.points_width
        shares = tuple(c / max(1, c.sum()) for c in counts)
        return _Design(tuple(features), tuple(blocks), x, EffectPrior(mean, deviation), shares)

    def additive(self, model: RidgeModel, slope: float, shift: float) -> AdditiveModel:
        """What was fitted as a sum of tables, stretched."""
        tables, at = [], 0
        for block in self.blocks:
            tables.append(slope * (block @ model.effects[at : at + block.shape[1]]))
            at += block.shape[1]
        coarse = tuple((f, np.arange(f.bins)) for f in self.features)
        return AdditiveModel(self.features, slope * model.base + shift, tuple(tables), coarse)


def _points_feature(points: TableColumn) -> Feature:
    """The points with as many cuts as a model may have: what they say is not made coarser."""
    cuts = cuts_of(_point_values(points), 10**6)
    return Feature(points.name, points.header, "number", cuts=cuts)


def _points_block(
    feature: Feature, points: TableColumn, bins: Integers, log_odds: float
) -> Numbers:
    """Of each bin the mean of its points in log-odds, above the mean of all leads; and whether they
    are unknown.
    """
    values = _point_values(points) * log_odds
    counts = np.bincount(bins, minlength=feature.bins)
    sums = np.bincount(bins, weights=values, minlength=feature.bins)
    means = np.divide(sums, counts, out=np.full(feature.bins, values.mean()), where=counts > 0)
    found: Numbers = (means - values.mean())[:, None]
    return found


def _point_values(points: TableColumn) -> Numbers:
    """The points; a lead without any has none."""
    found: Numbers = np.nan_to_num(points.values, nan=0.0)
    return found


def _block(feature: Feature, counts: Integers) -> Numbers:
    """A number by its rank and whether it is unknown; a word by one column each."""
    if feature.kind == "words":
        return np.eye(feature.bins)
    known = counts.astype(float)
    known[0] = 0
    rank = (np.cumsum(known) - known / 2) / max(1.0, known.sum())
    out = np.zeros((feature.bins, 2))
    out[1:, 0] = _RANKS * (rank[1:] - 0.5)
    out[0, 1] = 1.0
    return out


def _parts(won: Numbers, groups: Sequence[object] | None, seed: int) -> list[Integers]:
    """Rows that judge in turn, with their share of both outcomes; a group is never parted."""
    of = (
        np.unique([str(g) for g in groups], return_inverse=True)[1]
        if groups is not None
        else np.arange(len(won))
    )
    wins = np.bincount(of, weights=won) > 0
    rng, part = np.random.default_rng(seed), np.zeros(len(wins), np.int64)
    for kind in (wins, ~wins):
        there = rng.permutation(np.flatnonzero(kind))
        part[there] = np.arange(len(there)) % _PARTS
    found = [np.flatnonzero(part[of] == k) for k in range(_PARTS)]
    return [rows for rows in found if len(rows)]
