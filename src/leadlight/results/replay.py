"""A stretch of time, replayed: how many leads had each label when, who went where and why, and how
long a label lasted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leadlight.facts.cohort import Known
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class ReplayStep:
    """How many leads had each label at a moment, and how many changes of the scale there were since
    the step before.
    """

    at: datetime
    labels: Mapping[str, int]
    moves: int


@dataclass(frozen=True)
class Flow:
    """How many leads went from one label to another, and how many of them by what."""

    scale: str
    before: str | None
    after: str | None
    leads: int
    moves: int
    causes: Mapping[str, int]


@dataclass(frozen=True)
class LabelChange:
    """One change of one lead."""

    lead_id: str
    scale: str
    before: str | None
    after: str | None
    at: datetime
    cause: str
    what: str


@dataclass(frozen=True)
class LabelDuration:
    """For how long a label was kept, in days: the median of the spells that began and ended in the
    period.
    """

    scale: str
    label: str
    ended: int
    median_days: float | None
    still: int


@dataclass(frozen=True)
class Velocity:
    """The median days from coming to one label to coming to a better one, of the leads that did
    both in the period.
    """

    scale: str
    slower: str
    faster: str
    leads: int
    median_days: float


@dataclass(frozen=True)
class ChangeList:
    """Changes from one label to another (null: from or to any), the newest first; `total` is how
    many there are, listed or not.
    """

    before: str | None
    after: str | None
    total: int
    changes: tuple[LabelChange, ...]


@dataclass(frozen=True)
class ReplayResult:
    """What every lead was between two moments, by these playbooks, one after the other.

    `changes` are all changes of labels, found in `looks` evaluations of a lead, in `rounds`.
    `steps` count the labels of `scale`; `labels` has those of every scale, the best first.
    `flows`, `durations` and `velocity` are of all scales. `moved` lists the changes that were asked
    for. `by_day`: a playbook compares the leads with each other, so all were looked at once a day.
    """

    since: datetime
    until: datetime
    known: Known
    playbooks: tuple[str, ...]
    leads: int
    changes: int
    looks: int
    rounds: int
    scales: tuple[str, ...]
    scale: str
    labels: Mapping[str, tuple[str, ...]]
    steps: tuple[ReplayStep, ...]
    flows: tuple[Flow, ...]
    durations: tuple[LabelDuration, ...]
    velocity: tuple[Velocity, ...]
    moved: ChangeList | None = None
    files: tuple[WrittenFile, ...] = ()
    by_day: bool = False
