"""The versions of a schema on a server: making a new ledger there, and bringing an older one up to
date.
"""

from __future__ import annotations

import re
from datetime import datetime
from importlib.resources import files
from typing import Literal

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.db.postgres import Server, missing_right
from leadlight.problems import CannotDo

Half = Literal["pre", "post"]
_HALVES: tuple[Half, Half] = ("pre", "post")
_MADE = re.compile(
    r"^CREATE (?:TABLE|(?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS) (\w+)", re.MULTILINE
)


def newest() -> int:
    """The schema's version that this leadlight writes; the same number means the same tables in
    DuckDB.
    """
    return _steps("pre")[-1][0]


def stands(server: Server) -> bool:
    """Whether the schema holds a ledger. Raises `CannotDo` for a schema that may not be looked
    into.
    """
    allowed = server.rows(
        "SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = %s",
        [server.address.schema],
    )
    if allowed == [(False,)]:
        raise CannotDo(missing_right(server.address))
    return (
        server.count(
            "SELECT count(*) FROM pg_tables WHERE schemaname = %s AND tablename IN ('ledger',"
            " 'imports', 'attribute_facts')",
            [server.address.schema],
        )
        == 3
    )


def version(server: Server) -> int:
    """The version of the ledger; a schema without one, or with a newer one, is refused with a
    sentence.
    """
    if not stands(server):
        raise CannotDo(
            f"There is no workspace at {server.address}. Make one with `leadlight init"
            f" {server.address}`, or name its schema: ?schema=NAME."
        )
    found = server.count("SELECT max(version) FROM ledger")
    if found > newest():
        raise CannotDo(
            f"{server.address} was written by a newer leadlight (its format is {found}, this one"
            f" knows {newest()}). Upgrade with `pip install -U leadlight`."
        )
    return found


def create(server: Server, now: datetime, *, indexes: bool = True) -> None:
    """The tables of a new ledger, in the transaction that is open: they appear whole or not at all.

    Without `indexes` that half is left for `finish`: rows are sent faster without.
    """
    name = server.address.schema
    if foreign := _foreign(server):
        raise CannotDo(
            f"The schema {name} of {server.address} holds {', '.join(foreign)} already, which is"
            " not leadlight's; nothing was changed. Name a schema of its own: ?schema=NAME."
        )
    if not server.rows("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name]):
        server.run(f"CREATE SCHEMA {quoted(name)}")
    for number, sql in _steps("pre"):
        server.run(sql)
        server.run("INSERT INTO ledger VALUES (%s, %s)", [number, now])
    if indexes:
        finish(server, now)


def _foreign(server: Server) -> list[str]:
    """What stands in the schema under names that a ledger needs."""
    made = {n for half in _HALVES for _, sql in _steps(half) for n in _MADE.findall(sql)}
    found = server.rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = ANY(%s) UNION "
        "SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
        "WHERE n.nspname = %s AND t.typname = ANY(%s) ORDER BY 1",
        [server.address.schema, sorted(made)] * 2,
    )
    return [str(name) for (name,) in found]


def finish(server: Server, now: datetime) -> None:
    """The indexes of a new ledger, in the transaction that is open: nobody is there yet who could
    be kept waiting.
    """
    for number, sql in _steps("post"):
        server.run(sql.replace(" CONCURRENTLY", ""))
        server.run("INSERT INTO _post VALUES (%s, %s)", [number, now])


def upgrade(server: Server, now: datetime, since: int) -> None:
    """Apply what an older ledger lacks: each step of `pre` in a transaction, then `post` without
    keeping readers waiting.
    """
    for number, sql in _steps("pre"):
        if number > since:
            server.run(sql)
            server.run("INSERT INTO ledger VALUES (%s, %s)", [number, now])
            server.con.commit()
    done = {number for (number,) in server.rows("SELECT step FROM _post")}
    server.con.commit()
    for number, sql in _steps("post"):
        if number not in done:
            _after(server, sql)
            server.run("INSERT INTO _post VALUES (%s, %s)", [number, now])
            server.con.commit()


def behind(server: Server, found: int) -> bool:
    """Whether some step is not applied yet."""
    if found < newest():
        return True
    return server.count("SELECT count(*) FROM _post") < len(_steps("post"))


def _after(server: Server, sql: str) -> None:
    server.con.autocommit = True
    try:
        for name in _broken_indexes(server):
            server.run(f"DROP INDEX IF EXISTS {quoted(name)}")
        for paragraph in sql.split("\n\n"):
            if not all(line.startswith("--") for line in paragraph.splitlines()):
                server.run(paragraph)
    finally:
        server.con.autocommit = False


def _broken_indexes(server: Server) -> list[str]:
    """Indexes whose building was broken off: they are there and serve nobody."""
    return [
        str(name)
        for (name,) in server.rows(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN"
            " pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = %s",
            [server.address.schema],
        )
    ]


def _steps(half: Half) -> list[tuple[int, str]]:
    folder = files(f"leadlight.adapters.schema.postgres.{half}")
    named = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(int(f.name.split("_", 1)[0]), f.read_text(encoding="utf-8")) for f in named]
