"""Whether a domain may send mail that providers take: SPF, DKIM, DMARC and the name of the relay.

The questions are asked by whoever calls; here is what the answers mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

#: RFC 7208: who needs more questions has no valid record.
MOST_LOOKUPS = 10
#: The names under which usual providers put their keys.
SELECTORS = (
    "default",
    "google",
    "selector1",
    "selector2",
    "s1",
    "s2",
    "k1",
    "k2",
    "k3",
    "mail",
    "dkim",
    "smtp",
    "mandrill",
    "mte1",
    "pm",
    "zoho",
)
State = Literal["good", "doubt", "fault"]


@dataclass(frozen=True)
class DomainFinding:
    """What was found of one of the conditions, and what to do, as a sentence."""

    about: str
    state: State
    says: str


class NameServer(Protocol):
    """What the name servers answer; nothing where there is no such name."""

    def texts(self, name: str) -> Sequence[str]:
        """The TXT records of a name."""
        ...

    def addresses(self, name: str) -> Sequence[str]:
        """The addresses of a host."""
        ...

    def exchanges(self, name: str) -> Sequence[str]:
        """The hosts that take mail for a domain."""
        ...

    def names(self, address: str) -> Sequence[str]:
        """The names that an address leads back to (PTR)."""
        ...


def check_domain(
    ask: NameServer, domain: str, parent: str, selector: str | None, relay: str | None
) -> tuple[DomainFinding, ...]:
    """What providers look at before they take a mail of a domain. `parent` is the domain that was
    registered (acme.com of mail.acme.com), `relay` the host that hands over, where it is known.
    """
    return (
        _spf(ask, domain),
        _dkim(ask, domain, selector),
        _dmarc(ask, domain, parent),
        _mx(ask, domain),
        *_ptr(ask, relay),
    )


def _spf(ask: NameServer, domain: str) -> DomainFinding:
    records = _records(ask, domain, "v=spf1")
    if len(records) != 1:
        said = f"{len(records)} SPF records; write exactly one" if records else "no SPF record"
        hint = f"{domain} has {said}: v=spf1 include:your-relay.example -all"
        return DomainFinding("SPF", "fault", f"{hint}.")
    if re.search(r"(?:^|\s)\+?all\b", records[0]):
        return DomainFinding("SPF", "fault", "+all lets anybody send: end it with -all.")
    lookups = _lookups(ask, domain, set())
    if lookups > MOST_LOOKUPS:
        said = f"{lookups} look-ups, and at most {MOST_LOOKUPS} count: take includes out."
        return DomainFinding("SPF", "fault", said)
    if not re.search(r"[-~]all\b|redirect=", records[0]):
        said = "It does not say what else is forged: end it with -all or ~all."
        return DomainFinding("SPF", "doubt", said)
    return DomainFinding("SPF", "good", f"One record, {lookups} of {MOST_LOOKUPS} look-ups.")


def _lookups(ask: NameServer, domain: str, seen: set[str]) -> int:
    """How many questions a record costs, those of what it includes too."""
    if domain in seen or len(seen) > 3 * MOST_LOOKUPS:
        return 0
    seen.add(domain)
    count = 0
    for record in _records(ask, domain, "v=spf1")[:1]:
        for term in record.split()[1:]:
            word = term.lstrip("+-~?").lower()
            if re.match(r"(?:a|mx|ptr|exists)(?:[:/]|$)", word):
                count += 1
            target = re.match(r"(?:include:|redirect=)(\S+)", word)
            if target:
                count += 1 + _lookups(ask, target[1], seen)
    return count


def _dkim(ask: NameServer, domain: str, selector: str | None) -> DomainFinding:
    for name in (selector,) if selector else SELECTORS:
        for record in ask.texts(f"{name}._domainkey.{domain}"):
            key = re.search(r"(?:^|;)\s*p=([^;]*)", record)
            if key is None:
                continue
            if not key[1].strip():
                return DomainFinding("DKIM", "fault", f"The key {name} was revoked.")
            if "k=ed25519" not in record and len(re.sub(r"\s", "", key[1])) < 300:
                said = f"The key {name} is short: take one of 2,048 bits."
                return DomainFinding("DKIM", "doubt", said)
            return DomainFinding("DKIM", "good", f"A key {name} is published.")
    if selector:
        said = f"There is no key {selector}._domainkey.{domain}."
        return DomainFinding("DKIM", "fault", said)
    said = "No key under a usual name: name the one that s= of DKIM-Signature in your mails says."
    return DomainFinding("DKIM", "doubt", said)


def _dmarc(ask: NameServer, domain: str, parent: str) -> DomainFinding:
    at = next((d for d in (domain, parent) if _records(ask, f"_dmarc.{d}", "v=dmarc1")), None)
    if at is None:
        said = f"Nothing at _dmarc.{parent}: write v=DMARC1; p=none; rua=mailto:you@{parent}."
        return DomainFinding("DMARC", "fault", said)
    tags = _tags(_records(ask, f"_dmarc.{at}", "v=dmarc1")[0])
    policy = tags.get("sp" if at != domain and "sp" in tags else "p", "")
    if policy not in ("none", "quarantine", "reject"):
        return DomainFinding("DMARC", "fault", f"Its policy p={policy} is none.")
    strict = [name for name, tag in (("SPF", "aspf"), ("DKIM", "adkim")) if tags.get(tag) == "s"]
    aligned = (
        f"The domain of {' and of '.join(strict)} must be exactly {domain}."
        if strict
        else f"SPF or DKIM must be of {parent}."
    )
    state: State = "good" if "rua" in tags else "doubt"
    reports = "" if "rua" in tags else " Add rua= to hear who sends in your name."
    return DomainFinding("DMARC", state, f"p={policy}. {aligned}{reports}")


def _mx(ask: NameServer, domain: str) -> DomainFinding:
    if [h for h in ask.exchanges(domain) if h.strip(".")]:
        return DomainFinding("MX", "good", "Answers, and mails that come back, arrive.")
    said = f"{domain} takes no mail: answers and mails that come back are lost."
    return DomainFinding("MX", "fault", said)


def _ptr(ask: NameServer, relay: str | None) -> Iterator[DomainFinding]:
    """Whether the relay's address has a name that leads back to it."""
    if relay is None:
        return
    addresses = ask.addresses(relay)
    if not addresses:
        yield DomainFinding("PTR", "doubt", f"{relay} has no address that can be asked for.")
        return
    for address in addresses[:4]:
        names = ask.names(address)
        if not any(address in ask.addresses(name) for name in names):
            said = f"{address} has no name that leads back to it: Gmail refuses such a relay."
            yield DomainFinding("PTR", "fault", said)
            return
    yield DomainFinding("PTR", "good", f"{relay} has a name that leads back to it.")


def _records(ask: NameServer, name: str, version: str) -> list[str]:
    found = (" ".join(text.split()) for text in ask.texts(name))
    return [text for text in found if re.match(rf"{re.escape(version)}(?:[\s;]|$)", text, re.I)]


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs if name.strip()}
