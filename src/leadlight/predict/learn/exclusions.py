"""Columns that no model is trained on: what knows the answer, what a person leaves out, and what
has another part to play.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from leadlight.facts.protected_attributes import protected_names
from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import ChangeHistory, SetAside, TableColumn
from leadlight.predict.features import Feature
from leadlight.predict.leaks import leaks_of
from leadlight.predict.learn.options import LearnOptions
from leadlight.problems import CannotDo, did_you_mean

_MOST_LEADS = 20_000  # among whom leaks are looked for


def with_own_names(options: LearnOptions, columns: Sequence[TableColumn]) -> LearnOptions:
    """The options with each column by its own name, whatever the spelling. Raises `CannotDo` for a
    column that is not there.
    """
    own = _own_names(columns)
    recency = next((c.name for c in columns if "recency" in c.name or "days_since" in c.name), None)
    return replace(
        options,
        time=_optional(own, options.time),
        group=_optional(own, options.group),
        points=_optional(own, options.points),
        recency=_optional(own, options.recency) or recency,
        bought=_optional(own, options.bought),
        use=tuple(u if u == "calendar" else own(u) for u in options.use),
        leave_out=tuple(map(own, options.leave_out)),
        rising={own(k): v for k, v in options.rising.items()},
    )


def _own_names(columns: Sequence[TableColumn]) -> Callable[[str], str]:
    spelled = {k.lower(): c.name for c in columns for k in (c.header, c.name)}

    def own(text: str) -> str:
        if text.lower() not in spelled:
            headers = [c.header for c in columns]
            hint = did_you_mean(text, headers) or f"There are {', '.join(headers[:12])}."
            raise CannotDo(f"The table has no column {text!r}. {hint}")
        return spelled[text.lower()]

    return own


def _optional(own: Callable[[str], str], text: str | None) -> str | None:
    return own(text) if text else None


def find_leaks(
    columns: Sequence[TableColumn],
    won: Numbers,
    options: LearnOptions,
    ids: Collection[str],
    history: Mapping[str, ChangeHistory] | None,
) -> list[SetAside]:
    """The columns that know the answer; of many leads so many are looked at, the same ones each
    time.
    """
    if len(won) > _MOST_LEADS:
        rows = np.sort(np.random.default_rng(options.seed).permutation(len(won))[:_MOST_LEADS])
        columns, won = [c.take(rows.tolist()) for c in columns], won[rows]
    apart = {options.points, options.recency, options.bought, options.group, *options.leave_out}
    listed = [c for c in columns if c.name not in apart]
    return leaks_of(listed, won, use=options.use, ids=ids, history=history)


def exclusions(
    columns: Sequence[TableColumn],
    leaks: Sequence[SetAside],
    options: LearnOptions,
    ids: Collection[str],
    time: TableColumn | None,
) -> dict[str, SetAside]:
    """Every column that nothing is learned from, by its name; `time` orders the leads."""
    found = {s.name: s for s in leaks}
    for column in columns:
        aside = _exclusion(column, options, ids, time)
        if aside is not None:
            found.setdefault(column.name, aside)
    return found


def _exclusion(
    column: TableColumn,
    options: LearnOptions,
    ids: Collection[str],
    time: TableColumn | None,
) -> SetAside | None:
    if column.name in options.leave_out:
        return SetAside(column.name, column.header, "left-out", "was left out on request")
    if column.name in options.use:
        return None
    hidden = options.without_protected and bool(protected_columns([column]))
    orders = time is not None and column.name == time.name
    reasons = (
        (column.name in ids, "id", "names the lead"),
        (
            column.name in (options.points, options.bought),
            "points",
            "is what the model is compared with",
        ),
        (column.name == options.group, "group", "says which leads belong together"),
        (hidden, "protected", "is protected by law and was kept out on request"),
        (orders, "date", "says when; it orders the leads and teaches nothing else"),
    )
    return next(
        (SetAside(column.name, column.header, code, why) for holds, code, why in reasons if holds),
        None,
    )


def without_leaks(columns: Sequence[TableColumn], won: Sequence[bool]) -> list[TableColumn]:
    """The columns that do not know the answer, and say nothing that the law protects."""
    options = LearnOptions(without_protected=True)
    leaks = find_leaks(columns, np.asarray(won, float), options, (), None)
    without = exclusions(columns, leaks, options, (), None)
    return [c for c in columns if c.name not in without]


def protected_columns(columns: Sequence[TableColumn]) -> list[TableColumn]:
    """The columns whose name or header says something that the law protects."""
    return [c for c in columns if protected_names([c.name, c.header])]


def demand_features(features: Sequence[Feature], without: Mapping[str, SetAside]) -> None:
    """Raises `CannotDo` when no column is left."""
    if features:
        return
    why = "; ".join(f"{s.header!r} {s.why}" for s in list(without.values())[:5])
    raise CannotDo(f"No column is left to learn from. {why + '.' if why else ''}".strip())
