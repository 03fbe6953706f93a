"""Cells and what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.adapters.sources.conftest import Read


def moments(
    read: Read, *cells: str, header: str = "created_at", **wishes: object
) -> list[str | None]:
    rows = "".join(f'{i},"{c}"\n' for i, c in enumerate(cells))
    got = read(text=f"id,{header}\n{rows}", **wishes)
    return [str(m) if m else None for m in got.column("created_at")]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-03-12", "2024-03-12 00:00:00"),
        ("2024-03-12 09:14", "2024-03-12 09:14:00"),
        ("2024-03-12T09:14:30Z", "2024-03-12 09:14:30"),
        ("2024-03-12T09:14:30.250Z", "2024-03-12 09:14:30.250000"),
        ("2024-03-12T09:14:30+02:00", "2024-03-12 07:14:30"),
        ("2024-03-12T09:14:30+0530", "2024-03-12 03:44:30"),
        ("2024-03-12 09:14:30-08", "2024-03-12 17:14:30"),
        ("3/15/2024 2:30 PM", "2024-03-15 14:30:00"),
        ("3/15/24", "2024-03-15 00:00:00"),
        ("15.03.2024", "2024-03-15 00:00:00"),
        ("15.03.2024 14:30", "2024-03-15 14:30:00"),
        ("15.03.2024, 14:30:05", "2024-03-15 14:30:05"),
        ("15/03/2024", "2024-03-15 00:00:00"),
        ("15-03-2024", "2024-03-15 00:00:00"),
        ("2024/03/15", "2024-03-15 00:00:00"),
        ("15 Mar 2024", "2024-03-15 00:00:00"),
        ("March 15, 2024", "2024-03-15 00:00:00"),
        ("Mar 15, 2024 9:05 AM", "2024-03-15 09:05:00"),
        ("1710233670", "2024-03-12 08:54:30"),
        ("1710233670123", "2024-03-12 08:54:30.123000"),
        ("20240312", "2024-03-12 00:00:00"),
    ],
)
def test_dates(read: Read, cell: str, moment: str) -> None:
    assert moments(read, cell) == [moment]


def test_a_day_above_twelve_settles_the_column(read: Read) -> None:
    assert moments(read, "03/04/2024", "25/04/2024") == [
        "2024-04-03 00:00:00",
        "2024-04-25 00:00:00",
    ]
    assert moments(read, "03/04/2024", "04/25/2024") == [
        "2024-03-04 00:00:00",
        "2024-04-25 00:00:00",
    ]


def test_an_ambiguous_order_is_said_and_can_be_stated(read: Read) -> None:
    """
    id,created_at
    1,03/04/2024
    """
    r = read()
    assert str(r.column("created_at")[0]) == "2024-03-04 00:00:00"
    assert "created_at=created_at:dmy" in r.problem("ambiguous-dates")
    r = read(maps={"created_at": "created_at:dmy"})
    assert str(r.column("created_at")[0]) == "2024-04-03 00:00:00"
    assert "ambiguous-dates" not in r.codes


def test_an_ambiguous_column_follows_another(read: Read) -> None:
    """
    id,created_at,changed_at
    1,03/04/2024,25/12/2024
    """
    r = read()
    assert str(r.column("created_at")[0]) == "2024-04-03 00:00:00"
    assert "another column" in r.problem("ambiguous-dates")


def test_a_cell_that_is_no_date_becomes_unknown_and_is_counted(read: Read) -> None:
    """
    id,created_at
    1,2024-03-12
    2,soon
    3,
    4,n/a
    """
    r = read()
    assert [str(m) for m in r.column("created_at")] == [
        "2024-03-12 00:00:00",
        "None",
        "None",
        "None",
    ]
    said = r.problem("unreadable-cells")
    assert "leads.csv:3:" in said
    assert "1 cell of column 'created_at'" in said
    assert "soon" not in said


def test_a_rare_shape_deep_in_the_column_is_found(read: Read) -> None:
    rows = "".join(f"{i},2024-03-12\n" for i in range(9000))
    r = read(text=f"id,created_at\n{rows}a,15.03.2024\nb,never\n")
    got = {row["lead_id"]: row["created_at"] for row in r.rows()}
    assert str(got["a"]) == "2024-03-15 00:00:00"
    assert got["b"] is None
    assert "leads.csv:9003" in r.problem("unreadable-cells")


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1234.5", "7"], [1234.5, 7.0]),
        (["1,234.50", "7"], [1234.5, 7.0]),
        (["1.234,50", "7"], [1234.5, 7.0]),
        (["1 234,50", "7,5"], [1234.5, 7.5]),
        (["$1,234.50", "-$7.25"], [1234.5, -7.25]),
        (["€ 1.234,50", "7,25 €"], [1234.5, 7.25]),
        (["1,234", "2,500"], [1234.0, 2500.0]),
        (["12.5%", "7%"], [12.5, 7.0]),
        (["1.5e3", "7"], [1500.0, 7.0]),
        (["USD 1,000", "700 EUR"], [1000.0, 700.0]),
        (["1'234.50", "7"], [1234.5, 7.0]),
        (["1.2k", "7"], [1200.0, 7.0]),
        (["2,5 Mio", "7"], [2_500_000.0, 7.0]),
        (["12,34,567", "7"], [1_234_567.0, 7.0]),
        (["R$ 3.100,00", "7"], [3100.0, 7.0]),
        (["(1,234.50)", "7"], [-1234.5, 7.0]),
        (["inf", "7"], [None, 7.0]),
        (["50,000-100,000", "7"], [50000.0, 7.0]),
    ],
)
def test_numbers(read: Read, cells: list[str], numbers: list[float | None]) -> None:
    rows = "".join(f'{i},"{c}"\n' for i, c in enumerate(cells))
    assert read(text=f"id,budget\n{rows}").column("budget") == numbers


def test_a_decimal_comma_in_one_column_settles_a_doubtful_other(read: Read) -> None:
    """
    id;revenue;budget
    1;1.234;12,5
    2;2.500;7,25
    """
    r = read()
    assert r.column("revenue") == [1234.0, 2500.0]
    assert r.column("budget") == [12.5, 7.25]


def test_ranges_give_their_lower_end(read: Read) -> None:
    """
    id,employees
    1,51-200
    2,"1,000+"
    3,12
    """
    r = read()
    assert r.column("employees") == [51, 1000, 12]
    assert "ranges" in r.codes


def test_yes_and_no(read: Read) -> None:
    words = ["yes", "NO", "1", "0", "True", "false", "ja", "Nein", "oui", "si", "x", "maybe", ""]
    rows = "".join(f"{i},{w}\n" for i, w in enumerate(words))
    got = read(text=f"id,consent\n{rows}").column("consent")
    assert got == [True, False, True, False, True, False, True, False, True, True, True, None, None]


@pytest.mark.parametrize(
    "word", ["Select", "N/A", "-", "  ", "null", "NONE", "(not set)", "#N/A", "NaN", "—"]
)
def test_words_for_missing(read: Read, word: str) -> None:
    assert read(text=f"id,industry\n1,{word}\n2,retail\n").column("industry") == [None, "retail"]


def test_a_rare_word_for_missing_is_found_anywhere(read: Read) -> None:
    rows = "".join(f"{i},retail\n" for i in range(9000))
    assert read(text=f"id,industry\n{rows}a,#N/A\nb, space \n").column("industry")[-2:] == [
        None,
        "space",
    ]


def test_none_may_be_an_answer(read: Read) -> None:
    """
    id,authority,last_name,country
    1,none,Null,NA
    """
    row = read().rows()[0]
    assert (row["authority"], row["last_name"], row["country"]) == ("none", "Null", "NA")


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" Ana@X.com ", "ana@x.com"),
        ("mailto:ana@x.com?subject=hi", "ana@x.com"),
        ("Ana Lee <Ana@x.com>", "ana@x.com"),
        ("a@x.com, b@x.com", "a@x.com"),
        ("a@x.com;b@x.com", "a@x.com"),
        ("ana at x", "ana at x"),
        ("@", "@"),
    ],
)
def test_addresses(read: Read, cell: str, address: str) -> None:
    assert read(text=f'id,email\n1,"{cell}"\n').column("email") == [address]


@pytest.mark.parametrize(
    "cell",
    ["unknown", " Unbekannt", "0", "\u200b", "\u2060", "\u00ad\u200e", "\u3000", "\ufeff-\u00a0"],
)
def test_a_company_that_is_not_known(read: Read, cell: str) -> None:
    """A form fills in `unknown`, `0` or a mark that nobody sees: no company is known, and no points are given for it."""
    text = f'id,company,city\n1,"{cell}",\n2,Unknown Worlds,0\n'
    assert read(text=text).column("company") == [None, "Unknown Worlds"]
    many = "".join(
        f"{n},Acme {n},x\n" for n in range(3, 3_000)
    )  # far beyond what is looked at first
    assert read(text=f'id,company,city\n{many}3000,"{cell}",y\n').column("company")[-1] is None


def test_numbers_to_call(read: Read) -> None:
    """
    id,phone
    1,"+49 30 123456, +49 30 999999"
    2,p:+4930123456
    3,tel:+1 (212) 555-0100
    4,'+4930123456
    """
    assert read().column("phone") == [
        "+49 30 123456",
        "+4930123456",
        "+1 (212) 555-0100",
        "+4930123456",
    ]


def test_countries(read: Read) -> None:
    """
    id,country
    1,Germany
    2,deutschland
    3,USA
    4,UK
    5,France
    6,Frankreich
    7,de
    8,Atlantis
    9,España
    """
    assert read().column("country") == ["DE", "DE", "US", "GB", "FR", "FR", "DE", "Atlantis", "ES"]


def test_codes_of_countries_in_three_letters_and_one(read: Read) -> None:
    """
    id,country
    1,GER
    2,deu
    3,SUI
    4,ROU
    5,D
    6,UAE
    7,XYZ
    8,d
    """
    assert read().column("country") == ["DE", "DE", "CH", "RO", "DE", "AE", "XYZ", "d"]


def test_own_columns_take_the_type_of_their_cells(read: Read) -> None:
    """
    id,Score 2,Renewal,Is Nice?,Shoe,Words,Empty,Same,Mixed
    1,7,2024-03-12,Yes,42.5,one,,x1,5
    2,12,2024-04-12,No,43,two,,x1,five
    """
    r = read()
    types = {a.name: a.type.value for a in r.staged.own}
    assert types == {
        "score_2": "whole",
        "renewal": "moment",
        "is_nice": "yes_no",
        "shoe": "number",
        "words": "text",
        "empty": "text",
        "same": "text",
        "mixed": "text",
    }
    assert r.column("is_nice") == [True, False]


def test_an_own_column_that_changes_its_mind_is_text(read: Read) -> None:
    rows = "".join(f"{i},{i}\n" for i in range(9000))
    r = read(text=f"id,Points\n{rows}a,none yet\n")
    assert r.column("points")[-1] == "none yet"
    assert r.staged.own[0].type.value == "text"


@pytest.mark.parametrize("file", ["leads.csv", "leads.jsonl", "leads.parquet"])
def test_the_character_nul_is_left_out_whatever_the_file(
    read: Read, con: duckdb.DuckDBPyConnection, tmp_path: Path, file: str
) -> None:
    """An id that a broken export wrote as A\\0-1: the activities of A-1 are its own, on DuckDB as on PostgreSQL."""
    rows = [("A\0-1", "Ac\0me"), ("A-2", "\0"), ("A-3", "plain")]
    if file.endswith("parquet"):
        con.register(
            "made", pa.table({"lead_id": [r[0] for r in rows], "company": [r[1] for r in rows]})
        )
        con.execute(f"COPY made TO '{tmp_path / file}'")
        r = read(tmp_path / file)
    elif file.endswith("jsonl"):
        r = read(
            text="".join(json.dumps({"lead_id": i, "company": c}) + "\n" for i, c in rows),
            file=file,
        )
    else:
        r = read(text="lead_id,company\n" + "".join(f"{i},{c}\n" for i, c in rows))
    assert r.column("lead_id") == ["A-1", "A-2", "A-3"]
    assert r.column("company") == ["Acme", None, "plain"]
    assert "3 cells hold the character NUL, which was left out" in r.problem("nul-character")


def test_every_other_row_is_blank(tmp_path: Path) -> None:
    """Four thousand leads with a line of nothing but commas before each: what the columns are is
    seen all the same.
    """
    from leadlight.desk.wiring import db, staging

    lines = ["Lead ID,Spend,Asked"]
    for n in range(4_000):
        lines += [",,", f"A{n},{n % 900},{'yes' if n % 3 else 'no'}"]
    file = tmp_path / "leads.csv"
    file.write_text("\n".join(lines) + "\n")
    staged = staging.stage(db.connect(), file, name="leads", what="leads")
    types = {str(c.name): c.type.value for c in staged.mapping.columns}
    assert types == {"lead_id": "text", "spend": "whole", "asked": "yes_no"}
