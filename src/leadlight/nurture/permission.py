"""The gate before every mail: whether a lead may be written to now, and if not, why not.

Nothing is sent that this function refuses. It looks at facts only, and where two of them disagree
the stricter one wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.nurture.writing_hours import WritingHours
from leadlight.playbook.spec import PURPOSES, Limits

#: The purpose for which no consent is needed: what a lead asked for itself.
SERVICE = PURPOSES[2]

#: Every reason for a refusal, as a sentence.
REFUSALS = {
    "no-address": "It has no e-mail address.",
    "unreachable": "Its e-mail address does not work.",
    "bounced": "Mail to its address came back for good.",
    "complained": "It reported a mail as spam.",
    "no-contact": "It has neither an address nor a number that works.",
    "do-not-email": "It asked not to be mailed.",
    "do-not-call": "It asked not to be called.",
    "unsubscribed": "It unsubscribed.",
    "objected": "It objected to profiling.",
    "no-consent": "It gave no consent for this purpose.",
    "withdrawn": "Its consent is refused or was withdrawn.",
    "quiet-hours": "It is not a time of its day or week at which it is written to.",
    "too-many": "It was written to as often as agreed.",
    "day-full": "As many mails as agreed went out within a day.",
    "domain-full": "As many mails as agreed went to its domain within a day.",
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
    number that is not known to be dead.
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


def standing_refusal(who: Addressee, purpose: str) -> str | None:
    """Why a lead may not be written to for this purpose at any time (a key of `REFUSALS`); None
    where it may.
    """
    if not who.email or "@" not in who.email:
        return "no-address"
    if who.verdict == "unreachable":
        return "unreachable"
    for code, holds in (
        ("bounced", who.bounced),
        ("complained", who.complained),
        ("do-not-email", who.do_not_email),
        ("objected", who.objected),
    ):
        if holds:
            return code
    return _refusal_by_consent(who, purpose)


def _refusal_by_consent(who: Addressee, purpose: str) -> str | None:
    """A withdrawal counts until a consent for the purpose follows it; a "no" of an attribute counts
    whatever else was said.
    """
    covering = [c for c in who.consents if c.purpose is None or c.purpose == purpose]
    given = max((c.at for c in covering if c.given), default=None)
    refused = max((c.at for c in covering if not c.given), default=None)
    if refused is not None and (given is None or given <= refused):
        return "unsubscribed"
    if purpose == SERVICE:
        return None
    if who.consent is False:
        return "withdrawn"
    if given is None and not who.consent:
        return "no-consent"
    return None


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
