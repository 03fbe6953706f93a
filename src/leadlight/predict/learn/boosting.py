"""The fit: an Explainable Boosting Machine, averaged with a logistic regression of the same bins,
as one sum of tables.

Both are sums of what each value adds to the log-odds, so their average is one too: it can be read,
edited, and run by any engine. What share each has, whether pairs of values are looked at, and
whether the probabilities are stretched, is decided on leads that the parts were not fitted on;
nothing is added that did not help there. (Lou, Caruana, Gehrke, Hooker, KDD 2013; Nori et al.,
InterpretML, 2019; Platt, 1999.)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from leadlight.predict.arrays import Integers, Numbers
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import Feature, bins_of
from leadlight.predict.learn.trend import as_of_newest, newest_shares, period_feature
from leadlight.predict.threads import one_thread

_MANY = (
    100  # columns from which on half the bags must do, or a few hundred leads would take minutes
)
_PAIR_CUTS = 7
_PAIR_WORDS = 10


@dataclass(frozen=True)
class Choice:
    """What was decided on held-out leads: the logistic regression's share and strength, pairs or
    not, whether what moved with time is told apart from the rest, and how far to stretch.
    """

    share: float = 0.5
    pairs: bool = False
    slope: float = 1.0
    shift: float = 0.0
    strength: float = 0.1
    trend: bool = False


@dataclass(frozen=True)
class AdditiveModel:
    """A fitted model: `start` plus what each feature's bin adds (`tables`), plus what pairs of
    coarser bins add.
    """

    features: tuple[Feature, ...]
    start: float
    tables: tuple[Numbers, ...]
    coarse: tuple[
        tuple[Feature, Integers], ...
    ]  # of each feature: the coarser feature, and the coarse bin of each fine one
    pairs: Mapping[tuple[int, int], Numbers] = field(default_factory=dict)
    choice: Choice = Choice()
    regressed: AdditiveModel | None = None  # the logistic regression alone, to compare with

    def log_odds(self, bins: Integers) -> Numbers:
        """The log-odds of each row of bins."""
        total = np.full(len(bins), self.start)
        for n, table in enumerate(self.tables):
            total += table[bins[:, n]]
        for (a, b), cells in self.pairs.items():
            total += cells[self.coarse[a][1][bins[:, a]], self.coarse[b][1][bins[:, b]]]
        return total

    def probability(self, columns: Sequence[TableColumn]) -> Numbers:
        """The probability of each row of the columns."""
        return chance(self.log_odds(bins_of(self.features, columns)))


def chance(log_odds: Numbers) -> Numbers:
    """Log-odds as probabilities."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))


def loss(log_odds: Numbers, won: Numbers) -> float:
    """The mean log-loss."""
    return float(np.mean(np.logaddexp(0, log_odds) - won * log_odds))


@dataclass(frozen=True)
class ModelParts:
    """The parts before they are put together, each a start and tables."""

    features: tuple[Feature, ...]
    coarse: tuple[tuple[Feature, Integers], ...]
    boosted: tuple[float, tuple[Numbers, ...]]
    regressed: tuple[float, tuple[Numbers, ...]]
    pairs: tuple[float, Mapping[tuple[int, int], Numbers]]

    newest: Numbers | None = (
        # the share of each period among the newest leads, where the last feature is the period
        None
    )

    @staticmethod
    def fit(
        features: Sequence[Feature],
        bins: Integers,
        won: Numbers,
        choice: Choice,
        seed: int,
        signs: Sequence[int],
        *,
        pairs: bool,
        periods: Integers | None = None,
        quick: bool = False,
    ) -> ModelParts:
        """Each part fitted to rows of bins. `periods`: the period of each row, the newest the
        highest.
        """
        latest = None
        if periods is not None:
            features, bins, signs = (
                (*features, period_feature(periods)),
                np.column_stack([bins, periods]),
                (*signs, 0),
            )
            latest = newest_shares(periods)
        coarse = tuple(coarser(f, bins[:, n]) for n, f in enumerate(features))
        boosted = _fit_machine(features, bins, won, seed, signs, quick)
        regressed = regress(features, bins, won, choice.strength, signs)
        found: tuple[float, Mapping[tuple[int, int], Numbers]] = (0.0, {})
        if pairs and len(features) > 1:
            one = AdditiveModel(tuple(features), *boosted, coarse)
            cells = np.column_stack([coarse[n][1][bins[:, n]] for n in range(len(features))])
            found = _fit_pairs(
                [c for c, _ in coarse], cells, won, one.log_odds(bins), seed, signs, quick
            )
        return ModelParts(tuple(features), coarse, boosted, regressed, found, latest)

    def with_strength(
        self,
        bins: Integers,
        won: Numbers,
        strength: float,
        signs: Sequence[int],
        periods: Integers | None = None,
    ) -> ModelParts:
        """The same with another strength of the logistic regression."""
        if periods is not None:
            bins, signs = np.column_stack([bins, periods]), (*signs, 0)
        return replace(self, regressed=regress(self.features, bins, won, strength, signs))

    def combine(self, choice: Choice) -> AdditiveModel:
        """The weighted average, stretched: one sum of tables, as of the newest leads where there
        are periods.
        """
        own, other = (1 - choice.share) * choice.slope, choice.share * choice.slope
        with_pairs = own if choice.pairs else 0.0
        start = (
            own * self.boosted[0]
            + other * self.regressed[0]
            + with_pairs * self.pairs[0]
            + choice.shift
        )
        tables = tuple(
            own * a + other * b for a, b in zip(self.boosted[1], self.regressed[1], strict=True)
        )
        pairs = {k: with_pairs * v for k, v in self.pairs[1].items()} if choice.pairs else {}
        if self.newest is not None:
            start, tables, pairs = as_of_newest(
                start, tables, pairs, [c for _, c in self.coarse], self.newest
            )
        single = len(tables)
        return AdditiveModel(
            self.features[:single], start, tables, self.coarse[:single], pairs, choice
        )


def _fit_machine(
    features: Sequence[Feature],
    bins: Integers,
    won: Numbers,
    seed: int,
    signs: Sequence[int],
    quick: bool,
) -> tuple[float, tuple[Numbers, ...]]:
    """The Explainable Boosting Machine of single values."""
    machine = new_machine(
        features, len(won), seed, quick, interactions=0, monotone_constraints=list(signs)
    )
    with quiet():
        machine.fit(library_bins(bins), won.astype(int))
    tables = [np.zeros(f.bins) for f in features]
    for (n,), scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        tables[n] = _by_bin(features[n], machine.bins_[n][0], np.asarray(scores, float))
    return float(np.ravel(machine.intercept_)[0]), tuple(tables)


def _fit_pairs(
    features: Sequence[Feature],
    bins: Integers,
    won: Numbers,
    so_far: Numbers,
    seed: int,
    signs: Sequence[int],
    quick: bool,
) -> tuple[float, Mapping[tuple[int, int], Numbers]]:
    """What pairs of coarse bins add to the sum of single values."""
    most = most_pairs(int(won.sum()), len(features))
    fixed = [(a, b) for a in range(len(features)) for b in range(a) if signs[a] or signs[b]]
    machine = new_machine(
        features,
        len(won),
        seed,
        quick,
        interactions=most,
        exclude=["mains", *fixed][: 1 + len(fixed)] if fixed else "mains",
    )
    with quiet():
        machine.fit(library_bins(bins), won.astype(int), init_score=so_far)
    found: dict[tuple[int, int], Numbers] = {}
    for term, scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        if len(term) == 2:
            a, b = term
            table = _by_bin(features[a], machine.bins_[a][-1], np.asarray(scores, float))
            found[(a, b)] = _by_bin(features[b], machine.bins_[b][-1], table.T).T
    return float(np.ravel(machine.intercept_)[0]), found


def most_pairs(won: int, features: int) -> int:
    """How many pairs of values are looked at: more where more leads won, never more than a person
    would read through.
    """
    return min(24, max(2, won // 100), features * (features - 1) // 2)


def new_machine(features: Sequence[Feature], rows: int, seed: int, quick: bool, **more: Any) -> Any:
    from interpret.glassbox import ExplainableBoostingClassifier

    types = [
        [n + 0.5 for n in range(1, f.bins - 1)] if f.kind == "number" else "nominal"
        for f in features
    ]
    return ExplainableBoostingClassifier(
        feature_types=types,
        outer_bags=2 if quick else 4 if rows > 20_000 or len(features) > _MANY else 8,
        min_cat_samples=3,
        cat_smooth=20.0,
        learning_rate=0.08,
        smoothing_rounds=25,
        interaction_smoothing_rounds=25,
        min_samples_leaf=max(4, min(20, rows // 200)),
        max_rounds=2_000,
        early_stopping_rounds=40,
        early_stopping_tolerance=1e-4,
        n_jobs=1 if rows < 3_000 else min(4, os.cpu_count() or 1),
        random_state=seed,
        **more,
    )


def library_bins(bins: Integers) -> Numbers:
    """Bins as the library takes them: unknown is NaN."""
    return np.where(bins == 0, np.nan, bins.astype(float))


def _by_bin(feature: Feature, known: Mapping[str, int], scores: Numbers) -> Numbers:
    """The library's scores (missing first, unseen last) along our bins, on the first axis."""
    out = np.zeros((feature.bins, *scores.shape[1:]))
    out[0] = scores[0]
    if feature.kind == "number":
        out[1:] = scores[1 : feature.bins]
        return out
    place = {round(float(word)): n for word, n in known.items()}
    for b in range(1, feature.bins):
        out[b] = scores[place[b]] if b in place else scores[-1]
    return out


def regress(
    features: Sequence[Feature], bins: Integers, won: Numbers, strength: float, signs: Sequence[int]
) -> tuple[float, tuple[Numbers, ...]]:
    """Logistic regression: a number by its rank among the leads that teach, a word by itself."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    basis = [_basis(f, bins[:, n]) for n, f in enumerate(features)]
    rows = sparse.hstack(
        [sparse.csr_matrix(b)[bins[:, n]] for n, b in enumerate(basis)], format="csr"
    )
    machine = LogisticRegression(C=strength, max_iter=1_000)
    with quiet(), one_thread():
        machine.fit(rows, won.astype(int))
    weights, at, tables = machine.coef_[0], 0, []
    for b, sign in zip(basis, signs, strict=True):
        own = weights[at : at + b.shape[1]].copy()
        if sign and own[0] * sign < 0:
            own[0] = 0.0
        tables.append(b @ own)
        at += b.shape[1]
    return float(machine.intercept_[0]), tuple(np.asarray(t) for t in tables)


def _basis(feature: Feature, bins: Integers) -> Numbers:
    """What each bin stands for in the regression: its rank and whether it is unknown, or one column
    a word.
    """
    if feature.kind == "words":
        return np.eye(feature.bins)
    counts = np.bincount(bins, minlength=feature.bins).astype(float)
    counts[0] = 0
    rank = (np.cumsum(counts) - counts / 2) / max(1.0, counts.sum())
    out = np.zeros((feature.bins, 2))
    out[1:, 0] = 3 * (rank[1:] - 0.5)
    out[0, 1] = 1.0
    return out


def coarser(feature: Feature, bins: Integers) -> tuple[Feature, Integers]:
    """The feature with few bins, for pairs that a person can read, and the coarse bin of each fine
    one.
    """
    fine = np.arange(feature.bins)
    if feature.kind == "words":
        words = feature.words[:_PAIR_WORDS]
        of = np.where(fine <= len(words), fine, len(words) + 1)
        return Feature(feature.name, feature.say, "words", words=words), of.astype(np.int64)
    counts = np.bincount(bins, minlength=feature.bins)[1:]
    below = np.cumsum(counts)[:-1]
    wanted = (np.arange(1, _PAIR_CUTS + 1) * counts.sum()) / (_PAIR_CUTS + 1)
    kept = sorted({int(np.argmin(np.abs(below - w))) for w in wanted}) if len(below) else []
    cuts = tuple(feature.cuts[k] for k in kept)
    of = np.concatenate(
        [
            [0],
            1 + np.searchsorted(np.array(kept, float) + 1, np.arange(1, feature.bins), side="left"),
        ]
    )
    return Feature(feature.name, feature.say, "number", cuts=cuts), of.astype(np.int64)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the library's remarks to its programmer, and in threads of this process: its work is
    done outside of Python.
    """
    from joblib import parallel_config

    with warnings.catch_warnings(), parallel_config(backend="threading"):
        warnings.simplefilter("ignore")
        yield
