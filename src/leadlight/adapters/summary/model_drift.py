"""Whether what learned models say of a run's leads moved clearly since they were learned: one
aggregate for each model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation
from leadlight.playbook.spec import ModelScore, Playbook


def drifted(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, playbook: Playbook, has: Sequence[str]
) -> Iterator[str]:
    """A sentence for each model that moved. Customers are left out where the model was learned
    without them.
    """
    for score in playbook.scores:
        if not isinstance(score, ModelScore) or score.name not in has:
            continue
        from leadlight.predict.judge.training_stats import score_drift, stats_of

        model = score.model
        found = stats_of(model)
        if found is None or not found.cuts:
            continue
        column, where = quoted(score.name), []
        if (
            model.horizon
            and str(model.verdict.get("again", "")).lower() != "true"
            and "stage" in has
        ):
            where.append("stage IS DISTINCT FROM 'customer'")
        if found.first:
            where.append(f"{column} >= {found.cuts[found.first - 1]!r}")
        place = _place(column, found.cuts, found.first, len(found.cuts))
        only = f" WHERE {' AND '.join(where)}" if where else ""
        placed = rows(
            con, f"SELECT ({place})::UTINYINT, count(*) FROM {qualifications}{only} GROUP BY 1"
        )
        counts = [0] * (len(found.cuts) + 1)
        for at, leads in placed:
            counts[int(str(at))] += int(str(leads))
        if said := score_drift(model, counts):
            yield said


def _place(column: str, cuts: Sequence[float], first: int, last: int) -> str:
    """How many cuts a value reaches, by halves: three comparisons a lead instead of nine."""
    if first == last:
        return str(first)
    middle = (first + last) // 2
    below, above = _place(column, cuts, first, middle), _place(column, cuts, middle + 1, last)
    return f"CASE WHEN {column} < {cuts[middle]!r} THEN {below} ELSE {above} END"
