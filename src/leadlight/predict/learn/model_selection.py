"""How complex a model may be, decided on leads it was not fitted on: a part is added only where it
helps there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.features import Feature
from leadlight.predict.learn.boosting import (
    AdditiveModel,
    Choice,
    ModelParts,
    chance,
    coarser,
    loss,
)
from leadlight.predict.learn.feature_selection import select_features
from leadlight.predict.learn.stretch import platt
from leadlight.predict.learn.trend import periods_of
from leadlight.problems import CannotDo

FEWEST_OUTCOMES = 30
"""Leads of the rarer outcome below which nothing is learned: an interval of the AUC would be wider
than what it tells.
"""
ENOUGH_FOR_PAIRS = 400
ENOUGH_FOR_A_HOLD_OUT = 600
_STRENGTHS = (
    0.1,
    0.3,
    0.03,
)  # of the logistic regression: the lower, the closer words are drawn together
_SHARES = (0.5, 0.0, 0.25, 0.75, 1.0)
_BETTER = 0.0005  # of the log-loss: what a choice must gain on leads that were held out ...
_CALMER = 0.002  # of the Brier score: what a stretch must gain
# ... or this much a lead of the rarer outcome, where there are few: a difference is soon chance
_A_LEAD = 1.0


def fit(
    features: Sequence[Feature],
    bins: Integers,
    won: Numbers,
    *,
    seed: int = 0,
    held: Sequence[tuple[Integers, Integers]] | None = None,
    choice: Choice | None = None,
    rising: Mapping[str, int] | None = None,
    order: Numbers | None = None,
    also_regressed: bool = False,
) -> AdditiveModel:
    """Learn from rows of bins and whether each was won.

    `held`: pairs of row numbers (teach, judge) on which the choice is made, else drawn at random by
    `seed`; `choice`: one made before. `rising`: features whose chance may only rise (1) or fall
    (-1). `order`: the place of each row in time; with it the model may be that of the newest rows.
    Raises `CannotDo` below `FEWEST_OUTCOMES`.
    """
    demand(won)
    told = select_features(features, bins, won)
    if len(told) < len(features):
        few = [features[n] for n in told]
        narrow = fit(
            few,
            bins[:, told],
            won,
            seed=seed,
            held=held,
            choice=choice,
            rising=rising,
            order=order,
            also_regressed=also_regressed,
        )
        return _widen(narrow, features, bins, told)
    signs = [int((rising or {}).get(f.name, 0)) for f in features]
    if choice is None:
        choice = _choose(features, bins, won, held or _folds(won, seed), seed, signs, order)
    periods = periods_of(order, rarer(won)) if order is not None and choice.trend else None
    parts = ModelParts.fit(
        features, bins, won, choice, seed, signs, pairs=choice.pairs, periods=periods
    )
    made = parts.combine(choice)
    return replace(made, regressed=parts.combine(Choice(share=1.0))) if also_regressed else made


def _widen(
    narrow: AdditiveModel, features: Sequence[Feature], bins: Integers, told: Sequence[int]
) -> AdditiveModel:
    """The same model over all features: the others add nothing."""
    own = dict(zip(told, narrow.tables, strict=True))
    tables = tuple(own.get(n, np.zeros(f.bins)) for n, f in enumerate(features))
    coarse = dict(zip(told, narrow.coarse, strict=True))
    return replace(
        narrow,
        features=tuple(features),
        tables=tables,
        coarse=tuple(coarse.get(n) or coarser(f, bins[:, n]) for n, f in enumerate(features)),
        pairs={(told[a], told[b]): cells for (a, b), cells in narrow.pairs.items()},
        regressed=(
            _widen(narrow.regressed, features, bins, told) if narrow.regressed is not None else None
        ),
    )


def demand(won: Numbers) -> None:
    """Enough of both outcomes. Raises `CannotDo`."""
    both = {"have the outcome": int(won.sum()), "do not have it": int(len(won) - won.sum())}
    for words, count in both.items():
        if count == 0 and len(won):
            other = next(w for w in both if w != words)
            raise CannotDo(
                f"All {len(won):,} leads {other}, so nothing can be learned. Take leads of both"
                " kinds, won and lost."
            )
        if count < FEWEST_OUTCOMES:
            raise CannotDo(
                f"Of {len(won):,} leads that may teach, {count:,} {words}: at least"
                f" {FEWEST_OUTCOMES} are needed before anything can be learned from them, and 50"
                " before it is of use. Score by points until then."
            )


@dataclass(frozen=True)
class _Trials:
    """What the parts said of leads that were held out: the machine without and with pairs, the
    regression by its strength.
    """

    bare: Numbers
    both: Numbers
    regressed: Mapping[float, Numbers]


def _choose(
    features: Sequence[Feature],
    bins: Integers,
    won: Numbers,
    held: Sequence[tuple[Integers, Integers]],
    seed: int,
    signs: Sequence[int],
    order: Numbers | None,
) -> Choice:
    """What helps on leads that were held out."""
    held = [(teach, judge) for teach, judge in held if len(np.unique(won[teach])) == 2]
    if not held:
        return Choice()
    outcomes = rarer(won)
    pairs = outcomes >= ENOUGH_FOR_PAIRS
    answer = np.concatenate([won[judge] for _, judge in held])
    tried = {False: _try_parts(features, bins, won, held, seed, signs, pairs, [None] * len(held))}
    periods = _periods(order, won, held)
    if periods is not None:
        tried[True] = _try_parts(features, bins, won, held, seed, signs, pairs, periods)
    better = max(_BETTER, _A_LEAD / outcomes)
    best, least, said = Choice(), float("inf"), tried[False].bare
    for choice, log_odds in _candidates(tried, pairs, answer, better):
        now = loss(log_odds, answer) - better * _handicap(choice)
        if now < least:
            best, least, said = choice, now, log_odds
    slope, shift = _stretch(said, answer, seed)
    return replace(best, slope=slope, shift=shift)


def _periods(
    order: Numbers | None, won: Numbers, held: Sequence[tuple[Integers, Integers]]
) -> list[Integers] | None:
    """The period of each row that teaches, for every hold-out; None where one has no periods."""
    if order is None:
        return None
    periods = [periods_of(order[teach], rarer(won[teach])) for teach, _ in held]
    known = [p for p in periods if p is not None]
    return known if len(known) == len(held) else None


def _handicap(choice: Choice) -> int:
    """How many times what a choice must gain is counted for it: the usual share is preferred, and
    pairs, a trend and more regression must each earn their place.
    """
    usual, regressed = choice.share == Choice.share, choice.share > Choice.share
    return int(usual) - int(choice.pairs) - int(choice.trend) - int(regressed)


def _try_parts(
    features: Sequence[Feature],
    bins: Integers,
    won: Numbers,
    held: Sequence[tuple[Integers, Integers]],
    seed: int,
    signs: Sequence[int],
    pairs: bool,
    periods: Sequence[Integers | None],
) -> _Trials:
    bare, both = [], []
    regressed: dict[float, list[Numbers]] = {s: [] for s in _STRENGTHS}
    for (teach, judge), period in zip(held, periods, strict=True):
        first = Choice(strength=_STRENGTHS[0])
        parts = ModelParts.fit(
            features,
            bins[teach],
            won[teach],
            first,
            seed,
            signs,
            pairs=pairs,
            periods=period,
            quick=True,
        )
        bare.append(parts.combine(Choice(share=0.0)).log_odds(bins[judge]))
        both.append(
            parts.combine(Choice(share=0.0, pairs=True)).log_odds(bins[judge])
            if pairs
            else bare[-1]
        )
        for strength, found in regressed.items():
            if strength != first.strength:
                parts = parts.with_strength(bins[teach], won[teach], strength, signs, period)
            found.append(parts.combine(Choice(share=1.0)).log_odds(bins[judge]))
    whole = {s: np.concatenate(found) for s, found in regressed.items()}
    return _Trials(np.concatenate(bare), np.concatenate(both), whole)


def _candidates(
    tried: Mapping[bool, _Trials], pairs: bool, answer: Numbers, better: float
) -> Iterator[tuple[Choice, Numbers]]:
    """Every choice and what it said. The regression's strength is that with which it did clearly
    best by itself.
    """
    for trend, t in tried.items():
        losses = {
            s: loss(said, answer) + (better if s != Choice.strength else 0.0)
            for s, said in t.regressed.items()
        }
        strength = min(losses, key=losses.__getitem__)
        by_rank = t.regressed[strength]
        for with_pairs, boosted in (
            ((False, t.bare), (True, t.both)) if pairs else ((False, t.bare),)
        ):
            for share in _SHARES:
                if share < 1 or not with_pairs:
                    choice = Choice(share=share, pairs=with_pairs, strength=strength, trend=trend)
                    yield choice, (1 - share) * boosted + share * by_rank


def _stretch(log_odds: Numbers, won: Numbers, seed: int) -> tuple[float, float]:
    """How far to stretch and shift the log-odds: only when that lowers the Brier score of leads it
    was not fitted on.
    """
    order = np.random.default_rng(seed).permutation(len(won))
    halves = order[::2], order[1::2]
    before = after = 0.0
    for learn, judge in (halves, halves[::-1]):
        if len(np.unique(won[learn])) < 2:
            return 1.0, 0.0
        slope, shift = platt(log_odds[learn], won[learn])
        before += float(((chance(log_odds[judge]) - won[judge]) ** 2).sum())
        after += float(((chance(slope * log_odds[judge] + shift) - won[judge]) ** 2).sum())
    return (
        platt(log_odds, won)
        if after < before * (1 - max(_CALMER, _A_LEAD / rarer(won)))
        else (1.0, 0.0)
    )


def _folds(won: Numbers, seed: int) -> list[tuple[Integers, Integers]]:
    """Rows that teach and rows that judge: a fifth held out once where there are many outcomes,
    each fifth in turn where few.
    """
    from sklearn.model_selection import StratifiedKFold

    folds = list(StratifiedKFold(5, shuffle=True, random_state=seed).split(won, won))
    return folds[:1] if rarer(won) >= ENOUGH_FOR_A_HOLD_OUT else folds
