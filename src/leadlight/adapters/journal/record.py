"""A record of the journal: a mark, a number, a length and a checksum before the bytes themselves.

The checksum covers number and bytes, so that a flipped bit anywhere is seen, and the mark lets a
reader find the next record behind a damaged one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from leadlight.facts.intake import JournalRecord

MARK = b"LLj1"
_HEAD = struct.Struct(">4sQII")  # mark, number, length, checksum
_NUMBER = struct.Struct(">Q")
#: A body and what is said of it: four megabytes are the most that a sender may give at once.
LONGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Damage:
    """Bytes of a journal that are no record: from `start` on, `length` of them."""

    start: int
    length: int


def size_of(part: JournalRecord | Damage) -> int:
    """How many bytes it takes in a journal."""
    return part.length if isinstance(part, Damage) else _HEAD.size + len(part.body)


def pack(number: int, body: bytes) -> bytes:
    """A record as bytes."""
    return _HEAD.pack(MARK, number, len(body), _checksum(number, body)) + body


def unpack(data: bytes) -> Iterator[JournalRecord | Damage]:
    """The records in these bytes, and what lies between them that is none."""
    at, bad = 0, 0
    while at < len(data):
        record = _record_at(data, at)
        if record is None:
            at = _next_mark(data, at + 1)
            continue
        if bad < at:
            yield Damage(bad, at - bad)
        yield record
        at += _HEAD.size + len(record.body)
        bad = at
    if bad < len(data):
        yield Damage(bad, len(data) - bad)


def _record_at(data: bytes, at: int) -> JournalRecord | None:
    if len(data) - at < _HEAD.size:
        return None
    mark, number, length, checksum = _HEAD.unpack_from(data, at)
    if mark != MARK or length > LONGEST:
        return None
    body = data[at + _HEAD.size : at + _HEAD.size + length]
    if len(body) < length or _checksum(number, body) != checksum:
        return None
    return JournalRecord(number, body)


def _next_mark(data: bytes, since: int) -> int:
    found = data.find(MARK, since)
    return len(data) if found < 0 else found


def _checksum(number: int, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(_NUMBER.pack(number)))
