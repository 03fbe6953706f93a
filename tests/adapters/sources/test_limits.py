"""What bounds memory bounds the readers too: long cells, far cells, packed bombs, wide tables."""

from __future__ import annotations

import gzip
import json
import re
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.destinations.csv import write_csv
from leadlight.adapters.destinations.table import ExportColumn, Table
from leadlight.adapters.sources import csv, encoding, sheets, xlsx
from leadlight.adapters.sources.stage import stage
from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read


@pytest.mark.parametrize("length", [131_071, 131_073, 400_000])
def test_a_long_cell_at_the_head_of_a_file(read: Read, length: int) -> None:
    """the note of lead 1 has more than 131,072 characters; the same cell in line 50,000 was read"""
    r = read(text=f'lead_id,email,note\n1,a@b.de,"{"x" * length}"\n2,c@d.de,short\n')
    assert [len(t) for t in r.column("notes")] == [length, 5]


def test_a_line_without_end(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """a file whose first line goes on for ever is refused before anybody holds it"""
    monkeypatch.setattr(csv, "LONGEST_LINE", 5_000)
    monkeypatch.setattr(encoding, "CHUNK", 1_000)
    with pytest.raises(CannotDo, match="has a line of more than"):
        read(text="lead_id,email\n1," + "x" * 50_000 + "\n")
    assert read(text="lead_id,email\n" + "1,a@b.de\n" * 5_000).staged.read == 5_000
    assert read(text="lead_id,email\r" + "1,a@b.de\r" * 5_000).staged.read == 5_000


def test_a_packed_bomb(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """a .gz of some kilobytes that unpacks to gigabytes ends with a sentence, not with a full disk"""
    monkeypatch.setattr(encoding, "MUCH", 1 << 20)
    monkeypatch.setattr(encoding, "CHUNK", 1 << 18)
    with pytest.raises(CannotDo, match="unpacks to more than"):
        read(gzip.compress(b"lead_id,email\n" + b"x" * (8 << 20)), file="leads.csv.gz")
    rows = b"".join(b"%d,a%d@b.de\n" % (i, i * 7919 % 99_991) for i in range(100_000))
    assert (
        read(gzip.compress(b"lead_id,email\n" + rows), file="leads.csv.gz").staged.read == 100_000
    )


ROWS: list[list[Any]] = [
    ["Lead ID", "Email", "Created At", "Employees", "Consent", "Rate", "Sum", "Gone"],
    ["L1", "a@b.de", datetime(2026, 3, 1, 9, 30), 120, True, 0.125, 3, None],
    ["L2", "c@d.de", datetime(2026, 3, 2), 7.5, False, 1, None, "x"],
    ["L3", "e@f.de", None, None, True, None, 12, None],
]


def workbook(path: Path, stray: tuple[int, int] | None = None, start: int = 0) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Leads")
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    percent = book.add_format({"num_format": "0.0%"})
    for r, row in enumerate(ROWS, start=start):
        for c, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(r, c, value, moment)
            elif c == 5 and isinstance(value, float):
                sheet.write_number(r, c, value, percent)
            elif c == 6 and isinstance(value, int):
                sheet.write_formula(r, c, "=1+2", None, value)
            else:
                sheet.write(r, c, value)
    sheet.write_formula(start + 2, 6, "=1/0", None, "#DIV/0!")
    if stray:
        sheet.write(*stray, "stray")
    book.close()
    return path


@pytest.mark.parametrize(
    "stray", [(1_048_575, 16_383), (11, 16_383), (9_999, 16_383), (900_000, 40)]
)
def test_a_stray_cell_far_away(read: Read, tmp_path: Path, stray: tuple[int, int]) -> None:
    """a cell in XFD1048576 took the process down, one in XFD12 took all memory; the table beside it is read"""
    plain = read(workbook(tmp_path / "plain.xlsx", start=4), name="plain").rows()
    far = read(workbook(tmp_path / "far.xlsx", stray, start=4), name="far")
    assert [{k: row[k] for k in plain[0]} for row in far.rows()[:3]] == plain
    assert far.rows()[0]["row_no"] == plain[0]["row_no"]
    (own,) = (c.name for c in far.staged.mapping.columns if not c.header)
    assert [row[own] for row in far.rows()] == [None, None, None]
    assert [text.strip(",") for *_, text in far.rejects()] == ["stray"]


def test_a_whole_row_of_formatted_blanks(read: Read, tmp_path: Path) -> None:
    """somebody coloured row 2 to its end, column XFD: that is no wide table"""
    book = xlsxwriter.Workbook(tmp_path / "leads.xlsx")
    sheet = book.add_worksheet()
    grey = book.add_format({"bg_color": "#cccccc"})
    sheet.write_row(0, 0, ["lead_id", "email"])
    sheet.write_row(1, 0, ["1", "a@b.de"])
    for column in range(2, 16_384):
        sheet.write_blank(1, column, None, grey)
    sheet.write_blank(1_048_575, 0, None, grey)
    book.close()
    assert [c.header for c in read(tmp_path / "leads.xlsx").staged.mapping.columns] == [
        "lead_id",
        "email",
    ]


def with_sheet(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with the text of its sheet changed by hand."""
    with zipfile.ZipFile(path) as book:
        parts = {i.filename: book.read(i) for i in book.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, change(text) if name.endswith("sheet1.xml") else text)
    return path


def test_far_cells_in_another_hand(read: Read, tmp_path: Path) -> None:
    """prefixes, single quotes and a row without numbers are XML as well"""

    def other(text: bytes) -> bytes:
        return re.sub(
            rb"<(?:c|row) [^<>]*>",
            lambda tag: tag[0].replace(b'"', b"'").replace(b" ", b"\n"),
            text,
        )

    path = workbook(tmp_path / "far.xlsx", (1_048_575, 16_383))
    assert read(with_sheet(path, other)).staged.read == 4


def test_a_cell_of_a_gigabyte(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """a workbook of one megabyte whose cell unpacks to a gigabyte is refused in a sentence; blanks are not a cell"""
    monkeypatch.setattr(sheets, "LONGEST_TEXT", 3 << 20)
    cell = b"<row r='20'><c r='A20' t='inlineStr'><is><t>%b</t></is></c></row></sheetData>"
    for text, refused in ((b"x" * (8 << 20), True), (b"x" * 30_000, False)):
        path = workbook(tmp_path / "big.xlsx")
        with_sheet(path, lambda sheet, text=text: sheet.replace(b"</sheetData>", cell % text))  # type: ignore[misc]
        if refused:
            with pytest.raises(CannotDo, match="a cell of more than 3 million characters"):
                read(path)
        else:
            assert read(path).staged.read == 4
    with_sheet(
        path, lambda sheet: sheet.replace(b"</sheetData>", b" " * (8 << 20) + b"</sheetData>")
    )
    assert read(path).staged.read == 4


def test_the_memory_allowed_bounds_the_reader(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LEADLIGHT_MEMORY held for the engine and not for the reader of workbooks"""
    path = workbook(tmp_path / "leads.xlsx")
    monkeypatch.setattr(xlsx, "allowed_memory", lambda: 1_000)
    with pytest.raises(CannotDo, match=r"holds 27 cells, too many for the memory"):
        read(path)


@pytest.mark.parametrize("said", ["abc", "0", "-1GB", "99999999999999999GB", "12"])
def test_an_amount_of_memory(said: str) -> None:
    """LEADLIGHT_MEMORY=abc was a crash"""
    with pytest.raises(CannotDo, match="is no amount of memory"):
        connect(memory_limit=said)


def wide(width: int, rows: int = 3) -> tuple[list[str], list[list[str]]]:
    """Five kinds of columns over and over: words, numbers with odd cells, days, yes and no, and a promise not kept."""
    headers = ["lead_id", *(f"col {i}" for i in range(width - 1))]
    kinds = [
        ["red", " blue\u00a0", "N/A", "green"],
        ["12", "7.5", "n/a", "-3"],
        ["13.02.2026", "01.02.2026", "", "28.02.2026"],
        ["yes", "no", "yes", "-"],
        ["1", "2", "3", "x"],
    ]
    body = [[f"L{r}", *(kinds[i % 5][r % 4] for i in range(width - 1))] for r in range(rows)]
    return headers, body


def as_csv(path: Path, headers: list[str], body: list[list[str]]) -> Path:
    path.write_text("".join(",".join(row) + "\n" for row in [headers, *body]), encoding="utf-8")
    return path


def as_jsonl(path: Path, headers: list[str], body: list[list[str]]) -> Path:
    lines = (json.dumps(dict(zip(headers, row, strict=True))) for row in body)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def as_xlsx(path: Path, headers: list[str], body: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate([headers, *body]):
            sheet.write_row(r, 0, row)
    return path


def as_table(path: Path, headers: list[str], body: list[list[str]]) -> pa.Table:
    return pa.table(
        {h: pa.array(c, pa.string()) for h, c in zip(headers, zip(*body, strict=True), strict=True)}
    )


def as_parquet(path: Path, headers: list[str], body: list[list[str]]) -> Path:
    pq.write_table(as_table(path, headers, body), path)
    return path


FORMATS = {
    ".csv": as_csv,
    ".jsonl": as_jsonl,
    ".xlsx": as_xlsx,
    ".parquet": as_parquet,
    "": as_table,
}


@pytest.mark.parametrize("ending", FORMATS)
def test_more_than_5000_columns(read: Read, tmp_path: Path, ending: str) -> None:
    """only CSV knew the limit: 6,000 keys in JSON took minutes and a gigabyte"""
    source = FORMATS[ending](tmp_path / f"wide{ending}", *wide(5_001))
    with pytest.raises(CannotDo, match=r"has more than 5,000 columns"):
        read(source, name="wide")


def test_every_object_with_a_name_of_its_own(read: Read) -> None:
    """an export with the id as key has as many columns as rows: it is refused before it fills the memory"""
    lines = "\n".join(json.dumps({f"key{i}": 1}) for i in range(6_000))
    with pytest.raises(CannotDo, match=r"has more than 5,000 columns"):
        read(text=lines, file="leads.jsonl")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_wide_table_reads_like_a_narrow_one(read: Read, tmp_path: Path, ending: str) -> None:
    """260 columns are read another way than 6: the same cells must become the same values"""
    make = FORMATS[ending]
    narrow = read(make(tmp_path / f"narrow{ending}", *wide(6, 4)), name="narrow", what="leads")
    much = read(make(tmp_path / f"wide{ending}", *wide(261, 4)), name="much", what="leads")
    types = {c.name: c.type for c in narrow.staged.mapping.columns}
    few, many = narrow.rows(), much.rows()
    for c in much.staged.mapping.columns[1:]:
        like = f"col_{(c.position - 1) % 5}"
        values = [row[str(c.name)] for row in many]
        assert (c.type, values) == (types[like], [row[like] for row in few]), c.name
    assert much.original()[1]["col 6"] == narrow.original()[1]["col 1"]


class Counted:
    """A connection that counts the statements sent to it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.statements = con, 0

    def execute(self, *words: Any) -> Any:
        self.statements += 1
        return self.con.execute(*words)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_no_statement_for_each_column(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, ending: str
) -> None:
    """each statement over a wide table plans all its columns: one for each column is too many"""
    counted: Any = Counted(con)
    stage(
        counted,
        FORMATS[ending](tmp_path / f"wide{ending}", *wide(261, 4)),
        name="wide",
        what="leads",
    )
    assert counted.statements < 60


def test_the_cost_of_a_column(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """1,000 columns took 13 seconds to write, 2,000 a minute: each column was compared with each"""

    def cost(width: int) -> float:
        columns = tuple(ExportColumn(f"c{i}", f"o.c{i}", "VARCHAR") for i in range(width))
        listed = ", ".join(f"'v' || i AS c{i}" for i in range(width))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE o AS SELECT i AS row_no, {listed} FROM range(5) r(i)"
        )
        before = time.process_time()
        write_csv(con, Table(columns, "o", "o.row_no"), tmp_path / "wide.csv")
        return time.process_time() - before

    cost(10)
    assert cost(1_000) < 10 * cost(250)
