"""The leads of a qualified base with their outcome, as rows to learn from."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.base.plan_run import RESULT
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation


def rows_with_outcome(
    con: duckdb.DuckDBPyConnection,
    leads: Relation,
    outcome: str,
    score: str,
    names: Sequence[str],
    objected: str | None,
) -> list[tuple[object, ...]]:
    """A row a lead, in the order of their ids: a label and a score of its qualification, and these
    attributes. Who objected to profiling is left out.
    """
    columns = ", ".join(f"l.{quoted(n)}" for n in names)
    allowed = f" WHERE l.{quoted(objected)} IS NOT TRUE" if objected else ""
    return rows(
        con,
        f"SELECT q.{quoted(outcome)}, q.{quoted(score)}{', ' if columns else ''}{columns}"
        f" FROM {leads} l JOIN {RESULT} q ON q.lead_id = l.lead_id{allowed} ORDER BY l.lead_id",
    )
