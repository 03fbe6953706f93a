"""What a qualified base came to: in numbers, what changed since the run before, and the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.facts.ledger import RunReceipt
from leadlight.facts.mapping import Mapping as ColumnMapping
from leadlight.problems import Problem
from leadlight.results.files import WrittenFile
from leadlight.results.outcome_refresh import OutcomeRefresh
from leadlight.results.summary import Overlap, SegmentSummary, Summary


@dataclass(frozen=True)
class TouchedCounts:
    """The leads whose result may have changed since the last run: `by_facts` have news, and the
    passing of time alone may change `by_clock`.
    """

    leads: int
    by_facts: int
    by_clock: int


@dataclass(frozen=True)
class QualifyResult:
    """A base that was qualified at a moment by a playbook.

    `preset` is the one that was chosen because no playbook was named; `standing` is the version of
    a workspace's playbook (`v3`, `unpublished`). `summary` is null where only touched leads were
    evaluated; `complete_because` says why all were although only those were asked for. `mappings`
    say how each file was read. `passes` are more than one where memory was small for the base.
    `left_out` leads came into being after the moment; `newest` is the moment of the newest
    activity. `receipt` compares a stored run of a workspace with the one before.
    `outcomes` says that it was time to learn anew from whom the workspace has won and lost.
    """

    as_of: datetime
    playbook: str
    fingerprint: str
    standing: str
    summary: Summary | None
    preset: str | None = None
    files: tuple[WrittenFile, ...] = ()
    mappings: tuple[ColumnMapping, ...] = ()
    doubts: tuple[Problem, ...] = ()
    passes: int = 1
    left_out: int = 0
    newest: datetime | None = None
    receipt: RunReceipt | None = None
    touched: TouchedCounts | None = None
    complete_because: str | None = None
    outcomes: OutcomeRefresh | None = None


@dataclass(frozen=True)
class LakeResult:
    """A run that stands in a company's lake: its rows, and the leads by label of each scale.

    `seconds` is what the run took after Spark had begun, which took `starting_seconds`. `notes` are
    sentences on what its reader should know.
    """

    out: str
    rows: int
    labels: Mapping[str, Mapping[str, int]]
    as_of: datetime
    playbook: str
    preset: str | None
    seconds: float
    starting_seconds: float
    notes: tuple[str, ...] = ()
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ReportResult:
    """The HTML report of a base that was written to a file."""

    file: Path
    as_of: datetime
    playbook: str
    fingerprint: str
    standing: str
    leads: int


@dataclass(frozen=True)
class SegmentsResult:
    """The segments of a base, and how many leads are in both of two."""

    as_of: datetime
    playbook: str
    fingerprint: str
    standing: str
    leads: int
    segments: tuple[SegmentSummary, ...]
    overlaps: tuple[Overlap, ...]
