"""Links that mails and pages carry: signed with the server's secret, for one purpose, until an end.

Nothing is stored: a link is its own proof, and cannot be guessed or counted through. A link of one
purpose opens nothing of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.core.signing import BadSignature, Signer

from leadlight.facts.steps import StepFact

Purpose = Literal["begun", "opt-in", "offer", "lead", "leave", "click"]
#: How long a link of a purpose is good. A mail may be answered years later: who wants no more of
#: them must be able to say so.
LIFE: Mapping[Purpose, timedelta] = {
    "begun": timedelta(days=1),
    "opt-in": timedelta(days=7),
    "offer": timedelta(days=14),
    "lead": timedelta(days=90),
    "leave": timedelta(days=3650),
    "click": timedelta(days=3650),
}
_EPOCH = datetime(1970, 1, 1)


class LinkError(Exception):
    """The link is none of ours, or of another purpose."""


class ExpiredLinkError(LinkError):
    """The link was good once."""


@dataclass(frozen=True)
class Link:
    """What a link is about, and when it was made."""

    subject: Mapping[str, Any]
    made_at: datetime


def make_link(secret: bytes, purpose: Purpose, subject: Mapping[str, Any], now: datetime) -> str:
    """The text of a link, to be put behind a path."""
    made = int((now - _EPOCH).total_seconds())
    return str(_signer(secret, purpose).sign_object([made, dict(subject)], compress=True))


def unsubscribe_links(
    secret: bytes, url: str, now: Callable[[], datetime]
) -> Callable[[str, str, str], str]:
    """How the mails of tracks link to the page on which a lead (its id, the track, its language)
    wants no more of them.
    """

    def link(lead: str, track: str, language: str) -> str:
        subject = {"lead": lead, "track": track, "language": language}
        return f"{url}/u/{make_link(secret, 'leave', subject, now())}"

    return link


def click_links(
    secret: bytes, url: str, now: Callable[[], datetime]
) -> Callable[[StepFact, str], str]:
    """How the mails of tracks link to elsewhere, so that it is noted who followed a link."""

    def link(fact: StepFact, address: str) -> str:
        subject = {
            "lead": fact.lead_id,
            "track": fact.track,
            "mail": fact.mail_id or "",
            "to": address,
        }
        return f"{url}/c/{make_link(secret, 'click', subject, now())}"

    return link


def read_link(secret: bytes, purpose: Purpose, text: str, now: datetime) -> Link:
    """What a link is about. Raises `LinkError` for one that is none of ours, and
    `ExpiredLinkError` for one whose time is over.
    """
    try:
        made, subject = _signer(secret, purpose).unsign_object(text)
    except (BadSignature, ValueError, TypeError):
        raise LinkError from None
    made_at = _EPOCH + timedelta(seconds=made)
    if now - made_at > LIFE[purpose]:
        raise ExpiredLinkError
    return Link(subject, made_at)


def _signer(secret: bytes, purpose: Purpose) -> Signer:
    return Signer(key=secret, salt=f"leadlight.{purpose}", fallback_keys=())
