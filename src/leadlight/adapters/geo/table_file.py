"""Rows as a table in a file: Parquet or CSV, by its ending; and buildings read from such a file."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import connect, text_literal
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.csv import write_rows
from leadlight.adapters.destinations.marks import Kind
from leadlight.adapters.ledger.event_table import make_table
from leadlight.facts.catalog import Type
from leadlight.problems import CannotDo

__all__ = ["check_ending", "read_table", "write_table"]

ENDINGS = (".parquet", ".csv")


def check_ending(target: Path) -> None:
    """Raises `CannotDo` where the ending names no format."""
    if target.suffix.lower() not in ENDINGS:
        raise CannotDo(f"{target.name} ends in neither .parquet nor .csv.", field="out")


def write_table(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]], target: Path, kind: Kind
) -> None:
    """Write rows with these columns, whole or not at all. No cell of a CSV can run as a formula."""
    check_ending(target)
    if target.suffix.lower() == ".csv":
        write_rows(tuple(types), _lines(types, rows), target, kind)
        return
    with replace_file(target, kind) as part, closing(connect()) as con:
        table = make_table(con, "rows", types, rows)
        con.execute(
            f"COPY (SELECT * EXCLUDE (row_no) FROM {table} ORDER BY row_no)"
            f" TO {text_literal(str(part))} (FORMAT parquet)"
        )


def _lines(
    types: Mapping[str, Type], rows: Sequence[Mapping[str, object]]
) -> Iterator[tuple[object, ...]]:
    for row in rows:
        yield tuple(_cell(row.get(name)) for name in types)


def _cell(value: object) -> object:
    return round(value, 7) if isinstance(value, float) else value


def read_table(file: Path, texts: Sequence[str]) -> list[dict[str, object]]:
    """The rows of such a file; `texts` are columns that hold text whatever it looks like."""
    if not file.is_file():
        raise CannotDo(f"{file} does not exist.")
    with closing(connect()) as con:
        try:
            if file.suffix.lower() == ".parquet":
                found = con.read_parquet(glob.escape(str(file)), hive_partitioning=False)
            else:
                head = con.read_csv(glob.escape(str(file)), header=True, sample_size=1)
                typed = {name: "VARCHAR" for name in texts if name in head.columns}
                found = con.read_csv(
                    glob.escape(str(file)), header=True, dtype=typed, sample_size=-1
                )
            names = found.columns
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.Error as fault:
            raise CannotDo(f"{file} cannot be read as a table: CSV and Parquet can.") from fault
