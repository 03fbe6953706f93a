"""The rows of a specialist list: a qualified base ordered by one score."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.base.plan_run import RESULT
from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation

__all__ = ["list_rows"]

Row = dict[str, object]


def list_rows(
    con: duckdb.DuckDBPyConnection, leads: Relation, score: str, wanted: Sequence[str]
) -> list[Row]:
    """Every lead that has the score, the highest first, of equals the larger roof: its id, score,
    reasons, and those of the attributes `wanted` that the base knows. Leads that object to
    profiling have no score.
    """
    known = column_types(con, leads)
    held = [n for n in wanted if n in known]
    larger = "l.roof_area DESC NULLS LAST, " if "roof_area" in known else ""
    said = ", ".join(f"l.{quoted(n)}" for n in held)
    names = ("lead_id", "score", "reasons", *held)
    found = rows(
        con,
        f"SELECT q.lead_id, q.{quoted(score)}, q.reasons{', ' + said if said else ''}"
        f" FROM {RESULT} q JOIN {leads} l USING (lead_id) WHERE q.{quoted(score)} IS NOT NULL"
        f" ORDER BY 2 DESC, {larger}1",
    )
    return [dict(zip(names, row, strict=True)) for row in found]
