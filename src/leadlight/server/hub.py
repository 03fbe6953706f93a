"""The hub: whoever listens to the stream hears of each transition, in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from leadlight.facts.transitions import Transition

#: So many transitions wait for one listener; a slower one is told to ask again.
WAITING = 10_000


class Listener:
    """One open stream."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.queue: asyncio.Queue[Transition | None] = asyncio.Queue()
        self._waiting = 0

    def put(self, transitions: Sequence[Transition]) -> None:
        """Called in the listener's loop."""
        if self.queue.qsize() + len(transitions) > WAITING:
            self.queue.put_nowait(None)  # the stream ends; it is opened again where it was
            return
        for transition in transitions:
            self.queue.put_nowait(transition)


class Hub:
    """The listeners of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()

    def listen(self) -> Listener:
        """A new listener, of the loop that runs."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """It listens no more."""
        with self._lock:
            self._listeners.discard(listener)

    def publish(self, transitions: Sequence[Transition]) -> None:
        """Tell everybody, from any thread."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener.loop.call_soon_threadsafe(listener.put, transitions)
            except RuntimeError:
                self.leave(listener)  # its loop is closed

    def close(self) -> None:
        """End every stream."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.loop.call_soon_threadsafe(listener.queue.put_nowait, None)

    @property
    def size(self) -> int:
        """How many listen."""
        with self._lock:
            return len(self._listeners)
