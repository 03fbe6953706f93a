"""A fault in a reader's transaction is told as it is, whatever was set for the statement."""

from __future__ import annotations

import duckdb
import pytest

from leadlight.adapters.db.duckdb import WIDE, connect, optimizer_off, wide_plan


def test_a_fault_is_told_before_that_a_setting_cannot_be_taken_back() -> None:
    """A statement ends in a fault in the middle of a reader's transaction: nothing can be set in it
    any more, and that is not what the user is to hear of.
    """
    for setting in (lambda con: optimizer_off(con), lambda con: wide_plan(con, WIDE + 1)):
        con = connect()
        con.begin()
        with (
            pytest.raises(duckdb.InvalidInputException, match="the disk of the moon"),
            setting(con),
        ):
            con.execute("SELECT error('the disk of the moon')").fetchall()


def test_the_optimizer_works_again_after_few_rows() -> None:
    """A filter is pushed into the scan as before."""
    con = connect()
    con.execute("CREATE TABLE numbers AS SELECT range AS n FROM range(100)")
    asked = "EXPLAIN SELECT * FROM (SELECT n, n + 1 AS m FROM numbers) WHERE n = 5"
    planned = con.execute(asked).fetchall()
    with optimizer_off(con):
        assert con.execute(asked).fetchall() != planned
    assert con.execute(asked).fetchall() == planned
