"""The tables of a new ledger, made at once, and the working copy of a server's, are what the steps of the schema make."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from leadlight.adapters.db.columns import column_types, table_columns
from leadlight.adapters.db.duckdb import connect, quoted, rows
from leadlight.adapters.db.postgres import address_of
from leadlight.adapters.ledger import migrate
from leadlight.adapters.ledger.postgres.open import open_ledger
from leadlight.adapters.ledger.postgres.working_copy import BOOKS, columns_of
from leadlight.desk.workspace.workspace import find_workspace
from tests.desk.live.conftest import PLAYBOOK
from tests.verbs import import_files, init, run, undo

NOW = datetime(2026, 1, 1)
CATALOGUE = (
    "SELECT table_name, sql FROM duckdb_tables() ORDER BY table_oid",
    "SELECT table_name, column_name, data_type, is_nullable, column_default FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index",
    "SELECT table_name, constraint_type, constraint_text FROM duckdb_constraints() ORDER BY ALL",
    "SELECT index_name, sql FROM duckdb_indexes() ORDER BY ALL",
    "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
    "SELECT sequence_name FROM duckdb_sequences() ORDER BY ALL",
    "SELECT * FROM ledger ORDER BY version",
)


def by_steps() -> duckdb.DuckDBPyConnection:
    con = connect()
    migrate.upgrade(con, NOW)
    return con


def test_tables_made_at_once_are_those_of_the_steps() -> None:
    wanted = by_steps()
    for _ in range(2):  # the first of a process come of the steps themselves
        con = connect()
        migrate.make(con, NOW)
        for query in CATALOGUE:
            assert rows(con, query) == rows(wanted, query), query
        assert migrate.version(con, "x") == migrate.newest()
        for table in table_columns(con):  # and no step leaves rows in a table but its own history
            assert table == "ledger" or not rows(con, f"SELECT 1 FROM {table}"), table


def test_columns_of_all_tables_are_those_of_each() -> None:
    con = by_steps()
    con.execute("ALTER TABLE imports ADD COLUMN \"an 'odd' name\" DOUBLE")
    con.execute("CREATE TEMP TABLE beside (a INTEGER)")
    found = table_columns(con)
    assert len(found) == len(rows(con, "SELECT 1 FROM duckdb_tables() WHERE NOT temporary"))
    for table, columns in found.items():
        assert list(columns.items()) == list(column_types(con, table).items()), table


def test_a_working_copy_has_the_columns_and_the_books_of_the_server(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("playbook.yml").write_text(PLAYBOOK, "utf-8")
    init(address, NOW)
    _compare(address, set())
    file = tmp_path / "leads.csv"
    file.write_text("lead_id,email,shoe size\nL1,ana@abelzinc.com,41\n", "utf-8")
    import_files(find_workspace(address), [file], NOW)
    _compare(address, {"imports", "own_attributes"})
    with run(find_workspace(address)):
        pass
    undo(find_workspace(address), "i1", NOW)
    _compare(address, set(BOOKS) - {"forgotten"})


def _compare(address: str, filled: set[str]) -> None:
    """The working copy with the server; `filled` are the books that have rows."""
    with open_ledger(address_of(address), write=False, verb="test", now=NOW) as (server, con):
        there, here = columns_of(server), table_columns(con)
        assert set(there) == set(here)
        for table, columns in there.items():
            assert {n: here[table][n] for n in columns} == columns
        for table in BOOKS:
            query = f"SELECT {', '.join(quoted(n) for n in there[table])} FROM {table} ORDER BY 1"
            assert rows(con, query) == server.rows(query), table
            assert bool(rows(con, query)) == (table in filled), table
