"""From a table of leads and who won to a trained model and its verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.columns import ChangeHistory, SetAside, TableColumn
from leadlight.predict.features import Feature, bins_of, features_of
from leadlight.predict.judge.evaluation import Group, Verdict
from leadlight.predict.judge.groups import EvaluationRows, by_column, by_groups, source_of
from leadlight.predict.judge.movement import movement
from leadlight.predict.judge.training_stats import training_stats
from leadlight.predict.judge.verdict import (
    BASE_RATE,
    BOOSTED,
    POINTS,
    RECENCY,
    REGRESSION,
    TREES,
    Split,
    judge,
)
from leadlight.predict.leaks import calendar_trap, doubtful_columns
from leadlight.predict.learn.boosting import AdditiveModel, Choice, chance
from leadlight.predict.learn.decay import decay
from leadlight.predict.learn.exclusions import (
    demand_features,
    exclusions,
    find_leaks,
    protected_columns,
    with_own_names,
)
from leadlight.predict.learn.feature_selection import at_most
from leadlight.predict.learn.model_selection import demand, fit
from leadlight.predict.learn.options import LearnOptions
from leadlight.predict.learn.splits import hold_outs, rows_since, split_rows, time_column
from leadlight.predict.threads import one_thread
from leadlight.problems import CannotDo

_TWENTIETHS = np.arange(1, 20) / 20
_TOLD = 0.005  # of an AUC, below which nobody would see that an interval is wider


@dataclass(frozen=True)
class TrainingResult:
    """A model with its verdict, what was set aside and why, and what a person should know besides
    (`notes`).

    `weights`: of each feature (or pair) how much it moves the log-odds, the most first. `fairness`:
    how the model does by what the law protects, `by` by source and by segment. `seen`: of each
    feature the share of the leads in each of its bins, unknown first. `learned_from`: what drift is
    told by later. `unseen` is what each row that judged was said to be.
    """

    fitted: AdditiveModel
    verdict: Verdict
    leaks: tuple[SetAside, ...]
    aside: tuple[SetAside, ...]
    protected: tuple[str, ...]
    notes: tuple[str, ...]
    rows: int
    won: int
    weights: tuple[tuple[str, float], ...]
    fairness: tuple[Group, ...] = ()
    by: tuple[Group, ...] = ()
    seen: tuple[Numbers, ...] = ()
    learned_from: Mapping[str, Any] = field(default_factory=dict)
    unseen: UnseenRows | None = None


@dataclass(frozen=True)
class UnseenRows:
    """The rows that judged, by their places in the table, with what a model that they did not teach
    said of each (a probability).
    """

    rows: tuple[int, ...]
    chances: tuple[float, ...]


@dataclass(frozen=True)
class _Table:
    """The leads that are looked at: their columns, whether each has the outcome, which rows of the
    whole table they are, and the column that grows with time.
    """

    columns: Sequence[TableColumn]
    won: Numbers
    rows: Sequence[int]
    time: TableColumn | None = None

    def column(self, name: str) -> TableColumn:
        return next(c for c in self.columns if c.name == name)

    def take(self, rows: list[int]) -> _Table:
        return _Table([c.take(rows) for c in self.columns], self.won[rows], rows, self.time)


@dataclass(frozen=True)
class _Evaluation:
    """What the model and what is simpler said of the leads that judge."""

    chances: Numbers
    others: Mapping[str, Numbers]
    choice: Choice | None

    def of_regression(self) -> _Evaluation:
        """The same with the model's own regression as the model."""
        others = {n: s for n, s in self.others.items() if n != REGRESSION}
        strength = self.choice.strength if self.choice is not None else Choice.strength
        choice = Choice(share=1.0, strength=strength)
        return _Evaluation(self.others[REGRESSION], {BOOSTED: self.chances, **others}, choice)


def learn(
    columns: Sequence[TableColumn],
    won: Sequence[bool],
    options: LearnOptions = LearnOptions(),
    *,
    ids: Collection[str] = (),
    history: Mapping[str, ChangeHistory] | None = None,
    split: Split | None = None,
    segments: Mapping[str, Sequence[bool]] | None = None,
    among: Sequence[bool] | None = None,
) -> TrainingResult:
    """Train a model on rows of columns and whether each has the outcome, and judge it.

    `ids` are columns that only name the leads. `split` says which rows judge, where whoever
    made the rows knows. `segments` are groups to judge by
    besides, with whether each row is in them. `among` are the rows by which drift is told later,
    else all.

    Raises `CannotDo` where there is too little to learn from.
    """
    if not len(won):
        raise CannotDo("There are no leads whose outcome is known, so nothing can be learned.")
    options = with_own_names(options, columns)
    answer = np.asarray(won, float)
    demand(answer)
    of_table = split is None
    time = time_column(columns, options) if of_table else None
    table, notes = _without_trap(_Table(columns, answer, range(len(answer)), time), options)
    demand(table.won)
    leaks = find_leaks(table.columns, table.won, options, ids, history)
    without = exclusions(table.columns, leaks, options, ids, table.time)
    _demand_features(table, without)
    groups = _groups(table, options)
    if split is None:
        split = _split(table, leaks, groups, {*without, *ids}, options.seed)
    evaluation = _evaluate(table, split, groups, without, options)
    shift, moved = _shift(table, split, without, of_table)
    notes += moved
    simple = _simple_rankings(table, split, options)

    def verdict_of(e: _Evaluation) -> Verdict:
        return judge(
            split,
            table.won,
            e.chances,
            {**e.others, **simple},
            taught=split.training_rows,
            groups=groups,
            seed=options.seed,
            decay=shift,
        )

    verdict = verdict_of(evaluation)
    if _regression_is_better(verdict):
        evaluation = evaluation.of_regression()
        verdict = verdict_of(evaluation)
        notes.append(
            "The model is the logistic regression alone: on the leads that judge it ranks surely"
            " better than boosted trees do."
        )
    fitted, aside = _fit_all(table, split, evaluation.choice, without, options)
    notes += _training_notes(fitted, table.won)
    if of_table:  # a table's columns; what a workspace knows was known at each moment
        notes += _doubts(table, fitted, options)
    judging = _evaluation_rows(table, evaluation, split, groups)
    legal = protected_columns(table.columns)
    bins = bins_of(fitted.features, table.columns)
    noted = _noted_rows(table, among)
    return TrainingResult(
        fitted=fitted,
        verdict=verdict,
        leaks=tuple(leaks),
        aside=_other_than(leaks, aside),
        protected=tuple(c.header for c in legal),
        notes=tuple(notes),
        rows=len(table.won),
        won=int(table.won.sum()),
        weights=_weights(fitted, bins),
        fairness=tuple(chain.from_iterable(by_column(judging, c, split.judges) for c in legal)),
        by=_by_source_and_segment(table, judging, split, without, segments or {}),
        seen=_shares(fitted, bins[noted]),
        learned_from=_drift_baseline(fitted, bins[noted], table.won[noted], groups, noted),
        unseen=UnseenRows(
            tuple(table.rows[i] for i in split.judges), tuple(evaluation.chances.tolist())
        ),
    )


def _without_trap(table: _Table, options: LearnOptions) -> tuple[_Table, list[str]]:
    """The table from the moment on at which outcomes were recorded, and a note where that leaves
    leads out.
    """
    if table.time is None or "calendar" in options.use:
        return table, []
    trap = calendar_trap(table.time.cells, table.won)
    if trap is None:
        return table, []
    since, why = trap
    rows = rows_since(table.time, since)
    found = table.take(rows) if len(rows) < len(table.won) else table
    return found, [f"{table.time.header}: {why}. They were left out."]


def _demand_features(table: _Table, without: Mapping[str, SetAside]) -> None:
    rows = range(len(table.won))
    demand_features(features_of(table.columns, rows, rarer(table.won), without)[0], without)


def _groups(table: _Table, options: LearnOptions) -> list[object] | None:
    """The group of each row, where leads belong together."""
    return [str(v) for v in table.column(options.group).cells] if options.group else None


def _split(
    table: _Table,
    leaks: Sequence[SetAside],
    groups: Sequence[object] | None,
    without: Collection[str],
    seed: int,
) -> Split:
    """By time, unless the column of time knows the answer."""
    time = table.time
    if time is not None:
        leaking = any(s.name == time.name for s in leaks)
        time = None if leaking else table.column(time.name)
    return split_rows(table.columns, table.won, time, groups, without, seed)


def _evaluate(
    table: _Table,
    split: Split,
    groups: Sequence[object] | None,
    without: Mapping[str, SetAside],
    options: LearnOptions,
) -> _Evaluation:
    """Each part of the split judges a model that the others taught; what the first fit decides
    holds for all.
    """
    said: list[Numbers] = []
    others: dict[str, list[Numbers]] = {REGRESSION: [], TREES: []}
    choice: Choice | None = None
    for teach, judges in split.parts:
        won = table.won[teach]
        demand(won)
        features, _ = features_of(table.columns, teach.tolist(), rarer(won), without)
        demand_features(features, without)
        bins = bins_of(features, table.columns)
        fitted = fit(
            features,
            bins[teach],
            won,
            seed=options.seed,
            choice=choice,
            rising=options.rising,
            held=hold_outs(teach, split, table.won, groups, options.seed),
            order=_order(split, teach),
            also_regressed=True,
        )
        choice = fitted.choice
        assert fitted.regressed is not None
        said.append(chance(fitted.log_odds(bins[judges])))
        others[REGRESSION].append(chance(fitted.regressed.log_odds(bins[judges])))
        others[TREES].append(
            _trees(features, table.columns, bins, table.won, teach, judges, options.seed)
        )
    joined = {name: np.concatenate(parts) for name, parts in others.items()}
    return _Evaluation(np.concatenate(said), joined, choice)


def _regression_is_better(verdict: Verdict) -> bool:
    """Whether the model ranks surely worse than its own regression."""
    other = verdict.against(REGRESSION)
    above = other.above if other is not None else None
    return above is not None and above.high is not None and above.high < 0


def _shift(
    table: _Table, split: Split, without: Collection[str], of_table: bool
) -> tuple[float, list[str]]:
    """By how much more than by chance an AUC differs between periods, and a sentence, where the
    share with the outcome, or how well leads are ranked, moved along their order.
    """
    order = split.order
    if not of_table or (order is None and len(split.parts) > 1):
        return 0.0, []
    places = np.arange(len(table.won)) if order is None else order
    moved = movement(table.won[np.argsort(places, kind="stable")])
    found = decay(table.columns, table.won, places, without)
    if moved is None and not found.sure:
        return 0.0, []
    when = "over time" if split.by_time else "along the file"
    said = [f"The share with the outcome moved {when} ({moved.words})."] if moved else []
    if found.spread >= _TOLD:
        said.append(
            f"What was learned ranked the next leads otherwise {when}: from one part to the next"
            f" the AUC differed by {found.spread:.2f} more than by chance, so the intervals are"
            " wider."
        )
    return found.spread, [" ".join([*said, "Leads to come may differ from those that judged."])]


def _simple_rankings(table: _Table, split: Split, options: LearnOptions) -> dict[str, Numbers]:
    """What needs no model: the base rate, and points and recency where the table has them."""
    judges = split.judges
    scores = {BASE_RATE: np.full(len(judges), table.won[split.training_rows].mean())}
    if options.points:
        values = table.column(options.points).values[judges]
        scores[POINTS] = np.nan_to_num(values, nan=-1e12)
    if options.recency:
        names = [n for n in (options.recency, options.bought) if n]
        values = np.fmin.reduce([table.column(n).values for n in names])
        parts = (_rates(values, table.won, teach, judge) for teach, judge in split.parts)
        scores[RECENCY] = np.concatenate(list(parts))
    return scores


def _rates(values: Numbers, won: Numbers, teach: Integers, judge: Integers) -> Numbers:
    """How often leads of like recency won: what recency alone can say, by its ranks."""
    known = values[teach][~np.isnan(values[teach])]
    cuts = np.unique(np.quantile(known, _TWENTIETHS)) if len(known) else known
    bins = np.where(np.isnan(values), 0, 1 + np.searchsorted(cuts, values, side="right"))
    size = len(cuts) + 2
    leads = np.bincount(bins[teach], minlength=size)
    wins = np.bincount(bins[teach], weights=won[teach], minlength=size)
    base = won[teach].mean()
    found: Numbers = ((wins + 5 * base) / (leads + 5))[bins[judge]]
    return found


def _fit_all(
    table: _Table,
    split: Split,
    choice: Choice | None,
    without: Mapping[str, SetAside],
    options: LearnOptions,
) -> tuple[AdditiveModel, list[SetAside]]:
    """The model of all leads by what was decided, and the columns that are not in it."""
    every = np.unique(np.concatenate([np.concatenate(part) for part in split.parts]))
    won = table.won[every]
    features, aside = features_of(table.columns, every.tolist(), rarer(won), without)
    fitted = fit(
        features,
        bins_of(features, table.columns)[every],
        won,
        seed=options.seed,
        choice=choice,
        rising=options.rising,
        order=_order(split, every),
    )
    return fitted, aside


def _order(split: Split, rows: Integers) -> Numbers | None:
    """The place in time of these rows, where the split knows it."""
    return split.order[rows].astype(float) if split.order is not None else None


def _training_notes(fitted: AdditiveModel, won: Numbers) -> list[str]:
    """What a person should know of how the model came about."""
    notes = []
    if fitted.choice.trend:
        notes.append(
            "A trend over time was modelled separately; the probabilities are those of the newest"
            " leads."
        )
    if len(fitted.features) > at_most(won):
        used = sum(bool((t != 0).any()) for t in fitted.tables)
        notes.append(
            f"With so few outcomes the model uses only the {used} most predictive of"
            f" {len(fitted.features)} columns."
        )
    return notes


def _doubts(table: _Table, fitted: AdditiveModel, options: LearnOptions) -> list[str]:
    """Sentences on columns that may know the answer, but for those a person vouches for."""
    used = [table.column(f.name) for f in fitted.features if f.name not in options.use]
    return doubtful_columns(used, table.won)


def _evaluation_rows(
    table: _Table, evaluation: _Evaluation, split: Split, groups: Sequence[object] | None
) -> EvaluationRows:
    """The leads that judge, to look at groups of them."""
    judges = split.judges
    leads = [groups[i] for i in judges] if groups else None
    return EvaluationRows(evaluation.chances, table.won[judges], leads)


def _other_than(leaks: Sequence[SetAside], aside: Sequence[SetAside]) -> tuple[SetAside, ...]:
    """The columns set aside for another reason than that they know the answer."""
    known = {s.name for s in leaks}
    return tuple(s for s in aside if s.name not in known)


def _noted_rows(table: _Table, among: Sequence[bool] | None) -> Integers:
    """The rows by which drift is told later."""
    if among is None:
        return np.arange(len(table.won))
    return np.flatnonzero(np.asarray(among, bool)[list(table.rows)])


def _by_source_and_segment(
    table: _Table,
    judging: EvaluationRows,
    split: Split,
    without: Collection[str],
    segments: Mapping[str, Sequence[bool]],
) -> tuple[Group, ...]:
    source = source_of([c for c in table.columns if c.name not in without], table.won)
    inside = {name: [rows[i] for i in table.rows] for name, rows in segments.items()}
    return (
        *(by_column(judging, source, split.judges) if source else ()),
        *by_groups(judging, "segment", inside, split.judges),
    )


def _shares(fitted: AdditiveModel, bins: Integers) -> tuple[Numbers, ...]:
    """Of each feature the share of the rows in each of its bins."""
    return tuple(
        np.bincount(bins[:, n], minlength=f.bins) / len(bins) for n, f in enumerate(fitted.features)
    )


def _drift_baseline(
    fitted: AdditiveModel,
    bins: Integers,
    won: Numbers,
    groups: Sequence[object] | None,
    rows: Integers,
) -> dict[str, Any]:
    """What the model's text records to detect drift. Where the chance changed over time, the base
    rate is that of the newest leads, as the model has it.
    """
    now = chance(fitted.log_odds(bins))
    rate = now if fitted.choice.trend else won
    leads = len({groups[i] for i in rows}) if groups else len(rows)
    return training_stats(now.tolist(), rate.tolist(), leads)


def _weights(fitted: AdditiveModel, bins: Integers) -> tuple[tuple[str, float], ...]:
    """How much each feature (and pair) moves the log-odds, from lead to lead: its standard
    deviation.
    """
    found = [
        (f.say, float(t[bins[:, n]].std()))
        for n, (f, t) in enumerate(zip(fitted.features, fitted.tables, strict=True))
    ]
    for (a, b), cells in fitted.pairs.items():
        moved = cells[fitted.coarse[a][1][bins[:, a]], fitted.coarse[b][1][bins[:, b]]]
        found.append((f"{fitted.features[a].say} and {fitted.features[b].say}", float(moved.std())))
    return tuple(sorted(found, key=lambda f: (-f[1], f[0])))


def _trees(
    features: Sequence[Feature],
    columns: Sequence[TableColumn],
    bins: Integers,
    won: Numbers,
    teach: Integers,
    judges: Integers,
    seed: int,
) -> Numbers:
    """Gradient boosting as it comes, on the values themselves."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    by_name = {c.name: c for c in columns}
    x = np.column_stack(
        [
            (
                by_name[f.name].values
                if f.kind == "number"
                else np.where(bins[:, n] == 0, np.nan, bins[:, n])
            )
            for n, f in enumerate(features)
        ]
    )
    words = [f.kind == "words" for f in features]
    machine = HistGradientBoostingClassifier(categorical_features=words, random_state=seed)
    with one_thread():
        machine.fit(x[teach], won[teach])
        chances: Numbers = machine.predict_proba(x[judges])[:, 1]
    return chances
