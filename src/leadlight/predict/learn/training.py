"""From a table of leads and who won to a model and its verdict: what is set aside, how it is split,
what is fitted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from leadlight.facts.protected import protected
from leadlight.playbook.model import LOGIT, Model, NumberSide, Side, Term, WordSide
from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import ChangeHistory, SetAside, TableColumn
from leadlight.predict.features import Feature, bins_of, features_of
from leadlight.predict.judge.evaluation import Group, Verdict
from leadlight.predict.judge.groups import EvaluationRows, by_column, by_groups, source_of
from leadlight.predict.judge.training_stats import LEARNED_FROM, training_stats
from leadlight.predict.judge.verdict import (
    BASE_RATE,
    POINTS,
    RECENCY,
    REGRESSION,
    TREES,
    Split,
    judge,
    split_at_random,
    split_by_order,
)
from leadlight.predict.leaks import calendar_trap, doubtful_columns, leaks_of
from leadlight.predict.learn.boosting import AdditiveModel, Choice, chance
from leadlight.predict.learn.feature_selection import at_most
from leadlight.predict.learn.model_selection import ENOUGH_FOR_A_HOLD_OUT, demand, fit
from leadlight.predict.learn.options import LearnOptions
from leadlight.predict.threads import one_thread
from leadlight.problems import CannotDo, did_you_mean

_LOOKED_AT = 20_000  # leads among whom leaks are looked for
_BEGINS = (
    "created_at",
    "created",
    "first",
    "start",
    "started",
    "engage",
    "signup",
    "registered",
    "submitted",
    "opened",
)


@dataclass(frozen=True)
class TrainingResult:
    """A model with its verdict, what was set aside and why, and what a person should know besides
    (`notes`).
    """

    fitted: AdditiveModel
    verdict: Verdict
    leaks: tuple[SetAside, ...]
    aside: tuple[SetAside, ...]
    protected: tuple[str, ...]
    notes: tuple[str, ...]
    rows: int
    won: int
    weights: tuple[
        tuple[str, float], ...
    ]  # feature (or pair) and how much it moves the log-odds, the most first
    fairness: tuple[Group, ...] = ()  # by what the law protects
    by: tuple[Group, ...] = ()  # by source, and by segment
    seen: tuple[
        Any, ...
    ] = ()  # of each feature the share of the leads in each of its bins, unknown first
    learned_from: Mapping[str, Any] = field(default_factory=dict)  # what drift is told by later


def learn(
    columns: Sequence[TableColumn],
    won: Sequence[bool],
    asked: LearnOptions = LearnOptions(),
    *,
    ids: Collection[str] = (),
    history: Mapping[str, ChangeHistory] | None = None,
    judges: Sequence[bool] | None = None,
    split_said: str = "",
    segments: Mapping[str, Sequence[bool]] | None = None,
    among: Sequence[bool] | None = None,
) -> TrainingResult:
    """Learn from rows of columns and whether each has the outcome; `ids` are columns that only name
    the leads.

    `segments`: groups to judge by besides, with whether each row is in them. `among`: the rows by
    which drift is told later, else all.

    `judges`: the rows that judge, where whoever made the rows knows; the others teach. `split_said`
    says so in words.

    Raises `CannotDo` where there is too little to learn from.
    """
    answer = np.asarray(won, float)
    if not len(answer):
        raise CannotDo("There are no leads whose outcome is known, so nothing can be learned.")
    asked = _known(asked, columns)
    demand(answer)
    time = _time(columns, asked, ids) if judges is None else None
    notes: list[str] = []
    kept = list(range(len(answer)))
    if time is not None:
        trap = calendar_trap(time.cells, answer)
        if trap and "calendar" not in asked.use:
            since, why = trap
            kept = [i for i in kept if _since(time.cells[i], since)]
            notes.append(f"{time.header}: {why}. They were left out.")
    if len(kept) < len(answer):
        columns, answer = [c.take(kept) for c in columns], answer[kept]
    demand(answer)
    found = _leaks(columns, answer, asked, ids, history)
    held = protected([c.name for c in columns] + [c.header for c in columns])
    without = {s.name: s for s in found}
    for c in columns:
        said = _not_asked(c, asked, ids, held, time)
        if said is not None and c.name not in without:
            without[c.name] = said
    by_name = {c.name: c for c in columns}
    groups: list[object] | None = (
        [str(v) for v in by_name[asked.group].cells] if asked.group else None
    )
    time = (
        by_name[time.name]
        if time is not None and time.name not in {s.name for s in found}
        else None
    )
    _some(features_of(columns, range(len(answer)), _outcomes(answer), without)[0], without)
    if judges is not None:
        late = np.asarray(judges, bool)
        split = Split(((np.flatnonzero(~late), np.flatnonzero(late)),), split_said, True)
    else:
        split = _split(columns, answer, time, groups, without, asked.seed, ids)
    verdict, fitted, aside, chances = _judged(columns, answer, split, groups, without, asked)
    if fitted.choice.trend:
        notes.append(
            "What moved with time was told apart from what the columns say; the chance is that of"
            " the newest leads."
        )
    if judges is None:  # a table's columns; what a workspace knows was known at each moment
        notes += doubtful_columns(
            [by_name[f.name] for f in fitted.features if f.name not in asked.use], answer
        )
    used = sum(bool((t != 0).any()) for t in fitted.tables)
    if len(fitted.features) > at_most(answer):
        notes.append(
            f"With so few outcomes it looks at the {used} most telling of {len(fitted.features)}"
            " columns."
        )
    names = {s.name for s in found}
    judging = EvaluationRows(
        chances, answer[split.judges], [groups[i] for i in split.judges] if groups else None
    )
    source = source_of([c for c in columns if c.name not in without], answer)
    bins = bins_of(fitted.features, columns)
    noted = np.flatnonzero(np.ones(len(answer)) if among is None else np.asarray(among, bool)[kept])
    now = chance(fitted.log_odds(bins[noted]))
    return TrainingResult(
        fitted=fitted,
        verdict=verdict,
        leaks=tuple(found),
        aside=tuple(s for s in aside if s.name not in names),
        protected=tuple(c.header for c in columns if c.name in held or c.header in held),
        notes=tuple(notes),
        rows=len(answer),
        won=int(answer.sum()),
        weights=_weights(fitted, bins),
        fairness=tuple(
            g
            for c in columns
            if c.name in held or c.header in held
            for g in by_column(judging, c, split.judges)
        ),
        by=(
            *(by_column(judging, source, split.judges) if source else ()),
            *by_groups(
                judging,
                "segment",
                {n: [inside[i] for i in kept] for n, inside in (segments or {}).items()},
                split.judges,
            ),
        ),
        seen=tuple(
            np.bincount(bins[noted, n], minlength=f.bins) / len(noted)
            for n, f in enumerate(fitted.features)
        ),
        learned_from=training_stats(
            # where the chance moved with time, the base rate of the newest leads is what it says,
            # not what came long ago
            now.tolist(),
            (now if fitted.choice.trend else answer[noted]).tolist(),
            len({groups[i] for i in noted}) if groups else len(noted),
        ),
    )


def _judged(
    columns: Sequence[TableColumn],
    won: Numbers,
    split: Split,
    groups: Sequence[object] | None,
    without: Mapping[str, SetAside],
    asked: LearnOptions,
) -> tuple[Verdict, AdditiveModel, list[SetAside], Numbers]:
    """The verdict on leads that did not teach, then the fit of all of them by what was decided."""
    said: list[Numbers] = []
    others: dict[str, list[Numbers]] = {REGRESSION: [], TREES: []}
    choice: Choice | None = None
    for teach, judges in split.parts:
        demand(won[teach])
        features, _ = features_of(columns, teach.tolist(), _outcomes(won[teach]), without)
        _some(features, without)
        bins = bins_of(features, columns)
        fitted = fit(
            features,
            bins[teach],
            won[teach],
            seed=asked.seed,
            choice=choice,
            rising=asked.rising,
            held=_inner(teach, split, won, groups, asked.seed),
            order=_order(split, teach),
            also_regressed=True,
        )
        choice = fitted.choice
        said.append(chance(fitted.log_odds(bins[judges])))
        assert fitted.regressed is not None
        others[REGRESSION].append(chance(fitted.regressed.log_odds(bins[judges])))
        others[TREES].append(_trees(features, columns, bins, won, teach, judges, asked.seed))
    scores = {name: np.concatenate(parts) for name, parts in others.items()}
    taught = np.unique(np.concatenate([teach for teach, _ in split.parts]))
    scores[BASE_RATE] = np.full(len(split.judges), won[taught].mean())
    by_name = {c.name: c for c in columns}
    if asked.points:
        scores[POINTS] = np.nan_to_num(by_name[asked.points].values[split.judges], nan=-1e12)
    if asked.recency:
        scores[RECENCY] = np.nan_to_num(-by_name[asked.recency].values[split.judges], nan=-1e12)
    every = np.unique(np.concatenate([np.concatenate(part) for part in split.parts]))
    verdict = judge(
        split, won, np.concatenate(said), scores, taught=taught, groups=groups, seed=asked.seed
    )
    features, aside = features_of(columns, every.tolist(), _outcomes(won[every]), without)
    fitted = fit(
        features,
        bins_of(features, columns)[every],
        won[every],
        seed=asked.seed,
        choice=choice,
        rising=asked.rising,
        order=_order(split, every),
    )
    return verdict, fitted, aside, np.concatenate(said)


def _order(split: Split, rows: Any) -> Any:
    """The place in time of these rows, where the split knows it."""
    return split.order[rows].astype(float) if split.order is not None else None


def model_of(
    learned: TrainingResult,
    name: str,
    outcome: str,
    about: str,
    day: date,
    verdict: Mapping[str, Any],
) -> Model:
    """The fitted sum of tables as a model that a playbook reads: log-odds as whole
    ten-millionths.
    """
    fitted = learned.fitted
    shares = learned.seen or (None,) * len(fitted.features)
    terms = [
        _term((f,), table, f.say, seen)
        for f, table, seen in zip(fitted.features, fitted.tables, shares, strict=True)
        if (table != 0).any()
    ]
    for (a, b), cells in fitted.pairs.items():
        one, other = fitted.coarse[a][0], fitted.coarse[b][0]
        terms.append(_term((one, other), cells, f"{one.say} and {other.say}"))
    refused = tuple({"column": s.header, "why": s.why} for s in learned.leaks)
    return Model(
        name=name,
        start=_units(fitted.start),
        terms=tuple(t for t in terms if any(t.add)),
        outcome=outcome,
        about=about,
        learned=day,
        verdict={**verdict, LEARNED_FROM: learned.learned_from},
        refused=refused,
    )


def _term(
    features: tuple[Feature, ...], table: Numbers, say: str, shares: Numbers | None = None
) -> Term:
    """A table of bins (unknown first) as a term (unknown last); cuts between equal values are
    dropped.
    """
    for axis in range(table.ndim):
        table = np.concatenate([np.delete(table, 0, axis), np.take(table, [0], axis)], axis)
    whole = np.vectorize(_units, otypes=[np.int64])(table)
    seen = [] if shares is None else [*shares[1:], shares[0]]
    sides: list[Side] = []
    for axis, f in enumerate(features):
        if f.kind == "number":
            cuts = [Decimal(repr(c)) for c in f.cuts]
            same = [
                n
                for n in range(len(cuts))
                if (np.take(whole, n, axis) == np.take(whole, n + 1, axis)).all()
            ]
            whole = np.delete(whole, [n + 1 for n in same], axis)
            for n in reversed(same if seen else []):
                seen[n] += seen.pop(n + 1)
            sides.append(NumberSide(tuple(c for n, c in enumerate(cuts) if n not in same)))
        else:
            sides.append(WordSide(f.words))
    noted = tuple(round(float(share), 3) for share in seen)
    return Term(
        tuple(f.name for f in features),
        tuple(sides),
        tuple(int(v) for v in whole.ravel()),
        say,
        noted,
    )


def _units(value: float) -> int:
    return round(float(value) * LOGIT)


def _weights(fitted: AdditiveModel, bins: Any) -> tuple[tuple[str, float], ...]:
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
    bins: Any,
    won: Numbers,
    teach: Any,
    judges: Any,
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
        return machine.predict_proba(x[judges])[:, 1]  # type: ignore[no-any-return]


def _leaks(
    columns: Sequence[TableColumn],
    won: Numbers,
    asked: LearnOptions,
    ids: Collection[str],
    history: Mapping[str, ChangeHistory] | None,
) -> list[SetAside]:
    looked = columns
    if len(won) > _LOOKED_AT:
        rows = np.sort(np.random.default_rng(asked.seed).permutation(len(won))[:_LOOKED_AT])
        looked = [c.take(rows.tolist()) for c in columns]
        won = won[rows]
    apart = {n for n in (asked.points, asked.recency, asked.group) if n}
    listed = [c for c in looked if c.name not in apart and c.name not in asked.leave_out]
    return leaks_of(listed, won, use=asked.use, ids=ids, history=history)


def _split(
    columns: Sequence[TableColumn],
    won: Numbers,
    time: TableColumn | None,
    groups: Sequence[object] | None,
    without: Mapping[str, SetAside],
    seed: int,
    ids: Collection[str],
) -> Split:
    """By the column that grows with time where there is one, else at random with equal rows on one
    side.
    """
    if time is not None:
        if time.kind == "moment":
            return split_by_order(time.cells, won, f"By {time.header}")
        return split_by_order(
            list(time.cells), won, f"By {time.header}, which was taken to grow with time"
        )
    said = "The table has no column that grows with time"
    if groups is None:
        groups = _equal(
            [c for c in columns if c.name not in without and c.name not in ids], len(won)
        )
        said += "; leads that are equal in everything stay together"
    return split_at_random(won, groups, seed, said)


def _equal(columns: Sequence[TableColumn], rows: int) -> Sequence[object]:
    """A number for each row, the same for rows that are equal in everything."""
    mixed = np.zeros(rows, np.uint64)
    for c in columns:
        codes = c.coded[1] if c.kind == "words" else np.unique(c.values, return_inverse=True)[1]
        mixed = (
            mixed * np.uint64(6_364_136_223_846_793_005)
            + codes.astype(np.uint64)
            + np.uint64(1_442_695_040_888_963_407)
        )
    return mixed.tolist()


def _inner(
    teach: Any, split: Split, won: Numbers, groups: Sequence[object] | None, seed: int
) -> Any:
    """On which of those that teach choices are made: the newest where it is judged by time, whole
    groups where there are any.
    """
    if groups is not None:
        parts = split_at_random(won[teach], [groups[i] for i in teach], seed, "").parts
        return parts[:1] if _outcomes(won[teach]) >= ENOUGH_FOR_A_HOLD_OUT else parts
    if split.order is None or _outcomes(won[teach]) < ENOUGH_FOR_A_HOLD_OUT:
        return None  # in turn, each fifth of them: the newest fifth would hold too few
    oldest_first = np.argsort(split.order[teach], kind="stable")
    at = len(teach) - len(teach) // 5
    return [(oldest_first[:at], oldest_first[at:])]


def _time(
    columns: Sequence[TableColumn], asked: LearnOptions, ids: Collection[str]
) -> TableColumn | None:
    """The column that grows with time: the one that is named, else the beginning of a lead, else a
    number that counts leads.
    """
    by_name = {c.name: c for c in columns}
    if asked.time:
        return by_name[asked.time]
    moments = [
        c
        for c in columns
        if c.kind == "moment" and any(isinstance(v, (datetime, date)) for v in c.cells)
    ]
    for word in _BEGINS:
        for c in moments:
            if word in f"{c.name} {c.header}".lower().replace("_", " ").split() or c.name == word:
                return c
    if len(moments) == 1:
        return moments[0]
    named = {m.name for m in moments}
    rows = range(len(columns[0].cells)) if columns else ()
    _, aside = features_of([c for c in columns if c.name not in named], rows, 10)
    for s in aside:
        if s.code == "id" and by_name[s.name].kind == "number":
            return by_name[s.name]
    return None


def _since(cell: Any, since: datetime) -> bool:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None) >= since
    return isinstance(cell, date) and cell >= since.date()


def _not_asked(
    column: TableColumn,
    asked: LearnOptions,
    ids: Collection[str],
    held: Collection[str],
    time: TableColumn | None,
) -> SetAside | None:
    """Columns that a person, or their part in the judging, keeps out."""
    if column.name in asked.leave_out:
        return SetAside(column.name, column.header, "left-out", "was left out on request")
    if column.name in asked.use:
        return None
    if column.name in ids:
        return SetAside(column.name, column.header, "id", "names the lead")
    if column.name == asked.points:
        return SetAside(column.name, column.header, "points", "is what the model is compared with")
    if column.name == asked.group:
        return SetAside(column.name, column.header, "group", "says which leads belong together")
    if asked.without_protected and (column.name in held or column.header in held):
        return SetAside(
            column.name,
            column.header,
            "protected",
            "is protected by law and was kept out on request",
        )
    if time is not None and column.name == time.name:
        return SetAside(
            column.name,
            column.header,
            "date",
            "says when; it orders the leads and teaches nothing else",
        )
    return None


def _known(asked: LearnOptions, columns: Sequence[TableColumn]) -> LearnOptions:
    """The columns that were named, by their own names whatever the spelling. Raises `CannotDo` for
    one that is not there.
    """
    spelled = {k.lower(): c.name for c in columns for k in (c.header, c.name)}

    def name(said: str) -> str:
        if said.lower() not in spelled:
            hint = (
                did_you_mean(said, [c.header for c in columns])
                or f"There are {', '.join(c.header for c in columns[:12])}."
            )
            raise CannotDo(f"The table has no column {said!r}. {hint}")
        return spelled[said.lower()]

    recency = next((c.name for c in columns if "recency" in c.name or "days_since" in c.name), None)
    return replace(
        asked,
        time=name(asked.time) if asked.time else None,
        group=name(asked.group) if asked.group else None,
        points=name(asked.points) if asked.points else None,
        recency=name(asked.recency) if asked.recency else recency,
        use=tuple(u if u == "calendar" else name(u) for u in asked.use),
        leave_out=tuple(map(name, asked.leave_out)),
        rising={name(k): v for k, v in asked.rising.items()},
    )


def _outcomes(won: Numbers) -> int:
    return int(min(won.sum(), len(won) - won.sum()))


def _some(features: Sequence[Feature], without: Mapping[str, SetAside]) -> None:
    if features:
        return
    why = "; ".join(f"{s.header!r} {s.why}" for s in list(without.values())[:5])
    raise CannotDo(f"No column is left to learn from. {why + '.' if why else ''}".strip())
