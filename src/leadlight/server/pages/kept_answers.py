"""Answers over a whole large base, kept for a minute: numbers of months that many people look at.

An answer that was quick is not kept: a small base is always counted anew.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from leadlight.desk.persons.erasure import erasure_count
from leadlight.desk.session import Session

Answer = TypeVar("Answer")


def answer_key(session: Session, now: datetime, *asked: Hashable) -> Hashable:
    """The key of what is asked of a session: nobody who was forgotten stands in an answer that is
    kept by it.
    """
    return session.identity, erasure_count(session, now), *asked


@dataclass
class _Entry(Generic[Answer]):
    answer: Answer
    at: float
    is_being_renewed: bool = False


class KeptAnswers(Generic[Answer]):
    """Answers by what was asked. One that is older than `fresh` seconds is renewed in the
    background and shown meanwhile, one older than `stale` seconds is not shown any more. What took
    less than `quick` seconds is not kept; of the others the `most` that were asked for last are.
    """

    def __init__(
        self, *, fresh: float = 60, stale: float = 900, quick: float = 0.15, most: int = 64
    ) -> None:
        self._fresh, self._stale, self._quick, self._most = fresh, stale, quick, most
        self._kept: OrderedDict[Hashable, _Entry[Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """The answer to what `key` asks, computed where none is kept."""
        with self._lock:
            kept = self._kept.get(key)
            age = time.monotonic() - kept.at if kept else 0
            if kept is not None and age < self._stale:
                self._kept.move_to_end(key)
                if age > self._fresh and not kept.is_being_renewed:
                    kept.is_being_renewed = True
                    threading.Thread(target=self._renew, args=(key, compute), daemon=True).start()
                return kept.answer
        return self._compute(key, compute)

    def _renew(self, key: Hashable, compute: Callable[[], Answer]) -> None:
        try:
            self._compute(key, compute)
        finally:
            with self._lock:
                if key in self._kept:
                    self._kept[key].is_being_renewed = False

    def _compute(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        begin = time.monotonic()
        answer = compute()
        now = time.monotonic()
        with self._lock:
            self._kept.pop(key, None)
            if now - begin >= self._quick:
                self._kept[key] = _Entry(answer, now)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return answer
