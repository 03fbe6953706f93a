"""What a verb added to the working copy is sent to the server: one transaction, whole or not at
all.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from leadlight.adapters.db.columns import column_types, table_columns
from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.transfer import send, server_type
from leadlight.adapters.ledger.postgres.working_copy import columns_of

#: Each table that an import writes, and the column that names the import.
OF_IMPORT = {
    "attribute_facts": "_import",
    "activity_facts": "_import",
    "spend_facts": "_import",
    "contact_facts": "_import",
    "link_facts": "_import",
    "member_facts": "_import",
    "rejects": "import_no",
    "own_attributes": "import_no",
    "undos": "import_no",
    "imports": "import_no",
}
_TRIES = 20


def send_import(server: Server, con: duckdb.DuckDBPyConnection, no: int) -> int:
    """Send the rows of an import and commit; how many texts had the character NUL, which PostgreSQL
    cannot hold.
    """
    widen(server, con)
    lost = 0
    for table, column in OF_IMPORT.items():
        mine = f"SELECT * FROM {table} WHERE {column} = {int(no)}"
        if not count(con, f"SELECT count(*) FROM ({mine})"):
            continue
        types = column_types(con, table)
        lost += nul_texts(con, mine, types)
        send(con, server, mine, types, table)
        if table == "activity_facts":
            learn_kinds(
                server, [str(k) for (k,) in rows(con, f"SELECT DISTINCT kind FROM ({mine})")]
            )
    server.con.commit()
    return lost


def send_undo(server: Server, con: duckdb.DuckDBPyConnection, no: int) -> None:
    """Send that an import was taken back, and commit."""
    send(
        con,
        server,
        f"SELECT * FROM undos WHERE import_no = {int(no)}",
        column_types(con, "undos"),
        "undos",
    )
    server.con.commit()


def widen(server: Server, con: duckdb.DuckDBPyConnection) -> None:
    """Give the server's tables the columns that the working copy's have by now, in a transaction of
    its own.

    A column without values says nothing, and so the readers wait for a moment only and not for all
    the rows. While somebody reads a table for long, the change is tried again and again, so that
    nobody queues behind it.
    """
    server.con.commit()
    changes = list(_changes(server, con))
    server.con.commit()
    for change in changes:
        _patiently(server, change)


def _changes(server: Server, con: duckdb.DuckDBPyConnection) -> list[str]:
    changes = []
    have = table_columns(con)
    for table, there in columns_of(server).items():
        for name, type_ in have[table].items():
            if name not in there:
                changes.append(
                    f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {server_type(type_)}"
                )
                if (table, name) == ("attribute_facts", "email"):
                    changes.append(
                        "CREATE INDEX IF NOT EXISTS attribute_facts_email ON attribute_facts"
                        " (lower(email))"
                    )
            elif there[name] != type_:
                changes.append(
                    f"ALTER TABLE {table} ALTER COLUMN {quoted(name)} TYPE {server_type(type_)}"
                    + _using_clause(name, there[name], type_)
                )
    return changes


def _using_clause(name: str, there: str, type_: str) -> str:
    """Yes and no become 1 and 0 by two steps on PostgreSQL."""
    if there != "BOOLEAN":
        return ""
    return f" USING {quoted(name)}::INTEGER::{server_type(type_)}"


def _patiently(server: Server, change: str) -> None:
    import psycopg

    for again in reversed(range(_TRIES)):
        try:
            server.run("SET LOCAL lock_timeout = '3s'")
            server.run(change)
        except psycopg.errors.LockNotAvailable:
            server.con.rollback()
            if not again:
                raise
        else:
            server.con.commit()
            return


def learn_kinds(server: Server, kinds: list[str]) -> None:
    """Note which kinds of activity occur."""
    server.run(
        "INSERT INTO _kinds SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
        [[k.replace("\0", "") for k in kinds]],
    )


def nul_texts(con: duckdb.DuckDBPyConnection, query: str, types: Mapping[str, str]) -> int:
    """How many texts of a query have the character NUL."""
    texts = [quoted(n) for n, t in types.items() if t == "VARCHAR"]
    if not texts:
        return 0
    return count(
        con,
        f"SELECT {' + '.join(f'count(*) FILTER (contains({t}, chr(0)))' for t in texts)} FROM"
        f" ({query})",
    )
