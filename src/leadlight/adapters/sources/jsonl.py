"""JSON: one object a line, or an array of objects on one line or on many. Every object is a row."""

from __future__ import annotations

from pathlib import Path

import duckdb

from leadlight.adapters.db.arrow import ArrowTable, arrow_table
from leadlight.adapters.sources.encoding import as_utf8
from leadlight.adapters.sources.json_cells import flat
from leadlight.adapters.sources.json_values import JsonValue, Unreadable, values
from leadlight.adapters.sources.raw import (
    AT_ONCE,
    Names,
    Raw,
    Reject,
    cell,
    demand_width,
    insert,
    raw_columns,
)
from leadlight.problems import CannotDo

_DEEP = ("deep_json", "this is JSON that is nested too deep to be read")
_BROKEN = ("broken_json", "this is not valid JSON")
_NO_OBJECT = ("not_an_object", "this is not a JSON object")


def read_json(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, names: Names, *, place: str
) -> Raw:
    """Every object is a row, whatever line it begins on. What is no object is refused."""
    text = as_utf8(path, folder, place)
    columns = _Columns(place)
    rejects: list[Reject] = []
    for row_no, value in enumerate(values(text.path), start=1):
        refusal = _refusal(value)
        if refusal is None:
            refusal = columns.add(row_no, value)
        if refusal is not None:
            rejects.append(Reject(value.line, *refusal, value.text))
    chunks = columns.chunks()
    if not columns.names:
        raise CannotDo(
            f"{place} holds no JSON object. One object a line, or an array of objects, can be read."
        )
    width = len(columns.names)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {names.raw} ({raw_columns(width)})").fetchall()
    for chunk in chunks:
        insert(con, names.raw, chunk)
    read = sum(chunk.num_rows for chunk in chunks)
    return Raw(names.raw, tuple(columns.names), "line", read, rejects)


def _refusal(value: JsonValue) -> tuple[str, str] | None:
    """Why a value is no row: a code and the reason."""
    if value.value is Unreadable.DEEP:
        return _DEEP
    if value.value is Unreadable.BROKEN:
        return _BROKEN
    return None if isinstance(value.value, dict) else _NO_OBJECT


class _Columns:
    """Columns that appear as the objects name them, packed some thousands of rows at a time."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.names: dict[str, None] = {}
        self._places: list[tuple[int, int]] = []
        self._rows: list[dict[str, str | None]] = []
        self._chunks: list[ArrowTable] = []

    def add(self, row_no: int, value: JsonValue) -> tuple[str, str] | None:
        """Takes an object as a row; answers with the reason when it cannot."""
        try:
            row = flat(value.value)
        except RecursionError:
            return _DEEP
        self._places.append((row_no, value.line))
        self._rows.append(row)
        self.names |= dict.fromkeys(row)
        demand_width(len(self.names), self._place)
        if len(self._rows) >= AT_ONCE:
            self._pack()
        return None

    def chunks(self) -> list[ArrowTable]:
        """All rows, each with its place and its line. A chunk has the columns that were named up to
        its end; an object that lacks one has NULL there.
        """
        self._pack()
        return self._chunks

    def _pack(self) -> None:
        numbers = {
            "row_no": [row_no for row_no, _ in self._places],
            "line": [line for _, line in self._places],
        }
        texts = {cell(i): [row.get(n) for row in self._rows] for i, n in enumerate(self.names)}
        self._chunks.append(arrow_table(numbers, texts))
        self._places, self._rows = [], []
