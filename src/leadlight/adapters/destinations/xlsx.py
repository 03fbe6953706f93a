"""XLSX: a worksheet with a frozen, filterable header; texts are written as texts, so that none can run as a formula."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from leadlight.adapters.destinations.table import Table
from leadlight.adapters.engines.duckdb import count
from leadlight.problems import CannotDo

_ROWS = 1_048_575  # below the header
_COLUMNS = 16_384
_CHARACTERS = 32_767
_AT_A_TIME = 5_000
_WIDE = {"reasons": 70, "next_step": 34, "segments": 34, "as_of": 19}


def write_xlsx(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write a workbook with one worksheet; the number of its rows."""
    _fits(count(con, f"SELECT count(*) FROM ({table.select(ordered=False)})"), len(table.columns))
    with xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("Qualified leads")
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef2f6"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        for i, column in enumerate(table.columns):
            sheet.set_column(i, i, _width(column.header))
            sheet.write_string(0, i, column.header[:_CHARACTERS], head)
        written = _rows(con, table, sheet, moment)
        last = len(table.columns) - 1
        sheet.autofilter(0, 0, max(written, 1), last)
        # Ids such as 00123 are texts on purpose; without this each would carry a warning.
        sheet.ignore_errors({"number_stored_as_text": _range(written, last)})
    return written


def _fits(rows: int, columns: int) -> None:
    if rows > _ROWS:
        raise CannotDo(f"A worksheet holds {_ROWS:,} leads and there are {rows:,}. Write a .csv or .parquet file.")
    if columns > _COLUMNS:
        raise CannotDo(f"A worksheet holds {_COLUMNS:,} columns and there are {columns:,}. Write a .csv file.")


def _rows(con: duckdb.DuckDBPyConnection, table: Table, sheet: Any, moment: Any) -> int:
    found = con.execute(table.select())
    place = 0
    while batch := found.fetchmany(_AT_A_TIME):
        for row in batch:
            place += 1
            for i, value in enumerate(row):
                _cell(sheet, place, i, value, moment)
    return place


def _cell(sheet: Any, row: int, column: int, value: object, moment: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        cut = value if len(value) <= _CHARACTERS else value[: _CHARACTERS - 1] + "…"
        sheet.write_string(row, column, cut)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int) and abs(value) < 10**15:
        sheet.write_number(row, column, value)
    elif isinstance(value, float) and math.isfinite(value):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year >= 1900:
        bare = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(row, column, bare, moment)
    else:
        sheet.write_string(row, column, str(value)[:_CHARACTERS])


def _width(header: str) -> int:
    return _WIDE.get(header, max(10, min(30, len(header) + 4)))


def _range(rows: int, last: int) -> str:
    return f"A1:{xlsxwriter.utility.xl_col_to_name(last)}{rows + 1}"
