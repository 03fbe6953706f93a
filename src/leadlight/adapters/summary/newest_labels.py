"""Leads as the last run left them: the newest row of each in the log of changes."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.runs import as_column, column
from leadlight.facts.relation import Relation, TableName

_STANDING = TableName("standing_labels")


def newest_rows(upto: int, columns: str = "c.*") -> str:
    """The newest row of each lead that was in the base by a run; most leads have a single one."""
    return (
        f"SELECT {columns} FROM run_changes c LEFT JOIN (SELECT lead_id, max(run_no) AS newest FROM"
        " run_changes WHERE run_no > (SELECT min(run_no) FROM run_changes) AND run_no <="
        f" {int(upto)} GROUP BY lead_id) n ON n.lead_id = c.lead_id WHERE c.run_no <= {int(upto)}"
        " AND NOT c.gone AND (n.newest IS NULL OR n.newest = c.run_no)"
    )


def make_newest_labels(
    con: duckdb.DuckDBPyConnection, upto: int, scales: Sequence[str], scores: Sequence[str]
) -> tuple[Relation, tuple[str, ...]]:
    """A table of the leads with these labels and scores, named as a qualification names them, as
    far as runs know of them; and which those are.
    """
    has = set(column_names(con, TableName("run_changes")))
    labels = {s: as_column("label", s) for s in scales if column("label", s) in has}
    points = {s: as_column("score", s) for s in scores if column("score", s) in has}
    known = {**labels, **points}
    listed = "".join(f", c.{stored} AS {quoted(name)}" for name, stored in known.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_STANDING} AS"
        f" {newest_rows(upto, f'c.lead_id, c.segments{listed}')}"
    )
    return _STANDING, tuple(known)
