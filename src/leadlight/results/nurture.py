"""What a round over the tracks came to, and what tracks cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


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
    and what became of those that may go out. `later` messages were put off by a server, and are
    owed still; of `uncertain` ones nobody knows whether they were handed over, and they are not
    sent again. `texts` wait for a program, `texts_sent` were handed to endpoints. `fault` says why
    the round ended early, or what stays owed. With `preview` nothing was sent or recorded.
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
    texts_sent: int = 0
    later: int = 0
    failed: tuple[StepReport, ...] = ()
    uncertain: tuple[StepReport, ...] = ()
    recovered: int = 0
    refusals: tuple[RefusalCount, ...] = ()
    stopped: tuple[TrackStop, ...] = ()
    mails: tuple[MailPreview, ...] = ()
    doubts: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True)
class LeftCount:
    """Why so many leads left a track."""

    code: str
    because: str
    leads: int


@dataclass(frozen=True)
class StepResults:
    """What was sent by a step (of a variant), and of how many leads it came: who clicked, answered,
    unsubscribed, complained; how many mails came back. `done` counts tasks and texts.
    """

    step: int
    by: str
    variant: str | None
    what: str
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    uncertain: int = 0
    done: int = 0
    clicked: int = 0
    answered: int = 0
    unsubscribed: int = 0
    complained: int = 0
    bounced: int = 0


@dataclass(frozen=True)
class Effect:
    """How often it came (won, rose, fell, unsubscribed) of those in a track and of those held out,
    since they entered. `difference` is what the track caused; `low` and `high` bound it however
    often one looks (null: too few leads to say).
    """

    outcome: str
    leads: int
    came: int
    held_out: int
    came_held_out: int
    difference: float
    low: float | None
    high: float | None

    @property
    def is_certain(self) -> bool:
        """Whether 0 is outside of the interval."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class SegmentResults:
    """Of a segment's leads who entered a track: how many clicked and how many bought since."""

    segment: str
    leads: int
    clicked: int
    won: int


@dataclass(frozen=True)
class ChosenVariant:
    """A variant that is better than the others for certain, and is sent to everybody since."""

    step: int
    variant: str
    what: str
    since: datetime
    because: str


@dataclass(frozen=True)
class TrackResults:
    """A track and what came of it. `best` says of a step which variant is better than the others,
    for certain; `chosen` are those that everybody gets since. `stopped` says why it is stopped.
    """

    track: str
    about: str
    purpose: str
    entered: int
    inside: int
    held_out: int
    stopped: str | None
    left: tuple[LeftCount, ...]
    steps: tuple[StepResults, ...]
    effects: tuple[Effect, ...]
    segments: tuple[SegmentResults, ...]
    best: tuple[str, ...] = ()
    chosen: tuple[ChosenVariant, ...] = ()


@dataclass(frozen=True)
class TrackTask:
    """What a track has asked a person (`task`) or a program (`text`) to do for a lead, and nobody
    has been in touch with it since.
    """

    lead_id: str
    track: str
    step: int
    by: str
    say: str | None
    made_at: datetime


@dataclass(frozen=True)
class TracksResult:
    """The tracks of a workspace's playbook and what they caused, and what they have asked people to
    do, the newest first.
    """

    as_of: datetime
    tracks: tuple[TrackResults, ...]
    tasks: tuple[TrackTask, ...] = ()


@dataclass(frozen=True)
class TrackChange:
    """A track that was stopped or resumed."""

    track: str
    stopped: bool
    because: str


@dataclass(frozen=True)
class SampleMailResult:
    """A mail to oneself: the content and its subject, why it was not taken (null: it was), and what
    would keep such a mail from being read.
    """

    to: str
    content: str
    subject: str
    fault: str | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class BegunTracks:
    """The shipped tracks that were written into a playbook's `file`, with the contents to fill in.
    `left_out` do not go with the playbook.
    """

    file: Path
    tracks: tuple[str, ...]
    contents: tuple[Path, ...]
    left_out: tuple[str, ...]


#: Why leads leave tracks, as sentences.
LEFT = {
    "hot": "turned hot: a person's matter now",
    "answered": "answered",
    "bought": "bought",
    "exits": "the track's own condition to leave",
    "finished": "came to the end",
    "track-gone": "the playbook has no such track any more",
    "lead-gone": "was forgotten, objected, or is one with another lead",
    "no-address": "has no address",
    "unreachable": "cannot be reached",
    "bounced": "mail came back for good",
    "complained": "reported spam",
    "do-not-email": "asked not to be mailed",
    "unsubscribed": "unsubscribed",
    "objected": "objected to profiling",
    "withdrawn": "took its consent back",
    "no-consent": "has no consent",
}
