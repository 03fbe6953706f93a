"""Everything that verification says of one lead, in one row; and of many, each distinct value
checked once.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from leadlight.facts.contact import OTHER_EMAIL, OTHER_PHONE, RULES, Check, Verdict
from leadlight.facts.missing_values import is_missing
from leadlight.verify.domains import DomainAnswer
from leadlight.verify.email import check_email, check_emails, domain_of
from leadlight.verify.person import Lead, doubts
from leadlight.verify.phone import PhoneCheck, check_phone
from leadlight.verify.points import (
    BEST,
    best_email,
    best_phone,
    further_points,
    likely_countries,
    with_assumed_country,
)

NOT_ASKED: DomainAnswer = "not asked"
REMEMBERED = 1 << 17  # distinct values of a batch whose checks are kept


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
    usual_country: str | None = None,
) -> LeadCheck:
    """All checks of one lead: its addresses, its numbers, and what it says of itself that does not
    fit together.

    `answer` is what the domain of its address answered when it was asked, `crowd` what was seen of
    many leads at once, `usual_country` the one that most leads of its base have.
    """
    email = lead.get("email") or ""
    domain = domain_of(email) if answer is not None else None
    return next(
        check_leads(
            [lead],
            default_country=default_country,
            answers=None if answer is None or domain is None else {domain: answer},
            bounced={email} if bounced else (),
            complained={email} if complained else (),
            crowds={lead.get("lead_id") or "": crowd},
            usual_country=usual_country,
        )
    )


def check_leads(
    leads: Iterable[Lead],
    *,
    default_country: str | None = None,
    answers: Mapping[str, DomainAnswer] | None = None,
    bounced: Container[str] = (),
    complained: Container[str] = (),
    crowds: Mapping[str, Sequence[str]] | None = None,
    usual_country: str | None = None,
) -> Iterator[LeadCheck]:
    """The same for many leads, in their order. `answers` has what domains answered (by the name
    `domain_of` gives), `bounced` and `complained` hold addresses as the leads have them, `crowds`
    is by `lead_id`.
    """
    leads = list(leads)
    checks = _Checks(
        default_country, answers or {}, bounced, complained, usual_country, _emails_of(leads)
    )
    seen = crowds or {}
    for lead in leads:
        yield checks.of(lead, seen.get(lead.get("lead_id") or "", ()) if seen else ())


def _emails_of(leads: Sequence[Lead]) -> dict[str, Check]:
    """What the rules say of each first address by its letters; of one lead it is found when it is
    asked for.
    """
    if len(leads) < 2:
        return {}
    emails = list(dict.fromkeys(email for lead in leads if (email := lead.get("email"))))
    return dict(zip(emails, check_emails(emails), strict=True))


class _Mail(NamedTuple):
    """The check of the address to use, what its domain answered, and the address itself where it
    is not the lead's first one.
    """

    check: Check | None = None
    answer: DomainAnswer | None = None
    other: str | None = None


_NO_MAIL = _Mail()


class _Checks:
    """The checks of many leads, each distinct value once."""

    def __init__(
        self,
        default_country: str | None,
        answers: Mapping[str, DomainAnswer],
        bounced: Container[str],
        complained: Container[str],
        usual_country: str | None,
        by_letters: Mapping[str, Check],
    ) -> None:
        self._default, self._usual, self._answers = default_country, usual_country, answers
        self._by_letters = by_letters
        self._bounced, self._complained = bounced, complained
        self._email = lru_cache(REMEMBERED)(self._check_email)
        self._phone = lru_cache(REMEMBERED)(self._check_phone)

    def of(self, lead: Lead, crowd: Sequence[str]) -> LeadCheck:
        """All checks of one lead."""
        email, phone, mobile = lead.get("email"), lead.get("phone"), lead.get("mobile")
        first = self._email(email) if email else _NO_MAIL
        first_number = self._number(lead, phone) if phone else None
        return _combine(
            lead,
            first,
            self._best_mail(lead, first) if lead.get("other_emails") else first,
            first_number,
            self._best_number(lead, first_number) if lead.get("other_phones") else first_number,
            self._number(lead, mobile) if mobile else None,
            crowd,
        )

    def _check_email(self, email: str) -> _Mail:
        if _is_blank(email, "email"):
            return _NO_MAIL
        bounced, complained = email in self._bounced, email in self._complained
        answer = self._answer(email)
        check = self._by_letters.get(email)
        if check is None or answer is not None or bounced or complained:
            check = check_email(email, answer=answer, bounced=bounced, complained=complained)
        return _Mail(check, answer)

    def _answer(self, email: str) -> DomainAnswer | None:
        return self._answers.get(domain_of(email) or "") if self._answers else None

    def _best_mail(self, lead: Lead, first: _Mail) -> _Mail:
        """The best of the lead's addresses; who complained is not written to elsewhere."""
        email = lead.get("email")
        if email and email in self._complained:
            return first
        others = [t for t in further_points(lead, "other_emails") if t != email]
        check, other = best_email(
            first.check, others, lambda t: check_email(t, answer=self._answer(t))
        )
        return first if other is None else _Mail(check, self._answer(other), other)

    def _check_phone(self, phone: str, country: str | None) -> PhoneCheck | None:
        return None if _is_blank(phone, "phone") else check_phone(phone, country, self._default)

    def _number(self, lead: Lead, text: str) -> PhoneCheck | None:
        found = self._phone(text, lead.get("country"))
        if found is not None and found.because == _NO_COUNTRY:
            return with_assumed_country(text, found, likely_countries(lead, self._usual))
        return found

    def _best_number(self, lead: Lead, first: PhoneCheck | None) -> PhoneCheck | None:
        others = further_points(lead, "other_phones")
        return best_phone(first, others, lambda t: self._number(lead, t))


_NO_COUNTRY = ("no_country",)


def _is_blank(text: str, point: str) -> bool:
    return text.isspace() or is_missing(text, point)


def _combine(
    lead: Lead,
    first: _Mail,
    mail: _Mail,
    first_number: PhoneCheck | None,
    phone: PhoneCheck | None,
    mobile: PhoneCheck | None,
    crowd: Sequence[str],
) -> LeadCheck:
    """The row of a lead whose contact points were checked; `mail` and `phone` are those to use,
    which are the first ones of the lead unless another works better.
    """
    email = mail.check
    number = _best_number(phone, mobile)
    line, country = (None, None) if number is None else (number.line, number.country)
    used = lead if mail.other is None else {**lead, "email": mail.other}
    found = doubts(used, country, crowd)
    replaced: tuple[str, ...] = ()
    if mail is not first:
        replaced += (*_rules(first.check), OTHER_EMAIL)
    if phone is not first_number:
        replaced += (*_rules(first_number), OTHER_PHONE)
    fine = (email is not None and email.verdict == "reachable") or (
        number is not None and number.verdict == "reachable"
    )
    return LeadCheck(
        *_columns(email),
        None if email is None else mail.answer or NOT_ASKED,
        *_columns(phone),
        *_columns(mobile),
        line,
        country,
        "; ".join(found) if found else None,
        (
            None
            if fine and not found and not replaced
            else _sentence(_point(email), _point(phone), _point(mobile), found, replaced)
        ),
    )


def _rules(check: Check | PhoneCheck | None) -> tuple[str, ...]:
    """The rules that spoke against a contact point."""
    return () if check is None else tuple(r for r in check.because if RULES[r].means != "fine")


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
    return min((mobile, phone), key=lambda n: BEST.index(n.verdict))


Point = tuple[Verdict, tuple[str, ...]]


def _point(check: Check | PhoneCheck | None) -> Point | None:
    return None if check is None else (check.verdict, check.because)


@lru_cache(4096)
def _sentence(
    email: Point | None,
    phone: Point | None,
    mobile: Point | None,
    found: tuple[str, ...],
    replaced: tuple[str, ...] = (),
) -> str | None:
    """Why the contact is empty or in doubt, or which point is used in the place of another (its
    rules are `replaced`); None while one contact point is fine and nothing is doubted.
    """
    points = [p for p in (email, phone, mobile) if p is not None]
    said = [RULES[rule].say for rule in replaced]
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
