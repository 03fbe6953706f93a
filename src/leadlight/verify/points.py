"""All contact points of a lead: the best one speaks, and a number without a country takes one from
what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from leadlight.facts.contact import (
    ASSUMED_COUNTRY,
    OTHER_EMAIL,
    OTHER_PHONE,
    Check,
    Verdict,
)
from leadlight.verify.numbering import plan
from leadlight.verify.person import Lead
from leadlight.verify.phone import PhoneCheck, check_phone

BEST: tuple[Verdict, ...] = ("reachable", "risky", "unknown", "unreachable")
_APART = {
    "other_emails": re.compile(r"[;,|\s]+"),
    "other_phones": re.compile(r"\s*(?:;(?!\s*ext)|[,|\n])\s*", re.IGNORECASE),
}
_ENDING = re.compile(r"\.([a-z]{2})\.?(?:[:/?#]|$)", re.IGNORECASE)
#: Endings of countries that are sold to everybody and say nothing of the country.
_ANYBODYS = re.compile(
    "a[cgim]|bz|c[cdfox]|fm|g[aglq]|io|l[ay]|m[elsu]|nu|pw|s[chotu]|t[kov]|vc|ws"
)


def further_points(lead: Lead, name: str) -> list[str]:
    """The further addresses (`other_emails`) or numbers (`other_phones`) of a lead, each once."""
    text = lead.get(name)
    if not text:
        return []
    parts = (part.strip() for part in _APART[name].split(text))
    return list(dict.fromkeys(p for p in parts if p))


def best_email(
    main: Check | None, others: Sequence[str], check: Callable[[str], Check | None]
) -> tuple[Check | None, str | None]:
    """The verdict on an address, or on the best of the further ones where that is better, with the
    one used instead: it is the proposed repair then, and the rule `other_email` says so.
    """
    best, used = main, None
    for text in others:
        found = check(text)
        if found is not None and (best is None or _is_better(found.verdict, best.verdict)):
            best, used = found, text
    if best is None or used is None:
        return main, None
    return Check(best.verdict, (*best.because, OTHER_EMAIL), best.repair or used), used


def best_phone(
    main: PhoneCheck | None, others: Sequence[str], check: Callable[[str], PhoneCheck | None]
) -> PhoneCheck | None:
    """The same for a number, by the rule `other_phone`."""
    best, used = main, None
    for text in others:
        found = check(text)
        if found is not None and (best is None or _is_better(found.verdict, best.verdict)):
            best, used = found, text
    if best is None or used is None:
        return main
    return best._replace(because=(*best.because, OTHER_PHONE), repair=best.repair or used)


def _is_better(one: Verdict, other: Verdict) -> bool:
    return BEST.index(one) < BEST.index(other)


def with_assumed_country(text: str, check: PhoneCheck, countries: Iterator[str]) -> PhoneCheck:
    """The verdict on a number that does not say its country, read as one of the first of these
    countries that it fits; no number is called unreachable by that.
    """
    for country in countries:
        read = check_phone(text, country)
        if read.e164 is not None and read.verdict != "unreachable":
            return read._replace(because=(*read.because, ASSUMED_COUNTRY))
    return check


def likely_countries(lead: Lead, usual: str | None) -> Iterator[str]:
    """The countries that a lead's number may be of, the likeliest first: that of its other numbers,
    of the ending of its site or address, and the usual one of the base.
    """
    yield from _of_numbers(lead)
    for name in ("website", "email"):
        country = _of_ending(lead.get(name) or "")
        if country is not None:
            yield country
    if usual:
        yield usual


def _of_numbers(lead: Lead) -> Iterator[str]:
    numbers = [lead.get("phone"), lead.get("mobile"), *further_points(lead, "other_phones")]
    for text in numbers:
        if text and text.startswith("+"):
            country = check_phone(text).country
            if country:
                yield country


def _of_ending(text: str) -> str | None:
    """The country of the ending of an address or a site: `.de`, `.co.uk`."""
    host = re.sub(r"^[a-z]+://", "", text.strip(), flags=re.IGNORECASE).rpartition("@")[2]
    found = _ENDING.search(host.partition("/")[0])
    ending = found[1].lower() if found else ""
    if not ending or _ANYBODYS.fullmatch(ending):
        return None
    return plan().country("GB" if ending == "uk" else ending.upper())
