"""Whether a domain may send mail: what name servers answer, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from leadlight.nurture.domain_check import check_domain

KEY = "v=DKIM1; k=rsa; p=" + "A" * 392
GOOD = {
    "acme.com": ["v=spf1 include:relay.example -all", "google-site-verification=x"],
    "relay.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "s1._domainkey.acme.com": [KEY],
    "_dmarc.acme.com": ["v=DMARC1; p=none; rua=mailto:d@acme.com"],
}


class Names:
    """Name servers that answer from a table."""

    def __init__(self, texts: dict[str, list[str]], ptr: bool = True) -> None:
        self._texts, self._ptr = texts, ptr

    def texts(self, name: str) -> Sequence[str]:
        return self._texts.get(name, [])

    def addresses(self, name: str) -> Sequence[str]:
        return ["192.0.2.7"]

    def exchanges(self, name: str) -> Sequence[str]:
        return ["mx.acme.com."]

    def names(self, address: str) -> Sequence[str]:
        return ["mail.acme.com"] if self._ptr else []


def states(texts: dict[str, list[str]], **options: bool) -> dict[str, str]:
    found = check_domain(
        Names({**GOOD, **texts}, **options), "acme.com", "acme.com", "s1", "mail.acme.com"
    )
    return {f.about: f.state for f in found}


def test_a_domain_that_is_set_up_may_send() -> None:
    """SPF, DKIM, DMARC, a mailbox and a name of the relay: nothing to mend"""
    assert set(states({}).values()) == {"good"}


@pytest.mark.parametrize(
    ("texts", "about", "state"),
    [
        ({"acme.com": []}, "SPF", "fault"),
        ({"acme.com": ["v=spf1 -all", "v=spf1 a -all"]}, "SPF", "fault"),
        ({"acme.com": ["v=spf1 a +all"]}, "SPF", "fault"),
        ({"acme.com": ["v=spf1 a"]}, "SPF", "doubt"),
        ({"acme.com": ["v=spf1 " + "a:x.example " * 11 + "-all"]}, "SPF", "fault"),
        ({"acme.com": ["v=spf1 include:acme.com -all"]}, "SPF", "good"),  # a circle ends
        ({"s1._domainkey.acme.com": []}, "DKIM", "fault"),
        ({"s1._domainkey.acme.com": ["v=DKIM1; p="]}, "DKIM", "fault"),
        ({"s1._domainkey.acme.com": ["v=DKIM1; p=AAAA"]}, "DKIM", "doubt"),
        ({"_dmarc.acme.com": []}, "DMARC", "fault"),
        ({"_dmarc.acme.com": ["v=DMARC1; p=maybe"]}, "DMARC", "fault"),
        ({"_dmarc.acme.com": ["v=DMARC1; p=reject; aspf=s"]}, "DMARC", "doubt"),
    ],
)
def test_what_providers_refuse_is_a_fault(
    texts: dict[str, list[str]], about: str, state: str
) -> None:
    """Two SPF records, eleven look-ups, a revoked key: each is told before the first mail"""
    assert states(texts)[about] == state


def test_a_relay_without_a_name_is_a_fault() -> None:
    """Gmail refuses an address that has no name"""
    assert states({}, ptr=False)["PTR"] == "fault"
