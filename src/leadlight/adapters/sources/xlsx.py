"""Excel and OpenDocument sheets, cell by cell as text; a date keeps its time, a whole number loses
its `.0`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineSheet, CalamineWorkbook

from leadlight.adapters.db.duckdb import memory_allowed
from leadlight.adapters.private_folders import private_folder
from leadlight.adapters.sources.raw import Loading, Names, Raw, demand_width
from leadlight.adapters.sources.sheets import damaged, readable
from leadlight.problems import CannotDo, Place, Problem


def read_xlsx(con: duckdb.DuckDBPyConnection, path: Path, names: Names, *, place: str) -> Raw:
    """The first sheet that holds anything. Its first filled row names the columns; lines are the
    sheet's rows.
    """
    with private_folder() as folder:
        file, numbered = path, False
        if zipfile.is_zipfile(path):
            file, numbered = readable(path, folder, place, memory_allowed())
        sheet, problems = _sheet(file, place, numbered)
    headers, top = sheet.headers()
    demand_width(len(headers), place)
    loading = Loading(con, names.raw, len(headers))
    for line, cells in sheet.rows():
        if line <= top:
            continue
        row = [c if type(c) is str else _text(c) for c in cells[: len(headers)]]
        row += [None] * (len(headers) - len(row))
        if any(row):
            loading.add(line, row)
    n = loading.finish()
    if not n:
        problems.append(
            Problem(
                "no-rows",
                f"Sheet {sheet.name!r} has a header row and nothing below it.",
                Place(place),
            )
        )
    return Raw(names.raw, tuple(headers), "line", n, (), problems)


@dataclass(frozen=True)
class _Sheet:
    """A sheet's rows, one by one; of a workbook without gaps the first cell is the row's number."""

    name: str
    grid: CalamineSheet
    numbered: bool

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Each row with its number, from 1, and its cells from the first column on."""
        before = [None] * (self.grid.start[1] if self.grid.start else 0)
        for i, cells in enumerate(self.grid.iter_rows(), start=1):
            if self.numbered:
                if cells and isinstance(cells[0], float):
                    yield int(cells[0]), cells[1:]
            else:
                yield i, before + cells

    def filled(self) -> bool:
        return any(_text(c) for _, row in self.rows() for c in row)

    def headers(self) -> tuple[list[str], int]:
        """The names of the columns and the number of their row. A blank one at the end counts when
        something stands under it."""
        rows = self.rows()
        top, row = next((line, row) for line, row in rows if any(_text(c) for c in row))
        headers = [_text(c) or "" for c in row]
        width = _width(row)
        if width < len(headers):
            width = max([width, *{_width(below) for _, below in rows}])
        return headers[:width], top


def _width(row: Sequence[Any]) -> int:
    """How many cells a row has up to the last one that is filled."""
    return next((i for i in range(len(row), 0, -1) if _text(row[i - 1])), 0)


def _sheet(path: Path, place: str, numbered: bool) -> tuple[_Sheet, list[Problem]]:
    """The first sheet with more than a row, and a word about the others."""
    best: _Sheet | None = None
    others: list[str] = []
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = _Sheet(name, book.get_sheet_by_name(name), numbered)
            if not sheet.filled():
                continue
            if best is None:
                best = sheet
            elif best.grid.total_height < 2 <= sheet.grid.total_height:
                others.append(best.name)
                best = sheet
            else:
                others.append(name)
    except Exception as e:  # the library raises many kinds, and panics of its own
        raise CannotDo(damaged(place)) from e
    if best is None:
        raise CannotDo(f"{place} holds no filled cell. Save the sheet with its header row first.")
    if not others:
        return best, []
    listed = ", ".join(repr(name) for name in book.sheet_names if name in others)
    said = f"Sheet {best.name!r} was read, not {listed}."
    hint = "Save the other sheets as files of their own to import them."
    return best, [Problem("other-sheets", said, Place(place), hint)]


def _text(value: Any) -> str | None:
    """A cell as a text file would have it."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
