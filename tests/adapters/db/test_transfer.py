"""Rows that go to PostgreSQL and come back are the same rows, to the bit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.adapters.db import transfer
from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.db.postgres import Server, address_of, connection

COLUMNS = {
    "id": "BIGINT",
    "text": "VARCHAR",
    "number": "DOUBLE",
    "whole": "BIGINT",
    "yes": "BOOLEAN",
    "moment": "TIMESTAMP",
}
texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12
) | st.sampled_from(
    ["", '"', '""', "\\", "\\N", "\\.", ",", "\r\n", "\n", "NULL", 'a,b\n"c"', " ", "'"]
)
rows = st.lists(
    st.tuples(
        st.none() | texts,
        st.none() | st.floats(),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.booleans(),
        st.none() | st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),
    ),
    max_size=20,
)


@pytest.fixture(scope="module")
def server(server_database: str) -> Iterator[Server]:
    with connection(address_of(server_database), "a test") as found:
        listed = ", ".join(f"{n} {transfer.server_type(t)}" for n, t in COLUMNS.items())
        found.run(f"CREATE TEMP TABLE carried ({listed})")
        found.con.commit()
        yield found


@settings(max_examples=25, deadline=None)
@given(rows)
def test_what_goes_there_comes_back(server: Server, given_rows: list[tuple[object, ...]]) -> None:
    """texts of any sign but NUL, NULL beside the empty text, every double, moments to the microsecond"""
    con = connect(threads=1)
    for name in ("here", "back"):
        con.execute(f"CREATE TABLE {name} ({', '.join(f'{n} {t}' for n, t in COLUMNS.items())})")
    for n, row in enumerate(given_rows):
        con.execute("INSERT INTO here VALUES (?, ?, ?, ?, ?, ?)", [n, *row])
    server.run("TRUNCATE carried")
    transfer.send(con, server, "SELECT * FROM here", COLUMNS, "carried")
    transfer.fetch(
        server, "SELECT * FROM carried", COLUMNS, con, "INSERT INTO back SELECT * FROM {rows}"
    )
    assert _bits(con, "back") == _bits(con, "here")
    con.close()


def _bits(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    """The rows, with doubles by what they are: -0.0 is not 0.0, and NaN is itself."""
    found = con.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
    return [
        tuple(("nan" if math.isnan(v) else v.hex()) if isinstance(v, float) else v for v in row)
        for row in found
    ]


def test_a_fault_on_either_side_ends_both(server: Server) -> None:
    """DuckDB stumbles over a row, PostgreSQL over another; the connection can still be used"""
    con = connect(threads=1)
    con.execute("CREATE TABLE here AS SELECT range AS id, 'x' AS text FROM range(300000)")
    columns = {"id": "BIGINT", "text": "VARCHAR"}
    with pytest.raises(duckdb.Error):
        transfer.send(
            con,
            server,
            "SELECT id // (id - 250000) AS id, error('no') AS text FROM here",
            columns,
            "carried",
        )
    server.con.rollback()
    with pytest.raises(Exception, match="does not exist"):
        transfer.send(con, server, "SELECT * FROM here", columns, "nowhere")
    server.con.rollback()
    many = "SELECT n::bigint, repeat('x', 100) FROM generate_series(1, 300000) n"
    with pytest.raises(duckdb.Error):
        transfer.fetch(server, many, columns, con, "INSERT INTO nowhere SELECT * FROM {rows}")
    server.con.rollback()
    with pytest.raises(Exception, match="division by zero"):
        transfer.fetch(
            server,
            "SELECT 1 / (n - 290000)::bigint, 'x' FROM generate_series(1, 300000) n",
            columns,
            con,
            "INSERT INTO here SELECT * FROM {rows}",
        )
    server.con.rollback()
    assert server.rows("SELECT 1") == [(1,)]
    con.close()
