"""One table, written as every format that can be read, in each layout that a format has."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

Row = Sequence[str | None]
Write = Callable[[Path, Sequence[str], Sequence[Row]], None]


def _separated(delimiter: str) -> Write:
    def write(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
        with path.open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f, delimiter=delimiter)
            writer.writerow(headers)
            writer.writerows([c or "" for c in row] for row in rows)

    return write


def _objects(headers: Sequence[str], rows: Sequence[Row]) -> list[dict[str, str | None]]:
    return [dict(zip(headers, row, strict=True)) for row in rows]


def _one_line(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    path.write_text(json.dumps(_objects(headers, rows)), encoding="utf-8")


def _compact(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    text = json.dumps(_objects(headers, rows), separators=(",", ":"), ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def _many_lines(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    path.write_text(json.dumps(_objects(headers, rows), indent=2) + "\n", encoding="utf-8")


def _two_a_line(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    texts = [json.dumps(o) for o in _objects(headers, rows)]
    pairs = [", ".join(texts[i : i + 2]) for i in range(0, len(texts), 2)]
    path.write_text("[" + ",\n".join(pairs) + "]", encoding="utf-8")


def _wrapped(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    whole = {"total": len(rows), "results": _objects(headers, rows), "paging": {"next": [1]}}
    path.write_text(json.dumps(whole), encoding="utf-8")


def _a_line_each(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    lines = [json.dumps(o) for o in _objects(headers, rows)]
    path.write_text("\n".join(lines), encoding="utf-8")


def _one_after_another(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    lines = [json.dumps(o, indent=1) for o in _objects(headers, rows)]
    path.write_text("\n".join(lines), encoding="utf-8")


def _workbook(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for r, row in enumerate([headers, *rows]):
        for c, value in enumerate(row):
            if value:
                sheet.write_string(r, c, value)
    book.close()


def table(headers: Sequence[str], rows: Sequence[Row]) -> pa.Table:
    """The table in Arrow's memory, every cell a text."""
    columns = zip(*rows, strict=True) if rows else [()] * len(headers)
    arrays = [pa.array(list(cells), pa.string()) for cells in columns]
    return pa.table(arrays, names=list(headers))


def _parquet(path: Path, headers: Sequence[str], rows: Sequence[Row]) -> None:
    pq.write_table(table(headers, rows), path, row_group_size=2)


#: Each layout with the ending of its file.
LAYOUTS: dict[str, tuple[str, Write]] = {
    "csv": ("csv", _separated(",")),
    "tsv": ("tsv", _separated("\t")),
    "workbook": ("xlsx", _workbook),
    "json array on one line": ("json", _one_line),
    "json array without blanks": ("json", _compact),
    "json array on many lines": ("json", _many_lines),
    "json array, two a line": ("json", _two_a_line),
    "json array in an object": ("json", _wrapped),
    "json lines": ("jsonl", _a_line_each),
    "json objects over lines": ("json", _one_after_another),
    "parquet": ("parquet", _parquet),
}
