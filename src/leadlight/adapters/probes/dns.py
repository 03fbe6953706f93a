"""Asks the name servers whether a domain accepts mail. Nothing leaves the machine unless
`ask_domains` is called.

Names of domains are all that is sent; a mailbox never is. What was asked is neither logged nor put
into a fault.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from leadlight.verify.domains import DomainAnswer

if TYPE_CHECKING:
    import dns.resolver


class KnownAnswer(NamedTuple):
    """What a domain answered, and when."""

    answer: DomainAnswer
    at: datetime


@dataclass(frozen=True, slots=True)
class Bounds:
    """How politely is asked. `at_most` counts domains, `per_second` every question (a domain takes
    one to three).
    """

    at_most: int = 1000
    per_second: float = 20.0
    at_once: int = 8
    timeout: float = 3.0  # seconds a domain is waited for, all its questions together
    days_valid: int = 30


def ask_domains(
    domains: Iterable[str],
    *,
    now: datetime,
    known: MutableMapping[str, KnownAnswer],
    bounds: Bounds | None = None,
    nameservers: Sequence[str] | None = None,
    port: int = 53,
) -> dict[str, DomainAnswer]:
    """What each domain (in Punycode) answers: of `known` while that is valid, else asked and put
    there.

    Domains beyond the bound are `not asked`. `no answer` is not remembered, so it is asked again
    the next time.
    """
    bounds = bounds or Bounds()
    wanted = list(dict.fromkeys(domains))
    since = now - timedelta(days=bounds.days_valid)
    found: dict[str, DomainAnswer] = {
        d: known[d].answer for d in wanted if d in known and known[d].at > since
    }
    fresh = list(islice((d for d in wanted if d not in found), max(0, bounds.at_most)))
    for domain, answer in zip(fresh, _ask(fresh, bounds, nameservers, port), strict=True):
        found[domain] = answer
        if answer != "no answer":
            known[domain] = KnownAnswer(answer, now)
    return {domain: found.get(domain, "not asked") for domain in wanted}


def _ask(
    domains: list[str], bounds: Bounds, nameservers: Sequence[str] | None, port: int
) -> list[DomainAnswer]:
    if not domains:
        return []
    resolver = _resolver(nameservers, port)
    if resolver is None:
        return ["no answer"] * len(domains)
    pace = _Pace(bounds.per_second)
    with ThreadPoolExecutor(max_workers=max(1, bounds.at_once), thread_name_prefix="probe") as pool:
        answers = list(
            pool.map(lambda domain: _answer(resolver, domain, pace, bounds.timeout), domains)
        )
    if nameservers is None and "no such domain" in answers and _blind(resolver, bounds.timeout):
        return ["no answer" if a == "no such domain" else a for a in answers]
    return answers


def _blind(resolver: dns.resolver.Resolver, timeout: float) -> bool:
    """Whether the name server knows nothing of the world (a closed network): it denies even that
    `com` exists.
    """
    return _answer(resolver, "com.", _Pace(1_000), timeout) == "no such domain"


def _resolver(nameservers: Sequence[str] | None, port: int) -> dns.resolver.Resolver | None:
    """The given name servers, or this machine's; None when the machine names none."""
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=nameservers is None)
    except dns.resolver.NoResolverConfiguration:
        return None
    if nameservers is not None:
        resolver.nameservers = list(nameservers)
        resolver.port = port
    return resolver


def _answer(
    resolver: dns.resolver.Resolver, domain: str, pace: _Pace, timeout: float
) -> DomainAnswer:
    """One domain's answer: its mail exchangers, or, when it names none, whether it has an address
    at all.
    """
    import dns.exception
    import dns.name
    import dns.resolver

    left = timeout
    try:
        name = dns.name.from_text(domain)
        for kind in ("MX", "A", "AAAA"):
            pace.wait()
            start = time.monotonic()
            said = resolver.resolve(
                name, kind, raise_on_no_answer=False, search=False, lifetime=max(left, 0.05)
            ).rrset
            left -= time.monotonic() - start
            if said is not None:
                null = kind == "MX" and all(mx.exchange == dns.name.root for mx in said)
                return "no mail" if null else "accepts mail"
    except dns.resolver.NXDOMAIN:
        return "no such domain"
    except (
        dns.exception.DNSException,
        OSError,
        ValueError,
    ):  # a failing or silent server, a name DNS cannot carry
        return "no answer"
    return "no mail"


class _Pace:
    """Lets one question through after the other, never more than so many a second."""

    def __init__(self, per_second: float) -> None:
        self._between = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._between
        time.sleep(max(0.0, turn - time.monotonic()))
