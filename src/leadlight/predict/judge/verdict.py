"""The verdict on a model before it is published: how well it ranks leads it never saw, compared
with simpler rankings.

Where a column grows with time, the newest leads judge what was learned from the older ones; the
split is stated. Figures carry the middle 95 % of a bootstrap of the leads that judge (of groups of
leads where they belong together), made wider where each part judges in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.judge.evaluation import Calibration, RankingQuality, Verdict
from leadlight.predict.judge.intervals import Z_95, wilson
from leadlight.predict.judge.metrics import Estimate

ROUNDS = 400
MODEL, POINTS, RECENCY, BASE_RATE = "the model", "points", "recency alone", "the base rate"
REGRESSION, TREES = "logistic regression", "gradient boosting"
BOOSTED = "the boosted model"  # where its own regression is better, and is the model
NO_SIGNAL = "These data do not predict the outcome"
_TENTH = 0.1
_TENTHS = 10
_MUCH = 1.5  # times the odds, by which predictions may be off on average before it is a doubt


@dataclass(frozen=True)
class Split:
    """Rows that teach and rows that judge (several pairs when each part judges in turn), and how it
    was made, in words.
    """

    parts: tuple[tuple[Integers, Integers], ...]
    said: str
    by_time: bool
    order: Integers | None = None  # the place of each row in time

    @property
    def judges(self) -> Integers:
        """The rows that judge, in the order of the parts."""
        return np.concatenate([judge for _, judge in self.parts])

    @property
    def training_rows(self) -> Integers:
        """The rows that teach in any of the parts, each once."""
        return np.unique(np.concatenate([teach for teach, _ in self.parts]))


def judge(
    split: Split,
    won: Numbers,
    probability: Numbers,
    others: Mapping[str, Numbers],
    *,
    taught: Integers,
    groups: Sequence[object] | None = None,
    seed: int = 0,
    probabilities: frozenset[str] = frozenset({REGRESSION, BOOSTED, TREES, BASE_RATE}),
    decay: float = 0.0,
) -> Verdict:
    """The verdict. `probability` and `others` are of the rows that judge (`split.judges`), in that
    order. `decay`: by how much an AUC differs between periods more than by chance, a standard
    deviation; the intervals are wider by that.
    """
    judges = split.judges
    answer = won[judges]
    weights = _weights(
        len(judges), [groups[i] for i in judges] if groups is not None else None, seed
    )
    own = _ranking_figures(probability, answer, weights)
    wider = _interval_factor(split)
    wider *= _decay_factor(_estimate(own[1], wider), decay)
    model = _quality(MODEL, own, _brier(probability, answer, weights), wider=wider)
    beside = []
    for name, score in others.items():
        found = _ranking_figures(score, answer, weights)
        brier = _brier(score, answer, weights) if name in probabilities else None
        beside.append(_quality(name, found, brier, _estimate(own[0] - found[0], wider), wider))
    curve, off = _calibration(probability, answer)
    rows = len(taught)
    return Verdict(
        split=split.said,
        by_time=split.by_time,
        taught=rows,
        taught_won=int(won[taught].sum()),
        judged=len(judges),
        judged_won=int(answer.sum()),
        model=model,
        beside=tuple(beside),
        calibration=curve,
        off=off,
        gains=_gains(probability, answer),
        refused=_refusal(model, beside, rarer(answer)),
        doubts=tuple(_doubts(probability, answer, model, beside)),
    )


def _doubts(
    probability: Numbers, answer: Numbers, model: RankingQuality, beside: Sequence[RankingQuality]
) -> Iterator[str]:
    """What is wrong with the probabilities, though the ranking may be right."""
    said, came = float(probability.mean()), float(answer.mean())
    low, high = wilson(float(answer.sum()), len(answer))
    if not low <= said <= high and _odds_apart(said, came) >= _MUCH:
        yield (
            f"Do not take its probabilities as they are: on average it predicted {said:.0%} and"
            f" {came:.0%} had the outcome. The order of the leads may hold all the same."
        )
    base = next((other for other in beside if other.name == BASE_RATE), None)
    brier = model.brier.value if model.brier else None
    plain = base.brier.value if base is not None and base.brier else None
    if brier is not None and plain is not None and round(brier, 3) > round(plain, 3):
        yield (
            f"Its probabilities are further from the outcomes (Brier score {brier:.3f}) than the"
            f" base rate alone is ({plain:.3f}): use the order of the leads, not the numbers."
        )


def _odds_apart(one: float, other: float) -> float:
    """How many times as large one share's odds are as the other's."""
    a, b = (min(max(p, 1e-6), 1 - 1e-6) for p in (one, other))
    ratio = (a / (1 - a)) / (b / (1 - b))
    return max(ratio, 1 / ratio)


def _decay_factor(auc: Estimate, decay: float) -> float:
    """How many times as wide intervals must be where an AUC differs from period to period."""
    if not decay or auc.low is None or auc.high is None or auc.high <= auc.low:
        return 1.0
    return float((1 + (2 * Z_95 * decay / (auc.high - auc.low)) ** 2) ** 0.5)


def _refusal(model: RankingQuality, beside: Sequence[RankingQuality], outcomes: int) -> str | None:
    """Why a model must not be published; None when it may."""
    by_name = {other.name: other for other in beside}
    if model.auc.value is None or outcomes < 5:
        return (
            f"Only {outcomes} leads of the rarer outcome can judge it, which is too few to say"
            " whether it is right."
        )
    return (
        _no_signal(model.auc.value, model.auc)
        or _no_better_than(by_name.get(POINTS), model.auc.value)
        or _no_better_than(by_name.get(RECENCY), model.auc.value)
        or _wrong_probabilities(model.brier, by_name.get(BASE_RATE))
    )


def _no_signal(value: float, auc: Estimate) -> str | None:
    if auc.low is not None and auc.low > 0.5 and value >= 0.53:
        return None
    between = f" (95 %: {auc.low:.2f} to {auc.high:.2f})" if auc.low is not None else ""
    return (
        f"{NO_SIGNAL}: on leads it had not seen the model ranks them with an AUC of"
        f" {value:.2f}{between}; 0.50 is what chance gives."
    )


def _no_better_than(other: RankingQuality | None, auc: float) -> str | None:
    if other is None or other.above is None or other.above.value is None or other.above.value > 0:
        return None
    return (
        f"It is not better than {other.name}: AUC {auc:.3f} against {other.auc.value:.3f} on the"
        f" same leads. Go on with {other.name}."
    )


def _wrong_probabilities(own: Estimate | None, base: RankingQuality | None) -> str | None:
    if own is None or base is None or base.brier is None:
        return None
    if (own.low or 0) <= (base.brier.high or 1):
        return None
    return (
        "Its probabilities are further from the outcomes than the base rate is "
        f"(Brier score {own.value:.3f} against {base.brier.value:.3f})."
    )


def _weights(rows: int, groups: Sequence[object] | None, seed: int) -> Numbers:
    """How often each lead is drawn: a first row of ones, then the resamples (Poisson bootstrap,
    whole groups at once).
    """
    chance = np.random.default_rng(seed)
    rounds = ROUNDS if rows <= 20_000 else 200
    if groups is None:
        drawn = chance.poisson(1.0, (rounds, rows))
    else:
        place = {g: n for n, g in enumerate(dict.fromkeys(groups))}
        of = np.array([place[g] for g in groups])
        drawn = chance.poisson(1.0, (rounds, len(place)))[:, of]
    return np.vstack([np.ones((1, rows)), drawn]).astype(float)


def _ranking_figures(
    score: Numbers, won: Numbers, weights: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """AUC, gain and lift of the best tenth, of the leads and of each resample (equals share their
    place).
    """
    order = np.argsort(-score, kind="stable")
    ordered, answer = score[order], won[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    out = np.full((3, len(weights)), np.nan)
    for n, weight in enumerate(weights):
        w = weight[order]
        leads = np.concatenate([[0.0], np.cumsum(w)[ends]])
        wins = np.concatenate([[0.0], np.cumsum(w * answer)[ends]])
        everybody, winners = leads[-1], wins[-1]
        if not winners or winners == everybody:
            continue
        area = float(
            np.sum((leads[1:] - leads[:-1]) * (wins[1:] + wins[:-1])) / (2 * everybody * winners)
        )
        share = winners / everybody
        out[0, n] = (area - share / 2) / (1 - share)
        out[1, n] = area
        out[2, n] = np.interp(_TENTH * everybody, leads, wins) / winners / _TENTH
    return out[0], out[1], out[2]


def _brier(probability: Numbers, won: Numbers, weights: Numbers) -> Numbers:
    squares = (probability - won) ** 2
    scores: Numbers = (weights @ squares) / np.maximum(weights.sum(axis=1), 1.0)
    return scores


def _interval_factor(split: Split) -> float:
    """How much wider an interval must be where the parts judge in turn: what one part is judged by
    taught the others, so the parts are not independent, and noise would be published far too often
    (the correction of Nadeau and Bengio, 2003).
    """
    if len(split.parts) < 2:
        return 1.0
    judged = sum(len(judge) for _, judge in split.parts)
    taught = sum(len(teach) for teach, _ in split.parts)
    return float((1 + len(split.parts) * judged / max(1, taught)) ** 0.5)


def _quality(
    name: str,
    ranked: tuple[Numbers, Numbers, Numbers],
    brier: Numbers | None,
    above: Estimate | None = None,
    wider: float = 1.0,
) -> RankingQuality:
    auc, gain, lift = (_estimate(r, wider) for r in ranked)
    auc, gain = (
        (
            Estimate(e.value, max(0.0, e.low), min(1.0, e.high))
            if e.low is not None and e.high is not None
            else e
        )
        for e in (auc, gain)
    )
    lift = Estimate(lift.value, max(0.0, lift.low), lift.high) if lift.low is not None else lift
    return RankingQuality(
        name, auc, gain, lift, _estimate(brier, wider) if brier is not None else None, above
    )


def _estimate(values: Numbers, wider: float = 1.0) -> Estimate:
    if np.isnan(values[0]):
        return Estimate(None)
    rounds = values[1:][~np.isnan(values[1:])]
    if 2 * len(rounds) < len(values) - 1:
        return Estimate(float(values[0]))
    low, high = np.quantile(rounds, [0.025, 0.975])
    value = float(values[0])
    return Estimate(
        value, value - wider * (value - float(low)), value + wider * (float(high) - value)
    )


def _calibration(probability: Numbers, won: Numbers) -> tuple[tuple[Calibration, ...], float]:
    """Mean probability and share with the outcome in ten groups of equal size, and the mean
    distance of the two (ECE).
    """
    order = np.argsort(probability, kind="stable")
    parts, off = [], 0.0
    for rows in np.array_split(order, min(_TENTHS, max(1, len(order) // 10))):
        said, came = float(probability[rows].mean()), float(won[rows].mean())
        off += len(rows) * abs(said - came)
        parts.append(
            Calibration(len(rows), said, Estimate(came, *wilson(float(won[rows].sum()), len(rows))))
        )
    return tuple(parts), off / max(1, len(order))


def _gains(score: Numbers, won: Numbers) -> tuple[tuple[float, float], ...]:
    """The cumulative gains curve at each twentieth of the leads: share of leads, share of those who
    had the outcome.
    """
    reached = np.concatenate([[0.0], np.cumsum(won[np.argsort(-score, kind="stable")])])
    if not reached[-1]:
        return ()
    shares = np.linspace(0, 1, 21)
    found = np.interp(shares * len(won), np.arange(len(reached)), reached) / reached[-1]
    return tuple(
        (round(float(s), 4), round(float(f), 4)) for s, f in zip(shares, found, strict=True)
    )


def split_by_order(order: Sequence[Any], won: Numbers, said: str, newest: float = 0.2) -> Split:
    """The newest part judges, the older teaches; rows of one moment stay together. More than the
    newest fifth judges where it holds too few leads of the rarer outcome. Rows whose order is None
    teach.
    """
    known = [i for i, o in enumerate(order) if o is not None]
    ranked = sorted(known, key=lambda i: order[i])
    for part in (newest, 0.3, 0.4, 0.5):
        at = len(ranked) - round(part * len(ranked))
        while 0 < at < len(ranked) and order[ranked[at]] == order[ranked[at - 1]]:
            at += 1
        judge_rows = np.array(sorted(ranked[at:]), np.int64)
        wins = won[judge_rows].sum() if len(judge_rows) else 0
        if min(wins, len(judge_rows) - wins) >= 30:
            break
    teach = np.setdiff1d(np.arange(len(order)), judge_rows)
    place = np.zeros(len(order), np.int64)
    place[ranked] = np.arange(1, len(ranked) + 1)
    part = len(judge_rows) / max(1, len(order))
    return Split(((teach, judge_rows),), f"{said}: the newest {part:.0%} judge", True, place)


def split_at_random(won: Numbers, groups: Sequence[object] | None, seed: int, said: str) -> Split:
    """Each fifth judges in turn where there are few leads, one fifth where there are many; a group
    never stands on both sides.
    """
    of = (
        np.unique(np.array([str(g) for g in groups]), return_inverse=True)[1]
        if groups is not None
        else np.arange(len(won))
    )
    wins = np.bincount(of, weights=won) > 0
    chance = np.random.default_rng(seed)
    fold = np.zeros(len(wins), np.int64)
    for kind in (wins, ~wins):  # groups with and without the outcome are dealt out alike
        there = chance.permutation(np.flatnonzero(kind))
        fold[there] = np.arange(len(there)) % 5
    rows = np.arange(len(won))
    folds = [(rows[fold[of] != k], rows[fold[of] == k]) for k in range(5)]
    if rarer(won) >= 2_000:
        return Split((folds[0],), f"{said}: a fifth of the leads, drawn at random, judges", False)
    return Split(
        tuple(folds),
        f"{said}: each fifth of the leads, drawn at random, judges what the others taught",
        False,
    )


def split_by_judges(judges: Sequence[bool], said: str) -> Split:
    """The rows that judge, as whoever made the rows says; the others teach."""
    late = np.asarray(judges, bool)
    return Split(((np.flatnonzero(~late), np.flatnonzero(late)),), said, True)


def split_in_turn(parts: Sequence[int], said: str) -> Split:
    """Each part, by the number of the part of each row, judges what the others taught."""
    part = np.asarray(parts, np.int64)
    numbers = np.unique(part).tolist()
    pairs = ((np.flatnonzero(part != n), np.flatnonzero(part == n)) for n in numbers)
    return Split(tuple(pairs), said, False)
