"""CSV and TSV: UTF-8 with a byte-order mark, so that a spreadsheet reads names right; no cell can
run as a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal, wide_plan
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.formulas import guard, guard_sql, risk_sql, suspect_sql
from leadlight.adapters.destinations.marks import Kind
from leadlight.adapters.destinations.table import Table

_MARK = "\ufeff"


def write_csv(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write a comma-separated file; the number of its rows."""
    return _write(con, table, target, ",")


def write_plain_csv(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """The same without a byte-order mark, for programs that take it for a part of the header."""
    return _write(con, table, target, ",", mark="")


def write_tsv(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write a tab-separated file; the number of its rows."""
    return _write(con, table, target, "\t")


def _write(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    target: Path,
    delimiter: str,
    mark: str = _MARK,
) -> int:
    cells = _cells(con, table, delimiter)
    header = mark + _line([c.header for c in table.columns], delimiter)
    # The engine writes no byte-order mark by itself: header and mark go in as what stands before
    # the rows. What stands after the last row is its line break.
    statement = (
        f"COPY ({table.select(cells)}) TO {text_literal(str(target))} (FORMAT csv, USE_TMP_FILE"
        f" false, HEADER false, DELIMITER {text_literal(delimiter)}, PREFIX {text_literal(header)},"
        f" SUFFIX {text_literal(chr(10))})"
    )
    with wide_plan(con, len(cells)):
        ((written,),) = rows(con, statement)
    if not written:
        target.write_text(header, encoding="utf-8", newline="")
    return int(str(written))


def _cells(con: duckdb.DuckDBPyConnection, table: Table, delimiter: str) -> list[str]:
    """The SQL of each cell, with a guard only in columns that hold a cell which might run, and one
    of parts only where a part might: planning that takes a tenth of a second, and looking at a
    million cells with its patterns two.
    """
    cells = [column.sql for column in table.columns]
    texts = [n for n, column in enumerate(table.columns) if column.is_text]
    suspects = {n: f"bool_or({suspect_sql(cells[n], delimiter)})" for n in texts}
    risks = {n: f"max({risk_sql(cells[n], delimiter)})" for n in _looks(con, table, suspects)}
    for n, risk in _looks(con, table, risks).items():
        cells[n] = guard_sql(cells[n], delimiter, risk)
    return cells


def _looks(
    con: duckdb.DuckDBPyConnection, table: Table, looks: Mapping[int, str]
) -> dict[int, int]:
    """What each look at a column finds, where it finds something."""
    if not looks:
        return {}
    with wide_plan(con, len(looks)):
        (found,) = rows(con, f"SELECT {', '.join(looks.values())} FROM {table.source}")
    return {n: int(x) for n, x in zip(looks, found, strict=True) if isinstance(x, int) and x}


def write_rows(
    head: Sequence[str], lines: Iterable[Sequence[object]], target: Path, kind: Kind
) -> None:
    """Write a comma-separated file of rows that are at hand, whole or not at all; no cell can run
    as a formula.
    """
    with replace_file(target, kind) as part, part.open("w", encoding="utf-8", newline="") as f:
        f.write(_line(head, ","))
        f.writelines(_line(line, ",") for line in lines)


def _line(cells: Sequence[object], delimiter: str) -> str:
    """Cells as a line that ends in a line feed. One with a carriage return is quoted as well."""
    line = io.StringIO()
    safe = [guard(c, delimiter) if isinstance(c, str) else c for c in cells]
    csv.writer(line, delimiter=delimiter).writerow(safe)
    return line.getvalue().removesuffix("\r\n") + "\n"
