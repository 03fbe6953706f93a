"""Opening a workspace on a server: its schema is checked, writers take turns, and a working copy is
made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.db.postgres import Address, Server, connection
from leadlight.adapters.ledger.postgres import locks, migrate
from leadlight.adapters.ledger.postgres.working_copy import shape
from leadlight.adapters.private_folders import private_folder
from leadlight.problems import CannotDo


@contextmanager
def open_ledger(
    address: Address,
    *,
    write: bool,
    verb: str,
    now: datetime,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[Server, duckdb.DuckDBPyConnection]]:
    """The server, and the working copy: tables of the ledger's own names in DuckDB, still without
    facts.
    """
    with connection(address, f"leadlight {verb}") as server:
        ready(server, write=write, now=now, tell=tell)
        with private_folder() as folder:
            con = connect(temp=folder)
            try:
                shape(server, con, now)
                yield server, con
            finally:
                con.close()


def ready(server: Server, *, write: bool, now: datetime, tell: Callable[[str], None]) -> None:
    """Check the schema and bring it up to date. A writer has its turn then, a reader one picture of
    the whole verb.
    """
    found = migrate.version(server)
    old = migrate.behind(server, found)
    server.con.rollback()
    if write or old:
        locks.take(server, tell)
        if old:
            migrate.upgrade(server, now, migrate.version(server))
    if not write:
        server.con.rollback()
        if old:
            server.run("SELECT pg_advisory_unlock_all()")
            server.con.commit()
        server.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def create(address: Address, now: datetime) -> None:
    """A new, empty ledger: it appears whole or not at all."""
    with connection(address, "leadlight init") as server:
        locks.take(server, lambda _: None)
        if migrate.stands(server):
            raise CannotDo(f"{address} is a workspace already; nothing was changed.")
        migrate.create(server, now)
        server.con.commit()
