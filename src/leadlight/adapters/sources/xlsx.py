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

from leadlight.adapters.db.duckdb import allowed_memory
from leadlight.adapters.private_folders import private_folder
from leadlight.adapters.sources.header_row import (
    SEARCHED,
    header_row,
    known_names,
    lines_above,
)
from leadlight.adapters.sources.other_tables import Span, is_of_another, own_span
from leadlight.adapters.sources.raw import Names, Raw, RawLoader, Reject, demand_width
from leadlight.adapters.sources.sheets import damage_sentence, readable
from leadlight.adapters.sources.staging_problems import header_below
from leadlight.problems import CannotDo, Place, Problem


def read_xlsx(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    names: Names,
    *,
    place: str,
    sheet: str | None = None,
    header_line: int | None = None,
) -> Raw:
    """A sheet's rows: of the one that is named, else of the one that most looks like a table of
    leads. Its header may stand under titles and notes; lines are the sheet's rows.
    """
    with private_folder() as folder:
        file, numbered = path, False
        if zipfile.is_zipfile(path):
            file, numbered = readable(path, folder, place, allowed_memory())
        table, problems = _sheet(file, place, numbered, sheet)
    headers, top, above = table.headers(header_line)
    if above:
        problems.append(header_below(top, above, place, table.name))
    demand_width(len(headers), place)
    span = own_span(headers, table.texts(top, len(headers)))
    if len(span.of(headers)) < len(headers):
        problems.append(_beside(headers, span, place, table.name))
    headers = list(span.of(headers))
    rows = _SheetRows(RawLoader(con, names.raw, len(headers)), len(headers))
    for line, row, is_apart in table.below(top, span):
        rows.add(line, row, is_apart)
    n = rows.finish()
    if not n:
        problems.append(
            Problem(
                "no-rows",
                f"Sheet {table.name!r} has a header row and nothing below it.",
                Place(place),
            )
        )
    return Raw(names.raw, tuple(headers), "line", n, rows.rejects, problems)


def _beside(headers: Sequence[str], span: Span, place: str, sheet: str) -> Problem:
    """That another table beside the one that is read was left out."""
    apart = [h for i, h in enumerate(headers) if h.strip() and not span.first <= i < span.end]
    return Problem(
        "table-beside",
        f"Sheet {sheet!r} has another table beside the one that was read: its columns"
        f" {', '.join(map(repr, apart[:6]))} were left out.",
        Place(place),
        "If they belong to the rows, close the gap; to read them, give them a sheet of their own.",
    )


class _SheetRows:
    """The rows below a header as they are loaded. What follows a blank row and looks like a title
    or another table waits until a row shows that the table goes on; else it is refused.
    """

    def __init__(self, loading: RawLoader, width: int) -> None:
        self.loading, self.width = loading, width
        self.rejects: list[Reject] = []
        self._waiting: list[tuple[int, list[str | None]]] = []
        self._is_open = False  # whether what comes may be of another table

    def add(self, line: int, row: list[str | None], is_apart: bool) -> None:
        """A filled row; `is_apart` says that a blank one stands above it."""
        if is_apart:
            self._refuse()
            self._is_open = self.loading.count + len(self.rejects) > 0
        self._waiting.append((line, row))
        if not self._is_open or not is_of_another([c or "" for c in row], self.width):
            self._is_open = False
            for each in self._waiting:
                self.loading.add(*each, self.loading.count + len(self.rejects) + 1)
            self._waiting = []

    def finish(self) -> int:
        """Writes what is still held; answers with the number of rows."""
        self._refuse()
        return self.loading.finish()

    def _refuse(self) -> None:
        for line, row in self._waiting:
            text = ",".join(c or "" for c in row)
            self.rejects.append(Reject(line, "other_table", _BELOW, text))
        self._waiting = []


_BELOW = "the row stands under a blank one and looks like a title, a note or another table"


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

    def below(self, top: int, span: Span) -> Iterator[tuple[int, list[str | None], bool]]:
        """The filled rows below a line, as texts, each with whether a blank row is above it."""
        before, width = top, span.end - span.first
        for line, cells in self.rows():
            if line <= top:
                continue
            row = [c if type(c) is str else _text(c) for c in cells[span.first : span.end]]
            row += [None] * (width - len(row))
            if any(row):
                yield line, row, line > before + 1
                before = line

    def texts(self, top: int, width: int) -> Iterator[list[str]]:
        """The filled rows below a line, a blank cell as an empty text."""
        for _, row, _ in self.below(top, Span(0, width)):
            yield [c or "" for c in row]

    def has_cells(self) -> bool:
        return any(_text(c) for _, row in self.rows() for c in row)

    def top(self) -> tuple[list[int], list[list[str]]]:
        """The first filled rows: their numbers, and their cells as texts."""
        lines: list[int] = []
        found: list[list[str]] = []
        for line, row in self.rows():
            cells = [_text(c) or "" for c in row]
            if any(cells):
                lines.append(line)
                found.append(cells)
            if len(found) == SEARCHED:
                break
        return lines, found

    def headers(self, stated: int | None = None) -> tuple[list[str], int, str]:
        """The names of the columns, the number of their row, and what stands above it. A blank name
        at the end counts when something stands under it. Raises `CannotDo` when the row that the
        user stated is blank.
        """
        lines, rows = self.top()
        if stated is not None and stated not in lines:
            raise CannotDo(f"Row {stated} of sheet {self.name!r} is blank.", field="header_row")
        place = header_row(rows) if stated is None else lines.index(stated)
        names = rows[place]
        width = _width(names)
        if width < len(names):
            below = (_width(row) for line, row in self.rows() if line > lines[place])
            width = max([width, *below])
        return names[:width], lines[place], lines_above(rows, place)

    def likeness(self) -> tuple[bool, int]:
        """How much it looks like a table of leads: more than a row, and names of columns."""
        _, rows = self.top()
        return len(rows) > 1, known_names(rows[header_row(rows)])


def _width(row: Sequence[Any]) -> int:
    """How many cells a row has up to the last one that is filled."""
    return next((i for i in range(len(row), 0, -1) if _text(row[i - 1])), 0)


def _sheet(
    path: Path, place: str, numbered: bool, wanted: str | None
) -> tuple[_Sheet, list[Problem]]:
    """The sheet that is read, and a word about the others."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [_Sheet(n, book.get_sheet_by_name(n), numbered) for n in book.sheet_names]
        filled = [sheet for sheet in sheets if sheet.has_cells()]
    except Exception as e:  # the library raises many kinds, and panics of its own
        raise CannotDo(damage_sentence(place)) from e
    if not filled:
        raise CannotDo(f"{place} holds no filled cell. Save the sheet with its header row first.")
    if wanted is not None:
        return _find_sheet(filled, wanted, place), []
    best = max(filled, key=lambda sheet: sheet.likeness())
    others = ", ".join(repr(sheet.name) for sheet in filled if sheet is not best)
    if not others:
        return best, []
    message = f"Sheet {best.name!r} was read, not {others}."
    hint = "If another one is meant, name it."
    return best, [Problem("other-sheets", message, Place(place), hint, field="sheet")]


def _find_sheet(sheets: Sequence[_Sheet], wanted: str, place: str) -> _Sheet:
    """The sheet of a name, or of a number from 1. Raises `CannotDo` where there is none."""
    by_name = {sheet.name.strip().casefold(): sheet for sheet in sheets}
    found = by_name.get(wanted.strip().casefold())
    if found is None and wanted.isdecimal() and 1 <= int(wanted) <= len(sheets):
        found = sheets[int(wanted) - 1]
    if found is None:
        names = ", ".join(repr(sheet.name) for sheet in sheets)
        raise CannotDo(
            f"{place} has no sheet {wanted!r} that is filled. It has {names}.", field="sheet"
        )
    return found


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
