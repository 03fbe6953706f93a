"""Clearing away what a staged file left in the connection, so that the memory is free for the next
one.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.facts.relation import TableName


def drop(con: duckdb.DuckDBPyConnection, relation: TableName) -> None:
    """Drop a staging's relation and everything that was made beside it
    under its prefix.
    """
    views = "SELECT view_name, 'VIEW' FROM duckdb_views() WHERE temporary AND NOT internal"
    tables = "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE temporary"
    made = (
        f"SELECT * FROM ({views} UNION ALL {tables}) t(n, s) WHERE starts_with(n,"
        f" {text_literal(relation.name)})"
    )
    for name, sort in rows(con, made):
        con.execute(f"DROP {sort} IF EXISTS {quoted(str(name))}")
