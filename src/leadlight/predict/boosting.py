"""The fit: an Explainable Boosting Machine, averaged with a logistic regression of the same bins, as one sum of tables.

Both are sums of what each value adds to the log-odds, so their average is one too: it can be read, edited, and run by any
engine. What share each has, whether pairs of values are looked at, and whether the probabilities are stretched, is decided
on leads that the parts were not fitted on; nothing is added that did not help there.
(Lou, Caruana, Gehrke, Hooker, KDD 2013; Nori et al., InterpretML, 2019; Platt, 1999.)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from leadlight.predict.table import Column, Feature, binned
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    import numpy as np

    Bins = np.ndarray[Any, np.dtype[np.int64]]
    Numbers = np.ndarray[Any, np.dtype[np.float64]]

FEWEST_OUTCOMES = 30
"""Leads of the rarer outcome below which nothing is learned: an interval of the AUC would be wider than what it tells."""
ENOUGH_FOR_PAIRS = 400
ENOUGH_FOR_A_HOLD_OUT = 600
_PAIR_CUTS = 7
_PAIR_WORDS = 10
_WEAK = 0.05  # the other strength of the logistic regression that is tried: words drawn closer together
_SHARES = (0.0, 0.25, 0.5)  # the machine is tried with few bags here, which makes it look worse than it will be
_BETTER = 0.0005  # of the log-loss: what a choice must gain on leads that were held out


@dataclass(frozen=True)
class Choice:
    """What was decided on held-out leads: the logistic regression's share, pairs or not, and how far to stretch."""

    share: float = 0.5
    pairs: bool = False
    slope: float = 1.0
    shift: float = 0.0
    strength: float = 0.3


@dataclass(frozen=True)
class Fitted:
    """A fitted model: `start` plus what each feature's bin adds (`tables`), plus what pairs of coarser bins add."""

    features: tuple[Feature, ...]
    start: float
    tables: tuple[Numbers, ...]
    coarse: tuple[
        tuple[Feature, Bins], ...
    ]  # of each feature: the coarser feature, and the coarse bin of each fine one
    pairs: Mapping[tuple[int, int], Numbers] = field(default_factory=dict)
    choice: Choice = Choice()
    regressed: Fitted | None = None  # the logistic regression alone, to compare with

    def log_odds(self, bins: Bins) -> Numbers:
        """The log-odds of each row of bins."""
        import numpy as np

        total = np.full(len(bins), self.start)
        for n, table in enumerate(self.tables):
            total += table[bins[:, n]]
        for (a, b), cells in self.pairs.items():
            total += cells[self.coarse[a][1][bins[:, a]], self.coarse[b][1][bins[:, b]]]
        return total

    def probability(self, columns: Sequence[Column]) -> Numbers:
        """The probability of each row of the columns."""
        return chance(self.log_odds(binned(self.features, columns)))


def fit(
    features: Sequence[Feature],
    bins: Bins,
    won: Numbers,
    *,
    seed: int = 0,
    held: Sequence[tuple[Bins, Bins]] | None = None,
    choice: Choice | None = None,
    rising: Mapping[str, int] | None = None,
    also_regressed: bool = False,
) -> Fitted:
    """Learn from rows of bins and whether each was won.

    `held`: pairs of row numbers (teach, judge) on which the choice is made, else drawn at random by `seed`; `choice`: one
    made before. `rising`: features whose chance may only rise (1) or fall (-1). Raises `CannotDo` below `FEWEST_OUTCOMES`.
    """
    demand(won)
    signs = [int((rising or {}).get(f.name, 0)) for f in features]
    if choice is None:
        choice = _chosen(features, bins, won, held or _folds(won, seed), seed, signs)
    parts = _Parts.fitted(features, bins, won, choice, seed, signs, pairs=choice.pairs)
    made = parts.together(choice)
    return replace(made, regressed=parts.together(Choice(share=1.0))) if also_regressed else made


def demand(won: Numbers) -> None:
    """Enough of both outcomes. Raises `CannotDo`."""
    both = {"have the outcome": int(won.sum()), "do not have it": int(len(won) - won.sum())}
    for words, count in both.items():
        if count == 0 and len(won):
            other = next(w for w in both if w != words)
            raise CannotDo(
                f"All {len(won):,} leads {other}, so nothing can be learned. Take leads of both kinds, won and lost."
            )
        if count < FEWEST_OUTCOMES:
            raise CannotDo(
                f"Of {len(won):,} leads that may teach, {count:,} {words}: at least {FEWEST_OUTCOMES} are needed before "
                "anything can be learned from them, and 50 before it is of use. Score by points until then."
            )


def chance(log_odds: Numbers) -> Numbers:
    """Log-odds as probabilities."""
    import numpy as np

    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))


def loss(log_odds: Numbers, won: Numbers) -> float:
    """The mean log-loss."""
    import numpy as np

    return float(np.mean(np.logaddexp(0, log_odds) - won * log_odds))


@dataclass(frozen=True)
class _Parts:
    """The parts before they are put together, each a start and tables."""

    features: tuple[Feature, ...]
    coarse: tuple[tuple[Feature, Bins], ...]
    boosted: tuple[float, tuple[Numbers, ...]]
    regressed: tuple[float, tuple[Numbers, ...]]
    pairs: tuple[float, Mapping[tuple[int, int], Numbers]]

    @staticmethod
    def fitted(
        features: Sequence[Feature], bins: Bins, won: Numbers, choice: Choice, seed: int, signs: Sequence[int], *,
        pairs: bool, quick: bool = False,
    ) -> _Parts:  # fmt: skip
        import numpy as np

        coarse = tuple(_coarser(f, bins[:, n]) for n, f in enumerate(features))
        boosted = _boosted(features, bins, won, seed, signs, quick)
        regressed = _regressed(features, bins, won, choice.strength, signs)
        found: tuple[float, Mapping[tuple[int, int], Numbers]] = (0.0, {})
        if pairs and len(features) > 1:
            one = Fitted(tuple(features), *boosted, coarse)
            cells = np.column_stack([coarse[n][1][bins[:, n]] for n in range(len(features))])
            found = _pairs([c for c, _ in coarse], cells, won, one.log_odds(bins), seed, signs, quick)
        return _Parts(tuple(features), coarse, boosted, regressed, found)

    def together(self, choice: Choice) -> Fitted:
        """The weighted average, stretched: one sum of tables."""
        own, other = (1 - choice.share) * choice.slope, choice.share * choice.slope
        with_pairs = own if choice.pairs else 0.0
        start = own * self.boosted[0] + other * self.regressed[0] + with_pairs * self.pairs[0] + choice.shift
        tables = tuple(own * a + other * b for a, b in zip(self.boosted[1], self.regressed[1], strict=True))
        pairs = {k: with_pairs * v for k, v in self.pairs[1].items()} if choice.pairs else {}
        return Fitted(self.features, start, tables, self.coarse, pairs, choice)


def _chosen(
    features: Sequence[Feature], bins: Bins, won: Numbers, held: Sequence[tuple[Bins, Bins]], seed: int,
    signs: Sequence[int],
) -> Choice:  # fmt: skip
    """What helps on leads that were held out."""
    import numpy as np

    outcomes = int(min(won.sum(), len(won) - won.sum()))
    pairs = outcomes >= ENOUGH_FOR_PAIRS
    seen: list[tuple[Numbers, ...]] = []
    for teach, judge in held:
        if len(np.unique(won[teach])) < 2:
            continue
        parts = _Parts.fitted(features, bins[teach], won[teach], Choice(), seed, signs, pairs=pairs, quick=True)
        bare = parts.together(Choice(share=0.0)).log_odds(bins[judge])
        both = parts.together(Choice(share=0.0, pairs=True)).log_odds(bins[judge]) if pairs else bare
        weak = replace(parts, regressed=_regressed(features, bins[teach], won[teach], _WEAK, signs))
        regressed = [p.together(Choice(share=1.0)).log_odds(bins[judge]) for p in (parts, weak)]
        seen.append((bare, both, *regressed, won[judge]))
    if not seen:
        return Choice()
    bare, both, usual, weakly, answer = (np.concatenate([s[n] for s in seen]) for n in range(5))
    strength, by_rank = min(((Choice.strength, usual), (_WEAK, weakly)), key=lambda s: loss(s[1], answer))
    best = Choice(share=0.5, strength=strength)
    better = max(_BETTER, 0.5 / outcomes)  # with few outcomes a difference is soon chance
    least = loss(0.5 * bare + 0.5 * by_rank, answer) - better
    for with_pairs, boosted in ((False, bare), (True, both)) if pairs else ((False, bare),):
        for share in _SHARES:
            now = loss((1 - share) * boosted + share * by_rank, answer) + (better if with_pairs else 0.0)
            if now < least:
                best, least = Choice(share=share, pairs=with_pairs, strength=strength), now
    mixed = (1 - best.share) * (both if best.pairs else bare) + best.share * by_rank
    slope, shift = _stretch(mixed, answer, seed)
    return replace(best, slope=slope, shift=shift)


def _stretch(log_odds: Numbers, won: Numbers, seed: int) -> tuple[float, float]:
    """How far to stretch and shift the log-odds: only when that lowers the Brier score of leads it was not fitted on."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(len(won))
    halves = order[::2], order[1::2]
    before = after = 0.0
    for learn, judge in (halves, halves[::-1]):
        if len(np.unique(won[learn])) < 2:
            return 1.0, 0.0
        slope, shift = _platt(log_odds[learn], won[learn])
        before += float(((chance(log_odds[judge]) - won[judge]) ** 2).sum())
        after += float(((chance(slope * log_odds[judge] + shift) - won[judge]) ** 2).sum())
    return _platt(log_odds, won) if after < before * 0.998 else (1.0, 0.0)


def _platt(log_odds: Numbers, won: Numbers) -> tuple[float, float]:
    """A logistic regression of the outcome on the log-odds, drawn a little towards leaving them as they are."""
    import numpy as np

    slope, shift = 1.0, 0.0
    for _ in range(25):
        p = chance(slope * log_odds + shift)
        w = p * (1 - p) + 1e-9
        gradient = np.array([((p - won) * log_odds).sum() + 5 * (slope - 1), (p - won).sum() + shift])
        cross = float((w * log_odds).sum())
        curve = np.array([[(w * log_odds**2).sum() + 5, cross], [cross, w.sum() + 1]])
        step = np.linalg.solve(curve, gradient)
        slope, shift = slope - float(step[0]), shift - float(step[1])
        if abs(step).max() < 1e-9:
            break
    return (slope, shift) if slope > 0.05 else (0.05, shift)


def _boosted(
    features: Sequence[Feature], bins: Bins, won: Numbers, seed: int, signs: Sequence[int], quick: bool
) -> tuple[float, tuple[Numbers, ...]]:
    """The Explainable Boosting Machine of single values."""
    import numpy as np

    machine = _machine(features, len(won), seed, quick, interactions=0, monotone_constraints=list(signs))
    with _quiet():
        machine.fit(_given(bins), won.astype(int))
    tables = [np.zeros(f.bins) for f in features]
    for (n,), scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        tables[n] = _by_bin(features[n], machine.bins_[n][0], np.asarray(scores, float))
    return float(np.ravel(machine.intercept_)[0]), tuple(tables)


def _pairs(
    features: Sequence[Feature], bins: Bins, won: Numbers, so_far: Numbers, seed: int, signs: Sequence[int], quick: bool
) -> tuple[float, Mapping[tuple[int, int], Numbers]]:
    """What pairs of coarse bins add to the sum of single values."""
    import numpy as np

    most = most_pairs(int(won.sum()), len(features))
    fixed = [(a, b) for a in range(len(features)) for b in range(a) if signs[a] or signs[b]]
    machine = _machine(features, len(won), seed, quick, interactions=most, exclude=["mains", *fixed][: 1 + len(fixed)]
                       if fixed else "mains")  # fmt: skip
    with _quiet():
        machine.fit(_given(bins), won.astype(int), init_score=so_far)
    found: dict[tuple[int, int], Numbers] = {}
    for term, scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        if len(term) == 2:
            a, b = term
            table = _by_bin(features[a], machine.bins_[a][-1], np.asarray(scores, float))
            found[(a, b)] = _by_bin(features[b], machine.bins_[b][-1], table.T).T
    return float(np.ravel(machine.intercept_)[0]), found


def most_pairs(won: int, features: int) -> int:
    """How many pairs of values are looked at: more where more leads won, never more than a person would read through."""
    return min(24, max(2, won // 100), features * (features - 1) // 2)


def _machine(features: Sequence[Feature], rows: int, seed: int, quick: bool, **more: Any) -> Any:
    from interpret.glassbox import ExplainableBoostingClassifier

    types = [[n + 0.5 for n in range(1, f.bins - 1)] if f.kind == "number" else "nominal" for f in features]
    return ExplainableBoostingClassifier(
        feature_types=types,
        outer_bags=(2 if quick else 4) if rows > 20_000 else (2 if quick else 8),
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


def _given(bins: Bins) -> Numbers:
    """Bins as the library takes them: unknown is NaN."""
    import numpy as np

    return np.where(bins == 0, np.nan, bins.astype(float))


def _by_bin(feature: Feature, known: Any, scores: Numbers) -> Numbers:
    """The library's scores (missing first, unseen last) along our bins, on the first axis."""
    import numpy as np

    out = np.zeros((feature.bins, *scores.shape[1:]))
    out[0] = scores[0]
    if feature.kind == "number":
        out[1:] = scores[1 : feature.bins]
        return out
    place = {round(float(word)): n for word, n in known.items()}
    for b in range(1, feature.bins):
        out[b] = scores[place[b]] if b in place else scores[-1]
    return out


def _regressed(
    features: Sequence[Feature], bins: Bins, won: Numbers, strength: float, signs: Sequence[int]
) -> tuple[float, tuple[Numbers, ...]]:
    """Logistic regression: a number by its rank among the leads that teach, a word by itself."""
    import numpy as np
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    basis = [_basis(f, bins[:, n]) for n, f in enumerate(features)]
    rows = sparse.hstack([sparse.csr_matrix(b)[bins[:, n]] for n, b in enumerate(basis)], format="csr")
    machine = LogisticRegression(C=strength, max_iter=1_000)
    with _quiet():
        machine.fit(rows, won.astype(int))
    weights, at, tables = machine.coef_[0], 0, []
    for b, sign in zip(basis, signs, strict=True):
        own = weights[at : at + b.shape[1]].copy()
        if sign and own[0] * sign < 0:
            own[0] = 0.0
        tables.append(b @ own)
        at += b.shape[1]
    return float(machine.intercept_[0]), tuple(np.asarray(t) for t in tables)


def _basis(feature: Feature, bins: Bins) -> Numbers:
    """What each bin stands for in the regression: its rank and whether it is unknown, or one column a word."""
    import numpy as np

    if feature.kind == "words":
        return np.eye(feature.bins)
    counts = np.bincount(bins, minlength=feature.bins).astype(float)
    counts[0] = 0
    rank = (np.cumsum(counts) - counts / 2) / max(1.0, counts.sum())
    out = np.zeros((feature.bins, 2))
    out[1:, 0] = 3 * (rank[1:] - 0.5)
    out[0, 1] = 1.0
    return out


def _coarser(feature: Feature, bins: Bins) -> tuple[Feature, Bins]:
    """The feature with few bins, for pairs that a person can read, and the coarse bin of each fine one."""
    import numpy as np

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
    of = np.concatenate([[0], 1 + np.searchsorted(np.array(kept, float) + 1, np.arange(1, feature.bins), side="left")])
    return Feature(feature.name, feature.say, "number", cuts=cuts), of.astype(np.int64)


def _folds(won: Numbers, seed: int) -> list[tuple[Bins, Bins]]:
    """Rows that teach and rows that judge: a fifth held out once where there are many outcomes, each fifth in turn where few."""
    from sklearn.model_selection import StratifiedKFold

    folds = list(StratifiedKFold(5, shuffle=True, random_state=seed).split(won, won))
    return folds[:1] if min(won.sum(), len(won) - won.sum()) >= ENOUGH_FOR_A_HOLD_OUT else folds


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's remarks to its programmer, and in threads of this process: its work is done outside of Python."""
    from joblib import parallel_config

    with warnings.catch_warnings(), parallel_config(backend="threading"):
        warnings.simplefilter("ignore")
        yield
