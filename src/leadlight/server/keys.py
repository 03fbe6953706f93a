"""Keys of programs: who holds one, what it allows, and how fast it may be used.

Intake looks at a key for every request, so a ring remembers what it found for a few seconds, and
reads the table of keys by itself: no web framework stands in between.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import psycopg

#: How long the ring goes by what it found, in seconds: a key that was revoked works so long.
FRESH = 5.0
_MOST, _ROUNDING = 10_000, 1e-9
_FIND = (
    "SELECT id, name, scopes, rate, last_used FROM access_key"
    " WHERE digest = {} AND revoked_at IS NULL"
)
_USED = "UPDATE access_key SET last_used = {} WHERE id = {}"


@dataclass(frozen=True)
class KeyHolder:
    """Who holds a key: what the key is called, its scopes, and its requests a second."""

    key_id: int
    name: str
    scopes: frozenset[str]
    rate: int


@dataclass
class _Bucket:
    """How many requests a key has left; it fills with time."""

    tokens: float
    at: float


def digest_of(token: str) -> str:
    """What is kept of a key. The key itself is shown once and kept nowhere."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class KeyTable(Protocol):
    """The table of keys, read by one thread at a time."""

    def find(self, digest: str) -> Sequence[object] | None:
        """Id, name, scopes, rate and day of the last use of a valid key."""
        ...

    def note_use(self, key_id: int, day: date) -> None:
        """Keep the day on which a key was used, unless somebody else writes just now."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class SQLiteKeys:
    """The keys of a `desk.sqlite3`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._con: sqlite3.Connection | None = None

    def find(self, digest: str) -> Sequence[object] | None:
        found: Sequence[object] | None = (
            self._connection().execute(_FIND.format("?"), (digest,)).fetchone()
        )
        return found

    def note_use(self, key_id: int, day: date) -> None:
        with suppress(sqlite3.OperationalError):  # somebody writes: tomorrow is as good
            self._connection().execute(_USED.format("?", "?"), (day.isoformat(), key_id))

    def close(self) -> None:
        if self._con is not None:
            self._con.close()
        self._con = None

    def _connection(self) -> sqlite3.Connection:
        if self._con is None:
            self._con = sqlite3.connect(
                self._file, timeout=0.5, isolation_level=None, check_same_thread=False
            )
        return self._con


class PostgresKeys:
    """The keys of a schema in a database of PostgreSQL."""

    def __init__(self, fields: Mapping[str, str], schema: str) -> None:
        self._fields, self._schema = dict(fields), schema
        self._con: psycopg.Connection[Any] | None = None

    def find(self, digest: str) -> Sequence[object] | None:
        import psycopg

        try:
            return self._find(digest)
        except psycopg.OperationalError:  # the server was started anew
            self.close()
            return self._find(digest)

    def note_use(self, key_id: int, day: date) -> None:
        self._connection().execute(_USED.format("%s", "%s"), (day, key_id))

    def close(self) -> None:
        if self._con is not None:
            self._con.close()
        self._con = None

    def _find(self, digest: str) -> Sequence[object] | None:
        return self._connection().execute(_FIND.format("%s"), (digest,)).fetchone()

    def _connection(self) -> psycopg.Connection[Any]:
        if self._con is None:
            import psycopg

            path = f"-c search_path={self._schema}"
            self._con = psycopg.connect(**self._fields, options=path, autocommit=True)  # type: ignore[arg-type]
        return self._con


class KeyRing:
    """The keys of a workspace, for many threads at once."""

    def __init__(
        self,
        table: KeyTable,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._table, self._clock, self._today = table, clock, today
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[float, KeyHolder | None]] = OrderedDict()
        self._buckets: dict[int, _Bucket] = {}

    async def look(self, token: str) -> KeyHolder | None:
        """The same as `find`, in an event loop, which does not wait while the table is read."""
        digest = digest_of(token)
        with self._lock:
            known = self._found.get(digest)
        if known is not None and self._clock() - known[0] < FRESH:
            return known[1]
        return await asyncio.to_thread(self.find, token)

    def find(self, token: str) -> KeyHolder | None:
        """Who holds this key; None when there is no such key, or it was revoked."""
        digest, now = digest_of(token), self._clock()
        with self._lock:
            known = self._found.get(digest)
            if known is not None and now - known[0] < FRESH:
                return known[1]
            holder = self._look_up(digest)
            self._found[digest] = (now, holder)
            self._found.move_to_end(digest)
            while len(self._found) > _MOST:
                self._found.popitem(last=False)
            return holder

    def wait(self, holder: KeyHolder, requests: int = 1) -> float:
        """Take so many requests of what the key may do a second; the seconds to wait before they
        are allowed, 0 when they are.

        A key may save up two seconds' worth. A batch that is larger than that passes when the key
        has rested, and is paid for afterwards.
        """
        now, most = self._clock(), 2.0 * holder.rate
        with self._lock:
            bucket = self._buckets.setdefault(holder.key_id, _Bucket(most, now))
            bucket.tokens = min(most, bucket.tokens + (now - bucket.at) * holder.rate)
            bucket.at = now
            needs = min(float(requests), most)
            if bucket.tokens >= needs - _ROUNDING:
                bucket.tokens -= requests
                return 0.0
            return (needs - bucket.tokens) / holder.rate

    def forget(self) -> None:
        """Look every key up anew, as after one was made or revoked here."""
        with self._lock:
            self._found.clear()

    def close(self) -> None:
        """Let go of the table."""
        with self._lock:
            self._table.close()

    def _look_up(self, digest: str) -> KeyHolder | None:
        row = self._table.find(digest)
        if row is None:
            return None
        key_id, name, scopes, rate, last_used = row
        today = self._today()
        if str(last_used) != today.isoformat():
            self._table.note_use(int(str(key_id)), today)
        allowed = frozenset(str(scopes).split())
        return KeyHolder(int(str(key_id)), str(name), allowed, max(1, int(str(rate))))
