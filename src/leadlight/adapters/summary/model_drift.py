"""Whether what learned models say of a run's leads moved clearly since they were learned: one
aggregate for each model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation
from leadlight.playbook.model import Model
from leadlight.playbook.spec import ModelScore, Playbook


def model_drift(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, playbook: Playbook, has: Sequence[str]
) -> Iterator[str]:
    """A sentence for each model that moved. Customers are left out where the model was learned
    without them.
    """
    for score in playbook.scores:
        if isinstance(score, ModelScore) and score.name in has:
            sentence = _drift_of(con, qualifications, score, has)
            if sentence:
                yield sentence


def _drift_of(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, score: ModelScore, has: Sequence[str]
) -> str | None:
    from leadlight.predict.judge.training_stats import score_drift, stats_of

    stats = stats_of(score.model)
    if stats is None or not stats.cuts:
        return None
    column, where = quoted(score.name), ["true"]
    if _without_customers(score.model) and "stage" in has:
        where.append("stage IS DISTINCT FROM 'customer'")
    if stats.first:
        where.append(f"{column} >= {stats.cuts[stats.first - 1]!r}")
    place = _place(column, stats.cuts, stats.first, len(stats.cuts))
    found = rows(
        con,
        f"SELECT ({place})::UTINYINT, count(*) FROM {qualifications} WHERE {' AND '.join(where)}"
        " GROUP BY 1",
    )
    counts = [0] * (len(stats.cuts) + 1)
    for at, leads in found:
        counts[int(str(at))] += int(str(leads))
    return score_drift(score.model, counts)


def _without_customers(model: Model) -> bool:
    """Whether the model was learned of leads that had not bought yet."""
    return bool(model.horizon) and str(model.verdict.get("again", "")).lower() != "true"


def _place(column: str, cuts: Sequence[float], first: int, last: int) -> str:
    """How many cuts a value reaches, by halves: three comparisons a lead instead of nine."""
    if first == last:
        return str(first)
    middle = (first + last) // 2
    below, above = _place(column, cuts, first, middle), _place(column, cuts, middle + 1, last)
    return f"CASE WHEN {column} < {cuts[middle]!r} THEN {below} ELSE {above} END"
