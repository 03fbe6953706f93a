"""A specialist list as a table: CSV, XLSX, Parquet or JSON, by its ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import connect, quoted
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.export import format_of
from leadlight.adapters.destinations.table import ExportColumn, Table
from leadlight.adapters.ledger.event_table import make_table
from leadlight.facts.catalog import Type

__all__ = ["write_building_list"]


def write_building_list(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]], target: Path
) -> int:
    """Write the rows, whole or not at all; how many there are. No cell can run as a formula."""
    form = format_of(target)
    with replace_file(target, "specialist") as part, closing(connect()) as con:
        made = make_table(con, "listed", types, rows)
        held = column_types(con, made)
        columns = tuple(ExportColumn(n, f"q.{quoted(n)}", held[n]) for n in types)
        return form.write(con, Table(columns, f"{made} q", "q.row_no"), part)
