"""Files that a spreadsheet, a CRM or a program can take."""

from __future__ import annotations

import csv
import json
import os
import sys
import unicodedata
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from leadlight.adapters.destinations.csv import write_rows
from leadlight.adapters.destinations.export import export
from leadlight.adapters.destinations.formulas import (
    WHOLE_RUNS,
    guard,
    guard_sql,
    risk_sql,
    suspect_sql,
)
from leadlight.problems import CannotDo

CELLS = {
    "=1+1": "'=1+1",
    '=HYPERLINK("http://evil.example")': '\'=HYPERLINK("http://evil.example")',
    "@SUM(A1)": "'@SUM(A1)",
    "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0": "'-2+3+cmd|' /C calc'!A0",
    "+49-30-12": "'+49-30-12",
    "  =1+1": "'  =1+1",
    "\t=1+1": "'\t'=1+1",
    "\r=1+1": "'\r'=1+1",
    "\ttab": "'\ttab",
    "＝1+1": "'＝1+1",
    "-": "'-",
    "-5": "-5",
    "+1,5": "+1,5",
    "-1.5e-3": "-1.5e-3",
    "+4930123456": "+4930123456",
    "+49 30 123456": "+49 30 123456",
    "Ana-Maria": "Ana-Maria",
    "a=b": "a=b",
    "": "",
    "{=1}": "{=1}",
    "李=1": "李=1",
    "\u00a0=1": "'\u00a0=1",
    "\ufeff=1": "'\ufeff=1",
    "\u200b\u202e=1": "'\u200b\u202e=1",
    "\u2028@a": "'\u2028@a",
    "\x0b=1": "'\x0b=1",
    "\x0c\x00-a": "'\x0c\x00-a",
    "\ufe66\uff11": "'\ufe66\uff11",
    "\ufe62a": "'\ufe62a",
    "\u2212a": "'\u2212a",
    "x;=1+1;y": "x;'=1+1;y",
    "x\t=1+1": "x\t'=1+1",
    "x|\u00a0@a|=b": "x|'\u00a0@a|'=b",
    "x\r=1": "x\r'=1",
    "x\n=1": "x\n'=1",
    'x";\uff1d1': "x\";'\uff1d1",
    "=1;=2": "'=1;'=2",
    "a, =1": "a, =1",
    "Asked +40; Looked -5": "Asked +40; Looked -5",
    "a; -5; +49 30 12": "a; -5; +49 30 12",
    "Note:\n- call back, on Monday\n- =1": "Note:\n- call back, on Monday\n'- =1",
    "2026-11-01; -": "2026-11-01; -",
    "\u22125": "\u22125",
    "-1,234.56": "-1,234.56",
    "-1.234.567,5": "-1.234.567,5",
    "+49 (0)30 123-456": "+49 (0)30 123-456",
    "+1 (212) 441-2371": "+1 (212) 441-2371",
    "+1 212-441-2371": "+1 212-441-2371",
    "2026-11-01": "2026-11-01",
    "0049": "0049",
}


def test_what_a_spreadsheet_would_run_is_guarded() -> None:
    """A cell that would run gets an apostrophe; numbers and phone numbers stay what they are."""
    assert {cell: guard(cell) for cell in CELLS} == CELLS
    assert in_sql(list(CELLS)) == CELLS


#: What matters to the guard, and any other letter.
LETTERS = st.sampled_from(
    "=+-@\t\r\n 059.,;eEA'()＝＠﹦−~|\u00a0\u200b\ufeff\x0b\x00\""
) | st.characters(codec="utf-8")


@settings(deadline=None, max_examples=10)
@given(st.lists(st.text(alphabet=LETTERS, max_size=12), min_size=10, max_size=40))
def test_both_guards_agree(cells: list[str]) -> None:
    """The engine's expression and Python's function guard the same cells; nothing but apostrophes is added."""
    found = in_sql(cells)
    for cell in cells:
        said = guard(cell)
        assert found[cell] == said
        added = iter(said)
        assert all(letter in added for letter in cell)
        assert said.count("'") - cell.count("'") == len(said) - len(cell)


@pytest.mark.parametrize("delimiter", [",", "\t"])
@settings(deadline=None)
@given(cells=st.lists(st.text(alphabet=LETTERS, max_size=12), min_size=1, max_size=30))
def test_no_look_overlooks_a_cell(delimiter: str, cells: list[str]) -> None:
    """A column without a cell that runs gets no guard, and one whose cells run only as a whole a short one: the looks
    find each cell that a guard changes, and the short guard changes those as the long one does."""
    cells = [*cells, *CELLS, *CELLS.values()]
    looks = f"{suspect_sql('x', delimiter)}, {risk_sql('x', delimiter)}"
    short = guard_sql("x", delimiter, WHOLE_RUNS)
    for cell, suspect, risk, guarded in duckdb.execute(
        f"SELECT x, {looks}, {short} FROM (SELECT unnest(?::VARCHAR[]) AS x)", [cells]
    ).fetchall():
        assert (suspect and risk) or guard(cell, delimiter) == cell
        assert risk > WHOLE_RUNS or guarded == guard(cell, delimiter)


@pytest.mark.parametrize("cut", [";", "\t", "|", "\r", "\n"])
@given(st.text(alphabet=LETTERS, max_size=12))
def test_no_part_of_a_cell_runs(cut: str, cell: str) -> None:
    """However another spreadsheet cuts the line, no part begins a formula that holds a name, a call or a reference."""
    for part in guard(cell).split(cut):
        bare = part.lstrip(
            "".join(c for c in part if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc", "Cf"))
        )
        if bare[:1] in tuple("=@＝＠﹦﹫"):
            raise AssertionError(part)
        if bare[:1] in tuple("+-＋－﹢﹣−"):
            assert not set(bare[1:]) & set('=*^&!:"[]{}@#'), part


def test_a_comma_cuts_where_tabs_separate(tmp_path: Path) -> None:
    """A TSV opened where commas separate: the text is not quoted there, so its parts are guarded; a CSV quotes it."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE q AS SELECT '1' AS lead_id, 'x,=1+1' AS reasons, 'a, -5' AS next_step"
    )
    for name, delimiter, said in (("q.tsv", "\t", "x,'=1+1"), ("q.csv", ",", "x,=1+1")):
        export(con, "q", tmp_path / name)
        (row,) = read_csv(tmp_path / name, delimiter)
        assert (row["reasons"], row["next_step"]) == (said, "a, -5")


def test_whatever_is_not_seen_hides_no_formula() -> None:
    """Every blank, control and format mark that Unicode has may stand before the sign."""
    for number in range(sys.maxunicode + 1):
        if unicodedata.category(chr(number)) in ("Zs", "Zl", "Zp", "Cc", "Cf"):
            said = guard(f"{chr(number)}=1")
            assert said.startswith("'"), hex(number)
            assert said.replace("'", "") == f"{chr(number)}=1", hex(number)


def test_rows_at_hand_are_guarded_as_well(tmp_path: Path) -> None:
    """`persona --like`, `customers` and `uplift` write ids: a reader that ends lines at CR sees no formula either."""
    rows = [(cell, 1, -0.5) for cell in CELLS]
    write_rows(("lead_id", "=rank", "uplift"), rows, tmp_path / "u.csv", "uplift")
    raw = (tmp_path / "u.csv").read_bytes().decode()
    assert [r["lead_id"] for r in read_csv(tmp_path / "u.csv")] == list(CELLS.values())
    assert raw.startswith("lead_id,'=rank,uplift\n")
    assert {r["uplift"] for r in read_csv(tmp_path / "u.csv")} == {"-0.5"}
    for line in raw.replace("\n", "\r").split("\r"):
        assert not line.startswith(("=", "@", "＝", "﹦")), line


def in_sql(cells: list[str]) -> dict[str, str]:
    """Each cell as the engine guards it: all in one statement, whose patterns take a tenth of a second to read."""
    return dict(
        duckdb.execute(
            f"SELECT x, {guard_sql('x')} FROM (SELECT unnest(?::VARCHAR[]) AS x)", [cells]
        ).fetchall()
    )


def read_csv(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f, delimiter=delimiter))


def test_a_csv_goes_back_to_the_crm(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Their ids and headers first, in their order, then ours; a column they have too is called leadlight_stage."""
    done = export(base, "qualifications", tmp_path / "q.csv", original="original", keys="leads")
    rows = read_csv(tmp_path / "q.csv")
    assert done.rows == len(rows) == 600
    names = list(rows[0])
    assert names[:3] == ["Record ID", "Full name", "Company name"]
    assert names.index("leadlight_stage") > names.index("Stage") > 0
    assert "row_no" not in names
    assert [r["Record ID"] for r in rows] == sorted(r["Record ID"] for r in rows)
    join = "original o JOIN leads USING (row_no) JOIN qualifications q USING (lead_id)"
    theirs = dict(base.execute(f'SELECT o."Record ID", q.temperature FROM {join}').fetchall())
    assert {r["Record ID"]: r["temperature"] for r in rows} == theirs


def test_excel_opens_a_csv_right(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """UTF-8 with its mark at the very beginning; Novák stays Novák."""
    export(base, "qualifications", tmp_path / "q.csv", original="original", keys="leads")
    raw = (tmp_path / "q.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfRecord ID,")
    assert "Novák".encode() in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")


def test_a_csv_without_rows_has_its_header(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """No lead: the header and nothing else."""
    export(base, "(SELECT * FROM qualifications WHERE false)", tmp_path / "q.csv")
    assert (tmp_path / "q.csv").read_text(encoding="utf-8-sig").count("\n") == 1


def hostile_base() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE q (lead_id VARCHAR, temperature VARCHAR, engagement DOUBLE, reasons VARCHAR)"
    )
    con.execute('CREATE TABLE own (row_no INTEGER, "=cmd()" VARCHAR, "a,""b" VARCHAR)')
    con.execute("CREATE TABLE k (row_no INTEGER, lead_id VARCHAR)")
    for i, cell in enumerate([*CELLS, 'quote " and, comma', "two\nlines", "x" * 10_000]):
        con.execute("INSERT INTO q VALUES (?, 'hot', -5.5, ?)", [str(i), cell])
        con.execute("INSERT INTO own VALUES (?, ?, ?)", [i, cell, cell])
        con.execute("INSERT INTO k VALUES (?, ?)", [i, str(i)])
    return con


def test_hostile_cells_in_a_csv(tmp_path: Path) -> None:
    """Formulas are guarded in text columns and headers; quotes, commas and line breaks come back as they were."""
    export(hostile_base(), "q", tmp_path / "q.csv", original="own", keys="k")
    rows = read_csv(tmp_path / "q.csv")
    assert list(rows[0])[:2] == ["'=cmd()", 'a,"b']
    expected = [*CELLS.values(), 'quote " and, comma', "two\nlines", "x" * 10_000]
    assert [r['a,"b'] for r in rows] == expected
    assert [r["reasons"] for r in rows] == expected
    assert {r["engagement"] for r in rows} == {"-5.5"}


def test_hostile_cells_in_a_workbook(tmp_path: Path) -> None:
    """In XLSX every text is a text: no formula, no link, nothing changed but what a cell cannot hold."""
    con = hostile_base()
    con.execute("INSERT INTO q VALUES ('long', 'hot', 'nan', repeat('y', 40000))")
    con.execute(
        "INSERT INTO q VALUES ('odd', 'hot', 1, 'a' || chr(1) || 'b' || chr(0) || ' <&> _x0041_')"
    )
    export(con, "q", tmp_path / "q.xlsx", columns="qualification")
    with zipfile.ZipFile(tmp_path / "q.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet
    rows = CalamineWorkbook.from_path(str(tmp_path / "q.xlsx")).get_sheet_by_index(0).to_python()
    said = {row[0]: row[3] for row in rows[1:]}
    assert said["0"] == "=1+1"
    assert "ab &lt;&amp;&gt; _x005F_x0041_" in sheet
    assert len(said["long"]) == 32_767
    assert {row[2] for row in rows[1:] if row[0] == "0"} == {-5.5}


def test_a_workbook_keeps_ids_as_they_are(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """00000017 does not become 17."""
    export(base, "qualifications", tmp_path / "q.xlsx", original="original", keys="leads")
    rows = CalamineWorkbook.from_path(str(tmp_path / "q.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Record ID"
    assert len(rows) == 601
    assert rows[18][0] == "00000017"


def test_programs_get_typed_columns(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Parquet: the lead's id and its qualification, scores as numbers, the moment as a moment."""
    export(base, "qualifications", tmp_path / "q.parquet", original="original", keys="leads")
    table = pyarrow.parquet.read_table(tmp_path / "q.parquet")
    assert table.num_rows == 600
    assert table.column_names[:5] == ["lead_id", "temperature", "stage", "audience", "contact"]
    assert str(table.schema.field("engagement").type) == "double"
    assert str(table.schema.field("as_of").type).startswith("timestamp")


def test_json_and_json_lines(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """One array, or one object a line; moments as 2026-11-01T08:00:00Z."""
    export(base, "qualifications", tmp_path / "q.json")
    export(base, "qualifications", tmp_path / "q.jsonl")
    array = json.loads((tmp_path / "q.json").read_text())
    lines = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text().splitlines()]
    assert array == lines
    assert len(array) == 600
    assert array[0]["as_of"] == "2026-11-01T08:00:00Z"


def test_every_row_of_their_file_comes_back(tmp_path: Path) -> None:
    """Two rows of one lead, and a row of a lead that was not qualified: three rows come back."""
    con = duckdb.connect()
    con.execute("CREATE TABLE q AS SELECT 'a' AS lead_id, 'hot' AS temperature")
    con.execute(
        "CREATE TABLE own AS SELECT unnest([2, 3, 4]) AS row_no, unnest(['a', 'a', 'b']) AS \"Id\""
    )
    con.execute(
        "CREATE TABLE k AS SELECT unnest([2, 3, 4]) AS row_no, unnest(['a', 'a', 'b']) AS lead_id"
    )
    export(con, "q", tmp_path / "q.csv", original="own", keys="k")
    rows = read_csv(tmp_path / "q.csv")
    assert [(r["Id"], r["temperature"]) for r in rows] == [("a", "hot"), ("a", "hot"), ("b", "")]


def test_only_the_qualification_when_asked(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """columns="qualification": nothing of their own."""
    export(
        base,
        "qualifications",
        tmp_path / "q.csv",
        original="original",
        keys="leads",
        columns="qualification",
    )
    assert next(iter(read_csv(tmp_path / "q.csv")[0])) == "lead_id"


def test_an_unknown_ending_is_explained(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """q.xls: use one of ...; did you mean .xlsx?"""
    with pytest.raises(CannotDo, match=r"'\.xls' does not say which format.*Did you mean '\.xlsx'"):
        export(base, "qualifications", tmp_path / "q.xls")


def test_a_failed_write_leaves_the_old_file(
    base: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The disk fails in the middle: the file of yesterday is still there, and nothing beside it."""
    target = tmp_path / "q.csv"
    export(base, "qualifications", target)
    yesterday = target.read_bytes()
    with pytest.raises(duckdb.Error):
        export(base, "(SELECT lead_id, error('broken') AS x FROM qualifications)", target)
    assert target.read_bytes() == yesterday
    assert os.listdir(tmp_path) == ["q.csv"]


@pytest.mark.parametrize("target", ["missing/q.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_is_explained(
    base: duckdb.DuckDBPyConnection, tmp_path: Path, target: str
) -> None:
    """A directory that is not there, or one where the file should be: a sentence, no traceback."""
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(CannotDo, match=r"does not exist|is a directory"):
        export(base, "qualifications", tmp_path / target)


def test_a_name_with_a_quote(base: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """O'Neill's leads.csv is a name like another."""
    assert export(base, "qualifications", tmp_path / "O'Neill's leads.csv").rows == 600
    assert (tmp_path / "O'Neill's leads.csv").exists()
