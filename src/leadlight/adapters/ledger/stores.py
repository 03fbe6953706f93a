"""Where a workspace's facts lie: a file, opened for one request or held by one process for many; or
a database of PostgreSQL.

Each request has a connection of its own, so its temporary tables are its own too.
"""

from __future__ import annotations

import threading
import time
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
from leadlight.adapters.ledger.loan import Loan, borrow
from leadlight.adapters.ledger.open import LedgerFile, open_ledger
from leadlight.facts.ledger import Ledger
from leadlight.problems import CannotDo

#: How often, and after how many seconds each, a file that was lent is tried to be opened again.
_TRIES, _PAUSE = 50, 0.1
Opened = tuple[duckdb.DuckDBPyConnection, Ledger]


class FileStore:
    """A ledger's file that each request opens and closes: readers of other processes are let in
    between. Where a server holds the file, it is borrowed from it until the store is closed.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._cache = file, HoldingsCache()
        self._loan: Loan | None = None
        self._borrowing = threading.Lock()

    @contextmanager
    def read(self, verb: str, now: datetime, *, snapshot: bool = True) -> Iterator[Opened]:
        self._borrow(verb)
        with open_ledger(self._file, write=False, verb=verb, now=now) as con:
            yield con, DuckDBLedger(con, self._cache, snapshot=snapshot)

    read_often = read

    @contextmanager
    def write(self, verb: str, now: datetime) -> Iterator[Opened]:
        self._borrow(verb)
        with open_ledger(self._file, write=True, verb=verb, now=now) as con:
            yield con, DuckDBLedger(con)

    def close(self) -> None:
        """Nothing is held between requests but what was borrowed."""
        with self._borrowing:
            if self._loan is not None:
                self._loan.close()
            self._loan = None

    @contextmanager
    def suspend(self, now: datetime) -> Iterator[None]:
        """Nothing is held between requests."""
        yield

    def _borrow(self, verb: str) -> None:
        with self._borrowing:
            if self._loan is None:
                self._loan = borrow(self._file.parent, verb)


class SharedFileStore:
    """A ledger's file that one process holds open: many threads read it while one writes.

    A reader sees the facts as they were when it began. Other processes are refused until it is
    closed, or borrow it (`suspend`): then the requests of this process wait.
    """

    def __init__(self, file: Path, verb: str, now: datetime) -> None:
        self._file, self._verb = file, verb
        # A writer asks between its transactions only, when what it sees is what everybody will.
        self._cache, self._cache_of_writer = HoldingsCache(), HoldingsCache()
        self._held: LedgerFile | None = None
        self._gate = threading.Condition()
        self._requests, self._away = 0, False
        self._mine = threading.local()
        self._writing = threading.Lock()
        self._open(now)

    @contextmanager
    def read(self, verb: str, now: datetime, *, snapshot: bool = True) -> Iterator[Opened]:
        with self._request():
            con = self._connection()
            try:
                if snapshot:
                    con.begin()
                with plain_faults(self._file):
                    yield con, DuckDBLedger(con, self._cache, snapshot=snapshot)
            finally:
                with suppress(duckdb.Error):
                    con.rollback()
                con.close()

    read_often = read

    @contextmanager
    def write(self, verb: str, now: datetime) -> Iterator[Opened]:
        with self._request(), self._writing, plain_faults(self._file):
            con = self._connection()
            try:
                yield con, DuckDBLedger(con, self._cache_of_writer)
            finally:
                con.close()

    @contextmanager
    def suspend(self, now: datetime) -> Iterator[None]:
        """Let go of the file as long as this lasts, and open it again afterwards. What is under way
        is waited for, and what comes meanwhile waits.
        """
        with self._gate:
            self._gate.wait_for(lambda: not self._away)
            self._away = True
            self._gate.wait_for(lambda: self._requests == 0)
        try:
            self._close()
            yield
        finally:
            try:
                self._open_again(now)
            finally:
                with self._gate:
                    self._away = False
                    self._gate.notify_all()

    def close(self) -> None:
        """Give the file back to other processes."""
        with self._writing:
            self._close()

    @contextmanager
    def _request(self) -> Iterator[None]:
        """One request more is under way. One within another of the same thread does not wait: the
        file is only let go of when both are over.
        """
        depth = getattr(self._mine, "depth", 0)
        with self._gate:
            self._gate.wait_for(lambda: depth > 0 or not self._away)
            self._requests += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            with self._gate:
                self._requests -= 1
                self._gate.notify_all()

    def _open_again(self, now: datetime) -> None:
        """Open the file after it was lent. A process that ends lets go of its files one by one, so
        that it may hold this one a moment longer.
        """
        for _ in range(_TRIES):
            with suppress(CannotDo):
                self._open(now)
                return
            time.sleep(_PAUSE)
        self._open(now)

    def _open(self, now: datetime) -> None:
        self._held = LedgerFile(self._file, write=True, verb=self._verb, now=now)
        keep_wide_plans_fast(self._held.con)

    def _close(self) -> None:
        if self._held is not None:
            self._held.close()
        self._held = None

    def _connection(self) -> duckdb.DuckDBPyConnection:
        with self._gate:  # a connection may not be used by two threads at once
            if self._held is None:
                raise CannotDo(f"The workspace {self._file.parent} is not open at the moment.")
            return session_of(self._held.con)


class ServerStore:
    """A database of PostgreSQL: every request has its own connection, a reader its own picture of
    the facts.
    """

    def __init__(self, address: Address, tell: Callable[[str], None]) -> None:
        self._address = address
        self._tell = tell

    @contextmanager
    def read(self, verb: str, now: datetime, *, snapshot: bool = True) -> Iterator[Opened]:
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

    @contextmanager
    def suspend(self, now: datetime) -> Iterator[None]:
        """A server lets many in at once: nothing need be given back."""
        yield

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
