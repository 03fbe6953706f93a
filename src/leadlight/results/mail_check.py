"""What was found of a domain that sends mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class MailCheckLine:
    """One of the conditions (SPF, DKIM, DMARC, MX, PTR), whether it holds, and what to do."""

    about: str
    state: Literal["good", "doubt", "fault"]
    says: str


@dataclass(frozen=True)
class MailCheckResult:
    """A domain as providers of mailboxes see it; `ready` where nothing is a fault."""

    domain: str
    asked_at: datetime
    ready: bool
    lines: tuple[MailCheckLine, ...]
