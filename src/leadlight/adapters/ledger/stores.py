"""Where a workspace's facts lie: a file, opened for one request or held by one process for many; or
a database of PostgreSQL.

Each request has a connection of its own, so its temporary tables are its own too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import keep_wide_plans_fast, session_of
from leadlight.adapters.db.postgres import Address
from leadlight.adapters.ledger import DuckDBLedger
from leadlight.adapters.ledger.faults import plain_faults
from leadlight.adapters.ledger.holdings_cache import HoldingsCache
from leadlight.adapters.ledger.open import LedgerFile, open_ledger
from leadlight.facts.ledger import Ledger

Opened = tuple[duckdb.DuckDBPyConnection, Ledger]


class FileStore:
    """A ledger's file that each request opens and closes: readers of other processes are let in
    between.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._cache = file, HoldingsCache()

    @contextmanager
    def read(self, verb: str, now: datetime) -> Iterator[Opened]:
        with open_ledger(self._file, write=False, verb=verb, now=now) as con:
            yield con, DuckDBLedger(con, self._cache)

    read_often = read

    @contextmanager
    def write(self, verb: str, now: datetime) -> Iterator[Opened]:
        with open_ledger(self._file, write=True, verb=verb, now=now) as con:
            yield con, DuckDBLedger(con)

    def close(self) -> None:
        """Nothing is held between requests."""


class SharedFileStore:
    """A ledger's file that one process holds open: many threads read it while one writes.

    A reader sees the facts as they were when it began. Other processes are refused until it is
    closed.
    """

    def __init__(self, file: Path, verb: str, now: datetime) -> None:
        self._file, self._cache = file, HoldingsCache()
        self._columns_of_copy = LedgerFile(file, write=True, verb=verb, now=now)
        keep_wide_plans_fast(self._columns_of_copy.con)
        self._connecting = threading.Lock()
        self._writing = threading.Lock()

    @contextmanager
    def read(self, verb: str, now: datetime) -> Iterator[Opened]:
        con = self._connection()
        try:
            con.begin()
            with plain_faults(self._file):
                yield con, DuckDBLedger(con, self._cache)
        finally:
            with suppress(duckdb.Error):
                con.rollback()
            con.close()

    read_often = read

    @contextmanager
    def write(self, verb: str, now: datetime) -> Iterator[Opened]:
        with self._writing, plain_faults(self._file):
            con = self._connection()
            try:
                yield con, DuckDBLedger(con)
            finally:
                con.close()

    def close(self) -> None:
        """Give the file back to other processes."""
        with self._writing:
            self._columns_of_copy.close()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        with self._connecting:  # a connection may not be used by two threads at once
            return session_of(self._columns_of_copy.con)


class ServerStore:
    """A database of PostgreSQL: every request has its own connection, a reader its own picture of
    the facts.
    """

    def __init__(self, address: Address, tell: Callable[[str], None]) -> None:
        self._address = address
        self._tell = tell

    @contextmanager
    def read(self, verb: str, now: datetime) -> Iterator[Opened]:
        with self._open(verb, now, write=False) as found:
            yield found

    @contextmanager
    def read_often(self, verb: str, now: datetime) -> Iterator[Opened]:
        from leadlight.adapters.ledger.copy.snapshot import local_snapshot

        with local_snapshot(self._address, verb=verb, now=now, tell=self._tell) as con:
            yield con, DuckDBLedger(con)

    @contextmanager
    def write(self, verb: str, now: datetime) -> Iterator[Opened]:
        with self._open(verb, now, write=True) as found:
            yield found

    def close(self) -> None:
        """Nothing is held between requests."""

    @contextmanager
    def _open(self, verb: str, now: datetime, *, write: bool) -> Iterator[Opened]:
        from leadlight.adapters.ledger.postgres import PostgresLedger
        from leadlight.adapters.ledger.postgres.open import open_ledger as opened_on_server

        with opened_on_server(self._address, write=write, verb=verb, now=now, tell=self._tell) as (
            server,
            con,
        ):
            yield con, PostgresLedger(server, con)
