"""What the past says of a playbook's points, and the playbook that would have ranked better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.facts.cohort import Known
from leadlight.predict.judge.metrics import Estimate
from leadlight.results.files import WrittenFile

TUNED, PRESENT, RECENCY, TREES = (
    "the tuned points",
    "the points as they are",
    "recency alone",
    "gradient-boosted trees",
)


@dataclass(frozen=True)
class TuningSample:
    """The leads that were looked at: rows and leads with the outcome, in the past (which teaches)
    and in the later period (which judges).

    `outcome` in words: `won within 90 days`. `split`: the day from which rows judge, or, for a
    table, which of its rows do. `left_out`: rows of leads that had the outcome before; `lost`: of
    leads that had been lost and done nothing since.
    """

    made: datetime
    outcome: str
    split: str
    past: int
    past_winners: int
    later: int
    later_winners: int
    moments: tuple[datetime, ...] = ()
    left_out: int = 0
    known: Known = "then"
    notes: tuple[str, ...] = ()
    lost: int = 0


@dataclass(frozen=True)
class NumberChange:
    """A number of the playbook that the proposal changes: of which rule, signal or condition
    (`where`), and what it is (`what`: points, half-life or threshold).
    """

    where: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class TuneResult:
    """What the past says of a playbook's points.

    `areas` is the AUC of each ranking in the judged period, `better` by how much the tuned points
    rank better there. `why_not` is the reason when the data cannot tell. `untouched` are rules that
    next to no lead met, `unmoved` thresholds that stay because nobody met them before either.
    `text` is the proposed playbook, where there is one, and `file` where it was written.
    """

    playbook: str
    sample: TuningSample
    scores: tuple[str, ...]
    areas: Mapping[str, Estimate] = field(default_factory=dict)
    better: Estimate | None = None
    changed: tuple[NumberChange, ...] = ()
    untouched: tuple[str, ...] = ()
    unmoved: tuple[str, ...] = ()
    text: str | None = None
    why_not: str | None = None
    file: WrittenFile | None = None

    @property
    def tells(self) -> bool:
        """Whether the data can tell that the proposal is better."""
        return self.why_not is None
