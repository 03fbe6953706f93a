"""XLSX: a worksheet with a frozen, filterable header. Texts are written as texts, so that none can
run as a formula.

A workbook is an archive of XML files. xlsxwriter makes one that holds the header and every setting;
the engine writes the rows that go into its sheet, ten times as fast as cell by cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from leadlight.adapters.db.duckdb import count
from leadlight.adapters.destinations.table import ExportColumn, Table
from leadlight.problems import CannotDo

_ROWS = 1_048_575  # below the header
_COLUMNS = 16_384
_CHARACTERS = 32_767
_AT_A_TIME = 2_000
_SHEET = "xl/worksheets/sheet1.xml"
_WIDE = {"reasons": 70, "next_step": 34, "segments": 34, "as_of": 19}
_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "BIGINT",
    "UBIGINT",
    "HUGEINT",
)


def write_xlsx(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Write a workbook with one worksheet; the number of its rows."""
    rows = count(con, f"SELECT count(*) FROM ({table.select(ordered=False)})")
    _fits(rows, len(table.columns))
    shell = zipfile.ZipFile(io.BytesIO(_shell(table.columns, rows)))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for member in shell.infolist():
            if member.filename != _SHEET:
                book.writestr(member, shell.read(member))
        head, tail = _around(shell.read(_SHEET).decode(), table.columns, rows)
        place = zipfile.ZipInfo(_SHEET, shell.getinfo(_SHEET).date_time)
        place.compress_type = zipfile.ZIP_DEFLATED
        with book.open(place, "w", force_zip64=True) as sheet:
            sheet.write(head.encode())
            for some in _sheet_rows(con, table, _style(head)):
                sheet.write(some.encode())
            sheet.write(tail.encode())
    return rows


def _fits(rows: int, columns: int) -> None:
    if rows > _ROWS:
        raise CannotDo(
            f"A worksheet holds {_ROWS:,} leads and there are {rows:,}. Write a .csv or .parquet"
            " file."
        )
    if columns > _COLUMNS:
        raise CannotDo(
            f"A worksheet holds {_COLUMNS:,} columns and there are {columns:,}. Write a .csv file."
        )


def _shell(columns: tuple[ExportColumn, ...], rows: int) -> bytes:
    """A workbook with the header, the widths, the filter and the formats, and no row yet."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Qualified leads")
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef2f6"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        for i, column in enumerate(columns):
            wide = _WIDE.get(column.header, max(10, min(30, len(column.header) + 4)))
            sheet.set_column(i, i, wide, moment if _is_moment(column) else None)
            sheet.write_string(0, i, column.header[:_CHARACTERS], head)
        sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
        # Ids such as 00123 are texts on purpose; without this each would carry a warning.
        sheet.ignore_errors(
            {"number_stored_as_text": f"A1:{xl_col_to_name(len(columns) - 1)}{rows + 1}"}
        )
    return made.getvalue()


def _around(sheet: str, columns: tuple[ExportColumn, ...], rows: int) -> tuple[str, str]:
    """What stands before and after the rows, with the size of the whole."""
    whole = f'<dimension ref="A1:{xl_col_to_name(len(columns) - 1)}{rows + 1}"/>'
    head, end, tail = re.sub(r'<dimension ref="[^"]*"/>', whole, sheet, count=1).partition(
        "</sheetData>"
    )
    return head, end + tail


def _style(head: str) -> str:
    """The number of the format of moments, as the shell gave it to their columns."""
    found = re.search(r'<col [^>]*style="(\d+)"', head)
    return found[1] if found else "0"


def _sheet_rows(con: duckdb.DuckDBPyConnection, table: Table, style: str) -> Iterator[str]:
    names = [f"c{i}" for i in range(len(table.columns))]
    kinds = zip(names, table.columns, strict=True)
    cells = " || ".join(_cell(xl_col_to_name(i), n, c, style) for i, (n, c) in enumerate(kinds))
    sources = ", ".join(f"{c.sql} AS {n}" for n, c in zip(names, table.columns, strict=True))
    found = con.execute(
        f"SELECT '<row r=\"' || n || '\">' || {cells} || '</row>' FROM (SELECT {sources}, "
        f"row_number() OVER (ORDER BY {table.order}) + 1 AS n FROM {table.source}) ORDER BY n"
    )
    while batch := found.fetchmany(_AT_A_TIME):
        yield "".join(row[0] for row in batch)


def _cell(letters: str, name: str, column: ExportColumn, style: str) -> str:
    """A cell as an SQL expression that gives its XML; nothing where there is no value."""
    at = f"'<c r=\"{letters}' || n || '\""
    if column.type == "BOOLEAN":
        return (
            f"CASE WHEN {name} IS NULL THEN '' ELSE {at} t=\"b\"><v>' || CAST({name} AS INTEGER) ||"
            " '</v></c>' END"
        )
    if _is_moment(column):
        days = f"(epoch_us(CAST({name} AS TIMESTAMP)) / 86400000000.0 + 25569)"
        number = f"{at} s=\"{style}\"><v>' || {days} || '</v></c>'"
        text = _text(at, f"CAST({name} AS VARCHAR)")
        # A worksheet's calendar begins in 1900.
        return (
            f"CASE WHEN {name} IS NULL THEN '' WHEN {name} >= DATE '1900-03-01' THEN {number} ELSE"
            f" {text} END"
        )
    if _is_number(column):
        sure = f"isfinite(CAST({name} AS DOUBLE)) AND abs(CAST({name} AS DOUBLE)) < 1e15"
        number = f"{at}><v>' || {name} || '</v></c>'"
        text = _text(at, f"CAST({name} AS VARCHAR)")  # more digits than a worksheet's numbers have
        return f"CASE WHEN {name} IS NULL THEN '' WHEN {sure} THEN {number} ELSE {text} END"
    said = name if column.type == "VARCHAR" else f"CAST({name} AS VARCHAR)"
    return f"CASE WHEN {name} IS NULL THEN '' ELSE {_text(at, said)} END"


def _text(at: str, said: str) -> str:
    return (
        f'{at} t="inlineStr"><is><t xml:space="preserve">\' || {_escape(said)} || \'</t></is></c>\''
    )


def _escape(said: str) -> str:
    """A text as XML: cut to what a cell holds, without what XML cannot carry; `_x0041_` stays what
    it is.
    """
    cut = (
        f"CASE WHEN length({said}) > {_CHARACTERS} THEN left({said}, {_CHARACTERS - 1}) || '…' ELSE"
        f" {said} END"
    )
    legal = (
        f"regexp_replace({cut}, '[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x{{FFFE}}\\x{{FFFF}}]', '',"
        " 'g')"
    )
    plain = f"regexp_replace({legal}, '_(x[0-9a-fA-F]{{4}}_)', '_x005F_\\1', 'g')"
    return f"replace(replace(replace({plain}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _is_moment(column: ExportColumn) -> bool:
    return column.type.startswith("TIMESTAMP") or column.type == "DATE"


def _is_number(column: ExportColumn) -> bool:
    return column.type in (*_WHOLE, "DOUBLE", "FLOAT") or column.type.startswith("DECIMAL")
