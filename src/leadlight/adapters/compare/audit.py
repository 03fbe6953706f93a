"""The labels that stand beside those of a full qualification that was just made."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.base.plan_run import RESULT
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.ledger.runs import as_column, labels_as_of_run
from leadlight.results.audit import AuditDifference


def compare_labels(
    con: duckdb.DuckDBPyConnection, scales: Sequence[str], most: int
) -> tuple[int, tuple[AuditDifference, ...]]:
    """How many labels differ, and the first of them by lead and scale."""
    pairs = " UNION ALL ".join(
        f"SELECT coalesce(n.lead_id, b.lead_id) AS lead_id, {text_literal(scale)} AS scale,"
        f" b.{as_column('label', scale)} AS stands, n.{quoted(scale)} AS should FROM {RESULT} AS n"
        f" FULL JOIN before AS b ON b.lead_id = n.lead_id WHERE n.{quoted(scale)} IS DISTINCT FROM"
        f" b.{as_column('label', scale)} OR n.lead_id IS NULL OR b.lead_id IS NULL"
        for scale in scales
    )
    if not pairs:
        return 0, ()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE audit AS WITH before AS ({labels_as_of_run(scales)}) {pairs}"
    )
    first = rows(con, f"SELECT * FROM audit ORDER BY lead_id, scale LIMIT {int(most)}")
    told = tuple(
        AuditDifference(str(lead), str(scale), _text(stands), _text(should))
        for lead, scale, stands, should in first
    )
    return count(con, "SELECT count(*) FROM audit"), told


def _text(value: object) -> str | None:
    return None if value is None else str(value)
