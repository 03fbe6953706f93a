"""Encodings and packings, and the same cells whatever the dialect."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.sources.stage import stage
from tests.adapters.sources.conftest import Read

TEXT = "id,company,city\n1,Müller & Söhne,Köln\n2,Café Zoë,São Paulo\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "utf-32"],
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(read: Read, encoding: str, packed: bool) -> None:
    body = TEXT.encode(encoding)
    r = read(
        gzip.compress(body) if packed else body, file="leads.csv.gz" if packed else "leads.csv"
    )
    assert r.column("company") == ["Müller & Söhne", "Café Zoë"]
    assert r.column("lead_id") == ["1", "2"]


def test_windows_quotes_and_euros(read: Read) -> None:
    r = read("id,company,budget\n1,“Acme” – Ltd,€ 5\n".encode("cp1252"))
    assert r.column("company") == ["“Acme” – Ltd"]
    assert r.column("budget") == [5.0]
    assert "cp1252" in r.problem("encoding")


def test_cyrillic(read: Read) -> None:
    text = (
        "id,company,city\n1,Компания Ромашка,Москва\n2,Северный ветер,Новосибирск\n3,Большая"
        " семья,Казань\n"
    )
    r = read(text.encode("cp1251"))
    assert r.column("city") == ["Москва", "Новосибирск", "Казань"]


CELL = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t,;|\"'"), max_size=12
).map(str.strip)
TABLE = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8)
)


@pytest.fixture(scope="module")
def one_con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect()
    yield con
    con.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    table=TABLE,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_csv_writes_is_read_back(
    one_con: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    delimiter: str,
    encoding: str,
    quoting: int,
    end: str,
) -> None:
    """Any table, written in any supported dialect, has the same cells when it is read."""
    width = len(table[0])
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["id", *(f"Own column {i}" for i in range(width))])
    for i, row in enumerate(table):
        writer.writerow([f"lead {i}", *row])
    path = tmp_path_factory.mktemp("back") / "t.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    staged = stage(one_con, path, name="back")
    assert (staged.read, staged.rejected) == (len(table), 0)
    got = (
        one_con.sql(f"SELECT * FROM {staged.original} ORDER BY row_no").to_arrow_table().to_pylist()
    )
    cells = [[row[f"Own column {i}"] or "" for i in range(width)] for row in got]
    assert cells == table


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.text(st.sampled_from('ab1,;"\n\r \t@.é'), max_size=120))
def test_counts_add_up_for_any_text(
    one_con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    """Whatever follows the header, every row is usable or refused, and each has a line of the file."""
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes(f"id,email,city\n{body}".encode())
    staged = stage(one_con, path, name="any")
    usable = one_con.execute(
        f"SELECT count(*), count(DISTINCT row_no), max(row_no) FROM {staged.relation}"
    ).fetchall()[0]
    refused = one_con.execute(f"SELECT count(*), max(line) FROM {staged.rejects}").fetchall()[0]
    assert staged.read == usable[0] + refused[0]
    assert staged.rejected == refused[0]
    assert usable[0] == usable[1]
    lines = len((f"id,email,city\n{body}").replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert max(usable[2] or 0, refused[1] or 0) <= lines
