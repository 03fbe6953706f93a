"""The way to a CRM: paced, tried again, one host only, and read ahead."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from leadlight.adapters.crm.http_session import CrmSession
from leadlight.adapters.crm.open_line import must_be_safe
from leadlight.adapters.crm.read_ahead import read_ahead
from leadlight.adapters.crm.write_answers import read_answers
from leadlight.crm.declaration import Answers, Auth
from leadlight.problems import CannotDo
from tests.servers.crm.server import Ask, Reply, serve
from tests.servers.crm.store import Faults, Store

_SENTENCE = "ana@acme.example is no valid address."


def answer(store: Store, ask: Ask) -> Reply:
    """Say what was asked; `/away` leads to another host."""
    if ask.path == "/away":
        return 302, {}
    return 200, {"path": ask.path}


def test_a_crm_is_waited_for_as_long_as_it_says() -> None:
    """Retry-After: 7, then it answers"""
    assert pauses_of("7") == [7.0]


def pauses_of(said: str) -> list[float]:
    """How long is waited for a CRM that is busy once, and says this of how long."""
    naps: list[float] = []
    store = Store(Faults(busy=1.0, retry_after=said))

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        store.faults.busy = 0.0

    with (
        serve(store, answer) as crm,
        CrmSession("X", crm.url, Auth(), {"token": "token-1"}, 100, sleep) as line,
    ):
        assert line.get(f"{crm.url}/a").json() == {"path": "/a"}
    assert (line.counts.requests, line.counts.throttled) == (2, 1)
    return naps


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


def test_no_secret_goes_in_the_open_to_the_same_host() -> None:
    """the next page of https://crm.example is at http://crm.example, as behind a proxy that was set up so"""
    with (
        CrmSession("X", "https://crm.example", Auth(), {"token": "token-1"}, 100) as line,
        pytest.raises(CannotDo, match="another host"),
    ):
        line.get("http://crm.example/next")


@pytest.mark.parametrize("url", ["https://CRM.Example", "https://crm.müller.example"])
def test_an_address_may_be_written_in_any_letters(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """capitals and umlauts in the name of a host: it is the same host"""
    asked: list[str] = []

    def send(_: requests.Session, request: requests.PreparedRequest, **__: object) -> object:
        asked.append(str(request.url))
        answer = requests.Response()
        answer.status_code = 200
        return answer

    monkeypatch.setattr(requests.Session, "send", send)
    with CrmSession("X", url, Auth(), {"token": "token-1"}, 100) as line:
        line.get(f"{url}/a")
    assert len(asked) == 1


def test_a_crm_is_reached_through_the_proxy_of_the_company(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """HTTP_PROXY and NO_PROXY are heeded; a .netrc is not"""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "near.example")
    with serve(Store(), answer) as proxy:
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with CrmSession("X", "http://crm.example", Auth(), {"token": "token-1"}, 100) as line:
            assert line.get("http://crm.example/a").json() == {"path": "/a"}
        with CrmSession("X", "http://near.example", Auth(), {"token": "token-1"}, 100) as line:
            assert not line.proxies


@pytest.mark.parametrize("said", ["nan", "inf", "-5", "soon"])
def test_a_pause_that_is_no_number_is_no_fault(said: str) -> None:
    """Retry-After: nan"""
    naps = pauses_of(said)
    assert naps
    assert all(0 <= nap <= 120 for nap in naps)


def test_a_moment_to_come_back_at_may_stand_alone() -> None:
    """Retry-After: a date, and the answer does not say when it was given"""
    naps: list[float] = []
    answers = [(429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), (200, {})]

    class Fake(requests.adapters.BaseAdapter):
        def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
            found = requests.Response()
            found.status_code, headers = answers.pop(0)
            found.headers.update(headers)
            found.request, found.url = request, str(request.url)
            return found

        def close(self) -> None:
            """There is nothing to close."""

    with CrmSession("X", "https://crm.example", Auth(), {"token": "t"}, 100, naps.append) as line:
        line.mount("https://", Fake())
        line.get("https://crm.example/a")
    assert naps == [0.5]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            Answers(each="", good={"success": "true"}, code="error"),
            {"success": False, "error": _SENTENCE},
        ),
        (Answers(each="*", good={"ok": "true"}, code="why"), [{"why": _SENTENCE}]),
        (
            Answers(done="done", failed="bad", failed_ids="ids", code="why"),
            {"bad": [{"ids": ["1"], "why": _SENTENCE}]},
        ),
    ],
)
def test_a_refusal_is_told_by_a_code_and_never_by_a_sentence(form: Answers, said: object) -> None:
    """a CRM answers 200 and: ana@acme.example is no valid address; that is kept nowhere"""
    (one,) = read_answers(form, said, ["1"])
    assert (one.is_done, one.code) == (False, "refused")


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
