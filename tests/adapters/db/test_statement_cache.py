"""A statement that is planned once answers of what stands in the tables now."""

from __future__ import annotations

from leadlight.adapters.db.duckdb import connect, optimizer_off
from leadlight.adapters.db.statement_cache import PreparedStatements


def test_it_answers_of_the_rows_and_of_the_table_that_there_are_now() -> None:
    """rows are changed, then the table is made again with another type"""
    con = connect()
    statements = PreparedStatements(con)
    con.execute("CREATE TEMP TABLE t AS SELECT 1 AS a")
    with optimizer_off(con):
        assert statements.execute("SELECT max(a) FROM t") == [(1,)]
        con.execute("INSERT INTO t VALUES (5)")
        assert statements.execute("SELECT max(a) FROM t") == [(5,)]
        assert statements.execute("SELECT count(*) FROM t") == [(2,)]
        con.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT 'x' AS a")
        assert statements.execute("SELECT max(a) FROM t") == [("x",)]


def test_statements_do_not_answer_for_each_other() -> None:
    """a later replay prepares statements of its own"""
    con = connect()
    assert PreparedStatements(con).execute("SELECT 1") == [(1,)]
    assert PreparedStatements(con).execute("SELECT 2") == [(2,)]


def test_a_statement_is_prepared_once_for_all_moments() -> None:
    """two requests ask the same as of other moments; what stands for ever is no moment"""
    con = connect()
    con.execute("CREATE TABLE t AS SELECT unnest([DATE '2026-01-01', DATE '2026-02-01']) AS day")
    statements = PreparedStatements(con, lasting=True)
    asked = "SELECT count(*) FROM t WHERE day <= {} AND {} < TIMESTAMP '9999-01-01 00:00:00'"
    forms = ("TIMESTAMP '{}'", "CAST('{}' AS TIMESTAMP)")
    for at, n in (("2026-01-15 00:00:00", 1), ("2026-03-01 00:00:00", 2), ("2025-01-01", 0)):
        con.begin()
        for form in forms:
            assert statements.execute(asked.format(*[form.format(at)] * 2)) == [(n,)]
        con.rollback()
        statements.forget_moments(rolled_back=True)
    (prepared,) = con.execute("SELECT count(*) FROM duckdb_prepared_statements()").fetchall()
    assert prepared == (1,)
