"""What a round over the tracks came to, and what tracks cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RefusalCount:
    """Why so many owed mails may not go out now."""

    code: str
    because: str
    mails: int


@dataclass(frozen=True)
class MailPreview:
    """A mail as a lead would get it."""

    lead_id: str
    track: str
    step: int
    variant: str | None
    content: str
    email: str
    subject: str
    text: str


@dataclass(frozen=True)
class StepReport:
    """A step that was taken, or of which nobody knows: whose, and why not where it failed."""

    lead_id: str
    track: str
    step: int
    because: str | None = None


@dataclass(frozen=True)
class TrackStop:
    """A track that is stopped, and why."""

    track: str
    because: str


@dataclass(frozen=True)
class SendResult:
    """A round: who entered tracks (or is held out of them) and left them, how many steps are owed,
    and what became of those that may go out. `later` mails were put off by a server, and are owed
    still; of `uncertain` ones nobody knows whether they were handed over, and they are not sent
    again. `fault` says why the round ended early. With `preview` nothing was sent or recorded.
    """

    as_of: datetime
    preview: bool
    entered: int
    left: int
    owed: int
    allowed: int
    sent: int = 0
    tasks: int = 0
    texts: int = 0
    later: int = 0
    failed: tuple[StepReport, ...] = ()
    uncertain: tuple[StepReport, ...] = ()
    recovered: int = 0
    refusals: tuple[RefusalCount, ...] = ()
    stopped: tuple[TrackStop, ...] = ()
    mails: tuple[MailPreview, ...] = ()
    doubts: tuple[str, ...] = ()
    fault: str | None = None
