"""Workspaces of tests: what a recipe makes is made once in a process, and every test gets a copy of its own."""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest

from leadlight.adapters.db.postgres import Server, address_of, connection
from leadlight.desk.workspace.workspace import LEDGER

#: Makes a workspace of the current folder, or one with its tables at a URL. What it makes depends on nothing else: on no
#: clock, no environment, and files are named as seen from the folder.
Recipe = Callable[[str], object]
#: Puts what a recipe makes into the current folder, and says where the workspace stands.
Prepared = Callable[[Recipe], str]
HERE = "."


@pytest.fixture(params=["folder", "postgresql"])
def prepared(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Prepared:
    """Prepares workspaces in a folder, which is the current one, and in a database of a server."""
    folder = tmp_path / "ws"
    folder.mkdir()
    monkeypatch.chdir(folder)
    where = request.getfixturevalue("address") if request.param == "postgresql" else HERE
    return lambda recipe: prepare(recipe, folder, where)


def prepare(recipe: Recipe, folder: Path, where: str = HERE) -> str:
    """Put what a recipe makes into `folder`, and into the schema that `where` names if it is a URL."""
    assert not (folder / LEDGER).exists(), "a workspace stands here already"
    database = where.partition("?")[0]
    shutil.copytree(_pattern(recipe, database), folder, dirs_exist_ok=True)
    if where != HERE:
        with connection(address_of(where), "tests") as server:
            copy_schema(server, _schema_of(recipe), server.address.schema)
            server.con.commit()
    return where


@cache
def _pattern(recipe: Recipe, database: str) -> Path:
    """The folder that a recipe made; its tables are in a schema of the database, where one is named."""
    folder = Path(tempfile.mkdtemp(prefix="leadlight-pattern-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with chdir(folder):
        recipe(HERE if database == HERE else f"{database}?schema={_schema_of(recipe)}")
    return folder


@cache
def _schema_of(recipe: Recipe) -> str:
    return f"pattern{next(_NUMBERS)}"


_NUMBERS = itertools.count(1)


def copy_schema(server: Server, source: str, target: str) -> None:
    """A new schema with all that is in another: tables, constraints, indexes of the same names, rows."""
    of = {"schema": source}
    strange = server.rows(_STRANGE, of)
    assert not strange, f"no copy can be made of {strange}"
    tables = [str(t) for (t,) in server.rows(_TABLES, of)]
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {source}.{t})" for t in tables)
    made = [f"CREATE SCHEMA {target}", f"SET LOCAL search_path = {target}"]
    for table, has_rows in zip(tables, server.rows(f"SELECT {asked}")[0], strict=True):
        other = f"{source}.{table}"
        made.append(f"CREATE TABLE {table} (LIKE {other} INCLUDING ALL EXCLUDING INDEXES)")
        if has_rows:
            made.append(f"INSERT INTO {table} SELECT * FROM {other}")
    made += [str(text) for (text,) in server.rows(_CONSTRAINTS, of)]
    indexes = [str(text) for (text,) in server.rows(_INDEXES, of)]
    made += [text.replace(f" ON {source}.", " ON ", 1) for text in indexes]
    server.run("; ".join(made))


_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r' ORDER BY oid"
_CONSTRAINTS = """
SELECT format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', c.relname, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.connamespace = %(schema)s::regnamespace AND k.contype IN ('p', 'u') ORDER BY k.oid
"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
ORDER BY c.oid
"""
_STRANGE = """
SELECT 'relation', relname FROM pg_class
WHERE relnamespace = %(schema)s::regnamespace AND relkind NOT IN ('r', 'i', 't') UNION ALL
SELECT 'function', proname FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace UNION ALL
SELECT 'constraint', conname FROM pg_constraint
WHERE connamespace = %(schema)s::regnamespace AND contype NOT IN ('p', 'u', 'c', 'n') UNION ALL
SELECT 'trigger', tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = %(schema)s::regnamespace
"""
