"""The gate before every mail, call, text, letter and advertisement: whether a lead may be reached
by a way, and if not, why not.

Nothing is sent, and nobody stands on a list, that this function refuses. It looks at facts only,
and where two of them disagree the stricter one wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from leadlight.nurture.writing_hours import WritingHours
from leadlight.playbook.spec import PURPOSES, Limits

#: The purpose for which no consent is needed: what a lead asked for itself.
SERVICE = PURPOSES[2]
#: The purpose of being shown to an advertising platform. A consent counts for it only where it
#: names it, or where the attribute `ads_consent` says so.
ADVERTISING = "advertising"
#: Every purpose that the gate knows: those of tracks, and advertising.
ALL_PURPOSES = (*PURPOSES, ADVERTISING)

#: How somebody is reached: by a mail, a call, a text to a mobile phone, a letter, or an
#: advertisement of a platform that is told who they are.
Way = Literal["mail", "call", "text", "post", "ads"]
WAYS: tuple[Way, ...] = get_args(Way)
#: The ways for which silence is no consent. A call or a letter is barred by a "no" only, as in the
#: queue of whom to call; `needs_consent` asks for a "yes" there too.
ASKS_CONSENT: frozenset[Way] = frozenset({"mail", "text", "ads"})

#: Every reason for a refusal, as a sentence.
REFUSALS = {
    "no-address": "It has no e-mail address.",
    "unreachable": "Its e-mail address does not work.",
    "bounced": "Mail to its address came back for good.",
    "complained": "It reported a mail as spam.",
    "no-contact": "It has neither an address nor a number that works.",
    "no-number": "It has no phone number.",
    "number-unreachable": "Its phone numbers do not work.",
    "no-mobile": "It has no mobile number.",
    "no-postal-address": "It has no complete postal address.",
    "do-not-email": "It asked not to be mailed.",
    "do-not-call": "It asked not to be called.",
    "unsubscribed": "It unsubscribed.",
    "objected": "It objected to profiling.",
    "no-consent": "It gave no consent for this purpose.",
    "no-ads-consent": "It gave no consent to be shared with advertising platforms.",
    "withdrawn": "Its consent is refused or was withdrawn.",
    "quiet-hours": "It is not a time of its day or week at which it is written to.",
    "too-many": "It was written to as often as agreed.",
    "day-full": "As many mails as agreed went out within a day.",
    "domain-full": "As many mails as agreed went to its domain within a day.",
    "customer": "It is a customer already.",
    "held-out": "It is held out of a track, as one of its control group.",
    "same-contact": "Another lead of the list has the same address or number.",
    "stopped": "The track stopped itself.",
    "changed": "It left the track, or its facts changed meanwhile.",
}


@dataclass(frozen=True)
class Consent:
    """That a lead gave its consent for a purpose (None: for every one), or took it back."""

    at: datetime
    given: bool
    purpose: str | None = None


@dataclass(frozen=True)
class Addressee:
    """What is known of a lead as somebody to write to.

    `consent` and `do_not_email` are what its attributes say (None: nothing); `consents` are its own
    statements, oldest first. `bounced`, `complained` and `objected` hold once they have happened
    (of its address, too). `mailed` is when it was sent a mail or a text of a track. `phone` is a
    number that is not known to be dead, `mobile` one that texts reach; with `has_number` some
    number stands in its facts, dead or not. `has_street` holds with a complete postal address.
    """

    email: str | None
    verdict: str | None = None
    bounced: bool = False
    complained: bool = False
    objected: bool = False
    do_not_email: bool | None = None
    consent: bool | None = None
    consents: Sequence[Consent] = ()
    mailed: Sequence[datetime] = ()
    country: str | None = None
    do_not_call: bool | None = None
    phone: str | None = None
    mobile: str | None = None
    has_number: bool = False
    has_street: bool = False
    ads_consent: bool | None = None


def standing_refusal(
    who: Addressee, purpose: str, way: Way = "mail", *, needs_consent: bool = False
) -> str | None:
    """Why a lead may not be reached for this purpose by this way at any time (a key of `REFUSALS`);
    None where it may. With `needs_consent` a call or a letter wants a consent as a mail does.
    """
    unreachable = _REACH[way](who)
    if unreachable is not None:
        return unreachable
    for code, holds in (
        ("complained", who.complained and way in ("mail", "ads")),
        ("do-not-email", who.do_not_email and way in ("mail", "ads")),
        ("do-not-call", who.do_not_call and way in ("call", "text", "ads")),
        ("objected", who.objected),
    ):
        if holds:
            return code
    return _refusal_by_consent(who, purpose, needs_consent or way in ASKS_CONSENT)


def _refusal_by_address(who: Addressee) -> str | None:
    if not who.email or "@" not in who.email:
        return "no-address"
    if who.verdict == "unreachable":
        return "unreachable"
    return "bounced" if who.bounced else None


def _refusal_by_number(who: Addressee) -> str | None:
    if who.phone:
        return None
    return "number-unreachable" if who.has_number else "no-number"


def _refusal_by_any_contact(who: Addressee) -> str | None:
    return "no-contact" if _refusal_by_address(who) and not who.phone else None


#: Why a way does not lead to somebody, whatever they allow.
_REACH: Mapping[Way, Callable[[Addressee], str | None]] = {
    "mail": _refusal_by_address,
    "call": _refusal_by_number,
    "text": lambda who: None if who.mobile else "no-mobile",
    "post": lambda who: None if who.has_street else "no-postal-address",
    "ads": _refusal_by_any_contact,
}


def _refusal_by_consent(who: Addressee, purpose: str, needs_consent: bool = True) -> str | None:
    """A withdrawal counts until a consent for the purpose follows it; a "no" of an attribute counts
    whatever else was said.
    """
    covering = [c for c in who.consents if c.purpose is None or c.purpose == purpose]
    refused = max((c.at for c in covering if not c.given), default=None)
    if purpose == ADVERTISING:
        covering = [c for c in covering if c.purpose == ADVERTISING]
    given = max((c.at for c in covering if c.given), default=None)
    if refused is not None and (given is None or given <= refused):
        return "unsubscribed"
    if purpose == SERVICE:
        return None
    if who.consent is False:
        return "withdrawn"
    if purpose == ADVERTISING:
        return _refusal_to_share(who, given)
    if needs_consent and given is None and not who.consent:
        return "no-consent"
    return None


def _refusal_to_share(who: Addressee, given: datetime | None) -> str | None:
    if who.ads_consent is False:
        return "withdrawn"
    return None if given is not None or who.ads_consent else "no-ads-consent"


def refusal(
    who: Addressee, purpose: str, limits: Limits, hours: WritingHours, now: datetime
) -> str | None:
    """Why a lead is not written to now (a key of `REFUSALS`); None where it may be."""
    return standing_refusal(who, purpose) or _refusal_for_now(who, limits, hours, now)


def text_refusal(
    who: Addressee, purpose: str, limits: Limits, hours: WritingHours, now: datetime
) -> str | None:
    """Why a text for a lead is not handed to another program now (a key of `REFUSALS`); None where
    it may be. Nobody knows by which way that program reaches it, so that a "no" to mails or to
    calls counts.
    """
    has_address = bool(who.email) and who.verdict != "unreachable" and not who.bounced
    if not has_address and not who.phone:
        return "no-contact"
    for code, holds in (
        ("complained", who.complained),
        ("do-not-email", who.do_not_email),
        ("do-not-call", who.do_not_call),
        ("objected", who.objected),
    ):
        if holds:
            return code
    return _refusal_by_consent(who, purpose) or _refusal_for_now(who, limits, hours, now)


def _refusal_for_now(
    who: Addressee, limits: Limits, hours: WritingHours, now: datetime
) -> str | None:
    if not hours.is_open(who.country):
        return "quiet-hours"
    return "too-many" if is_at_limit(who.mailed, limits, now) else None


def is_at_limit(mailed: Sequence[datetime], limits: Limits, now: datetime) -> bool:
    """Whether one mail more would be too many within some time."""
    for within, most in limits.at_most:
        since = now - timedelta(seconds=within)
        if sum(at > since for at in mailed) >= most:
            return True
    return False
