"""Parquet: typed columns for programs, written by the engine itself."""

from __future__ import annotations

from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.destinations.table import Table


def write_parquet(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write a Parquet file, its rows in no particular order; the number of its rows."""
    query = table.select(ordered=False)
    ((written,),) = rows(
        con, f"COPY ({query}) TO {text_literal(str(target))} (FORMAT parquet, USE_TMP_FILE false)"
    )
    return int(str(written))
