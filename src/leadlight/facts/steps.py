"""What became of leads in tracks: dated facts, to which is only added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

StepKind: TypeAlias = Literal[
    "entered",
    "held_out",
    "sent",
    "failed",
    "uncertain",
    "task",
    "text",
    "left",
    "stopped",
    "resumed",
    "chosen",
]
#: By these a step is done: it is not owed any more.
DONE: tuple[StepKind, ...] = ("sent", "failed", "uncertain", "task", "text")


@dataclass(frozen=True)
class StepFact:
    """That a lead entered a track (for the `entry`-th time), that a step of it was taken, or that
    it left. `because` says why it left, or why a step failed.
    """

    lead_id: str
    track: str
    entry: int
    step: int
    kind: StepKind
    at: datetime
    variant: str | None = None
    because: str | None = None
    mail_id: str | None = None


@dataclass(frozen=True)
class OwedStep:
    """A step that a lead is owed, and since when; `department` is that of the lead's route."""

    lead_id: str
    track: str
    entry: int
    step: int
    due_at: datetime
    department: str | None = None


@dataclass(frozen=True)
class TrackHealth:
    """How a track does since it was last resumed: mails that were sent, that came back for good,
    and that were reported as spam. `stopped` says why it is stopped; None: it goes on. `turns`
    counts how often it was stopped or resumed.
    """

    track: str
    sent: int = 0
    bounces: int = 0
    complaints: int = 0
    stopped: str | None = None
    turns: int = 0
