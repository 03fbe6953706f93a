"""JSON: one object a line, or an array of objects. Nested objects are flattened; CRM wrappings are taken off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from leadlight.adapters.sources.encoding import as_utf8
from leadlight.adapters.sources.raw import AT_ONCE, Names, Raw, Reject, cell, insert
from leadlight.problems import CannotDo

_WRAPPINGS = ("data", "results", "leads", "contacts", "records", "items", "rows", "events", "activities")
_UNWRAP = frozenset({"properties", "attributes", "traits", "fields"})
_DEPTH = 5


def read_json(con: duckdb.DuckDBPyConnection, path: Path, folder: Path, names: Names, *, place: str) -> Raw:
    """Every object is a row; its line is the one it begins on. What is no object is refused."""
    text = as_utf8(path, folder, place)
    columns = _Columns()
    rejects: list[Reject] = []
    for line, value, source in _objects(text.path):
        if isinstance(value, dict):
            columns.add(line, flat(value))
        elif value is _BROKEN:
            rejects.append(Reject(line, "broken_json", "this is not valid JSON", source))
        else:
            rejects.append(Reject(line, "not_an_object", "this is not a JSON object", source))
    table = columns.table()
    if table.num_columns == 1:
        raise CannotDo(f"{place} holds no JSON object. One object a line, or an array of objects, can be read.")
    headers = tuple(table.column_names[1:])
    typed_columns = ", ".join(["line BIGINT", *(f"{cell(i)} VARCHAR" for i in range(len(headers)))])
    con.execute(f"CREATE OR REPLACE TEMP TABLE {names.raw} ({typed_columns})").fetchall()
    insert(con, names.raw, table.rename_columns(["line", *(cell(i) for i in range(len(headers)))]))
    return Raw(names.raw, headers, "line", table.num_rows, rejects)


class _Columns:
    """Columns that appear as the objects name them, packed some thousands of rows at a time."""

    def __init__(self) -> None:
        self._lines: list[int] = []
        self._rows: list[dict[str, str | None]] = []
        self._chunks: list[pa.Table] = []
        self._names: dict[str, None] = {}

    def add(self, line: int, row: dict[str, str | None]) -> None:
        self._lines.append(line)
        self._rows.append(row)
        self._names |= dict.fromkeys(row)
        if len(self._rows) >= AT_ONCE:
            self._pack()

    def table(self) -> pa.Table:
        """All rows; an object that lacks a name has NULL there."""
        self._pack()
        schema = pa.schema([("0", pa.int64()), *((f"c{name}", pa.string()) for name in self._names)])
        whole = pa.concat_tables([pa.Table.from_batches([], schema), *self._chunks], promote_options="default")
        return whole.rename_columns(["line", *self._names])

    def _pack(self) -> None:
        columns = {"0": pa.array(self._lines, pa.int64())}
        for name in self._names:
            columns[f"c{name}"] = pa.array([row.get(name) for row in self._rows], pa.string())
        self._chunks.append(pa.table(columns))
        self._lines, self._rows = [], []


_BROKEN: Any = object()


def _objects(path: Path) -> Iterator[tuple[int, Any, str]]:
    """Each value with its line and its text: whole files first seen as an array, else line by line."""
    with path.open(encoding="utf-8-sig") as f:
        first = next((c for c in iter(lambda: f.read(1), "") if not c.isspace()), "")
        f.seek(0)
        if first == "[":
            yield from _array(f.read())
            return
        whole = _one_object(path) if first == "{" else None
        if whole is not None:
            yield from whole
            return
        for number, line in enumerate(f, start=1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line), line.rstrip("\n")
            except (ValueError, RecursionError):
                yield number, _BROKEN, line.rstrip("\n")


def _one_object(path: Path) -> list[tuple[int, Any, str]] | None:
    """A file that is one object over several lines: a wrapped list of rows, or a single row."""
    with path.open(encoding="utf-8-sig") as f:
        line = f.readline()
        try:
            json.loads(line)
            if f.readline().strip():
                return None
        except (ValueError, RecursionError):
            pass
        f.seek(0)
        try:
            value = json.loads(f.read())
        except (ValueError, RecursionError):
            return None
    for key in _WRAPPINGS:
        inner = value.get(key) if isinstance(value, dict) else None
        if isinstance(inner, list) and inner and all(isinstance(v, dict) for v in inner):
            return [(i, v, json.dumps(v)[:200]) for i, v in enumerate(inner, start=1)]
    return [(1, value, "")]


def _array(text: str) -> Iterator[tuple[int, Any, str]]:
    """The elements of an array with the lines they begin on; a broken one ends the reading and is said."""
    decoder = json.JSONDecoder()
    at, line = text.index("[") + 1, 1 + text.count("\n", 0, text.index("[") + 1)
    while True:
        start = at
        while at < len(text) and (text[at].isspace() or text[at] == ","):
            at += 1
        line += text.count("\n", start, at)
        if at >= len(text) or text[at] == "]":
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield line, _BROKEN, text[at : at + 200]
            nearest = text.find("\n", at)
            if nearest < 0:
                return
            at = nearest
            continue
        yield line, value, text[at:end][:2000]
        line += text.count("\n", at, end)
        at = end


def flat(value: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str | None]:
    """One level of names and texts: `{"company": {"name": "A"}}` has `company.name`; form answers become columns."""
    cells: dict[str, str | None] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, dict) and inner and depth < _DEPTH:
            deeper = prefix if key in _UNWRAP else f"{name}."
            cells |= {k: v for k, v in flat(inner, deeper, depth + 1).items() if k not in cells}
        elif isinstance(inner, list) and (answers := _answers(inner)):
            cells |= {k: v for k, v in answers.items() if k not in cells}
        else:
            cells[name] = _cell(inner)
    return cells


def _answers(items: list[Any]) -> dict[str, str | None]:
    """Meta's `field_data` and Google's `user_column_data`: a list of questions with their answers."""
    found: dict[str, str | None] = {}
    for item in items:
        if not isinstance(item, dict):
            return {}
        name = item.get("name") or item.get("column_id") or item.get("column_name")
        value = item.get("values", item.get("string_value", item.get("value")))
        if not isinstance(name, str) or value is None:
            return {}
        found[name] = _cell(value)
    return found


def _cell(value: Any) -> str | None:
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if value.isprintable() else value.encode("utf-8", "replace").decode()
    if isinstance(value, list) and all(not isinstance(v, (list, dict)) for v in value):
        return ", ".join(c for v in value if (c := _cell(v)))
    return str(value) if isinstance(value, (int, float)) else json.dumps(value, ensure_ascii=False)
