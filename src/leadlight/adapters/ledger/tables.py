"""The little that the ledger's own statements ask of an engine, so that one text serves all that
keep a ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.ledger.transaction import transaction


class Tables(Protocol):
    """A connection to tables. Statements are in the SQL that all engines share; `?` stands for a
    value.
    """

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a query answers."""
        ...

    def run(self, sql: str, *values: object) -> None:
        """Do what a statement says."""
        ...

    def fresh(self, name: str, query: str) -> None:
        """A temporary table of that name with the rows of a query; one that was there is gone."""
        ...

    def widen(self, table: str, columns: Mapping[str, str]) -> None:
        """The table has these columns, added when they were missing. Types: DOUBLE PRECISION,
        VARCHAR.
        """
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """What is done inside happens whole or not at all."""
        ...


class DuckDBTables:
    """The tables of a DuckDB connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a query answers."""
        return rows(self.con, sql, list(values))

    def run(self, sql: str, *values: object) -> None:
        """Do what a statement says."""
        self.con.execute(sql, list(values))

    def fresh(self, name: str, query: str) -> None:
        """A temporary table of that name with the rows of a query."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {query}")

    def widen(self, table: str, columns: Mapping[str, str]) -> None:
        """The table has these columns."""
        has = {name.lower() for name in column_names(self.con, table)}
        for name, type_ in columns.items():
            if name.lower() not in has:
                self.con.execute(
                    f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {quoted(name)} {type_}"
                )

    def transaction(self) -> AbstractContextManager[None]:
        """What is done inside happens whole or not at all."""
        return transaction(self.con)


def number(tables: Tables, sql: str, *values: object) -> int:
    """The single number a query answers with; nothing is 0."""
    value = tables.rows(sql, *values)[0][0]
    return int(str(value)) if value is not None else 0


def columns_of(tables: Tables, table: str) -> list[str]:
    """The columns of a table of the ledger, in their order."""
    found = tables.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND table_schema ="
        " current_schema() ORDER BY ordinal_position",
        table,
    )
    return [str(name) for (name,) in found]
