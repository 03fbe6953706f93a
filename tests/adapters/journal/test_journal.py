"""The journal: what was acknowledged is there after anything, and what is damaged is told."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.adapters.journal.journal import FileJournal
from leadlight.adapters.journal.record import MARK, Damage, pack, size_of, unpack
from leadlight.facts.intake import JournalRecord
from leadlight.problems import CannotDo


@given(st.lists(st.one_of(st.binary(max_size=60), st.just(MARK * 3)), max_size=8))
def test_what_is_packed_is_unpacked(bodies: list[bytes]) -> None:
    data = b"".join(pack(n, body) for n, body in enumerate(bodies, 1))
    assert list(unpack(data)) == [JournalRecord(n, body) for n, body in enumerate(bodies, 1)]


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=2, max_size=5), st.data())
def test_a_flipped_bit_costs_its_record_only(bodies: list[bytes], data: st.DataObject) -> None:
    """Wherever one bit of one record is flipped, the others are read and the place is told."""
    packed = [pack(n, body) for n, body in enumerate(bodies, 1)]
    hit = data.draw(st.integers(0, len(packed) - 1))
    bit = data.draw(st.integers(0, 8 * len(packed[hit]) - 1))
    broken = bytearray(packed[hit])
    broken[bit // 8] ^= 1 << (bit % 8)
    parts = list(unpack(b"".join([*packed[:hit], bytes(broken), *packed[hit + 1 :]])))
    kept = [part.number for part in parts if isinstance(part, JournalRecord)]
    assert kept == [n for n in range(1, len(bodies) + 1) if n != hit + 1]
    assert sum(size_of(part) for part in parts if isinstance(part, Damage)) == len(packed[hit])


def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    assert journal.append([b"one", b"two"]) == 2
    journal.take(1)
    journal.close()
    again = FileJournal(tmp_path)
    assert [r.body for r in again.read(1000)] == [b"two"]
    assert again.append([b"three"]) == 3
    assert [(r.number, r.body) for r in again.read(1000)] == [(2, b"two"), (3, b"three")]
    assert again.damages == []
    again.close()


def test_taken_segments_are_removed(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path, segment=100)
    for n in range(20):
        journal.append([b"x" * 50 + str(n).encode()])
    many = len(list(tmp_path.glob("*.journal")))
    journal.take(18)
    assert len(list(tmp_path.glob("*.journal"))) < many
    assert [r.number for r in journal.read(10_000)] == [19, 20]
    journal.close()


def test_it_is_read_piece_by_piece(tmp_path: Path) -> None:
    """Over many segments, a few at a time: each once and in order."""
    journal = FileJournal(tmp_path, segment=700)
    seen: list[int] = []
    for n in range(1, 60):
        journal.append([b"%d" % n * 20] * 3)
        if n % 4 == 0:
            found = journal.read(350)
            seen += [r.number for r in found]
            journal.take(found[-1].number)
    while found := journal.read(1000):
        seen += [r.number for r in found]
        journal.take(found[-1].number)
    assert seen == list(range(1, 59 * 3 + 1))
    journal.close()


def test_a_cut_tail_is_told_and_kept(tmp_path: Path) -> None:
    """The last record was half written when the power went: the one before it is there."""
    journal = FileJournal(tmp_path)
    journal.append([b"whole"])
    journal.append([b"a longer one that is cut"])
    journal.close()
    (segment,) = tmp_path.glob("*.journal")
    segment.write_bytes(segment.read_bytes()[:-5])
    again = FileJournal(tmp_path)
    (damage,) = again.damages
    assert "damaged" in damage.what
    assert damage.kept is not None
    assert b"a longer one" in damage.kept.read_bytes()
    assert [r.body for r in again.read(1000)] == [b"whole"]
    assert again.append([b"next"]) == 2
    assert [r.body for r in again.read(1000)] == [b"whole", b"next"]
    again.close()


def test_records_that_are_gone_are_told(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    for body in (b"a", b"b", b"c"):
        journal.append([body])
    journal.close()
    (segment,) = tmp_path.glob("*.journal")
    segment.write_bytes(pack(1, b"a") + pack(3, b"c"))
    again = FileJournal(tmp_path)
    assert [d.what for d in again.damages] == ["records 2 to 2 are missing"]
    again.close()


def test_where_there_is_no_room_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk takes ten bytes and then no more: the write is taken back, and later ones stand."""
    journal = FileJournal(tmp_path)
    journal.append([b"before"])
    plain = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) > 10:
            return plain(file, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            journal.append([b"x" * 13])
    journal.append([b"after"])
    assert [r.body for r in journal.read(1000)] == [b"before", b"after"]
    journal.close()
    again = FileJournal(tmp_path)
    assert again.damages == []
    again.close()


def test_one_process_has_it(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    with pytest.raises(CannotDo, match="Another process"):
        FileJournal(tmp_path)
    journal.close()
    FileJournal(tmp_path).close()
