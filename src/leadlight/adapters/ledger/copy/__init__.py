"""Copying a ledger, every table and every row, between the three places where one can stand.

The copy appears whole or not at all: a file is written beside and linked into place, a folder of
Parquet is written beside and renamed, and a server commits once. What was written is counted there
and compare with what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import duckdb

from leadlight.adapters.db.postgres import Server
from leadlight.problems import CannotDo

Columns = Mapping[str, str]
Tell = Callable[[str], None]
HISTORY = "ledger"  # the schema's own history, which every place writes for itself


@dataclass(frozen=True)
class TableRows:
    """The rows of a table: a query in a DuckDB connection, or on a server."""

    at: duckdb.DuckDBPyConnection | Server
    query: str
    columns: Columns  # with DuckDB's types


@dataclass(frozen=True)
class CopyReceipt:
    """How many rows each table has in the copy, and how many texts lost the character NUL on the
    way.
    """

    rows: Mapping[str, int]
    lost: int = 0


class CopySource(Protocol):
    """A ledger that is copied from."""

    def tables(self) -> Mapping[str, Columns]:
        """Its tables, each column with DuckDB's type."""
        ...

    def rows(self, table: str) -> TableRows:
        """All rows of a table."""
        ...

    def count(self, table: str) -> int:
        """How many those are."""
        ...


class CopyTarget(Protocol):
    """A ledger that is being written and not there yet."""

    def add(self, table: str, rows: TableRows) -> int:
        """Write a table; how many texts lost the character NUL."""
        ...

    def count(self, table: str) -> int:
        """How many rows of it are written."""
        ...

    def finish(self) -> None:
        """All is written: make it appear."""
        ...


def copy(source: CopySource, target: AbstractContextManager[CopyTarget], tell: Tell) -> CopyReceipt:
    """Copy all tables and make the copy appear. Raises `CannotDo` when a table has not as many rows
    there as here.
    """
    lost, counts = 0, {}
    with target as draft:
        for table in source.tables():
            if table == HISTORY:
                continue
            tell(f"Copying {table}")
            lost += draft.add(table, source.rows(table))
            counts[table] = draft.count(table)
            if counts[table] != source.count(table):
                raise CannotDo(
                    f"Of {source.count(table):,} rows of {table} {counts[table]:,} arrived, and"
                    " nothing was kept. Somebody may have written meanwhile; run it again."
                )
        tell("Making the copy appear")
        draft.finish()
    return CopyReceipt(counts, lost)
