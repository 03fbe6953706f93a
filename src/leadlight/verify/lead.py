"""Everything that verification says of one lead, in one row; and of many, each distinct value
checked once.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from leadlight.facts.contact import RULES, Check, Verdict
from leadlight.facts.missing import is_missing
from leadlight.verify.domains import DomainAnswer
from leadlight.verify.email import check_email, domain_of
from leadlight.verify.person import Lead, doubts
from leadlight.verify.phone import PhoneCheck, check_phone

NOT_ASKED: DomainAnswer = "not asked"
REMEMBERED = 1 << 17  # distinct values of a batch whose checks are kept
_BEST: tuple[Verdict, ...] = ("reachable", "risky", "unknown", "unreachable")


class LeadCheck(NamedTuple):
    """What `verify` states of a lead: the attributes of the catalog, but for the moment it was made
    at.
    """

    email_verdict: str | None = None
    email_because: str | None = None
    email_repair: str | None = None
    email_domain: str | None = None
    phone_verdict: str | None = None
    phone_because: str | None = None
    phone_repair: str | None = None
    mobile_verdict: str | None = None
    mobile_because: str | None = None
    mobile_repair: str | None = None
    phone_line: str | None = None
    phone_country: str | None = None
    doubts: str | None = None
    contact_because: str | None = None


def check_lead(
    lead: Lead,
    *,
    default_country: str | None = None,
    answer: DomainAnswer | None = None,
    bounced: bool = False,
    complained: bool = False,
    crowd: Sequence[str] = (),
) -> LeadCheck:
    """All checks of one lead: its address, both its numbers, and what it says of itself that does
    not fit together.

    `answer` is what the domain of its address answered when it was asked, `crowd` what was seen of
    many leads at once.
    """
    country, email = lead.get("country"), stated_value(lead, "email")
    phone, mobile = stated_value(lead, "phone"), stated_value(lead, "mobile")
    return combine(
        lead,
        (
            None
            if email is None
            else check_email(email, answer=answer, bounced=bounced, complained=complained)
        ),
        None if phone is None else check_phone(phone, country, default_country),
        None if mobile is None else check_phone(mobile, country, default_country),
        answer,
        crowd,
    )


def check_leads(
    leads: Iterable[Lead],
    *,
    default_country: str | None = None,
    answers: Mapping[str, DomainAnswer] | None = None,
    bounced: Container[str] = (),
    complained: Container[str] = (),
    crowds: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[LeadCheck]:
    """The same for many leads, in their order. `answers` has what domains answered (by the name
    `domain_of` gives), `bounced` and `complained` hold addresses as the leads have them, `crowds`
    is by `lead_id`.
    """
    known, seen = answers or {}, crowds or {}

    @lru_cache(REMEMBERED)
    def of_email(email: str) -> tuple[Check | None, DomainAnswer | None]:
        if _is_blank(email, "email"):
            return None, None
        answer = known.get(domain_of(email) or "") if known else None
        check = check_email(
            email, answer=answer, bounced=email in bounced, complained=email in complained
        )
        return check, answer

    @lru_cache(REMEMBERED)
    def of_phone(phone: str, country: str | None) -> PhoneCheck | None:
        return None if _is_blank(phone, "phone") else check_phone(phone, country, default_country)

    for lead in leads:
        country, email = lead.get("country"), lead.get("email")
        phone, mobile = lead.get("phone"), lead.get("mobile")
        check, answer = of_email(email) if email else (None, None)
        yield combine(
            lead,
            check,
            of_phone(phone, country) if phone else None,
            of_phone(mobile, country) if mobile else None,
            answer,
            seen.get(lead.get("lead_id") or "", ()) if seen else (),
        )


def stated_value(lead: Lead, point: str) -> str | None:
    """The contact point as it came, or None when the cell states nothing."""
    text = lead.get(point)
    return None if not text or _is_blank(text, point) else text


def _is_blank(text: str, point: str) -> bool:
    return text.isspace() or is_missing(text, point)


def combine(
    lead: Lead,
    email: Check | None,
    phone: PhoneCheck | None,
    mobile: PhoneCheck | None,
    answer: DomainAnswer | None = None,
    crowd: Sequence[str] = (),
) -> LeadCheck:
    """The row of a lead whose contact points were checked already; None stands for a contact point
    that it has not.
    """
    number = _best_number(phone, mobile)
    line, country = (None, None) if number is None else (number.line, number.country)
    found = doubts(lead, country, crowd)
    fine = (email is not None and email.verdict == "reachable") or (
        number is not None and number.verdict == "reachable"
    )
    return LeadCheck(
        *_columns(email),
        None if email is None else answer or NOT_ASKED,
        *_columns(phone),
        *_columns(mobile),
        line,
        country,
        "; ".join(found) if found else None,
        (
            None
            if fine and not found
            else _sentence(_point(email), _point(phone), _point(mobile), found)
        ),
    )


def _columns(check: Check | PhoneCheck | None) -> tuple[str | None, str | None, str | None]:
    if check is None:
        return None, None, None
    because = check.because
    return check.verdict, "; ".join(because) if because else None, check.repair


def _best_number(phone: PhoneCheck | None, mobile: PhoneCheck | None) -> PhoneCheck | None:
    """The number to call first among those that a plan holds; a mobile one before another that is
    as good.
    """
    if mobile is None or mobile.e164 is None:
        return phone if phone is not None and phone.e164 else None
    if phone is None or phone.e164 is None:
        return mobile
    return min((mobile, phone), key=lambda n: _BEST.index(n.verdict))


Point = tuple[Verdict, tuple[str, ...]]


def _point(check: Check | PhoneCheck | None) -> Point | None:
    return None if check is None else (check.verdict, check.because)


@lru_cache(4096)
def _sentence(
    email: Point | None, phone: Point | None, mobile: Point | None, found: tuple[str, ...]
) -> str | None:
    """Why the contact is empty or in doubt; None while one contact point is fine and nothing is
    doubted.
    """
    points = [p for p in (email, phone, mobile) if p is not None]
    said: list[str] = []
    if not points:
        said.append("No e-mail address or phone number")
    elif all(verdict != "reachable" for verdict, _ in points):
        said += (
            _bad(email) + _bad(phone) + [s.replace("The phone", "The mobile") for s in _bad(mobile)]
        )
    said += [RULES[rule].say for rule in found]
    said = list(dict.fromkeys(said))
    return "; ".join([*said[:1], *(s[0].lower() + s[1:] for s in said[1:])]) or None


def _bad(point: Point | None) -> list[str]:
    return (
        []
        if point is None
        else [RULES[rule].say for rule in point[1] if RULES[rule].means != "fine"]
    )
