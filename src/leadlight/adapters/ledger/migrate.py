"""The schema's versions: making a new ledger, and bringing an older one up to date."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.problems import CannotDo


def newest() -> int:
    """The schema's version that this leadlight writes."""
    return _steps()[-1][0]


def version(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """The version of the ledger in `con`; a file that is no ledger, or a newer one, is refused with
    a sentence.
    """
    tables = {
        str(r[0]) for r in rows(con, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")
    }
    if not {"ledger", "imports", "attribute_facts"} <= tables:
        raise CannotDo(
            f"{name} is a DuckDB file, but not a ledger of leadlight. "
            "Name another directory, or move the file away and run `leadlight init`."
        )
    found = int(str(rows(con, "SELECT max(version) FROM ledger")[0][0] or 0))
    if found > newest():
        raise CannotDo(
            f"{name} was written by a newer leadlight (its format is {found}, this one knows"
            f" {newest()}). Upgrade with `pip install -U leadlight`."
        )
    return found


def upgrade(con: duckdb.DuckDBPyConnection, now: datetime, since: int = 0) -> None:
    """Apply every step after version `since`, each in a transaction of its own."""
    for number, sql in _steps():
        if number <= since:
            continue
        con.begin()
        try:
            con.execute(sql)
            con.execute("INSERT INTO ledger VALUES (?, ?)", [number, now])
            con.commit()
        except BaseException:
            con.rollback()
            raise


def make(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """The newest tables in an empty database. The first in this process come of the steps, later
    ones at once of what the steps left: somebody waits for them at each request.
    """
    if not _STATEMENTS:
        upgrade(con, now)
        made = rows(con, "SELECT sql FROM duckdb_tables() ORDER BY table_oid")
        made += rows(con, "SELECT sql FROM duckdb_indexes() ORDER BY index_oid")
        _STATEMENTS.append("".join(str(sql) for (sql,) in made))
        return
    con.execute(_STATEMENTS[0])
    con.execute(
        "INSERT INTO ledger SELECT unnest(?::INTEGER[]), ?", [[n for n, _ in _steps()], now]
    )


#: What makes the newest tables, once it is known.
_STATEMENTS: list[str] = []


@cache
def _steps() -> list[tuple[int, str]]:
    folder = files("leadlight.adapters.schema.duckdb")
    named = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(int(f.name.split("_", 1)[0]), f.read_text(encoding="utf-8")) for f in named]
