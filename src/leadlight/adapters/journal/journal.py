"""The journal of a folder: segments of records, and how far they were taken.

A record is on the disk before `append` returns: one write and one `fdatasync` for all that came
together. A write that finds no room is taken back whole. Segments whose records were all taken are
removed.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from leadlight.adapters.journal.record import LONGEST, Damage, pack, size_of, unpack
from leadlight.facts.intake import JournalDamage, JournalRecord
from leadlight.problems import CannotDo

SUFFIX, TAKEN, DAMAGED, LOCK = ".journal", "taken", "damaged", "lock"
#: A segment is closed when it is this long.
SEGMENT = 64 * 1024 * 1024
#: The twentieth part of a disk is left free, at least and at most so many bytes.
RESERVE = (2 * 1024 * 1024, 512 * 1024 * 1024)


class _End(NamedTuple):
    """Where a record ends: the segment by the number of its first record, and a place in it."""

    segment: int
    offset: int


class FileJournal:
    """The journal in a folder, which is made when it is not there; one process at a time has it.

    `damages` says what of it was no record when it was opened, or when it was read; these bytes are
    put aside in the folder `damaged`, and what stands behind them is read. Raises `CannotDo` when
    another process has it.
    """

    def __init__(self, folder: Path, segment: int = SEGMENT) -> None:
        self._folder, self._size = folder, segment
        folder.mkdir(parents=True, exist_ok=True)
        self._held = _lock(folder)
        self._guard = threading.Lock()
        self._file, self._end = -1, 0
        self.damages: list[JournalDamage] = []
        self._taken = self._read_position()
        self._cursor: _End | None = None
        self._ends: dict[int, _End] = {}
        self.last = self._open_segments()

    @property
    def position(self) -> int:
        """The number of the newest record that was taken."""
        return self._taken

    def append(self, bodies: Sequence[bytes]) -> int:
        """Put these down for good; the number of the last. Raises `OSError` where the disk has no
        room, and then none of them is kept.
        """
        with self._guard:
            if self._end >= self._size:
                self._begin_segment(self.last + 1)
            numbers = range(self.last + 1, self.last + 1 + len(bodies))
            data = b"".join(pack(n, body) for n, body in zip(numbers, bodies, strict=True))
            try:
                _write_all(self._file, data)
                os.fdatasync(self._file)
            except OSError:
                os.ftruncate(self._file, self._end)
                os.lseek(self._file, self._end, os.SEEK_SET)
                raise
            self._end += len(data)
            self.last += len(bodies)
            return self.last

    def read(self, limit: int) -> list[JournalRecord]:
        """The oldest records that were not taken yet, about `limit` bytes of them, at least one."""
        found: list[JournalRecord] = []
        size = 0
        for record, end in self._records(limit):
            if found and size + len(record.body) > limit:
                break
            found.append(record)
            self._ends[record.number] = end
            size += len(record.body)
        return found

    def take(self, upto: int) -> None:
        """Every record up to that number is in the ledger."""
        with self._guard:
            _replace(self._folder / TAKEN, str(upto).encode())
            self._taken = upto
            self._cursor = self._ends.get(upto, self._cursor)
            self._ends = {n: end for n, end in self._ends.items() if n > upto}
            segments = self._segments()
            for this, following in pairwise(segments):
                if _first(following) <= upto + 1:
                    this.unlink()

    def free(self) -> int:
        """How many bytes may still be written before the disk is called full: a part of it is left
        to the ledger, which must be able to take what is here.
        """
        disk = os.statvfs(self._folder)
        left = min(max(disk.f_blocks * disk.f_frsize // 20, RESERVE[0]), RESERVE[1])
        return disk.f_bavail * disk.f_frsize - left

    def close(self) -> None:
        """Let another process have it."""
        with self._guard:
            os.close(self._file)
            os.close(self._held)

    def _records(self, limit: int) -> Iterator[tuple[JournalRecord, _End]]:
        """The records after the taken ones, each with where it ends."""
        cursor = self._cursor
        for path in self._segments():
            first = _first(path)
            if cursor is not None and first < cursor.segment:
                continue
            at = cursor.offset if cursor is not None and first == cursor.segment else 0
            for record, end in _read_segment(path, at, limit + LONGEST):
                if self._taken < record.number <= self.last:
                    yield record, _End(first, end)

    def _open_segments(self) -> int:
        """Look through what is there, put aside what is no record, and go on behind it; the number
        of the last record.
        """
        last = self._taken
        expected: int | None = None
        for path in self._segments():
            for part in unpack(path.read_bytes()):
                if isinstance(part, Damage):
                    self._put_aside(path, part)
                    continue
                if expected is not None and part.number > expected:
                    self._tell(path, f"records {expected} to {part.number - 1} are missing")
                expected = part.number + 1
                last = max(last, part.number)
        if expected is not None and expected <= self._taken:
            self._tell(self._folder, f"records {expected} to {self._taken} are missing")
        self._begin_segment(last + 1)
        return last

    def _put_aside(self, path: Path, damage: Damage) -> None:
        """Keep damaged bytes for a person to look at."""
        aside = self._folder / DAMAGED
        aside.mkdir(exist_ok=True)
        kept = aside / f"{path.stem}-{damage.start}.bytes"
        if kept.exists():
            return
        with path.open("rb") as file:
            file.seek(damage.start)
            kept.write_bytes(file.read(damage.length))
        self._tell(path, f"{damage.length} bytes from {damage.start} on are damaged", kept)

    def _tell(self, path: Path, what: str, kept: Path | None = None) -> None:
        self.damages.append(JournalDamage(path, what, kept))

    def _segments(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{SUFFIX}"))

    def _begin_segment(self, number: int) -> None:
        """A file for the records from that number on. An old one is left as it is: what is damaged
        at its end stays behind.
        """
        path = self._folder / f"{number:016}{SUFFIX}"
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if self._file >= 0:
            os.close(self._file)
        os.ftruncate(file, 0)
        self._file, self._end = file, 0
        _sync_folder(self._folder)

    def _read_position(self) -> int:
        try:
            return int((self._folder / TAKEN).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0  # what is taken twice adds nothing


def _read_segment(path: Path, at: int, chunk: int) -> Iterator[tuple[JournalRecord, int]]:
    """The records of a segment from a place on, each with where it ends. It is read in pieces of
    `chunk` bytes, each longer than any record.
    """
    with path.open("rb") as file:
        while True:
            file.seek(at)
            data = file.read(chunk)
            begin, found = at, at
            for part in unpack(data):
                at += size_of(part)
                if isinstance(part, JournalRecord):
                    found = at
                    yield part, at
            if len(data) < chunk or found == begin:
                return
            at = found


def _lock(folder: Path) -> int:
    held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise CannotDo(f"Another process takes in what arrives at {folder}.") from None
    return held


def _first(segment: Path) -> int:
    return int(segment.stem)


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fdatasync(file.fileno())
    draft.replace(path)


def _sync_folder(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
