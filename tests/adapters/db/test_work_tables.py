"""Tables that are filled anew for statements that stay planned."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.db.statement_cache import Rows
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.facts.relation import TableName

A = TableName("a")
COUNT = f"SELECT count(*), max(n) FROM {A}"


@pytest.mark.parametrize("lasting", [False, True])
def test_a_statement_answers_of_what_was_filled_last(lasting: bool) -> None:
    """filled, filled again, emptied, made of other columns, dropped; temporary tables come and go"""
    tables = WorkTables(connect(), lasting)
    for rows in (3, 5):
        tables.fill(A, "SELECT unnest(range(?)) AS n", [rows])
        tables.con.execute("CREATE OR REPLACE TEMP TABLE beside AS SELECT 1")
        assert tables.statements.execute(COUNT) == [(rows, rows - 1)]
    tables.empty()
    assert tables.statements.execute(COUNT) == [(0, None)]
    tables.fill(A, "SELECT unnest(range(?)) AS n", [2])
    assert tables.statements.execute(COUNT) == [(2, 1)]
    tables.make(A, "SELECT 'x' AS n", shape="a text")
    assert tables.statements.execute(COUNT) == [(1, "x")]
    tables.make(A, "SELECT 'y' AS n", shape="a text")
    assert tables.statements.execute(COUNT) == [(1, "y")]
    tables.drop()
    tables.make(A, "SELECT 7 AS n")
    assert tables.statements.execute(COUNT) == [(1, 7)]


def test_rows_go_to_another_connection_as_they_are() -> None:
    """every type of a ledger, NULL, a text with quotes, a moment to the microsecond, no row at all"""
    first, other = connect(), connect()
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901)
    first.execute(
        "CREATE TABLE t (s VARCHAR, d DOUBLE, b BIGINT, i INTEGER, y BOOLEAN, t TIMESTAMP)"
    )
    rows = [('it\'s "x"', 0.1, 2**62, -1, True, moment), (None,) * 6]
    first.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", rows)
    found = Rows.of(first, "SELECT * FROM t")
    other.execute(f"CREATE TABLE t ({found.definition})")
    found.insert(other, "t")
    Rows.of(first, "SELECT * FROM t WHERE false").insert(other, "t")
    assert other.execute("FROM t").fetchall() == rows
    assert other.execute("DESCRIBE t").fetchall() == first.execute("DESCRIBE t").fetchall()
