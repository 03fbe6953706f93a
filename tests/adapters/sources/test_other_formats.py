"""XLSX, JSON, Parquet and data frames."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadlight.facts.file_options import FileOptions
from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read

xlsxwriter = pytest.importorskip("xlsxwriter")


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = xlsxwriter.Workbook(path)
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(r, c, value, when)
                else:
                    sheet.write(r, c, value)
    book.close()
    return path


def test_a_workbook(read: Read, tmp_path: Path) -> None:
    rows = [
        ["ID", "Email", "Created At", "Employees", "Consent", "Budget"],
        [
            17,
            "Ana@X.com",
            datetime(2024, 3, 12, 9, 14, tzinfo=UTC).replace(tzinfo=None),
            120,
            True,
            12.5,
        ],
        ["0018", "bo@x.com", None, "n/a", "no", 7],
        [],
        ["19", "", None, None, None, None],
    ]
    r = read(workbook(tmp_path / "leads.xlsx", {"Notes": [], "Leads": rows, "Old": [["x"]]}))
    assert r.column("lead_id") == ["17", "0018", "19"]
    assert (r.column("row_no"), r.lines()) == ([1, 2, 3], [2, 3, 5])
    assert str(r.column("created_at")[0]) == "2024-03-12 09:14:00"
    assert r.column("employees") == [120, None, None]
    assert r.column("consent") == [True, False, None]
    assert "'Leads' was read, not 'Old'" in r.problem("other-sheets")


def test_a_workbook_with_nothing(read: Read, tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match="no filled cell"):
        read(workbook(tmp_path / "leads.xlsx", {"Sheet": []}))


def test_json_lines(read: Read) -> None:
    """
    {"id": 17, "email": "Ana@X.com", "company": {"name": "Acme"}, "tags": ["a", "b"], "consent": true}
    {"id": "0018", "score": 7}

    not json
    [1, 2]
    {"id": 19, "email": null}
    """
    r = read(file="leads.jsonl")
    assert r.column("lead_id") == ["17", "0018", "19"]
    assert r.column("company") == ["Acme", None, None]
    assert r.column("tags") == ["a, b", None, None]
    assert (r.column("row_no"), r.lines()) == ([1, 2, 5], [1, 2, 6])
    assert [x[:2] for x in r.rejects()] == [(4, "broken_json"), (5, "not_an_object")]


def test_a_json_array_packed(read: Read) -> None:
    rows = [
        {"id": i, "properties": {"firstname": "Ana", "lifecyclestage": "lead"}} for i in range(3)
    ]
    text = json.dumps(rows, indent=1).encode()
    r = read(gzip.compress(text), file="leads.json.gz")
    assert r.column("first_name") == ["Ana"] * 3
    assert r.column("row_no") == [1, 2, 3]
    assert read(text, file="leads.json").lines() == [2, 9, 16]


def test_a_google_lead_form(read: Read) -> None:
    answers = [
        {"column_id": "FULL_NAME", "string_value": "Ana Lee"},
        {"column_id": "EMAIL", "string_value": "Ana@X.com"},
        {"column_id": "COMPANY_NAME", "string_value": "Acme"},
    ]
    r = read(
        json.dumps({"lead_id": "g-1", "campaign_id": 7, "user_column_data": answers}).encode(),
        file="lead.json",
    )
    row = r.rows()[0]
    assert (row["lead_id"], row["email"], row["company"], row["full_name"]) == (
        "g-1",
        "ana@x.com",
        "Acme",
        "Ana Lee",
    )


def test_a_meta_lead(read: Read) -> None:
    fields = [
        {"name": "email", "values": ["Ana@X.com"]},
        {"name": "phone_number", "values": ["+4930123456"]},
    ]
    lead = {"id": "99", "created_time": "2024-03-12T09:14:00+0000", "field_data": fields}
    row = read(json.dumps({"data": [lead]}).encode(), file="meta.json").rows()[0]
    assert (row["lead_id"], row["email"], row["phone"]) == ("99", "ana@x.com", "+4930123456")
    assert str(row["created_at"]) == "2024-03-12 09:14:00"


def table() -> pa.Table:
    moments = pa.array([datetime(2024, 3, 12, 9, 14, tzinfo=UTC), None], pa.timestamp("us", "UTC"))
    return pa.table(
        {
            "Record ID": [17, 18],
            "Email": ["Ana@X.com", "n/a"],
            "Create Date": moments,
            "Postal Code": [1067, 80331],
            "Employees": [12.0, None],
            "Seen": ["2024-03-12", "2024-04-01"],
            "Country/Region": ["Germany", "US"],
            "Consent": [1, 0],
        }
    )


def expect(r: Any) -> None:
    assert r.column("lead_id") == [17, 18]
    assert r.column("email") == ["ana@x.com", None]
    assert [str(m) for m in r.column("created_at")] == ["2024-03-12 09:14:00", "None"]
    assert r.column("postal_code") == ["1067", "80331"]
    assert r.column("employees") == [12, None]
    assert [str(m)[:10] for m in r.column("seen")] == ["2024-03-12", "2024-04-01"]
    assert r.column("country") == ["DE", "US"]
    assert r.column("consent") == [True, False]
    assert r.column("row_no") == [1, 2]
    assert [row["Record ID"] for row in r.original()] == [17, 18]


def test_parquet_is_a_view(read: Read, tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "leads.parquet")
    r = read(tmp_path / "leads.parquet")
    expect(r)
    views = r.con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert (r.staged.relation.name,) in views


def test_packed_parquet(read: Read, tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "leads.parquet")
    expect(read(gzip.compress((tmp_path / "leads.parquet").read_bytes()), file="leads.parquet.gz"))


def test_arrow(read: Read) -> None:
    expect(read(table(), name="frame"))


def test_pandas(read: Read) -> None:
    pytest.importorskip("pandas")
    expect(read(table().to_pandas(), name="frame"))


def test_what_is_no_number_is_blank(read: Read, tmp_path: Path) -> None:
    """NaN is how a data frame says nothing, and infinity is no amount; engines disagree on how either compares."""
    odd = [1.5, float("nan"), float("inf"), float("-inf"), None]
    table = pa.table(
        {"id": range(5), "worth": pa.array(odd, pa.float64()), "fit": pa.array(odd, pa.float32())}
    )
    pq.write_table(table, tmp_path / "leads.parquet")
    for source in (table, tmp_path / "leads.parquet"):
        r = read(source)
        assert r.column("worth") == r.column("fit") == [1.5, None, None, None, None]


def test_polars(read: Read) -> None:
    polars = pytest.importorskip("polars")
    expect(read(polars.from_arrow(table()), name="frame"))
    expect(read(polars.from_arrow(table()).lazy(), name="frame"))


def test_pandas_with_mixed_things(read: Read) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": ["a", 7], "Stuff": [date(2024, 3, 12), "x"], "n": [1.0, None]})
    r = read(frame, name="frame")
    assert r.column("lead_id") == ["a", "7"]
    assert r.column("n") == [1.0, None]


def test_a_frame_without_ids_is_called_by_address_or_row(read: Read) -> None:
    r = read(pa.table({"Email": ["Ana@X.com", None], "City": ["Rome", "Oslo"]}), name="frame")
    address, place = r.column("lead_id")
    assert address == "ana@x.com"
    assert re.fullmatch("row-[0-9a-f]{12}-2", str(place))


def test_parquet_without_ids(read: Read, tmp_path: Path) -> None:
    pq.write_table(pa.table({"City": ["Rome", "Oslo"]}), tmp_path / "a.parquet")
    ids = [str(i) for i in read(tmp_path / "a.parquet").column("lead_id")]
    assert [re.sub("[0-9a-f]{12}", "*", i) for i in ids] == ["row-*-1", "row-*-2"]


def test_a_frame_of_activities(read: Read) -> None:
    log = pa.table(
        {
            "lead_id": [1, None, 3, 4],
            "at": ["2024-03-12", "2024-03-12", "soon", "15.03.2024"],
            "kind": ["page_view", "page_view", "page_view", None],
        }
    )
    r = read(log, name="log")
    assert r.staged.what == "activities"
    assert r.column("lead_id") == [1]
    assert r.column("kind") == ["page_view"]
    assert [x[:2] for x in r.rejects()] == [(2, "no_lead"), (3, "no_moment"), (4, "no_kind")]


def test_no_frame_at_all(read: Read) -> None:
    with pytest.raises(CannotDo, match="is a int"):
        read(7, name="seven")


def test_an_empty_frame(read: Read) -> None:
    r = read(table().slice(0, 0), name="frame")
    assert (r.staged.read, r.rows()) == (0, [])


def test_the_same_name_with_another_prefix_is_another_relation(read: Read) -> None:
    """
    id
    1
    """
    first = read(prefix="one")
    second = read(text="id\n2\n", prefix="two")
    assert (first.column("lead_id"), second.column("lead_id")) == (["1"], ["2"])


def test_a_table_is_the_same_as_csv_and_as_parquet(read: Read, tmp_path: Path) -> None:
    """What a file format cannot say (types) is found out again: the rows are equal."""
    moments = pa.array(
        [datetime(2024, 3, d % 28 + 1, 9, d % 60, tzinfo=UTC) for d in range(300)],
        pa.timestamp("us", "UTC"),
    )
    whole = pa.table(
        {
            "Email": [None if i % 7 == 0 else f"lead{i}@x.com" for i in range(300)],
            "lead_id": [f"L{i}" for i in range(300)],
            "created_at": moments,
            "employees": [None if i % 5 == 0 else i for i in range(300)],
            "revenue": [i * 1.25 for i in range(300)],
            "Pro?": [i % 2 == 0 for i in range(300)],
            "industry": ["-" if i % 9 == 0 else "retail" for i in range(300)],
        }
    )
    pq.write_table(whole, tmp_path / "t.parquet")
    as_csv = tmp_path / "t.csv"
    own = read(whole, name="frame").con.sql("SELECT * EXCLUDE row_no FROM staged_frame_original")
    own.write_csv(str(as_csv))
    first, second = read(as_csv, prefix="a"), read(tmp_path / "t.parquet", prefix="b")
    assert first.rows() == second.rows()


LOG = {"email": ["a@x.com"], "at": [datetime(2026, 11, 1, 14, 30)], "said": ["2026-11-01 14:30"]}


@pytest.mark.parametrize("column", ["at", "said"])
@pytest.mark.parametrize("suffix", ["parquet", "frame"])
def test_zone_and_kind_are_heeded_whatever_the_format(
    read: Read, tmp_path: Path, column: str, suffix: str
) -> None:
    table = pa.table({"email": LOG["email"], "date": LOG[column]})
    pq.write_table(table, tmp_path / "log.parquet")
    source = table if suffix == "frame" else tmp_path / "log.parquet"
    reading = FileOptions(zone="Europe/Berlin", kind="webinar attended")
    r = read(source, name="log", reading=reading)
    assert r.staged.what == "activities"
    assert r.column("kind") == ["webinar_attended"]
    assert r.column("occurred_at") == [datetime(2026, 11, 1, 13, 30)]


def test_a_sheet_or_a_line_is_chosen_only_where_there_is_one(read: Read, tmp_path: Path) -> None:
    table = pa.table({"email": ["a@x.com"]})
    pq.write_table(table, tmp_path / "leads.parquet")
    json = '{"email": "a@x.com"}\n'
    with pytest.raises(CannotDo, match="has no sheets"):
        read(text="email\na@x.com\n", reading=FileOptions(sheet="2"))
    with pytest.raises(CannotDo, match="has no sheets"):
        read(text=json, file="leads.jsonl", reading=FileOptions(sheet="2"))
    for source in (table, tmp_path / "leads.parquet"):
        with pytest.raises(CannotDo, match="no line of headers"):
            read(source, name="leads", reading=FileOptions(header_row=2))
    with pytest.raises(CannotDo, match="no line of headers"):
        read(text=json, file="leads.jsonl", reading=FileOptions(header_row=2))
