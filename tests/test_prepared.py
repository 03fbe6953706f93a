"""A copy of a prepared workspace is one that was made on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.adapters.db.postgres import Server, address_of, connection
from tests.adapters.conftest import address, server_database
from tests.desk.live.conftest import qualified_company
from tests.prepared import prepare

__all__ = ["address", "server_database"]

CATALOGUE = (
    "SELECT c.relname, c.relkind, c.relpersistence, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation,"
    " pg_get_expr(d.adbin, d.adrelid) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT"
    " a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relnamespace ="
    " %(schema)s::regnamespace AND c.relkind <> 't' ORDER BY 1, a.attnum",
    "SELECT c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid ="
    " k.conrelid WHERE k.connamespace = %(schema)s::regnamespace ORDER BY 1, 2",
    "SELECT indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = %(schema)s ORDER BY 1",
)


def content(server: Server) -> dict[str, list[tuple[object, ...]]]:
    """The catalogue of a schema, and the rows of its tables."""
    of = {"schema": server.address.schema}
    found = {query: server.rows(query, of) for query in CATALOGUE}
    for (table,) in server.rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = %(schema)s", of
    ):
        found[table] = sorted(server.rows(f"SELECT * FROM {table}"), key=repr)
    return found


def test_a_copied_schema_is_as_one_that_was_made(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for schema, is_copy in (("made", False), ("copied", True), ("again", True)):
        folder, where = tmp_path / schema, f"{address}_{schema}"
        folder.mkdir()
        monkeypatch.chdir(folder)
        if is_copy:
            prepare(qualified_company, folder, where)
        else:
            qualified_company(where)
        with connection(address_of(where), "tests") as server:
            found.append(content(server))
    made, copied, again = found
    assert made == copied
    assert copied == again
    assert len(made["runs"]) == 1
    assert len(made["attribute_facts"]) == 3


def test_a_folder_has_one_workspace(tmp_path: Path) -> None:
    prepare(qualified_company, tmp_path)
    assert {f.name for f in tmp_path.iterdir()} == {"leadlight.duckdb", "leads.csv", "playbook.yml"}
    with pytest.raises(AssertionError, match="stands here already"):
        prepare(qualified_company, tmp_path)
