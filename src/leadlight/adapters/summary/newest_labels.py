"""Leads as the last run left them, under the names that a qualification has."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.lead_states import current_states
from leadlight.adapters.ledger.runs import column
from leadlight.adapters.ledger.tables import DuckDBTables
from leadlight.facts.relation import Relation, TableName

_NEWEST = TableName("newest_labels")


def newest_rows(con: duckdb.DuckDBPyConnection, upto: int, names: Sequence[str]) -> str:
    """SQL: of each lead in the base its newest row up to a run, with these columns of the log."""
    return current_states(DuckDBTables(con), upto, names)


def make_newest_labels(
    con: duckdb.DuckDBPyConnection, upto: int, scales: Sequence[str], scores: Sequence[str]
) -> tuple[Relation, tuple[str, ...]]:
    """A table of the leads with these labels and scores, named as a qualification names them, as
    far as runs know of them; and which those are.
    """
    has = set(column_names(con, TableName("run_changes")))
    kept = {s: column("label", s) for s in scales} | {s: column("score", s) for s in scores}
    kept = {name: stored for name, stored in kept.items() if stored in has}
    listed = "".join(f", c.{quoted(stored)} AS {quoted(name)}" for name, stored in kept.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_NEWEST} AS SELECT c.lead_id, c.segments{listed} FROM"
        f" ({newest_rows(con, upto, ['segments', *kept.values()])}) AS c"
    )
    return _NEWEST, tuple(kept)


def has_label(con: duckdb.DuckDBPyConnection, scale: str) -> bool:
    """Whether runs know of a scale."""
    return column("label", scale) in column_names(con, TableName("run_changes"))
