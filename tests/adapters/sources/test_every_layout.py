"""The same base in every format and layout: the same answers, one row out for each row in, counts that add up."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadlight
from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.destinations.formulas import guard
from leadlight.adapters.ledger import DuckDBLedger
from leadlight.adapters.ledger.migrate import upgrade
from leadlight.adapters.sources.stage import stage
from leadlight.facts.ledger import Arrival, ImportReceipt
from tests.adapters.sources.conftest import Read
from tests.adapters.sources.layouts import LAYOUTS, Row, table
from tests.often import examples
from tests.verbs import verify_file

NOW = datetime(2026, 11, 1)
HEADERS = ["lead_id", "email", "employees", 'Our "note"', "Own; two"]
#: Ids that repeat and lack, contacts that cannot be reached, cells that break lines, quotes and formulas.
BASE: list[Row] = [
    ["1", "ana@firm.de", "120", 'say "hi",\nthen; go', "=1+1"],
    ["2", "test@test", "about 7", "-", "mine"],
    [None, "bo@firm.de", None, "two\n\nbreaks", None],
    ["1", "ana@other.de", None, "again", "}, {"],
    [None, None, None, None, None],
    ["3", None, "9", "[1]", '"'],
    [None, None, "40", "nobody", "x"],
]
PLAYBOOK = """
leadlight: 1
name: Size and contact
scores:
  fit:
    - {when: employees >= 10, add: 20}
    - {when: email is not null, add: 5}
scales:
  contact:
    - {unreachable: "email_verdict = 'unreachable'"}
    - {reachable: email is not null}
    - {none: otherwise}
  temperature:
    - {hot: fit >= 25}
    - {cold: otherwise}
"""
OTHERS = [layout for layout in LAYOUTS if layout != "csv"]


def qualified(source: object, folder: Path) -> list[dict[str, str]]:
    playbook = folder / "playbook.yml"
    playbook.write_text(PLAYBOOK, encoding="utf-8")
    found = leadlight.qualify(source, playbook=playbook, as_of=NOW)
    assert found.export(folder / "q.csv") == len(written(folder / "q.csv"))
    return written(folder / "q.csv")


def verified(source: Path, folder: Path) -> list[dict[str, str]]:
    (file,) = verify_file(source, NOW, folder / "v.csv").files
    assert file.rows == len(written(folder / "v.csv"))
    return written(folder / "v.csv")


def written(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def imported(con: duckdb.DuckDBPyConnection, source: Path, name: str) -> ImportReceipt:
    staged = stage(con, source, name=name, what="leads", prefix="import")
    arrival = Arrival(
        "leads",
        staged.relation,
        name,
        name,
        headers=tuple(c.header for c in staged.mapping.columns),
        mapping={c.header: c.name or "-" for c in staged.mapping.columns},
        own=staged.own,
        read=staged.read,
        rejected=staged.rejected,
        rejects=staged.rejects,
    )
    return DuckDBLedger(con).append(arrival, now=NOW)


def own_cells(rows: list[dict[str, str]]) -> list[list[str]]:
    return [[row[h] for h in HEADERS] for row in rows]


def as_written(rows: list[Row]) -> list[list[str]]:
    return [[guard(c) if c else "" for c in row] for row in rows]


def without_blank_rows(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(row)]


@lru_cache(maxsize=2)
def of_a_plain_file(rows: tuple[tuple[str | None, ...], ...]) -> tuple[object, object]:
    """What is said of these rows as CSV: asked once for all layouts of the same base."""
    with TemporaryDirectory() as place:
        plain = Path(place) / "plain.csv"
        LAYOUTS["csv"][1](plain, HEADERS, [list(row) for row in rows])
        return qualified(plain, Path(place)), verified(plain, Path(place))


def check(layout: str, rows: list[Row], folder: Path) -> None:
    """A workbook has no blank rows: it is compared with a file that has none either."""
    rows = without_blank_rows(rows) if layout == "workbook" else rows
    ending, write = LAYOUTS[layout]
    plain, other = folder / "plain.csv", folder / f"other.{ending}"
    LAYOUTS["csv"][1](plain, HEADERS, rows)
    write(other, HEADERS, rows)
    answers = qualified(other, folder)
    assert own_cells(answers) == as_written(rows)
    assert (answers, verified(other, folder)) == of_a_plain_file(tuple(map(tuple, rows)))
    con = connect(threads=1)
    upgrade(con, NOW)
    first, again = imported(con, plain, "plain"), imported(con, other, "other")
    con.close()
    for receipt in (first, again):
        assert receipt.read == receipt.imported + receipt.unchanged + receipt.rejected == len(rows)
    blank = len(rows) - len(without_blank_rows(rows))
    assert (first.rejected, again.rejected) == (blank, blank)
    assert (again.imported, again.unchanged) == (0, len(rows) - blank)


@pytest.mark.parametrize("layout", OTHERS)
def test_a_base_has_the_same_answers_in_every_layout(layout: str, tmp_path: Path) -> None:
    """Our CRM's export as JSON has four rows for each two leads, and lead 2 has the answers of lead 1."""
    check(layout, BASE, tmp_path)


TEXT = st.text(st.sampled_from("ab1,;\"'\n\t={}[] é€😀<&"), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
ROW = st.tuples(
    st.none() | st.sampled_from(["1", "2", "L-3", "00"]),
    st.none() | st.sampled_from(["ana@firm.de", "bo@firm.de", "test@test", "no address"]),
    st.none() | st.sampled_from(["1", "250", "1e3", "many"]),
    st.none() | TEXT,
    st.none() | TEXT,
).map(list)
FIRST = st.just(["0", "first@firm.de", "12", "a", "b"])


@settings(
    max_examples=examples(6, 600),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(layout=st.sampled_from(OTHERS), first=FIRST, more=st.lists(ROW, max_size=7))
def test_any_base_has_the_same_answers_in_every_layout(
    tmp_path_factory: pytest.TempPathFactory, layout: str, first: Row, more: list[Row]
) -> None:
    """Blank, quoted and multi-line cells, repeated and lacking ids, refused rows: the layout says nothing."""
    check(layout, [first, *more], tmp_path_factory.mktemp("layout"))


@pytest.fixture(scope="module")
def plain_answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    folder = tmp_path_factory.mktemp("plain")
    LAYOUTS["csv"][1](folder / "plain.csv", HEADERS, BASE)
    return qualified(folder / "plain.csv", folder)


@pytest.mark.parametrize("kind", ["arrow", "pandas", "polars"])
def test_a_frame_has_them_too(
    kind: str, plain_answers: list[dict[str, str]], tmp_path: Path
) -> None:
    """leadlight.qualify(frame).export("out.csv") has none of my own columns."""
    frame = table(HEADERS, BASE)
    if kind == "pandas":
        frame = frame.to_pandas()
    if kind == "polars":
        frame = pytest.importorskip("polars").from_arrow(frame)
    assert qualified(frame, tmp_path) == plain_answers


@pytest.mark.parametrize(
    ("layout", "ending"),
    [
        *(("parquet", ending) for ending in ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")),
        *(("json array on one line", ending) for ending in ("xlsx", "parquet")),
        *(("workbook", ending) for ending in ("json", "parquet")),
    ],
)
def test_own_columns_are_kept_in_every_format(layout: str, ending: str, tmp_path: Path) -> None:
    """leadlight qualify x.parquet --columns all --out o.csv: none of our columns, and no word."""
    rows = without_blank_rows(BASE)
    source, out = tmp_path / f"in.{LAYOUTS[layout][0]}", tmp_path / f"out.{ending}"
    LAYOUTS[layout][1](source, HEADERS, rows)
    (tmp_path / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    found = leadlight.qualify(source, playbook=tmp_path / "playbook.yml", as_of=NOW)
    assert found.export(out, columns="all") == len(rows)
    con = connect(threads=1)
    back = con.sql(f"SELECT * FROM {stage(con, out, name='out', what='leads').original}")
    assert [c for c in back.columns if c in HEADERS] == HEADERS
    notes = [str(r[0]) for r in back.select('"Our ""note"""').fetchall()]
    con.close()
    guards = ending in ("csv", "tsv")
    assert sorted(notes) == sorted(guard(str(row[3])) if guards else str(row[3]) for row in rows)


def test_ten_thousand_leads_on_one_line(read: Read) -> None:
    """A web API wrote 10,000 leads as an array on one line: 19 GB of memory, and nothing came."""
    leads = [{"lead_id": f"L{i}", "email": f"a{i}@firm.de", "note": i} for i in range(10_000)]
    r = read(json.dumps(leads).encode(), file="leads.json")
    assert r.column("row_no") == list(range(1, 10_001))
    matched = f"{r.staged.original} o JOIN {r.staged.relation} r USING (row_no)"
    n, same = r.con.execute(
        f"SELECT count(*), count_if(o.lead_id = r.lead_id) FROM {matched}"
    ).fetchall()[0]
    assert (n, same) == (10_000, 10_000)


def test_a_number_of_five_thousand_digits_is_read(read: Read) -> None:
    """Our JSON has a key of 5,000 digits in a cell: "this is not valid JSON", but it is."""
    digits = "7" * 5_000
    for ending in ("json", "jsonl"):
        r = read(f'{{"id": 1, "key": {digits}, "n": 5}}\n{{"id": 2}}'.encode(), file=f"a.{ending}")
        assert [row["key"] for row in r.original()] == [digits, None]
        assert r.rejects() == []


@pytest.mark.parametrize("between", [", ", ",\n", ""])
def test_json_that_is_nested_too_deep_is_called_so(read: Read, between: str) -> None:
    """A lead with 20,000 lists in each other: "this is not valid JSON", but it is; the others are there."""
    deep = '{"id": 2, "x": ' + "[" * 20_000 + "]" * 20_000 + "}"
    values = ['{"id": 1}', deep, '{"id": 3}']
    text = f"[{between.join(values)}]" if between else "\n".join(values)
    r = read(text.encode(), file="leads.json")
    assert r.column("lead_id") == ["1", "3"]
    assert r.column("row_no") == [1, 3]
    reasons = [(code, reason) for _, code, reason, _ in r.rejects()]
    assert reasons == [("deep_json", "this is JSON that is nested too deep to be read")]


def test_a_broken_lead_on_one_line_takes_no_other_with_it(read: Read) -> None:
    """Of [{1}, {2: broken}, {3}] on one line only lead 1 came, and one row was refused."""
    r = read(b'[{"id": 1}, {"id": 2, "note": oops}, {"id": 3}, 7, {"id": 4}]', file="leads.json")
    assert r.column("lead_id") == ["1", "3", "4"]
    assert r.column("row_no") == [1, 3, 5]
    assert [code for _, code, _, _ in r.rejects()] == ["broken_json", "not_an_object"]


def test_what_is_longer_than_a_block_is_read_whole(read: Read) -> None:
    """Blocks of the file end anywhere: within a word, a number, an escape."""
    notes = ['é"\\' * n for n in (5, 400_000, 7, 900_000, 1)]
    leads = [{"id": i, "note": note, "n": 1.5e3} for i, note in enumerate(notes)]
    for text in (json.dumps(leads), json.dumps({"results": leads}), json.dumps(leads, indent=1)):
        r = read(text.encode(), file="leads.json")
        assert [row["note"] for row in r.original()] == notes
        assert r.rejects() == []


def test_lines_are_told_of_wrapped_leads(read: Read) -> None:
    """The message about a cell of a wrapped list names the line where its lead begins."""
    leads = [{"id": 1, "employees": 5}, {"id": 2, "employees": "many"}]
    r = read(json.dumps({"n": 2, "results": leads}, indent=1).encode(), file="leads.json")
    assert r.lines() == [4, 8]
    assert "leads.json:8" in r.problem("unreadable-cells")


def test_parquet_that_repeats_a_lead_is_read_as_csv_is(read: Read, tmp_path: Path) -> None:
    """A column of the engine's own name for a row's place changes nothing."""
    rows: list[Row] = [["1", "a", "x"], ["2", "b", "y"], ["1", "c", "z"]]
    LAYOUTS["parquet"][1](tmp_path / "a.parquet", ["id", "file_row_number", "row"], rows)
    r = read(tmp_path / "a.parquet")
    assert r.column("row_no") == [1, 2, 3]
    assert [tuple(o.values()) for o in r.original()] == [(n, *row) for n, row in enumerate(rows, 1)]
    assert r.staged.duplicates == 1
