"""E-mail domain -> site and name of the company; never of a mail provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from leadlight.enrich.enricher import Finding, Row

#: A domain -> the one that its owner registered (`acme.co.uk` of `mail.acme.co.uk`), and its word
#: (`acme`); None where it is of a provider, disposable or nobody's.
DomainReader = Callable[[str], tuple[str, str] | None]
#: Words of a domain that are written in capitals.
_SHORT = 3


class DomainEnricher:
    """Says of an e-mail address which company's it is."""

    name = "domains"
    about = "The company's site and name by the domain of the e-mail address."
    reads = ("email",)
    adds: ClassVar[Mapping[str, str]] = {"website": "text", "company": "text"}

    def __init__(self, read_domain: DomainReader) -> None:
        self._read_domain = read_domain

    def enrich(self, rows: Sequence[Row]) -> list[list[Finding]]:
        """Findings of each address."""
        return [self._findings(str(row.get("email") or "")) for row in rows]

    def _findings(self, address: str) -> list[Finding]:
        domain = address.rpartition("@")[2].strip().lower()
        read = self._read_domain(domain) if domain and "@" in address else None
        if read is None:
            return []
        site, word = read
        source = f"domain {site}"
        return [
            Finding("website", f"https://{site}", source, 0.8),
            Finding("company", company_name(word), source, 0.5),
        ]


def company_name(word: str) -> str:
    """The word of a domain as a name: `acme-labs` is Acme Labs, `ibm` is IBM. A guess."""
    parts = [p for p in word.split("-") if p]
    return " ".join(p.upper() if len(p) <= _SHORT else p.capitalize() for p in parts) or word
