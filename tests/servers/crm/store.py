"""What a mock CRM holds, and how badly it behaves."""

from __future__ import annotations

import random
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class Record:
    """A record with neutral names; `own` are properties that somebody made, by the CRM's key."""

    id: str
    fields: dict[str, object]
    created: datetime
    changed: datetime
    own: dict[str, object] = field(default_factory=dict)
    archived: datetime | None = None
    merged: list[str] = field(default_factory=list)
    into: str | None = None


@dataclass
class Faults:
    """How badly it behaves: the share of requests answered 429, after how many requests a token
    expires, records whose writes fail, records given twice, by how much its clock is off and how
    much its servers differ.
    """

    busy: float = 0.0
    retry_after: str = "0"
    token_life: int | None = None
    refuse: set[str] = field(default_factory=set)
    twice: bool = False
    skew: timedelta = timedelta(0)
    jitter: timedelta = timedelta(0)
    rate: float | None = None
    drop: float = 0.0
    before_reply: Callable[[], None] = lambda: None


class Store:
    """The records of a CRM by sort, and what was done to them."""

    def __init__(self, faults: Faults | None = None, seed: int = 1) -> None:
        self.records: dict[str, dict[str, Record]] = {}
        self.properties: dict[str, dict[str, object]] = {}
        self.faults = faults or Faults()
        self.random = random.Random(seed)
        self.lock = threading.RLock()
        self.requests: list[tuple[str, str]] = []
        self.writes: Counter[str] = Counter()
        self.batches: list[int] = []
        self.token, self.of_token, self.throttled = "token-1", 0, 0
        self._sorted: dict[str, tuple[int, list[Record]]] = {}
        self._version = 0

    def now(self) -> datetime:
        """The CRM's clock; each of its servers has a slightly different one."""
        jitter = self.faults.jitter.total_seconds()
        off = timedelta(seconds=self.random.uniform(-jitter, jitter)) if jitter else timedelta(0)
        at = datetime.now(UTC).replace(tzinfo=None) + self.faults.skew + off
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def add(self, sort: str, id_: str, when: datetime | None = None, **fields: object) -> Record:
        """A record that is new."""
        at = when or self.now()
        record = Record(id_, fields, at, at)
        self.records.setdefault(sort, {})[id_] = record
        self._version += 1
        return record

    def change(self, sort: str, id_: str, **fields: object) -> Record:
        """Somebody edits a record."""
        with self.lock:
            record = self.records[sort][id_]
            record.fields.update(fields)
            record.changed = self.now()
            self._version += 1
            return record

    def write_own(self, id_: str, own: dict[str, object], *, by_us: bool = False) -> None:
        """Somebody, or a connection, writes to properties of a person."""
        with self.lock:
            record = self.records["people"][id_]
            record.own.update(own)
            record.changed = self.now()
            self._version += 1
            if by_us:
                self.writes[id_] += 1

    def archive(self, id_: str) -> None:
        """Somebody puts a person into the bin."""
        with self.lock:
            self.records["people"][id_].archived = self.now()
            self._version += 1

    def erase(self, id_: str) -> None:
        """Somebody deletes a person for good."""
        with self.lock:
            del self.records["people"][id_]
            self._version += 1

    def merge(self, lost: str, stays: str) -> None:
        """Somebody merges a person into another one."""
        with self.lock:
            record = self.records["people"][stays]
            record.merged.append(lost)
            record.changed = self.now()
            gone = self.records["people"][lost]
            gone.into, gone.archived = stays, self.now()
            self._version += 1

    def living(self, sort: str) -> list[Record]:
        """Records by id, without those in the bin."""
        return [r for r in self.by_change(sort, by_id=True) if r.archived is None]

    def by_change(self, sort: str, *, by_id: bool = False) -> list[Record]:
        """Records in the order in which they changed, or of their ids."""
        key = f"{sort}/{by_id}"
        with self.lock:
            known = self._sorted.get(key)
            if known is None or known[0] != self._version:
                order = (lambda r: (len(r.id), r.id)) if by_id else (lambda r: (r.changed, r.id))
                known = (self._version, sorted(self.records.get(sort, {}).values(), key=order))
                self._sorted[key] = known
            return known[1]

    def since(self, sort: str, at: datetime) -> list[Record]:
        """Living records that changed since, oldest first."""
        every = self.by_change(sort)
        begin = bisect_left(every, at, key=lambda r: r.changed)
        return [r for r in every[begin:] if r.archived is None]
