"""Whether what learned models say of a run's leads moved clearly since they were learned: one aggregate for each model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from leadlight.adapters.engines.duckdb import quoted, rows
from leadlight.playbook.spec import ModelScore, Playbook


def drifted(
    con: duckdb.DuckDBPyConnection, qualifications: str, playbook: Playbook, has: Sequence[str]
) -> Iterator[str]:
    """A sentence for each model that moved. Customers are left out where the model was learned without them."""
    for score in playbook.scores:
        if not isinstance(score, ModelScore) or score.name not in has:
            continue
        from leadlight.predict.noted import noted, said_moved

        model = score.model
        found = noted(model)
        if found is None or not found.cuts:
            continue
        again = str(model.verdict.get("again", "")).lower() == "true"
        without = "WHERE stage IS DISTINCT FROM 'customer'" if model.horizon and not again and "stage" in has else ""
        place = _place(quoted(score.name), found.cuts, 0, len(found.cuts))
        placed = rows(con, f"SELECT ({place})::UTINYINT, count(*) FROM {qualifications} {without} GROUP BY 1")
        counts = [0] * (len(found.cuts) + 1)
        for at, leads in placed:
            counts[int(str(at))] += int(str(leads))
        if said := said_moved(model, counts):
            yield said


def _place(column: str, cuts: Sequence[float], first: int, last: int) -> str:
    """How many cuts a value reaches, by halves: three comparisons a lead instead of nine."""
    if first == last:
        return str(first)
    middle = (first + last) // 2
    below, above = _place(column, cuts, first, middle), _place(column, cuts, middle + 1, last)
    return f"CASE WHEN {column} < {cuts[middle]!r} THEN {below} ELSE {above} END"
