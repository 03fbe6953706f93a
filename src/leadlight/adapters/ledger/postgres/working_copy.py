"""The working copy of a ledger on a server: tables of the same names and columns in DuckDB, filled
with what a verb needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from leadlight.adapters.db.columns import column_types, table_columns
from leadlight.adapters.db.duckdb import is_view, quoted
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.transfer import duckdb_type, fetch, send, server_type
from leadlight.adapters.ledger.migrate import make
from leadlight.facts.relation import TableName

#: Small tables that every verb may look at; they are there from the beginning.
BOOKS = ("imports", "undos", "own_attributes", "runs", "playbooks", "forgotten")


def shape(server: Server, con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Make the ledger's tables with the columns they have on the server, and copy its books."""
    make(con, now)
    have = table_columns(con)
    for table, columns in columns_of(server).items():
        for name, type_ in columns.items():
            if name not in have[table]:
                con.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {type_}")
    for table in _with_rows(server, BOOKS):
        fill(server, con, table)


def _with_rows(server: Server, tables: Sequence[str]) -> list[str]:
    """Those of the server's tables that are not empty: to copy nothing takes as long as to copy
    a few rows.
    """
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables)
    found = server.rows(f"SELECT {asked}")[0]
    return [table for table, has_rows in zip(tables, found, strict=True) if has_rows]


def columns_of(server: Server) -> dict[str, dict[str, str]]:
    """The ledger's tables on the server: each column with its type in DuckDB's words."""
    found = server.rows(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c JOIN"
        " pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE"
        " n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relname"
        " !~ '^_' ORDER BY c.relname, a.attnum",
        [server.address.schema],
    )
    tables: dict[str, dict[str, str]] = {}
    for table, name, type_ in found:
        tables.setdefault(str(table), {})[str(name)] = duckdb_type(str(type_))
    return tables


def fill(
    server: Server,
    con: duckdb.DuckDBPyConnection,
    table: str,
    where: str = "TRUE",
    names: Sequence[str] | None = None,
) -> None:
    """Copy rows of the server's table (`f`) in place of those that were here; of columns those
    named, NULL in the others.
    """
    types = column_types(con, table)
    columns = {n: types[n] for n in names or types if n in types}
    listed = ", ".join(quoted(n) for n in columns)
    con.execute(f"TRUNCATE {table}")
    query = f"SELECT {listed} FROM {table} f WHERE {where}"
    fetch(
        server, query, columns, con, f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {{rows}}"
    )


def put(server: Server, con: duckdb.DuckDBPyConnection, name: TableName, query: str) -> None:
    """A temporary table on the server with the rows of a query in DuckDB."""
    columns = column_types(con, f"({query})")
    listed = ", ".join(f"{quoted(n)} {server_type(t)}" for n, t in columns.items())
    server.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    server.run(f"CREATE TEMP TABLE {name} ({listed})")
    send(con, server, query, columns, str(name))
    server.run(f"ANALYZE {name}")


def carry(server: Server, query: str, con: duckdb.DuckDBPyConnection, name: TableName) -> None:
    """A temporary table in DuckDB with the rows of a query on the server."""
    columns = query_columns(server, query)
    if is_view(con, name.name):
        con.execute(f"DROP VIEW IF EXISTS {name}")
    fetch(
        server,
        query,
        columns,
        con,
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {{rows}}",
    )


def query_columns(server: Server, query: str) -> Mapping[str, str]:
    """The columns of a query on the server with DuckDB's types."""
    with server.con.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({query}) q LIMIT 0".encode())
        return types_of(server, cursor.description or [])


def types_of(server: Server, columns: Sequence[Any]) -> Mapping[str, str]:
    """The columns of an answer, as the driver describes them, with DuckDB's types."""
    found = [(c.name, c.type_code) for c in columns]
    oids = sorted({oid for _, oid in found})
    names = {
        int(oid): str(name)
        for oid, name in server.rows(
            "SELECT t, format_type(t, NULL) FROM unnest(%s::oid[]) t", [oids]
        )
    }
    return {name: duckdb_type(names[oid]) for name, oid in found}
