"""A ring of keys: who holds one, until when, and how fast."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from leadlight.problems import CannotDo
from leadlight.server.keys import FRESH, KeyRing
from tests.server.desk import Served


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(served: Served, clock: Clock) -> KeyRing:
    return KeyRing(served.web.database.key_table(), clock, lambda: date(2026, 11, 30))


def test_a_key_says_who_holds_it_and_nothing_else_does(served: Served, ring: KeyRing) -> None:
    token = served.key("write", rate=7)
    holder = ring.find(token)
    assert holder
    assert (holder.scopes, holder.rate) == (frozenset({"write"}), 7)
    for wrong in ("", token[:-1], token + "x", token.upper(), "\ud800", "' OR 1=1 --"):
        assert ring.find(wrong) is None


def test_a_key_that_was_revoked_works_no_longer_than_some_seconds(
    served: Served, ring: KeyRing, clock: Clock
) -> None:
    from leadlight.server.access.key_list import revoke_key

    token = served.key("read")
    assert ring.find(token)
    revoke_key(token)
    clock.at += FRESH
    assert ring.find(token) is None
    with pytest.raises(CannotDo, match="No valid key"):
        revoke_key(token)


def test_a_key_waits_when_it_is_faster_than_it_may(
    served: Served, ring: KeyRing, clock: Clock
) -> None:
    holder = ring.find(served.key("write", rate=10))
    assert holder
    assert [ring.wait(holder) for _ in range(20)] == [0.0] * 20
    assert ring.wait(holder) == pytest.approx(0.1)
    clock.at += 0.1
    assert ring.wait(holder) == 0.0
    clock.at += 60
    assert ring.wait(holder, 1000) == 0.0  # a large batch passes when the key has rested
    clock.at += 2
    assert ring.wait(holder) > 90  # and is paid for


def test_the_day_of_use_is_kept_and_the_key_is_not(served: Served, ring: KeyRing) -> None:
    from leadlight.server.access.models import Key

    token = served.key("read")
    assert ring.find(token)
    key = Key.objects.get(prefix=token[:9])
    assert key.last_used == date(2026, 11, 30)
    for file in served.folder.glob("desk.sqlite3*"):
        assert token.encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0


def test_many_threads_share_a_ring(served: Served, ring: KeyRing) -> None:
    tokens = [served.key("write") for _ in range(5)] * 40
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ring.find, tokens))
