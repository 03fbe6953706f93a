"""Excel and OpenDocument sheets, cell by cell as text; a date keeps its time, a whole number loses its `.0`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook

from leadlight.adapters.sources.raw import Loading, Names, Raw
from leadlight.problems import CannotDo, Place, Problem


def read_xlsx(con: duckdb.DuckDBPyConnection, path: Path, names: Names, *, place: str) -> Raw:
    """The first sheet that holds anything. Its first filled row names the columns; lines are the sheet's rows."""
    sheet, grid, first, problems = _sheet(path, place)
    top = next((i for i, row in enumerate(grid) if any(_text(c) for c in row)), None)
    if top is None:
        raise CannotDo(f"{place} holds no filled cell. Save the sheet with its header row first.")
    headers = [_text(c) or "" for c in grid[top]]
    while (
        headers
        and not headers[-1]
        and not any(len(r) >= len(headers) and _text(r[len(headers) - 1]) for r in grid[top:])
    ):
        headers.pop()
    loading = Loading(con, names.raw, len(headers))
    for i, row in enumerate(grid[top + 1 :], start=top + 1):
        cells = [_text(c) for c in row[: len(headers)]]
        cells += [None] * (len(headers) - len(cells))
        if any(cells):
            loading.add(first + i, cells)
    n = loading.finish()
    if not n:
        problems.append(Problem("no-rows", f"Sheet {sheet!r} has a header row and nothing below it.", Place(place)))
    return Raw(names.raw, tuple(headers), "line", n, (), problems)


def _sheet(path: Path, place: str) -> tuple[str, list[list[Any]], int, list[Problem]]:
    """The first sheet with more than a row, its cells, the number of its first row, and a word about the others."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        found: list[tuple[str, list[list[Any]], int]] = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            found.append((name, sheet.to_python(skip_empty_area=False), 1))
    except Exception as e:  # the library raises many kinds, and panics of its own
        raise CannotDo(f"{place} cannot be opened as a spreadsheet; it may be damaged or locked by a password. "
                       "Save it again as XLSX or CSV.") from e  # fmt: skip
    filled = [f for f in found if any(_text(c) for row in f[1] for c in row)]
    if not filled:
        raise CannotDo(f"{place} holds no filled cell. Save the sheet with its header row first.")
    best = next((f for f in filled if len(f[1]) > 1), filled[0])
    others = [repr(f[0]) for f in filled if f is not best]
    problems = [Problem("other-sheets", f"Sheet {best[0]!r} was read, not {', '.join(others)}.", Place(place),
                        "Save the other sheets as files of their own to import them.")] if others else []  # fmt: skip
    return *best, problems


def _text(value: Any) -> str | None:
    """A cell as a text file would have it."""
    if value is None or value == "":
        return None
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
