"""A ledger on a PostgreSQL server, copied from and copied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.db.postgres import Address, Server, connection
from leadlight.adapters.db.transfer import send, server_type
from leadlight.adapters.ledger.copy import Columns, TableRows, Tell
from leadlight.adapters.ledger.copy.duckdb import BEGINS
from leadlight.adapters.ledger.postgres import locks, migrate
from leadlight.adapters.ledger.postgres.open import ready
from leadlight.adapters.ledger.postgres.upload import nul_texts
from leadlight.adapters.ledger.postgres.working_copy import columns_of
from leadlight.problems import CannotDo


class ServerSource:
    """The tables of a schema, to be read."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def tables(self) -> Mapping[str, Columns]:
        """All of them but the server's own notes."""
        return columns_of(self.server)

    def rows(self, table: str) -> TableRows:
        """In the order in which they lie."""
        columns = self.tables()[table]
        return TableRows(
            self.server, f"SELECT {', '.join(quoted(n) for n in columns)} FROM {table}", columns
        )

    def count(self, table: str) -> int:
        """How many rows it has."""
        return self.server.count(f"SELECT count(*) FROM {table}")


class ServerTarget(ServerSource):
    """The same, being written in the transaction that is open."""

    def __init__(self, server: Server, now: datetime, fresh: bool) -> None:
        super().__init__(server)
        self.now, self.fresh = now, fresh

    def add(self, table: str, given: TableRows) -> int:
        """Add the columns that the table lacks, and all rows; NUL is left out of texts."""
        have = self.tables()[table]
        for name, type_ in given.columns.items():
            if name not in have:
                self.server.run(
                    f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {server_type(type_)}"
                )
        if isinstance(given.at, Server):
            self._from_server(table, given.at, given)
            return 0
        send(given.at, self.server, given.query, given.columns, table)
        return nul_texts(given.at, given.query, given.columns)

    def _from_server(self, table: str, other: Server, given: TableRows) -> None:
        out_of = f"COPY ({given.query}) TO STDOUT (FORMAT binary)".encode()
        into = (
            f"COPY {table} ({', '.join(quoted(n) for n in given.columns)}) FROM STDIN (FORMAT"
            " binary)".encode()
        )
        there, here = other.con.cursor(), self.server.con.cursor()
        with there, here, there.copy(out_of) as reading, here.copy(into) as writing:
            for block in reading:
                writing.write(block)

    def finish(self) -> None:
        """Build the indexes, note the kinds that occur, and commit."""
        if self.fresh:
            migrate.finish(self.server, self.now)
        if "email" in self.tables()["attribute_facts"]:
            self.server.run(
                "CREATE INDEX IF NOT EXISTS attribute_facts_email ON attribute_facts (lower(email))"
            )
        self.server.run(
            "INSERT INTO _kinds SELECT DISTINCT kind FROM activity_facts ON CONFLICT DO NOTHING"
        )
        self.server.con.commit()
        self.server.con.autocommit = True
        for table in self.tables():
            self.server.run(f"ANALYZE {table}")


@contextmanager
def server_source(address: Address, now: datetime, tell: Tell) -> Iterator[ServerSource]:
    """A workspace on a server, to be copied from: one picture of it, whoever writes meanwhile."""
    with connection(address, "leadlight copy") as server:
        ready(server, write=False, now=now, tell=tell)
        yield ServerSource(server)


@contextmanager
def server_target(address: Address, now: datetime, tell: Tell) -> Iterator[ServerTarget]:
    """A schema that appears when all is written; an empty ledger that stands there is filled."""
    with connection(address, "leadlight copy") as server:
        locks.take(server, tell)
        fresh = not migrate.stands(server)
        if fresh:
            migrate.create(server, now, indexes=False)
        else:
            found = migrate.version(server)
            if migrate.behind(server, found):
                server.con.rollback()
                migrate.upgrade(server, now, found)
            if any(server.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in BEGINS):
                raise CannotDo(
                    f"{address} holds facts already, and a copy is never mixed with others. Name a"
                    " new schema: ?schema=NAME."
                )
        yield ServerTarget(server, now, fresh)
