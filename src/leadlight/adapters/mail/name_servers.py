"""Asks the name servers of this computer about a domain that sends mail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import dns.exception
import dns.resolver
import dns.reversename
import tldextract

from leadlight.problems import CannotDo

#: In seconds, for one question with all its tries.
PATIENCE = 4.0


class NameServers:
    """The port `NameServer`. Raises `CannotDo` when nobody answers at all."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not nameservers)
        except dns.resolver.NoResolverConfiguration:
            raise CannotDo("This computer has no name server to ask.") from None
        if nameservers:
            self._resolver.nameservers, self._resolver.port = list(nameservers), port
        self._resolver.lifetime = PATIENCE

    def texts(self, name: str) -> Sequence[str]:
        """The TXT records of a name."""
        return [
            b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")
        ]

    def addresses(self, name: str) -> Sequence[str]:
        """The addresses of a host."""
        return [str(r) for kind in ("A", "AAAA") for r in self._ask(name, kind)]

    def exchanges(self, name: str) -> Sequence[str]:
        """The hosts that take mail for a domain."""
        return [str(record.exchange) for record in self._ask(name, "MX")]

    def names(self, address: str) -> Sequence[str]:
        """The names that an address leads back to."""
        return [
            str(r).rstrip(".") for r in self._ask(str(dns.reversename.from_address(address)), "PTR")
        ]

    def _ask(self, name: str, kind: str) -> Sequence[Any]:
        try:
            return list(self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError):
            return []
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
            return []
        except dns.exception.DNSException as fault:
            raise CannotDo(
                f"No name server answers about {name}: {type(fault).__name__}."
            ) from None


@lru_cache
def parent_domain(domain: str) -> str:
    """The domain that was registered: acme.co.uk of mail.acme.co.uk."""
    extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    return extract(domain).top_domain_under_public_suffix or domain
