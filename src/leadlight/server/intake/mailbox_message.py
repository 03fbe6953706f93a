"""What a mail that came back, or an answer to one, says: of whom, what, and when. Pure.

Reports of delivery are those of RFC 3464, reports of abuse those of RFC 5965. An answer that a
machine wrote (RFC 3834) says nothing of a lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

#: The longest mail that is looked at: what follows is somebody's attachment.
LONGEST = 512 * 1024
_MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply", "bounce")


@dataclass(frozen=True)
class MailFact:
    """What a message says of an address: the kind of activity, when, and why."""

    kind: str
    email: str
    occurred_at: datetime
    message_id: str
    result: str = ""


def read_message(data: bytes, received_at: datetime) -> Iterator[MailFact]:
    """What a message says; nothing where it is of no lead."""
    message = message_from_bytes(data[:LONGEST], policy=default)
    at, name = _moment(message, received_at), str(message.get("Message-ID") or "").strip()[:250]
    kind = message.get_content_type()
    report = str(message.get_param("report-type") or "").lower()
    if kind == "multipart/report" and report == "delivery-status":
        yield from _bounces(message, at, name)
    elif kind == "multipart/report" and report == "feedback-report":
        yield from _complaints(message, at, name)
    elif not _is_automatic(message):
        sender = _address(str(message.get("From") or ""))
        if sender:
            yield MailFact("email_replied", sender, at, name)


def _bounces(message: Message, at: datetime, name: str) -> Iterator[MailFact]:
    """Addresses that do not exist for good; what may yet arrive is no bounce."""
    for part in _parts(message, "message/delivery-status"):
        status = str(part.get("Status") or "")
        if str(part.get("Action") or "").lower() != "failed" or status.startswith("4"):
            continue
        address = _address(str(part.get("Final-Recipient") or part.get("Original-Recipient") or ""))
        if address:
            yield MailFact("email_bounced", address, at, name, status[:20])


def _complaints(message: Message, at: datetime, name: str) -> Iterator[MailFact]:
    for part in _parts(message, "message/feedback-report"):
        kind = str(part.get("Feedback-Type") or "").lower()
        address = _address(str(part.get("Original-Rcpt-To") or ""))
        if address and kind in ("abuse", "fraud", "opt-out", ""):
            said = "unsubscribed" if kind == "opt-out" else "email_complained"
            yield MailFact(said, address, at, name, kind)


def _parts(message: Message, kind: str) -> Iterator[Message]:
    """The blocks of fields of a report: a mail's parser keeps each as a message of its own."""
    for part in message.walk():
        if part.get_content_type() != kind:
            continue
        inner = part.get_payload()
        if isinstance(inner, list):
            yield from (block for block in inner if isinstance(block, Message))
        elif isinstance(inner, str):
            yield message_from_bytes(inner.encode("utf-8", "replace"), policy=default)


def _is_automatic(message: Message) -> bool:
    """Whether a machine wrote it: an answer of somebody who is away, a list, a robot."""
    automatic = str(message.get("Auto-Submitted") or "no").lower().strip()
    bulk = str(message.get("Precedence") or "").lower().strip() in ("bulk", "junk", "list")
    away = message.get("X-Autoreply") is not None or message.get("X-Autorespond") is not None
    sender = _address(str(message.get("From") or ""))
    robot = any(sender.startswith(word) for word in _MACHINES)
    return automatic != "no" or bulk or away or robot or message.get("List-Id") is not None


def _address(text: str) -> str:
    """The address in a field: `rfc822; ana@abelzinc.com`, or `Ana <ana@abelzinc.com>`."""
    address = parseaddr(text.rpartition(";")[2].strip())[1].strip().lower()
    return address if "@" in address and len(address) <= 250 else ""


def _moment(message: EmailMessage | Message, received_at: datetime) -> datetime:
    try:
        stated = parsedate_to_datetime(str(message.get("Date") or ""))
    except (ValueError, TypeError):
        return received_at
    zoned = stated.astimezone(UTC).replace(tzinfo=None) if stated.tzinfo else stated
    return min(zoned, received_at)
