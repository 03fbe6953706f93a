"""What is known of an e-mail domain by its name alone, and what it may answer when it is asked."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from leadlight.verify import lookalike, providers, syntax, word_lists

DomainAnswer = Literal["not asked", "accepts mail", "no mail", "no such domain", "no answer"]

# What a domain's answer adds; no answer, or none asked for, adds nothing.
ANSWERED: dict[DomainAnswer, tuple[str, ...]] = {
    "no mail": ("no_mail",),
    "no such domain": ("no_such_domain",),
}

REMEMBERED = 1 << 18  # distinct domains whose answer is kept in memory
EXAMPLES = tuple(f"example.{ending}" for ending in ("com", "net", "org", "edu"))
_UNDER_EXAMPLES = tuple(f".{domain}" for domain in EXAMPLES)


class Domain(NamedTuple):
    """One domain: its name in Punycode, the rules that speak of it, and the domain that was meant
    instead.
    """

    name: str
    size: int  # bytes of the longest way it is written
    rules: tuple[str, ...]
    meant: str | None = None


@lru_cache(maxsize=REMEMBERED)
def look_up(domain: str) -> Domain | None:
    """What speaks of a domain as it was typed; None when it is malformed."""
    plain = domain.lower()
    if syntax.plain_domain(plain):
        return _domain(plain, plain, len(plain))
    if syntax.never_a_domain(plain):
        return None
    parts = syntax.split_address(f"x@{domain}")
    if parts is None:
        return None
    return _domain(
        parts.domain,
        parts.letters,
        max(len(form.encode()) for form in (domain, parts.domain, parts.letters)),
    )


def _domain(name: str, letters: str, size: int) -> Domain:
    if _is_reserved(name):
        return Domain(name, size, ("reserved_domain",))
    rules = _rules_of_name(name)
    imitated = lookalike.imitates(letters)
    if imitated is not None:
        return Domain(name, size, (*rules, "look_alike"), imitated or None)
    intended = providers.intended_domain(name, "unknown_ending" not in rules)
    if intended is not None:
        # `gmial.com` is disposable as well: somebody collects what goes astray
        return Domain(name, size, (*rules, "typo"), intended)
    if "disposable" not in rules and providers.is_free(name):
        rules += ("free",)
    return Domain(name, size, rules)


def _is_reserved(name: str) -> bool:
    ending = name.rpartition(".")[2]
    return ending in syntax.RESERVED or name in EXAMPLES or name.endswith(_UNDER_EXAMPLES)


def _rules_of_name(name: str) -> tuple[str, ...]:
    """What the lists say of a domain."""
    rules = []
    if name.rpartition(".")[2] not in word_lists.endings():
        rules.append("unknown_ending")
    if _disposable(name):
        rules.append("disposable")
    if name in word_lists.words("fillers")["always"]:
        rules.append("test_address")
    return tuple(rules)


def _disposable(name: str) -> bool:
    """A domain is disposable when it, or one above it, is listed."""
    listed = word_lists.disposable()
    while "." in name:
        if name in listed:
            return True
        name = name.partition(".")[2]
    return False
