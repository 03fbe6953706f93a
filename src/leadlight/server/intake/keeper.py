"""The keeper: puts requests into the journal, many with one sync, and tells each sender's handler.

One thread writes. While it waits for the disk, requests gather, and go with the next write: the
more arrive, the more share a sync.
"""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import Callable

from leadlight.desk.ports import Journal

#: So many bytes may wait for the disk; who comes then is asked to come again.
WAITING = 64 * 1024 * 1024
#: So many bytes may lie in the journal and not be taken yet.
BACKLOG = 4 * 1024 * 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoomError(Exception):
    """The disk is full."""


class BusyError(Exception):
    """More waits than can be written."""


class Keeper:
    """Keeps bodies in a journal, for one event loop. `wake` is called when something is there."""

    def __init__(self, journal: Journal, wake: Callable[[], None]) -> None:
        self._journal, self._wake = journal, wake
        self._condition = threading.Condition()
        self._bodies: list[tuple[bytes, asyncio.Future[int]]] = []
        self._size = 0
        self._closing = False
        self.fault: str | None = None
        self._thread = threading.Thread(target=self._write, name="journal", daemon=True)
        self._thread.start()

    async def keep(self, body: bytes) -> int:
        """The body is on the disk when this returns. Raises `NoRoomError` where the disk is full,
        and `BusyError` where too much waits.
        """
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        with self._condition:
            if self._closing or self._size > WAITING:
                raise BusyError
            self._bodies.append((body, future))
            self._size += len(body)
            self._condition.notify()
        return await future

    def close(self) -> None:
        """Write what waits, and stop."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        self._thread.join()

    def _write(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._bodies or self._closing)
                waiting, self._bodies, self._size = self._bodies, [], 0
            if not waiting:
                return
            fault = self._append([body for body, _ in waiting])
            loop = waiting[0][1].get_loop()
            try:
                loop.call_soon_threadsafe(_answer, [future for _, future in waiting], fault)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

    def _append(self, bodies: list[bytes]) -> Exception | None:
        """Write these; what kept them out."""
        try:
            if self._journal.free() < sum(map(len, bodies)):
                raise OSError(errno.ENOSPC, "the disk is nearly full")
            self._journal.append(bodies)
        except OSError as fault:
            full = fault.errno in _FULL
            self.fault = "The disk is full." if full else "The journal cannot be written."
            return NoRoomError() if full else fault
        self.fault = None
        self._wake()
        return None


def _answer(futures: list[asyncio.Future[int]], fault: Exception | None) -> None:
    for future in futures:
        if future.done():
            continue
        if fault is None:
            future.set_result(1)
        else:
            future.set_exception(fault)
