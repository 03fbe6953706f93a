"""A rehearsal: what a change of the rules would move, and how both versions ranked what
came later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.facts.cohort import Known
from leadlight.playbook.diff.difference import PlaybookDifference
from leadlight.predict.judge.metrics import LabelQuality, ScoreQuality


@dataclass(frozen=True)
class PlaybookVersion:
    """A version of the rules: what it is called here, and the fingerprint of the playbook."""

    name: str
    fingerprint: str


@dataclass(frozen=True)
class ScaleMoves:
    """A scale's labels, best first (of both versions), and how many leads go from which to which;
    None: no such scale there.
    """

    scale: str
    labels: tuple[str, ...]
    counts: Mapping[tuple[str | None, str | None], int]


@dataclass(frozen=True)
class Department:
    """A department's leads by the old and by the new rules, the new ones it gets in a week, and how
    many it can take.

    `whole`: with its parts, `sales/berlin` being one of `sales`.
    """

    name: str
    leads: tuple[int, int]
    weekly: tuple[int, int]
    capacity: int | None = None
    whole: bool = False


@dataclass(frozen=True)
class ChangedLead:
    """A lead with another label: (scale, before, after), (score, before, after), its departments
    and its reasons.
    """

    lead_id: str
    labels: tuple[tuple[str, str | None, str | None], ...]
    scores: tuple[tuple[str, float | None, float | None], ...]
    departments: tuple[str | None, str | None]
    reasons: tuple[str, str]


@dataclass(frozen=True)
class ScaleJudgement:
    """A scale judged by what came later: its labels, each with the versions that have it, and the
    order of its ladder.
    """

    scale: str
    sides: tuple[str, ...]
    labels: tuple[tuple[tuple[str, ...], LabelQuality], ...]
    order: ScoreQuality


@dataclass(frozen=True)
class PastJudgement:
    """Both versions judged on the past: at which moments, on how many leads, and who was left out.

    `asked` is the newest moment asked for, `newest` that of the newest known activity. `had` had
    the outcome before; `newcomers` came in since, too late for a whole horizon. `why_not` says in a
    sentence why nothing can be judged.
    """

    outcome: str
    horizon: timedelta
    moments: tuple[datetime, ...]
    asked: datetime
    newest: datetime | None = None
    leads: int = 0
    winners: int = 0
    had: int = 0
    newcomers: int = 0
    scales: tuple[ScaleJudgement, ...] = ()
    scores: tuple[tuple[str, tuple[str, ...], ScoreQuality], ...] = ()
    why_not: str | None = None


@dataclass(frozen=True)
class Rehearsal:
    """What new rules would move at a moment, and how both versions fared in the past."""

    old: PlaybookVersion
    new: PlaybookVersion
    at: datetime
    leads: int
    known: Known
    of_files: bool
    difference: PlaybookDifference
    moved: tuple[ScaleMoves, ...]
    departments: tuple[Department, ...]
    relabelled: int
    changed: tuple[ChangedLead, ...]
    judged: PastJudgement
