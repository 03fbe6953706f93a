"""What a mail server means by refusing a mail, in sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

#: `bounced`: the address does not exist for good; `ours`: the sender is refused, whoever it writes
#: to; `later`: it may be taken another time; `refused`: this mail is not taken.
Verdict = Literal["bounced", "ours", "later", "refused"]

_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        "5.7.515",
        "Microsoft refuses senders without SPF, DKIM and DMARC that agree with the sender.",
    ),
    ("5.7.26", "Gmail refuses senders without SPF or DKIM that agrees with the sender."),
    ("5.7.25", "Gmail refuses servers whose address has no name that leads back to it (PTR)."),
    ("5.7.27", "Gmail refuses senders whose SPF record does not allow the relay."),
    ("5.7.30", "Gmail refuses mails without a DKIM signature."),
    ("5.7.28", "Gmail refuses for a time: too many mails of this sender were not wanted."),
    ("5.7.9", "Yahoo refuses senders whose DMARC policy says so."),
    ("5.7.606", "Microsoft has put the relay's address on its list of blocked ones."),
    ("5.7.1", "The server refuses this sender or this content by its policy."),
    ("5.7", "The server refuses this sender by its policy."),
    ("5.1.1", "There is no such mailbox."),
    ("5.1.2", "There is no such domain, or it takes no mail."),
    ("5.1.10", "There is no such mailbox."),
    ("5.1", "The address is not one that works."),
    ("5.2.1", "The mailbox is closed."),
    ("5.2.2", "The mailbox is full."),
    ("5.3.4", "The mail is too large for the server."),
    ("5.4.1", "The server takes no mail for this address."),
)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_GONE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1")


@dataclass(frozen=True)
class Rejection:
    """Why a mail was not taken."""

    verdict: Verdict
    sentence: str


def explain_rejection(code: int, text: str, *, of_recipient: bool) -> Rejection:
    """What an answer of a mail server means; `of_recipient` when it was to the address."""
    match = _ENHANCED.search(text)
    status = match[1] if match else ""
    said = f"The server said {code}{f' {status}' if status else ''}."
    means = next((s for known, s in _SENTENCES if _is_of(status, known)), "")
    sentence = f"{means} {said}".strip()
    if 400 <= code < 500:
        return Rejection("later", sentence)
    if status.startswith("5.7"):
        return Rejection("ours", sentence)
    if status in _GONE or (of_recipient and code in (550, 551, 553) and not status):
        return Rejection("bounced", sentence)
    return Rejection("refused", sentence)


def _is_of(status: str, known: str) -> bool:
    return status == known or (known.count(".") == 1 and status.startswith(f"{known}."))
