"""The way to a CRM: paced, tried again, one host only, and read ahead."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from leadlight.adapters.crm.http_session import CrmSession
from leadlight.adapters.crm.open_line import must_be_safe
from leadlight.adapters.crm.read_ahead import read_ahead
from leadlight.crm.declaration import Auth
from leadlight.problems import CannotDo
from tests.servers.crm.server import Ask, Reply, serve
from tests.servers.crm.store import Faults, Store


def answer(store: Store, ask: Ask) -> Reply:
    """Say what was asked; `/away` leads to another host."""
    if ask.path == "/away":
        return 302, {}
    return 200, {"path": ask.path}


def test_a_crm_is_waited_for_as_long_as_it_says() -> None:
    """Retry-After: 7, then it answers"""
    naps: list[float] = []
    store = Store(Faults(busy=1.0, retry_after="7"))

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        store.faults.busy = 0.0

    with (
        serve(store, answer) as crm,
        CrmSession("X", crm.url, Auth(), {"token": "token-1"}, 100, sleep) as line,
    ):
        assert line.get(f"{crm.url}/a").json() == {"path": "/a"}
    assert naps == [7.0]
    assert (line.counts.requests, line.counts.throttled) == (2, 1)


def test_requests_keep_to_the_rate() -> None:
    """one request in ten seconds is allowed: the second and the third wait for about as long"""
    naps: list[float] = []
    with (
        serve(Store(), answer) as crm,
        CrmSession("X", crm.url, Auth(), {"token": "token-1"}, 0.1, naps.append) as line,
    ):
        for _ in range(3):
            line.get(f"{crm.url}/a")
    assert len(naps) == 2
    assert all(5 < nap <= 10 for nap in naps)


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/x", "http://evil.example/x"])
def test_no_secret_goes_to_another_host(place: str) -> None:
    """the next page is on another host, or the CRM sends us away: the token stays"""
    with (
        serve(Store(), answer) as crm,
        CrmSession("X", crm.url, Auth(), {"token": "token-1"}, 100) as line,
    ):
        with pytest.raises(CannotDo, match="another host"):
            line.get(place)
        with pytest.raises(CannotDo, match="302"):
            line.get(f"{crm.url}/away")


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example",
        "ftp://crm.example",
        "https://ana:pass@crm.example",
        "crm.example",
        "",
        "https://crm.example?x=1",
    ],
)
def test_an_address_in_the_open_is_refused(url: str) -> None:
    """a token is sent over https, or to this very computer"""
    with pytest.raises(CannotDo):
        must_be_safe(url)
    must_be_safe("https://crm.example")
    must_be_safe("http://127.0.0.1:8000")


def test_what_is_read_ahead_comes_in_order_and_ends() -> None:
    """a fault is raised where it is used; whoever stops early leaves no thread that goes on"""
    assert list(read_ahead(iter(range(50)))) == list(range(50))
    made: list[int] = []

    def numbers() -> Iterator[int]:
        for n in range(1_000):
            made.append(n)
            yield n
            if n == 4:
                raise ValueError("four")

    with pytest.raises(ValueError, match="four"):
        list(read_ahead(numbers()))
    made.clear()
    with closing(read_ahead(numbers())) as few:
        assert next(few) == 0
    before = len(made)
    time.sleep(0.05)
    assert len(made) == before <= 5
