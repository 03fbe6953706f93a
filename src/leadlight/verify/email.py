"""Is this e-mail address real? The rules of `facts.contact` applied to one address, or to many,
without asking anyone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from leadlight.facts.contact import RULES, Check, Verdict
from leadlight.verify import domains, mailbox, slips, syntax
from leadlight.verify.domain_batches import plain_domains
from leadlight.verify.domains import ANSWERED, DomainAnswer
from leadlight.verify.mailbox_batches import plain_mailboxes

_PLACE = {name: place for place, name in enumerate(RULES)}
_WORST: tuple[Verdict, ...] = ("unreachable", "risky", "unknown")
_BLANKS = " \t\r\n"
_CLEAN = Check("reachable")
AT_A_TIME = 1_000
#: Before and behind the @ there is room for a mailbox of any length.
_SHORT = syntax.WHOLE - 1 - syntax.LONGEST_MAILBOX


def check_email(
    text: str,
    *,
    answer: DomainAnswer | None = None,
    bounced: bool = False,
    complained: bool = False,
) -> Check:
    """What the rules say of an address; `answer` is its domain's when it was asked, and never
    decides by its absence.

    Blanks around the address are no fault: they are left aside.
    """
    if answer is None and not bounced and not complained:
        return _by_letters(text)
    rules, repair = _rules_of(text.strip(_BLANKS))
    if answer is not None and "reserved_domain" not in rules:
        rules += ANSWERED.get(answer, ())
    if bounced:
        rules += ("bounced",)
    if complained:
        rules += ("complained",)
    return _check(rules, repair)


def check_emails(texts: Iterable[str]) -> list[Check]:
    """The same for many distinct addresses, in their order, some hundreds at a time."""
    found: list[Check] = []
    domain_checks: dict[str, Check | None] = {}
    remaining = iter(texts)
    while batch := [text.strip(_BLANKS) for text in islice(remaining, AT_A_TIME)]:
        found += _check_batch(batch, domain_checks)
    return found


def _check_batch(addresses: list[str], domain_checks: dict[str, Check | None]) -> list[Check]:
    """A plain mailbox is as good as its domain; the others are looked at one by one."""
    # Parted twice, so that no thousand tuples are alive at once: the collector of garbage would go
    # through all that there is again and again.
    before = [address.rpartition("@")[0] for address in addresses]
    behind = [address.rpartition("@")[2] for address in addresses]
    new = list(set(behind).difference(domain_checks))
    for domain, is_plain in zip(new, plain_domains(new), strict=True):
        domain_checks[domain] = _CLEAN if is_plain else _check_of_domain(domain)
    of_domains = [domain_checks[domain] for domain in behind]
    return [
        (is_plain and of_domain) or _by_letters(address)
        for address, of_domain, is_plain in zip(
            addresses, of_domains, plain_mailboxes(before), strict=True
        )
    ]


def _check_of_domain(domain: str) -> Check | None:
    """What the rules say of every plain mailbox of a domain; None where that depends on the
    mailbox.
    """
    found = domains.look_up(domain)
    if found is None or found.meant is not None or found.size > _SHORT:
        return None
    return _check_of_rules(found.rules) if found.rules else _CLEAN


def _by_letters(text: str) -> Check:
    rules, repair = _rules_of(text.strip(_BLANKS))
    return _check(rules, repair) if rules else _CLEAN


def domain_of(text: str) -> str | None:
    """The domain to ask for an address, in Punycode; None when the address is malformed or its
    domain need not be asked.
    """
    text = text.strip(_BLANKS)
    if "malformed" in _rules_of(text)[0]:
        return None
    known = domains.look_up(text.rpartition("@")[2])
    asking = known is not None and {"reserved_domain", "unknown_ending"}.isdisjoint(known.rules)
    return known.name if known is not None and asking else None


def _rules_of(address: str) -> tuple[tuple[str, ...], str | None]:
    """The rules that speak of an address by its letters alone, and the repair proposed."""
    parts = _parts(address)
    if parts is None:
        return ("malformed",), _repair(address)
    before, domain = parts
    rules = domain.rules
    if "reserved_domain" not in rules:
        rules += mailbox.rules_of(before)
        if len(before) <= mailbox.LONGEST_FILLER and mailbox.is_filler(before, domain.name):
            rules += ("test_address",)
    typed = slips.keyboard_text(before)
    if typed != before and "typo" not in rules:
        rules += ("typo",)
    if typed == before and domain.meant is None:
        return rules, None
    return rules, f"{typed}@{domain.meant or address.rpartition('@')[2]}"


def _parts(address: str) -> tuple[str, domains.Domain] | None:
    """The mailbox, and what is known of the domain; None when the address is malformed."""
    if len(address) > syntax.LONGEST:
        return None
    typed, _, behind = address.rpartition("@")
    domain = domains.look_up(behind)
    before = None if domain is None else syntax.mailbox(typed)
    if domain is None or before is None:
        return None
    bytes_before = (
        len(before) if before.isascii() else max(len(before.encode()), len(typed.encode()))
    )
    return (before, domain) if bytes_before + 1 + domain.size <= syntax.WHOLE else None


def _repair(address: str) -> str | None:
    """The first well-formed address behind the slips; a typo in its domain is repaired in the same
    step.
    """
    for proposal in slips.repairs(address):
        parts = _parts(proposal)
        if proposal != address and parts is not None:
            return proposal if parts[1].meant is None else f"{parts[0]}@{parts[1].meant}"
    return None


def _check(rules: tuple[str, ...], repair: str | None) -> Check:
    plain = _check_of_rules(rules)
    return plain if repair is None else Check(plain.verdict, plain.because, repair)


@lru_cache(maxsize=4096)
def _check_of_rules(rules: tuple[str, ...]) -> Check:
    """The worst of what the rules mean, their names in the order of the table."""
    means = {RULES[rule].means for rule in rules}
    verdict: Verdict = next((v for v in _WORST if v in means), "reachable")
    return Check(verdict, tuple(sorted(set(rules), key=_PLACE.__getitem__)))
