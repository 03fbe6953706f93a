"""What was removed leaves the ledger's file too: tables are written anew, and the space that they
leave is written over.

A removed row stays where it was until its place is needed: the engine marks it, and no more. So a
table is put down anew without it, and then the file's free blocks are filled once with numbers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.db.indexes import without_indexes

_KEPT, _FILLER = "_kept", "_filler"
_TRIES, _PAUSE = 40, 0.25  # readers of a server that still see the facts as they were


def write_anew(con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    """Put tables down anew, within the transaction that is open."""
    for table in tables:
        asked = f"SELECT sql FROM duckdb_tables() WHERE table_name = {text_literal(table)} AND"
        (made,) = rows(con, f"{asked} database_name = current_database() AND NOT temporary")[0]
        columns = str(made).split("(", 1)[1]
        with without_indexes(con, table):
            con.execute(f"CREATE TABLE {_KEPT} ({columns}")
            con.execute(f"INSERT INTO {_KEPT} SELECT * FROM {table}")
            con.execute(f"DROP TABLE {table}")
            con.execute(f"ALTER TABLE {_KEPT} RENAME TO {table}")


def write_over(con: duckdb.DuckDBPyConnection) -> bool:
    """Write over the file's free space; False where others kept it in use all the while."""
    if not _checkpoint(con):
        return False
    size, free = rows(con, "SELECT block_size, free_blocks FROM pragma_database_size()")[0]
    numbers = (int(str(free)) + 2) * int(str(size)) // 16
    try:
        con.execute(
            f"CREATE TABLE {_FILLER} AS SELECT hash(i) AS a, hash(i + 1.5) AS b FROM"
            f" range({numbers}) AS r(i)"
        )
        return _checkpoint(con)
    finally:
        con.execute(f"DROP TABLE IF EXISTS {_FILLER}")
        _checkpoint(con)


def _checkpoint(con: duckdb.DuckDBPyConnection) -> bool:
    """Write the log into the file; wait for those who are reading, for a while."""
    for _ in range(_TRIES):
        try:
            con.execute("CHECKPOINT")
        except duckdb.TransactionException:
            time.sleep(_PAUSE)
        else:
            return True
    return False
