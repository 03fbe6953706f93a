"""CSV files as they come: rows, lines, quotes, rejects."""

from __future__ import annotations

import re

import pytest

from leadlight.problems import CannotDo
from tests.adapters.sources.conftest import Read


def test_a_plain_file(read: Read) -> None:
    """
    Email,First Name,Company,Created At
    Ana@Example.com,Ana,Acme,2024-03-12
    bo@example.com,Bo,,2024-03-13 09:14
    """
    r = read()
    assert r.staged.what == "leads"
    assert r.column("email") == ["ana@example.com", "bo@example.com"]
    assert r.column("lead_id") == ["ana@example.com", "bo@example.com"]
    assert r.column("company") == ["Acme", None]
    assert [str(m) for m in r.column("created_at")] == [
        "2024-03-12 00:00:00",
        "2024-03-13 09:14:00",
    ]
    assert r.lines() == [2, 3]
    assert r.column("row_no") == [1, 2]
    assert r.staged.problems == ()


def test_ids_keep_their_zeros(read: Read) -> None:
    """
    id,plz
    0017,01067
    0018,80331
    """
    r = read()
    assert r.column("lead_id") == ["0017", "0018"]
    assert r.column("postal_code") == ["01067", "80331"]


def test_lines_are_those_of_an_editor(read: Read) -> None:
    """
    id,notes,city
    1,"two
    lines",Rome
    2,one,Oslo
    3,short
    4,"three

    lines",Bern
    """
    r = read()
    assert r.lines() == [2, 4, 5, 6]
    assert r.column("notes") == ["two\nlines", "one", "short", "three\n\nlines"]
    assert r.column("city") == ["Rome", "Oslo", None, "Bern"]
    assert "1 row ends before the last column" in r.problem("short-rows")


def test_lines_with_breaks_in_a_file_that_keeps_the_rules(read: Read) -> None:
    """
    id,notes,city
    1,"two
    lines",Rome
    2,one,Oslo
    3,"a
    b
    c",Bern
    4,x,Kiel
    """
    r = read()
    assert r.lines() == [2, 4, 5, 8]
    assert r.column("row_no") == [1, 2, 3, 4]
    assert r.staged.rejected == 0


def test_blank_lines_are_no_rows(read: Read) -> None:
    """
    id,city

    1,Rome


    2,Oslo
    """
    r = read()
    assert (r.staged.read, r.lines()) == (2, [3, 6])


def test_a_row_with_too_many_cells_is_refused(read: Read) -> None:
    """
    id,city
    1,Rome
    2,Oslo,Norway
    3,Bern,,
    """
    r = read()
    assert r.column("lead_id") == ["1", "3"]
    assert r.rejects() == [
        (3, "too_many_cells", "the row has 3 cells, the header 2", "2,Oslo,Norway")
    ]
    assert "1 of 3 rows was refused" in r.problem("rejected-rows")


def test_a_writer_that_leaves_out_blank_cells_is_understood(read: Read) -> None:
    short = "\n".join(f"{i},City {i}" for i in range(20))
    r = read(text=f"id,city,notes\nx,Rome,hello\n{short}\n")
    assert (r.staged.read, r.staged.rejected) == (21, 0)
    assert "20 rows end before the last column" in r.problem("short-rows")


def test_rows_wrapped_in_quotes_are_unwrapped_and_said(read: Read) -> None:
    """
    id,email,company,city
    1,a@x.com,"Banking, Inc",Rome
    "2,b@x.com,""Insurance, Ltd"",Oslo"
    3,c@x.com,Acme,Bern
    """
    r = read()
    assert r.column("company") == ["Banking, Inc", "Insurance, Ltd", "Acme"]
    assert r.lines() == [2, 3, 4]
    assert r.column("row_no") == [1, 2, 3]
    assert "1 row was wrapped in quotes by some editor and has been unwrapped" in r.problem(
        "unwrapped-rows"
    )


def test_a_quote_that_never_closes_swallows_nothing(read: Read) -> None:
    """
    id,company,city
    1,"Acme,Rome
    2,Bell,Oslo
    3,"Cole",Bern
    4,Dora,Kiel
    """
    r = read()
    assert r.column("lead_id") == ["1", "2", "3", "4"]
    assert r.column("company") == ["Acme", "Bell", "Cole", "Dora"]
    assert "quote" in r.problem("unclosed-quotes")


def test_a_swallowed_row_of_the_right_width_is_found_again(read: Read) -> None:
    """
    id,company,city
    1,"Acme,Rome
    2,Bell",Oslo
    3,Cole,Bern
    """
    r = read()
    assert [row["city"] for row in r.rows()] == ["Rome", "Oslo", "Bern"]
    assert r.column("lead_id") == ["1", "2", "3"]


def test_an_empty_row_is_no_lead(read: Read) -> None:
    """
    email,city
    a@x.com,Rome
    ,
    N/A,-
    """
    r = read()
    assert r.staged.rejected == 2
    assert [x[:2] for x in r.rejects()] == [(3, "empty_row"), (4, "empty_row")]


def test_a_lead_without_id_and_address_is_called_by_its_number_or_row(read: Read) -> None:
    """
    email,phone,city
    a@x.com,+49 30 1234567,Rome
    ,+49 (30) 7654321,Oslo
    ,,Bern
    """
    address, number, place = read().column("lead_id")
    assert (address, number) == ("a@x.com", "+49307654321")
    assert re.fullmatch("row-[0-9a-f]{12}-3", str(place))


def test_rows_of_one_lead_are_kept_and_counted(read: Read) -> None:
    """
    id,city
    1,Rome
    1,Oslo
    2,Bern
    """
    r = read()
    assert (r.staged.duplicates, r.staged.usable) == (1, 3)
    assert "repeats the id" in r.problem("repeated-leads")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(read: Read, delimiter: str) -> None:
    rows = [["id", "company", "city"], ["1", "Acme, Inc; or | so", "Rome"], ["2", "Bell", "Oslo"]]
    text = "".join(
        delimiter.join(f'"{c}"' if "," in c else c for c in row) + "\r\n" for row in rows
    )
    assert read(text=text).column("company") == ["Acme, Inc; or | so", "Bell"]


def test_excels_sep_line(read: Read) -> None:
    """
    sep=;
    id;city
    1;Rome
    """
    r = read()
    assert (r.column("city"), r.lines()) == (["Rome"], [3])


def test_no_header(read: Read) -> None:
    """
    a@x.com,Rome,12
    b@x.com,Oslo,14
    """
    r = read()
    assert r.column("email") == ["a@x.com", "b@x.com"]
    assert r.lines() == [1, 2]
    assert r.column("row_no") == [1, 2]
    assert "no-header" in r.codes


def test_one_column(read: Read) -> None:
    """
    email
    a@x.com
    b@x.com
    """
    assert read().column("email") == ["a@x.com", "b@x.com"]


def test_only_an_id(read: Read) -> None:
    """
    lead_id
    7
    8
    """
    assert read().column("lead_id") == ["7", "8"]


def test_header_only(read: Read) -> None:
    """
    id,email
    """
    r = read()
    assert (r.staged.read, r.rows()) == (0, [])
    assert "nothing below it" in r.problem("no-rows")


def test_originals_keep_their_headers_and_cells(read: Read) -> None:
    """
    Record ID,E-Mail,Odd "Header"; DROP TABLE x,E-Mail
    1, Ana@X.com ,Select,b@x.com
    """
    r = read(
        text=(
            'Record ID,E-Mail,"Odd ""Header""; DROP TABLE x",E-Mail\n1, Ana@X.com ,Select,b@x.com\n'
        )
    )
    row = r.original()[0]
    assert list(row) == [
        "row_no",
        "Record ID",
        "E-Mail",
        'Odd "Header"; DROP TABLE x',
        "E-Mail (2)",
    ]
    assert row["E-Mail"] == " Ana@X.com "
    assert row['Odd "Header"; DROP TABLE x'] == "Select"
    assert r.rows()[0]["email"] == "ana@x.com"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "nothing but blank lines"),
        (b"%PDF-1.7\x00\x01\x02" * 50, "a PDF"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x1f\x8b\x08\x00broken", "damaged .gz"),
        (b"PK\x03\x04 no zip", "cannot be opened as a spreadsheet"),
        (b"PAR1 no parquet", "damaged Parquet"),
        (b"\xff\xfea", "damaged"),
    ],
)
def test_what_is_no_table_gets_a_sentence(read: Read, content: bytes, words: str) -> None:
    with pytest.raises(CannotDo, match=words):
        read(content)


def test_missing_file_and_folder(read: Read, tmp_path: object) -> None:
    (tmp_path / "leads.csv").write_text("id\n1\n")  # type: ignore[operator]
    with pytest.raises(CannotDo, match=r"There is no file .*Did you mean 'leads.csv'"):
        read(f"{tmp_path}/lead.csv")
    with pytest.raises(CannotDo, match="is a folder"):
        read(f"{tmp_path}")


def test_a_wall_of_text_is_a_cell(read: Read) -> None:
    long = "x" * 100_000
    r = read(text=f"id,notes\n1,{long}\n2,short\n")
    assert [len(n) for n in r.column("notes")] == [100_000, 5]


def test_control_characters_and_nul(read: Read) -> None:
    r = read(b"id,company\n1,A\x01c\x00me\n2,Bell\n")
    assert r.staged.usable == 2
    assert r.column("company")[1] == "Bell"


def test_old_mac_line_ends(read: Read) -> None:
    r = read(b"id,city\r1,Rome\r2,Oslo\r")
    assert r.column("city") == ["Rome", "Oslo"]


def test_a_swallowed_row_beside_honest_quotes(read: Read) -> None:
    """
    id,company,city
    1,"Acme,Rome
    2,"Bell, Ltd",Oslo
    3,Cole,Bern
    """
    r = read()
    assert r.column("lead_id") == ["1", "2", "3"]
    assert r.column("company") == ["Acme", "Bell, Ltd", "Cole"]


def test_a_row_that_a_line_break_cut_in_two_is_refused(read: Read) -> None:
    """
    id,notes,city
    1,one,Rome
    2,two
    lines,Oslo
    3,three,Bern
    """
    r = read()
    assert r.column("lead_id") == ["1", "3"]
    assert [line for line, *_ in r.rejects()] == [3, 4]
    assert "cut it in two" in r.rejects()[0][2]
