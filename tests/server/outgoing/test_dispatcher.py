"""Transitions arrive at receivers of this computer: once, signed, in order, whatever happens."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from standardwebhooks.webhooks import Webhook

from leadlight.desk.live.deliveries import (
    DeliveriesRequest,
    OutboxesRequest,
    ReplayDeliveriesRequest,
    deliveries,
    outboxes,
    replay_deliveries,
)
from leadlight.desk.live.endpoints import (
    Action,
    ChangeEndpointRequest,
    EndpointsRequest,
    change_endpoint,
    endpoints,
)
from leadlight.desk.live.signatures import signing_secret
from leadlight.desk.session import Session
from leadlight.facts.deliveries import Delivery
from leadlight.server.outgoing import dispatcher as module
from leadlight.server.outgoing import queue as queues
from tests.server.outgoing.company import Company, now
from tests.server.outgoing.examples import NOW, SECRET
from tests.server.outgoing.receivers import Delivered, receiver


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came so far"
        time.sleep(0.01)


def stands(company: Company) -> dict[str, str]:
    """The state of each delivery by its lead."""
    states = ("delivered", "failed", "dead", "owed")
    found = deliveries(company.session, DeliveriesRequest(NOW, states=states, limit=5000))
    return {d.lead_id: d.state for d in found.deliveries}


def change(company: Company, endpoint: str, action: Action) -> None:
    change_endpoint(company.session, ChangeEndpointRequest(now(), endpoint, action, "ana"))


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of the retry table is a millisecond, and nothing rests for long."""
    table = tuple(timedelta(milliseconds=t.total_seconds() / 1000) for t in queues_table())
    monkeypatch.setattr("leadlight.server.outgoing.retries.TABLE", table)
    monkeypatch.setattr(queues, "rest", lambda *_: timedelta(milliseconds=1))


def queues_table() -> tuple[timedelta, ...]:
    from leadlight.server.outgoing.retries import TABLE

    return TABLE


def test_a_transition_arrives_signed(company: Company) -> None:
    """A lead is hot, and the CRM hears of it; of a lead that is warm it does not want to hear"""
    with receiver() as crm, company.dispatcher() as dispatcher:
        endpoint = company.endpoint(crm.url, "temperature=hot")
        company.run("L1", "L2")
        company.run("L3", label="warm")
        dispatcher.wake()
        got = crm.wait(2)
        for one in got:
            said = Webhook(signing_secret(SECRET, endpoint)).verify(one.body, one.headers)
            assert said["data"]["labels"] == {"temperature": "hot"}
        assert sorted(json.loads(one.body)["data"]["lead_id"] for one in got) == ["L1", "L2"]
        until(lambda: stands(company) == {"L1": "delivered", "L2": "delivered"})
        assert len(set(crm.ids())) == 2
        assert got[0].headers["host"] == crm.url.split("/")[2]
    assert outboxes(company.session, OutboxesRequest(NOW)).outboxes[0].through == 2


def test_an_endpoint_that_hangs_delays_no_other(company: Company) -> None:
    """
    slow  hangs at every delivery until its time-out
    fast  answers at once, and is told each lead within moments
    """
    over = threading.Event()

    def hang(_: Delivered) -> tuple[int, dict[str, str]]:
        over.wait(30)
        return 200, {}

    def latencies(company: Company, fast_url: str) -> list[float]:
        found = []
        for n in range(20):
            before = len(fast.got)
            began = time.monotonic()
            company.run(f"L{random.random()}-{n}")
            dispatcher.wake()
            found.append(fast.wait(before + 1)[-1].at - began)
        return sorted(found)

    with receiver() as fast, receiver(hang) as slow:
        company.endpoint(fast.url)
        with company.dispatcher(time_out=30) as dispatcher:
            alone = latencies(company, fast.url)
            company.endpoint(slow.url)
            company.run("first")
            dispatcher.wake()
            slow.wait(1)
            beside = latencies(company, fast.url)
            assert len(fast.got) == 41
            assert 1 <= len(slow.got) <= 4
            over.set()
        # A machine that others use stumbles; one that waits for the slow one stands for seconds.
        assert beside[10] < alone[10] + 0.25
        assert beside[-1] < 3


def test_an_endpoint_that_answers_badly_gets_it_again_until_it_is_dead(
    company: Company, soon: None
) -> None:
    """
    crm  answers 500 ten times: dead
         is mended, and somebody asks for what is dead: it arrives, with the id it always had
    """
    status = [500]
    with receiver(lambda _: (status[0], {})) as crm, company.dispatcher() as dispatcher:
        company.endpoint(crm.url)
        company.run("L1")
        crm.wait(10)
        until(lambda: stands(company) == {"L1": "dead"})
        status[0] = 200
        replay_deliveries(company.session, ReplayDeliveriesRequest(now()))
        dispatcher.refresh()
        until(lambda: stands(company) == {"L1": "delivered"})
        assert len(crm.got) == 11
        assert len(set(crm.ids())) == 1
        assert len({one.body for one in crm.got}) == 1


def test_a_redirect_is_not_followed(company: Company) -> None:
    """302 to another receiver, which hears nothing"""
    with receiver() as inner:
        with (
            receiver(lambda _: (302, {"location": inner.url})) as outer,
            company.dispatcher(),
        ):
            company.endpoint(outer.url)
            company.run("L1")
            outer.wait(1)
            until(lambda: stands(company) == {"L1": "failed"})
        assert inner.got == []
    (failed,) = deliveries(company.session, DeliveriesRequest(NOW)).deliveries
    assert failed.status == "302"


def test_an_endpoint_that_is_gone_is_disabled(company: Company) -> None:
    """410 Gone: nothing is sent any more; it is resumed, and what is owed arrives"""
    status = [410]
    with receiver(lambda _: (status[0], {})) as crm, company.dispatcher(parallel=1) as dispatcher:
        company.endpoint(crm.url)
        company.run("L1", "L2", "L3")
        crm.wait(1)
        until(lambda: _state(company) == "disabled")
        (standing,) = endpoints(company.session, EndpointsRequest(NOW)).endpoints
        assert "410" in standing.endpoint.because
        before = len(crm.got)
        company.run("L4")
        dispatcher.wake()
        time.sleep(0.3)
        assert len(crm.got) == before == 1
        status[0] = 200
        change(company, "e1", "resume")
        dispatcher.refresh()
        until(lambda: [*stands(company).values()].count("delivered") == 3, 10)
        assert {"L2", "L3", "L4"} <= {json.loads(o.body)["data"]["lead_id"] for o in crm.got}


def _state(company: Company) -> str:
    return outboxes(company.session, OutboxesRequest(NOW)).outboxes[0].endpoint.state


def test_an_endpoint_that_wants_time_gets_it(company: Company) -> None:
    """429 with Retry-After: 1: no lead is sent before"""
    answers = iter([(429, {"retry-after": "1"})])
    with (
        receiver(lambda _: next(answers, (200, {}))) as crm,
        company.dispatcher(parallel=1),
    ):
        company.endpoint(crm.url)
        company.run("L1", "L2", "L3")
        got = crm.wait(4)
        assert got[1].at - got[0].at > 0.9
        until(lambda: set(stands(company).values()) == {"delivered"})


def test_a_crash_between_delivery_and_its_row_repeats_it_with_the_same_id(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the receiver said 200 and before that was written: at least once, and known by its id"""

    with receiver() as crm:
        company.endpoint(crm.url)
        company.run("L1", "L2")
        with monkeypatch.context() as patch:
            patch.setattr(module, "record_deliveries", _broken)
            with company.dispatcher():
                crm.wait(2)
                time.sleep(0.2)
        assert stands(company) == {}
        with company.dispatcher():
            crm.wait(4)
            until(lambda: stands(company) == {"L1": "delivered", "L2": "delivered"})
        first, again = crm.ids()[:2], crm.ids()[2:]
        assert sorted(first) == sorted(again)
        with company.dispatcher() as third:
            third.wake()
            time.sleep(0.3)
        assert len(crm.got) == 4


def _broken(session: Session, request: object) -> None:
    raise OSError("the disk is full")


def test_rows_that_could_not_be_written_are_written_later(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for a moment: nothing is sent twice, nothing is lost"""
    real = module.record_deliveries
    turns = iter(range(100))

    def sometimes(session: Session, request: module.RecordDeliveriesRequest) -> object:
        if next(turns) < 2:
            raise OSError("the disk is full")
        return real(session, request)

    monkeypatch.setattr(module, "record_deliveries", sometimes)
    with receiver() as crm, company.dispatcher():
        company.endpoint(crm.url)
        company.run("L1", "L2", "L3")
        until(lambda: set(stands(company).values()) == {"delivered"}, 15)
        assert len(crm.got) == 3


def test_the_ledger_is_not_written_once_for_each_delivery(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred leads move, more than are held at once: all arrive, and few batches are written"""
    batches: list[tuple[Delivery, ...]] = []
    real = module.record_deliveries

    def note(session: Session, request: module.RecordDeliveriesRequest) -> object:
        batches.append(request.deliveries)
        return real(session, request)

    monkeypatch.setattr(module, "record_deliveries", note)
    monkeypatch.setattr(module, "_PAGE", 40)
    with receiver() as crm, company.dispatcher(batch=0.3, window=100) as dispatcher:
        company.endpoint(crm.url)
        company.run(*(f"L{n:03}" for n in range(300)))
        dispatcher.wake()
        crm.wait(300, 20)
        until(lambda: len(stands(company)) == 300)
        assert len(set(crm.ids())) == 300
    rows = [d for batch in batches for d in batch]
    assert len(rows) == 300
    assert len(batches) < 60


def test_the_moves_of_a_lead_arrive_in_their_order(company: Company, soon: None) -> None:
    """Ten runs move the same leads, and the receiver fails now and then"""
    chance = random.Random(4)
    with (
        receiver(lambda _: (200 if chance.random() < 0.7 else 500, {})) as crm,
        company.dispatcher() as dispatcher,
    ):
        company.endpoint(crm.url)
        for n in range(10):
            company.run("L1", "L2", "L3", "L4", label="hot" if n % 2 else "cold")
            dispatcher.wake()
        until(lambda: len(_taken(crm.got)) == 40 and _done(company), 20)
    for lead in ("L1", "L2", "L3", "L4"):
        runs = [run for of, run in map(_change, crm.got) if of == lead]
        assert all(a <= b for a, b in pairwise(runs))


def _change(one: Delivered) -> tuple[str, int]:
    data = json.loads(one.body)["data"]
    return data["lead_id"], data["run_no"]


def _taken(got: list[Delivered]) -> set[tuple[str, int]]:
    return {_change(one) for one in list(got)}


def _done(company: Company) -> bool:
    (outbox,) = outboxes(company.session, OutboxesRequest(NOW)).outboxes
    return outbox.through == company.runs and set(stands(company).values()) == {"delivered"}


def test_nothing_is_sent_while_deliveries_are_paused(company: Company) -> None:
    """A restored workspace: nothing goes out before somebody says so"""
    with receiver() as crm, company.dispatcher(paused=True) as dispatcher:
        company.endpoint(crm.url)
        company.run("L1")
        dispatcher.wake()
        time.sleep(0.3)
        assert dispatcher.is_paused
        assert crm.got == []
        dispatcher.resume()
        crm.wait(1)
        dispatcher.pause()
        company.run("L2")
        time.sleep(0.3)
        assert len(crm.got) == 1


def test_an_endpoint_that_is_paused_loses_nothing(company: Company) -> None:
    """Paused for a while, then resumed"""
    with receiver() as crm, company.dispatcher() as dispatcher:
        company.endpoint(crm.url)
        company.run("L1")
        crm.wait(1)
        change(company, "e1", "pause")
        dispatcher.refresh()
        until(lambda: dispatcher.status()[0].state == "paused")
        company.run("L2")
        time.sleep(0.3)
        assert len(crm.got) == 1
        change(company, "e1", "resume")
        dispatcher.refresh()
        crm.wait(2)


def test_a_removed_endpoint_hears_nothing_more(company: Company) -> None:
    """Removed: what was owed to it is owed no more"""
    with receiver() as crm, company.dispatcher() as dispatcher:
        company.endpoint(crm.url)
        company.run("L1")
        crm.wait(1)
        change(company, "e1", "remove")
        dispatcher.refresh()
        until(lambda: dispatcher.status() == ())
        company.run("L2")
        time.sleep(0.3)
        assert len(crm.got) == 1


def test_the_own_network_hears_nothing_unless_it_is_allowed(company: Company) -> None:
    """http://127.0.0.1: the delivery fails with a word that says why, and nothing arrives"""
    with receiver() as crm:
        company.endpoint(crm.url)
        company.run("L1")
        with company.dispatcher(allow_private=False):
            until(lambda: stands(company) == {"L1": "failed"})
        assert crm.got == []
        (failed,) = deliveries(company.session, DeliveriesRequest(NOW)).deliveries
        assert failed.status == "forbidden-address"


def test_a_name_is_resolved_by_the_guard(company: Company) -> None:
    """rebind.example leads to this computer when it is looked up"""
    with receiver() as crm:
        port = crm.url.rsplit(":", 1)[1]
        company.endpoint(f"http://rebind.example:{port}")
        company.run("L1")
        with company.dispatcher(allow_private=False, resolve=lambda *_: ["127.0.0.1"]):
            until(lambda: stands(company) == {"L1": "failed"})
        assert crm.got == []


def test_a_webhook_whose_address_is_a_variable(company: Company) -> None:
    """The address has a token in it: env:CRM_URL"""
    with receiver() as crm, company.dispatcher(environment={"CRM_URL": f"{crm.url}?token=x"}):
        company.endpoint("env:CRM_URL", kind="webhook")
        company.endpoint("env:NOT_SET", kind="webhook")
        company.run("L1")
        (one,) = crm.wait(1)
        assert one.path == "/hook?token=x"
        until(lambda: len(deliveries(company.session, DeliveriesRequest(NOW)).deliveries) == 1)
        (failed,) = deliveries(company.session, DeliveriesRequest(NOW)).deliveries
        assert (failed.endpoint_id, failed.status) == ("e2", "no-address")


def test_an_answer_that_never_ends_is_cut_off(company: Company) -> None:
    """A receiver that says 200 and then drips is done with; one that drips before it is no answer"""
    with drip() as url, company.dispatcher(time_out=0.5):
        company.endpoint(url)
        began = time.monotonic()
        company.run("L1")
        until(lambda: stands(company) == {"L1": "failed"})
        assert time.monotonic() - began < 4
    (failed,) = deliveries(company.session, DeliveriesRequest(NOW)).deliveries
    assert failed.status == "timeout"


@contextmanager
def drip() -> Iterator[str]:
    """A server that sends a byte of its headers now and then."""
    import socket

    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                con, _ = listening.accept()
            except OSError:
                return
            with con:
                try:
                    con.sendall(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(200):
                        con.sendall(b"x-slow: 1\r\n")
                        if over.wait(0.1):
                            return
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)  # closing alone does not wake who accepts
        listening.close()
        thread.join(5)
        assert not thread.is_alive()


def test_whoever_was_forgotten_is_told_of_no_more(company: Company, soon: None) -> None:
    """
    crm  does not take L1 nor L2
         L1 is forgotten; crm takes what it is sent
    """
    status = [500]
    with receiver(lambda _: (status[0], {})) as crm, company.dispatcher() as dispatcher:
        company.endpoint(crm.url)
        company.run("L1", "L2")
        crm.wait(2)
        company.forget("L1")
        time.sleep(0.1)
        before, status[0] = len(crm.got), 200
        until(lambda: dispatcher.status()[0].waiting == 0)
        assert {_change(one)[0] for one in crm.got[before:]} == {"L2"}


def test_no_log_names_a_lead_or_an_address(
    company: Company, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Failures are told by the endpoint's id and a word; when it changes, so that logs do not swell"""
    caplog.set_level(logging.INFO)
    with (
        receiver(lambda _: (500, {})) as crm,
        company.dispatcher(environment={"CHAT": "json://ana:token@127.0.0.1:1/"}),
    ):
        company.endpoint(f"{crm.url}/ana-token")
        company.endpoint("env:CHAT")
        company.run("ana@example.com", "Ben Miller")
        until(lambda: sum(s == "failed" for s in stands(company).values()) == 2)
        until(lambda: _endpoints_with_failures(company) == {"e1", "e2"})
    lines = company.lines.getvalue()
    assert sorted(json.loads(line)["id"] for line in lines.splitlines()) == ["e1", "e2"]
    said = f"{lines}{caplog.text}{capfd.readouterr()}"
    for secret in ("ana", "Ben", "token", "127.0.0.1"):
        assert secret not in said


def _endpoints_with_failures(company: Company) -> set[str]:
    found = deliveries(company.session, DeliveriesRequest(NOW)).deliveries
    return {d.endpoint_id for d in found}


class Turns:
    """A turn that a test gives and takes."""

    def __init__(self, *, ours: bool) -> None:
        self.ours = ours

    def is_ours(self) -> bool:
        return self.ours

    def close(self) -> None:
        self.ours = False


def test_of_two_servers_one_delivers(company: Company) -> None:
    """
    a  delivers L1; it is b's turn then, which delivers L2
    b  stops; a goes on with L3, and repeats nothing
    """
    first, second = Turns(ours=True), Turns(ours=False)
    with (
        receiver() as crm,
        company.dispatcher(turn=first) as a,
        company.dispatcher(turn=second) as b,
    ):
        company.endpoint(crm.url)
        company.run("L1")
        crm.wait(1)
        until(lambda: stands(company) == {"L1": "delivered"})
        first.ours, second.ours = False, True
        until(lambda: a.status() == () and len(b.status()) == 1)
        company.run("L2")
        crm.wait(2)
        until(lambda: len(stands(company)) == 2)
        first.ours, second.ours = True, False
        until(lambda: b.status() == () and len(a.status()) == 1)
        company.run("L3")
        crm.wait(3)
        time.sleep(0.3)
        assert [_change(one)[0] for one in crm.got] == ["L1", "L2", "L3"]
