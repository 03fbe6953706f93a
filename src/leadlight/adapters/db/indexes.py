"""A table's indexes in DuckDB, which lets nobody alter a column or rename a table that has one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows


@contextmanager
def without_indexes(con: duckdb.DuckDBPyConnection, table: str) -> Iterator[None]:
    """Drop the table's indexes, and make them again afterwards, within the transaction that is
    open: what fails inside is taken back with it.
    """
    found = rows(
        con,
        "SELECT index_name, sql FROM duckdb_indexes() WHERE table_name = ? AND database_name ="
        " current_database() ORDER BY index_oid",
        [table],
    )
    for name, _ in found:
        con.execute(f"DROP INDEX {quoted(str(name))}")
    yield
    for _, sql in found:
        con.execute(str(sql))
