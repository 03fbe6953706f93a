"""A rehearsal: what a change of the rules would move, and how both versions ranked what
came later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.facts.cohort import Known
from leadlight.playbook.diff.difference import DifferenceLine
from leadlight.predict.judge.metrics import LabelQuality, ScoreQuality
from leadlight.results.files import WrittenFile
from leadlight.results.playbooks import NamedPlaybook


@dataclass(frozen=True)
class LabelMove:
    """How many leads go from a label to another one (or keep it); null: they have none."""

    before: str | None
    after: str | None
    leads: int


@dataclass(frozen=True)
class ScaleMoves:
    """A scale's labels, best first (of both versions), and how many leads go from which to
    which.
    """

    scale: str
    labels: tuple[str, ...]
    counts: tuple[LabelMove, ...]

    @property
    def by_labels(self) -> dict[tuple[str | None, str | None], int]:
        """How many leads go from the one label to the other."""
        return {(move.before, move.after): move.leads for move in self.counts}


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
class LabelJudgement:
    """A label judged by what came later, and the versions (old, new) that have it."""

    versions: tuple[str, ...]
    quality: LabelQuality


@dataclass(frozen=True)
class ScaleJudgement:
    """A scale judged by what came later: the versions (old, new) that have it, its labels, and the
    order of its ladder.
    """

    scale: str
    versions: tuple[str, ...]
    labels: tuple[LabelJudgement, ...]
    order: ScoreQuality


@dataclass(frozen=True)
class ScoreJudgement:
    """A score judged by what came later, and the versions (old, new) that have it."""

    score: str
    versions: tuple[str, ...]
    quality: ScoreQuality


@dataclass(frozen=True)
class PastJudgement:
    """Both versions judged on the past: at which moments, on how many leads, and who was left out.

    `asked` is the newest moment asked for, `newest` that of the newest known activity. `had` had
    the outcome before; `newcomers` came in since, too late for a whole horizon. `why_not` says in a
    sentence why nothing can be judged, `verdict` in sentences what the past says.
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
    scores: tuple[ScoreJudgement, ...] = ()
    why_not: str | None = None
    verdict: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rehearsal:
    """What new rules would move at a moment, and how both versions fared in the past."""

    old: NamedPlaybook
    new: NamedPlaybook
    at: datetime
    leads: int
    known: Known
    of_files: bool
    differences: tuple[DifferenceLine, ...]
    moves: tuple[ScaleMoves, ...]
    departments: tuple[Department, ...]
    relabelled: int
    changed: tuple[ChangedLead, ...]
    judged: PastJudgement
    files: tuple[WrittenFile, ...] = ()
