"""A session: what one process has open. Each request of a verb reads or writes through it.

The command line opens a session, makes one request and closes it. A server holds one for all its
requests: many threads read while one writes, and each request has a connection of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType

from leadlight.desk.memory import ResultMemory
from leadlight.desk.ports import Store
from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import (
    LEDGER,
    Place,
    Workspace,
    find_workspace,
    here,
    ignore,
)


class Session:
    """The workspace of one process: `where` is its folder, its URL or its place; None means the one
    of the environment or around the current directory. It is looked up when a request first needs
    it, so that a verb on files needs none.

    `shared` lets many threads use the session at once: of a workspace in a folder this process
    then holds the file, and other processes are refused. `notify` hears what is no part of an
    answer. Raises `CannotDo` when there is no such workspace, or when it is busy, damaged or of
    another program.
    """

    def __init__(
        self,
        where: Place | str | Path | None = None,
        *,
        shared: bool = False,
        notify: Callable[[str], None] = ignore,
    ) -> None:
        self._where, self._shared, self.notify = where, shared, notify
        self.memory = ResultMemory()
        #: Of no other session, also of none that is closed: what is kept of it is kept by this.
        self.identity = object()
        self._store: Store | None = None
        self._opening = threading.Lock()

    @cached_property
    def place(self) -> Place:
        """Where the workspace stands."""
        return self._where if isinstance(self._where, Place) else find_workspace(self._where)

    @property
    def is_named(self) -> bool:
        """Whether somebody said which workspace it is."""
        return self._where is not None

    @cached_property
    def has_workspace(self) -> bool:
        """Whether there is a workspace: one was named, or there is one of the environment or around
        the current directory.
        """
        return self._where is not None or here() is not None

    @contextmanager
    def read(self, verb: str, now: datetime, *, snapshot: bool = True) -> Iterator[Workspace]:
        """The workspace as it is at this moment, to be read. Files are staged without a
        `snapshot`: how one is read is found by trying.
        """
        with self._open_store(now).read(verb, now, snapshot=snapshot) as (con, ledger):
            yield Workspace(self.place.folder, con, ledger, now, self.notify)

    @contextmanager
    def read_often(self, verb: str, now: datetime) -> Iterator[Workspace]:
        """The same where the whole base is read, maybe many times over: that of a server is copied
        here first, and the copy is gone afterwards.
        """
        with self._open_store(now).read_often(verb, now) as (con, ledger):
            yield Workspace(self.place.folder, con, ledger, now, self.notify)

    @contextmanager
    def write(self, verb: str, now: datetime) -> Iterator[Workspace]:
        """The workspace, to add facts to it. One request at a time writes."""
        with self._open_store(now).write(verb, now) as (con, ledger):
            yield Workspace(self.place.folder, con, ledger, now, self.notify)

    @contextmanager
    def suspend(self, now: datetime) -> Iterator[None]:
        """Let another process have the workspace as long as this lasts; requests that come
        meanwhile wait. Also how a workspace is opened anew after a fault of its disk.
        """
        with self._open_store(now).suspend(now):
            yield

    def close(self) -> None:
        """Let go of the workspace."""
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open_store(self, now: datetime) -> Store:
        with self._opening:
            if self._store is None:
                self._store = self._store_of(self.place, now)
            return self._store

    def _store_of(self, place: Place, now: datetime) -> Store:
        return ledgers.store(
            place.folder,
            LEDGER,
            place.address,
            shared=self._shared,
            now=now,
            tell=self.notify,
        )
