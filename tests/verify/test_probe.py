"""What a domain answers, asked of a name server on this machine. Nothing here leaves it."""

import logging
import socket
import threading
import time
from datetime import datetime, timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from leadlight.adapters.probes.dns import Bounds, KnownAnswer, ask_domains

NOW = datetime(2026, 3, 1, 12)
QUICK = Bounds(per_second=1000, timeout=0.4)

ZONES = {
    ("acme.test-zone.", "MX"): ["10 mail.acme.test-zone."],
    ("null.test-zone.", "MX"): ["0 ."],
    ("web.test-zone.", "A"): ["192.0.2.1"],
    ("six.test-zone.", "AAAA"): ["2001:db8::1"],
    ("xn--mnchen-3ya.de.", "MX"): ["10 mail.acme.test-zone."],
}
THERE = {name for name, _ in ZONES} | {"empty.test-zone."}


class NameServer(threading.Thread):
    """A name server of a few domains: one refuses to work, one stays silent."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked: list[str] = []

    def run(self) -> None:
        while True:
            try:
                wire, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            if not wire:
                return
            reply = self.reply(dns.message.from_wire(wire))
            if reply is not None:
                self.socket.sendto(reply.to_wire(), sender)

    def reply(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        if name == "silent.test-zone.":
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name == "broken.test-zone.":
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif name not in THERE:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif (name, kind) in ZONES:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *ZONES[name, kind]))
        return reply

    def close(self) -> None:
        """The thread is woken with an empty parcel, so that it ends before its socket does."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        self.join(5)
        self.socket.close()


@pytest.fixture
def server():
    running = NameServer()
    running.start()
    yield running
    running.close()


@pytest.fixture
def ask(server):
    def asking(*domains, known=None, bounds=QUICK, now=NOW):
        memory = {} if known is None else known
        return ask_domains(
            domains,
            now=now,
            known=memory,
            bounds=bounds,
            nameservers=["127.0.0.1"],
            port=server.port,
        )

    return asking


@pytest.mark.parametrize(
    ("domain", "answer"),
    [
        ("acme.test-zone", "accepts mail"),  # it names a mail exchanger
        ("xn--mnchen-3ya.de", "accepts mail"),
        ("web.test-zone", "accepts mail"),  # none, but it has an address
        ("six.test-zone", "accepts mail"),
        ("null.test-zone", "no mail"),  # a null MX: it says so itself
        ("empty.test-zone", "no mail"),  # it exists, and has neither
        ("nowhere.test-zone", "no such domain"),
        ("broken.test-zone", "no answer"),
        ("silent.test-zone", "no answer"),
        ("a" * 70 + ".test-zone", "no answer"),  # a name that DNS cannot carry
    ],
)
def test_what_a_domain_answers(ask, domain, answer):
    """MX, null MX, an address only, no such domain, a failing server, a silent one."""
    assert ask(domain) == {domain: answer}


def test_an_answer_is_remembered_for_its_days(ask, server):
    """acme.test-zone is asked on the 1st; on the 20th it is remembered, after 31 days it is asked again."""
    known: dict[str, KnownAnswer] = {}
    ask("acme.test-zone", known=known)
    assert known == {"acme.test-zone": KnownAnswer("accepts mail", NOW)}
    ask("acme.test-zone", known=known, now=NOW + timedelta(days=19))
    assert len(server.asked) == 1
    ask("acme.test-zone", known=known, now=NOW + timedelta(days=31))
    assert len(server.asked) == 2


def test_no_answer_is_not_remembered(ask, server):
    """A server that fails today is asked again tomorrow."""
    known: dict[str, KnownAnswer] = {}
    ask("broken.test-zone", known=known)
    assert known == {}


def test_no_more_domains_are_asked_than_allowed(ask, server):
    """Of three domains, one may be asked: the others are `not asked`, and nothing is sent for them."""
    answers = ask(
        "acme.test-zone",
        "web.test-zone",
        "six.test-zone",
        bounds=Bounds(at_most=1, per_second=1000),
    )
    assert answers == {
        "acme.test-zone": "accepts mail",
        "web.test-zone": "not asked",
        "six.test-zone": "not asked",
    }
    assert server.asked == ["acme.test-zone. MX"]


def test_a_domain_is_asked_once(ask, server):
    """The same domain of three addresses is one question."""
    ask("acme.test-zone", "acme.test-zone", "acme.test-zone")
    assert len(server.asked) == 1


def test_the_rate_is_kept(ask):
    """Eleven questions at 50 a second take at least a fifth of a second, however many are asked at once."""
    start = time.monotonic()
    ask(*(f"n{n}.test-zone" for n in range(11)), bounds=Bounds(per_second=50, at_once=8))
    assert time.monotonic() - start >= 0.19


def test_silent_domains_are_waited_for_side_by_side(ask, server):
    """Each silent question is given up after the timeout, all its questions together."""
    start = time.monotonic()
    assert ask("silent.test-zone") == {"silent.test-zone": "no answer"}
    assert time.monotonic() - start < 2


def test_nothing_is_sent_for_nothing(ask, server):
    """No domains, no question."""
    assert ask() == {}
    assert server.asked == []


def test_no_domain_is_logged(ask, caplog):
    """Whatever is answered, no name is written to a log."""
    with caplog.at_level(logging.DEBUG):
        ask("acme.test-zone", "broken.test-zone", "nowhere.test-zone", "a..b")
    assert not caplog.records


def test_a_machine_without_name_servers_has_no_answer(monkeypatch):
    """No resolver is configured: every domain has no answer, and no fault is raised."""
    import dns.resolver

    def nowhere(*_args: object, **_kwargs: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", nowhere)
    assert ask_domains(["acme.test-zone"], now=NOW, known={}) == {"acme.test-zone": "no answer"}


def test_a_name_server_that_knows_nothing_of_the_world_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """a closed network, whose name server denies every domain, and even that `com` exists"""
    from leadlight.adapters.probes import dns as probes

    monkeypatch.setattr(probes, "_answer", lambda *_: "no such domain")
    assert probes._ask(["gmail.com", "x.de"], Bounds(), None, 53) == ["no answer", "no answer"]
    monkeypatch.setattr(
        probes, "_answer", lambda _, name, *__: "no mail" if name == "com." else "no such domain"
    )
    assert probes._ask(["gone.com"], Bounds(), None, 53) == ["no such domain"]
