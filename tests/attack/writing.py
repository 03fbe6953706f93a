"""One table as a file of any format and any shape of lines; and what stands in such a file."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.attack.base import Row

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
#: What a format cannot hold, a cell loses: control characters in XML, and nothing elsewhere.
_NO_XML = {n: None for n in range(32) if n not in (9, 10)}


def _csv(pick: Random, rows: Sequence[Row], delimiter: str) -> bytes:
    out = io.StringIO()
    line_end = pick.choice(("\n", "\r\n"))
    quoting = pick.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.DictWriter(
        out, list(rows[0]), delimiter=delimiter, lineterminator=line_end, quoting=quoting
    )
    writer.writeheader()
    writer.writerows(rows)
    text = out.getvalue()
    if pick.random() < 0.1:
        text = text.removesuffix(line_end)
    for encoding in pick.sample(ENCODINGS, len(ENCODINGS)):
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            continue
    return text.encode("utf-8")


def _objects(pick: Random, rows: Sequence[Row]) -> list[Row]:
    """The rows as another program writes them: some leave out what is blank."""
    return (
        [{k: v for k, v in row.items() if v} for row in rows] if pick.random() < 0.3 else list(rows)
    )


def _json(pick: Random, rows: Sequence[Row]) -> bytes:
    indent = pick.choice((None, None, 0, 1))
    separators = pick.choice(((",", ":"), (", ", ": ")))
    ascii_only = pick.random() < 0.5
    text = json.dumps(
        _objects(pick, rows), ensure_ascii=ascii_only, indent=indent, separators=separators
    )
    return (text + pick.choice(("", "\n"))).encode()


def _json_lines(pick: Random, rows: Sequence[Row]) -> bytes:
    ascii_only = pick.random() < 0.5
    lines = [json.dumps(row, ensure_ascii=ascii_only) for row in _objects(pick, rows)]
    return (pick.choice(("\n", "\r\n")).join(lines) + pick.choice(("", "\n"))).encode()


def _xlsx(pick: Random, rows: Sequence[Row]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "constant_memory": pick.random() < 0.5}
    ) as book:
        sheet = book.add_worksheet()
        for x, header in enumerate(rows[0]):
            sheet.write_string(0, x, header)
        for y, row in enumerate(rows, 1):
            for x, cell in enumerate(row.values()):
                sheet.write_string(y, x, cell.translate(_NO_XML))
    return out.getvalue()


def _parquet(_pick: Random, rows: Sequence[Row]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pyarrow.table({k: [row[k] or None for row in rows] for k in rows[0]}), out)
    return out.getvalue()


WRITERS: dict[str, Callable[[Random, Sequence[Row]], bytes]] = {
    "csv": lambda pick, rows: _csv(pick, rows, pick.choice(",;|\t")),
    "tsv": lambda pick, rows: _csv(pick, rows, "\t"),
    "json": _json,
    "jsonl": _json_lines,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
ZIPPED = ("csv", "tsv", "json", "jsonl")


def write(pick: Random, rows: Sequence[Row], folder: Path, stem: str, form: str) -> Path:
    """The table as a file of that format; now and then compressed."""
    content = WRITERS[form](pick, rows)
    path = folder / f"{stem}.{form}"
    if form in ZIPPED and pick.random() < 0.25:
        path, content = path.with_name(f"{path.name}.gz"), gzip.compress(content)
    path.write_bytes(content)
    return path


def write_plain(rows: Sequence[Row], path: Path) -> Path:
    """The table as the plainest CSV: UTF-8, commas, quotes where they are needed."""
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, object]]:
    """The rows of a file that leadlight wrote."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        return list(parquet.read_table(path).to_pylist())
    if path.suffix == ".json":
        return list(json.loads(path.read_text("utf-8")))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    if path.suffix == ".xlsx":
        return _read_xlsx(path)
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t" if path.suffix == ".tsv" else ","))


def _read_xlsx(path: Path) -> list[dict[str, object]]:
    from python_calamine import CalamineWorkbook

    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]
