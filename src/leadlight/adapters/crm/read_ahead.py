"""The next of a series is made while the last one is used."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from queue import Empty, Queue
from typing import TypeVar

T = TypeVar("T")
_END = object()
_BEAT = 0.2


def read_ahead(items: Iterator[T], room: int = 2) -> Generator[T, None, None]:
    """The items, made by a thread that is at most `room` of them ahead. What it raises is raised
    here; it has ended when this has.
    """
    queue: Queue[object] = Queue(room)
    over = threading.Event()
    thread = threading.Thread(target=_make, args=(items, queue, over), daemon=True)
    thread.start()
    try:
        while (item := queue.get()) is not _END:
            if isinstance(item, _Fault):
                raise item.fault
            yield item  # type: ignore[misc]
    finally:
        over.set()
        while thread.is_alive():
            try:
                queue.get(timeout=_BEAT)
            except Empty:
                thread.join(_BEAT)


class _Fault:
    def __init__(self, fault: BaseException) -> None:
        self.fault = fault


def _make(items: Iterator[T], queue: Queue[object], over: threading.Event) -> None:
    try:
        for item in items:
            queue.put(item)
            if over.is_set():
                return
    except BaseException as fault:  # whoever uses them hears of it
        queue.put(_Fault(fault))
    finally:
        queue.put(_END)
