"""JSON: one array of objects, or one object a line."""

from __future__ import annotations

from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.destinations.table import Table

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def write_json(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write one array; the number of its objects."""
    return _write(con, table, target, "true")


def write_json_lines(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write one object a line; the number of lines."""
    return _write(con, table, target, "false")


def _write(con: duckdb.DuckDBPyConnection, table: Table, target: Path, array: str) -> int:
    ((written,),) = rows(
        con,
        f"COPY ({table.select()}) TO {text_literal(str(target))} "
        f"(FORMAT json, USE_TMP_FILE false, ARRAY {array}, TIMESTAMPFORMAT '{_MOMENT}')",
    )
    return int(str(written))
