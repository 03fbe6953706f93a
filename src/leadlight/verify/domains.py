"""What is known of an e-mail domain by its name alone, and what it may answer when it is asked."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from leadlight.verify import lookalike, providers, shipped, syntax

DomainAnswer = Literal["not asked", "accepts mail", "no mail", "no such domain", "no answer"]

# What a domain's answer adds; no answer, or none asked for, adds nothing.
ANSWERED: dict[DomainAnswer, tuple[str, ...]] = {
    "no mail": ("no_mail",),
    "no such domain": ("no_such_domain",),
}

REMEMBERED = 1 << 18  # distinct domains whose answer is kept in memory
_EXAMPLES = tuple(f"example.{ending}" for ending in ("com", "net", "org", "edu"))
_UNDER_EXAMPLES = tuple(f".{domain}" for domain in _EXAMPLES)


class Domain(NamedTuple):
    """One domain: its name in Punycode, the rules that speak of it, and the domain that was meant
    instead.
    """

    name: str
    size: int  # bytes of the longest way it is written
    rules: tuple[str, ...]
    meant: str | None = None


@lru_cache(maxsize=REMEMBERED)
def known(domain: str) -> Domain | None:
    """What speaks of a domain as it was typed; None when it is malformed."""
    plain = domain.lower()
    if syntax.plain_domain(plain):
        return _judged(plain, plain, len(plain))
    if syntax.never_a_domain(plain):
        return None
    parts = syntax.parted(f"x@{domain}")
    if parts is None:
        return None
    return _judged(
        parts.domain,
        parts.letters,
        max(len(form.encode()) for form in (domain, parts.domain, parts.letters)),
    )


def _judged(name: str, letters: str, size: int) -> Domain:
    last = name.rpartition(".")[2]
    if last in syntax.RESERVED or name in _EXAMPLES or name.endswith(_UNDER_EXAMPLES):
        return Domain(name, size, ("reserved_domain",))
    ending_known = last in shipped.endings()
    rules = [] if ending_known else ["unknown_ending"]
    if _disposable(name):
        rules.append("disposable")
    if name in shipped.words("fillers")["always"]:
        rules.append("test_address")
    imitated = lookalike.imitates(letters)
    if imitated is not None:
        return Domain(name, size, (*rules, "look_alike"), imitated or None)
    meant = providers.meant(name, ending_known)
    if meant is not None:  # `gmial.com` is disposable as well: somebody collects what goes astray
        return Domain(name, size, (*rules, "typo"), meant)
    if "disposable" not in rules and providers.is_free(name):
        rules.append("free")
    return Domain(name, size, tuple(rules))


def _disposable(name: str) -> bool:
    """A domain is disposable when it, or one above it, is listed."""
    listed = shipped.disposable()
    while "." in name:
        if name in listed:
            return True
        name = name.partition(".")[2]
    return False
