"""Rows of values as a relation of the ledger's connection, typed as the catalog says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.facts.catalog import Type
from leadlight.facts.intake import QuarantineRow
from leadlight.facts.relation import TableName


def make_table(
    con: duckdb.DuckDBPyConnection,
    name: str,
    types: Mapping[str, Type],
    rows: Sequence[Mapping[str, object]],
) -> TableName:
    """A temporary table of these rows, with `row_no` from 1; what a row does not have is NULL."""
    columns = [
        f"unnest(CAST(? AS {SQL_TYPES[type_]}[])) AS {quoted(column)}"
        for column, type_ in types.items()
    ]
    values = [[row.get(column) for row in rows] for column in types]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT unnest(range(1, {len(rows)} + 1))"
        f" AS row_no, {', '.join(columns)}",
        values,
    )
    return TableName(name)


def make_rejects(
    con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[QuarantineRow]
) -> TableName:
    """A temporary table of rejected rows, as the book of imports keeps them."""
    codes, reasons, texts = ([getattr(r, n) for r in rows] for n in ("code", "why", "text"))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT unnest(range(1, {len(rows)} + 1))"
        " AS line, unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS reason,"
        " unnest(?::VARCHAR[]) AS text",
        [codes, reasons, texts],
    )
    return TableName(name)
