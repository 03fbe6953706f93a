"""Points and half-lives that would have ranked better: a logistic regression on what each rule
gave. On arrays; pure.

The model is built so that a person can take it for the playbook it came from. What a rule gave (its
present points times its faded, capped activities) is one column, and its weight may not change
sign. All weights are pulled towards one common weight, which is the playbook as it stands; how
strongly is chosen by cross-validation on the past, so that with few outcomes nothing moves. (Ridge
towards a prior mean; Hoerl and Kennard 1970. The pull of a rule is on its effect where it holds, so
that a rare rule needs as much evidence as a frequent one.) Then the points are brought back to the
familiar range and rounded. All this is a screening, by one standard error: the later period has the
last word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Truths, stack_layers
from leadlight.predict.ridge_logistic import fit_ridge
from leadlight.predict.threads import one_thread
from leadlight.predict.tune.tunable_parts import Tunable

FOLDS = 5
OTHERS, FEWEST_OTHERS = (
    12,
    4_000,
)  # rows of leads without the outcome: for each with it, and at least
#: How far an effect may move, as a standard deviation in log-odds: the widths that are tried; 0
#: keeps the playbook.
WIDTHS = (0.0, 0.05, 0.12, 0.3, 0.7, 1.5)
TRIED_WITH = 0.3  # while half-lives are compared
TOUCHED = 10  # leads a rule must have held for, before anything is said of it
BARELY = 0.12  # a change of points by less than this share is none
STEP = 5  # above twenty, points are multiples of it
HIGHEST = 100.0


@dataclass(frozen=True)
class RuleColumn:
    """A rule as the model sees it: its points, and how many times its activity counts at most
    (None: no cap).

    `part` names the signal or score; `tried` says how many candidates of half-lives the part has
    (1: none to choose).
    """

    name: str
    part: str
    points: float
    most: float | None = None
    tried: int = 1

    @classmethod
    def of(cls, rule: Tunable) -> RuleColumn:
        """The column of a playbook's rule."""
        points = float(rule.points)
        most = float(rule.at_most) / abs(points) if rule.at_most is not None and points else None
        return cls(rule.name, rule.part, points, most, max(len(rule.half_lives), 1))


@dataclass(frozen=True)
class TuningRows:
    """The training rows of one period: what each rule gave them under each candidate of half-lives,
    which lead each is of, whether it won, its present score, the days since it did anything (None:
    not known), and whether a veto holds for it.
    """

    sums: Sequence[Numbers]
    lead: Integers
    won: Truths
    score: Numbers
    recency: Numbers | None
    vetoed: Truths

    def tree_inputs(self, rules: Sequence[Tunable]) -> Numbers:
        """What trees may look at: the sums under several half-lives, the rules on attributes, and
        how long ago anything was.
        """
        return stack_layers(
            self.sums, [n for n, r in enumerate(rules) if r.half_lives], self.recency
        )


@dataclass(frozen=True)
class Past:
    """Training rows: for each candidate n and column the faded sum of its activities (`sums[n]`,
    rows x columns; of a rule on attributes 0 or 1 in each), which lead each row is of (numbered
    from 0), and whether it won within the horizon.
    """

    sums: Sequence[Numbers]
    lead: Integers
    won: Truths

    @property
    def winners(self) -> int:
        """How many leads won."""
        return len(np.unique(self.lead[self.won]))


@dataclass(frozen=True)
class PointsProposal:
    """What the past says: new points by rule, the candidate of half-lives by part, rules nothing
    was seen of, and how far effects could move (0: the past does not speak for any other points).
    """

    points: Mapping[str, float]
    chosen: Mapping[str, int]
    untouched: tuple[str, ...]
    width: float

    @property
    def is_changed(self) -> bool:
        return self.width > 0 or any(self.chosen.values())


@dataclass(frozen=True)
class _Sample:
    """The rows that are fitted: all of winners, and of others so many that more would teach next to
    nothing, weighted.
    """

    rows: Integers
    won: Numbers
    weight: Numbers
    lead: Integers

    @classmethod
    def of(cls, past: Past, rng: np.random.Generator) -> _Sample:
        winners, others = np.flatnonzero(past.won), np.flatnonzero(~past.won)
        wanted = max(FEWEST_OTHERS, OTHERS * len(winners))
        share = 1.0
        if len(others) > wanted:
            share = wanted / len(others)
            others = np.sort(rng.choice(others, wanted, replace=False))
        rows = np.concatenate([winners, others])
        weight = np.concatenate([np.ones(len(winners)), np.full(len(others), 1 / share)])
        return cls(rows, past.won[rows].astype(np.float64), weight, past.lead[rows])


def tune(past: Past, columns: Sequence[RuleColumn], seed: int = 7) -> PointsProposal:
    """Better points and half-lives for these columns; the same rows and seed give the same
    answer.
    """
    with one_thread():
        return _propose(past, columns, seed)


def _propose(past: Past, columns: Sequence[RuleColumn], seed: int) -> PointsProposal:
    none_chosen = {c.part: 0 for c in columns if c.tried > 1}
    own = _rule_points(past, columns, none_chosen)
    touched = _informative(past, own)
    untouched = tuple(columns[n].name for n in np.flatnonzero(~touched).tolist())
    points = {c.name: c.points for c in columns}
    same = PointsProposal(points, none_chosen, untouched, 0.0)
    if len(np.unique(past.won)) < 2 or not touched.any():
        return same
    chosen, width, effects = _fit(past, columns, none_chosen, seed)
    if not effects.any():
        return same
    spread = _familiar(own @ _target(columns), _rule_points(past, columns, chosen), effects)
    ratio = spread * effects
    points = dict(points)
    for n in np.flatnonzero(touched).tolist():
        c = columns[n]
        points[c.name] = round_points((c.points or 1.0) * float(ratio[n]), c.points)
    return PointsProposal(points, chosen, untouched, width)


def _fit(
    past: Past, columns: Sequence[RuleColumn], none_chosen: Mapping[str, int], seed: int
) -> tuple[dict[str, int], float, Numbers]:
    """The candidate of half-lives by part, how far effects may move, and the effect of each
    column.
    """
    rng = np.random.default_rng(seed)
    folds = rng.permutation(int(past.lead.max()) + 1)[past.lead] % FOLDS
    drawn = _Sample.of(past, rng)
    few = Past([m[drawn.rows] for m in past.sums], drawn.lead, past.won[drawn.rows])
    folds = folds[drawn.rows]
    chosen = _half_lives(few, drawn, columns, folds, none_chosen)
    given = _rule_points(few, columns, chosen)
    width = _width({w: _losses(given, drawn, folds, columns, w) for w in WIDTHS}, drawn)
    scaled = given / _scale(given, columns)
    model = fit_ridge(scaled, drawn.won, drawn.weight, _target(columns), width)
    return chosen, width, model.effects


def round_points(points: float, before: float | None = None, highest: float = HIGHEST) -> float:
    """Points as people write them: halves below 2, whole numbers to 20, then multiples of five;
    `before` when near it.
    """
    points = max(-highest, min(highest, points))
    if before and abs(points - before) <= BARELY * abs(before):
        return before
    size = abs(points)
    step = 0.5 if size < 2 else 1.0 if size <= 20 else float(STEP)
    return math.copysign(math.floor(size / step + 0.5) * step, points) if size >= 0.25 else 0.0


def fit_trees(past: Numbers, won: Truths, later: Numbers, seed: int = 7) -> Numbers:
    """Scores of later rows by gradient-boosted trees fitted on the past: what the same facts could
    give at most, about.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.06,
        max_iter=150,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        random_state=seed,
    )
    if won.all() or not won.any():
        return np.zeros(len(later))
    with one_thread():
        found: Numbers = model.fit(past, won).predict_proba(later)[:, 1]
    return found


def _rule_points(past: Past, columns: Sequence[RuleColumn], chosen: Mapping[str, int]) -> Numbers:
    """What each rule gives each row, in points; a rule of no points as if it had one."""
    out = np.empty(past.sums[0].shape)
    for j, c in enumerate(columns):
        found = past.sums[chosen.get(c.part, 0)][:, j]
        out[:, j] = (np.minimum(found, c.most) if c.most is not None else found) * (c.points or 1.0)
    return out


def _informative(past: Past, given: Numbers) -> Truths:
    """Which rules held for some leads and not for all."""
    out = np.zeros(given.shape[1], dtype=bool)
    for j in range(given.shape[1]):
        held = given[:, j] != 0
        several = len(np.unique(past.lead[held])) >= TOUCHED
        out[j] = several and bool(np.ptp(given[:, j]) > 0)
    return out


def _half_lives(
    past: Past,
    drawn: _Sample,
    columns: Sequence[RuleColumn],
    folds: Integers,
    none: Mapping[str, int],
) -> dict[str, int]:
    """Part by part, the candidate that predicts best; the own one unless another is better beyond
    chance.
    """
    chosen = dict(none)
    for _ in range(2 if len(chosen) > 1 else 1):
        for part in chosen:
            tried = next(c.tried for c in columns if c.part == part)
            losses = [
                _losses(
                    _rule_points(past, columns, {**chosen, part: n}),
                    drawn,
                    folds,
                    columns,
                    TRIED_WITH,
                )
                for n in range(tried)
            ]
            best = min(range(tried), key=lambda n: _mean(losses[n], drawn))
            chosen[part] = best if _beyond_chance(losses[0] - losses[best], drawn) else 0
    return chosen


def _width(losses: Mapping[float, Numbers], drawn: _Sample) -> float:
    """The narrowest width that predicts as well as the best one, as far as can be told: what need
    not move does not.
    """
    best = min(losses, key=lambda w: (_mean(losses[w], drawn), w))
    if not _beyond_chance(losses[0.0] - losses[best], drawn):
        return 0.0
    return min(
        w
        for w in losses
        if w and (w == best or not _beyond_chance(losses[w] - losses[best], drawn))
    )


def _mean(losses: Numbers, drawn: _Sample) -> float:
    return float((losses * drawn.weight).sum() / drawn.weight.sum())


def _beyond_chance(better: Numbers, drawn: _Sample) -> bool:
    """Whether a mean is above 0 by more than one standard error, leads being what was drawn."""
    mean = _mean(better, drawn)
    each = np.bincount(drawn.lead, weights=(better - mean) * drawn.weight)
    error = math.sqrt(float((each**2).sum())) / float(drawn.weight.sum())
    return mean > max(error, 1e-9)


def _losses(
    given: Numbers, rows: _Sample, folds: Integers, columns: Sequence[RuleColumn], width: float
) -> Numbers:
    """Each row's log loss by a model that has not seen its lead."""
    target, x = _target(columns), given / _scale(given, columns)
    out = np.empty(len(rows.won))
    for fold in range(FOLDS):
        mine = folds == fold
        if mine.any() and not mine.all():
            model = fit_ridge(x[~mine], rows.won[~mine], rows.weight[~mine], target, width)
            z = model.log_odds(x[mine])
            out[mine] = np.logaddexp(0, z) - rows.won[mine] * z
    return out


def _target(columns: Sequence[RuleColumn]) -> Numbers:
    return np.array([1.0 if c.points else 0.0 for c in columns])


def _scale(given: Numbers, columns: Sequence[RuleColumn]) -> float:
    return float((given @ _target(columns)).std()) or 1.0


def _familiar(before: Numbers, given: Numbers, effects: Numbers) -> float:
    """What brings the new points to the spread that the present ones have."""
    spread = float((given @ effects).std())
    return float(before.std()) / spread if spread else 0.0
