"""Whether the labels that stand are those of a full qualification of the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AuditDifference:
    """A lead of whom something else stands than a full run says; None where it is not in it."""

    lead_id: str
    scale: str
    stands: str | None
    should: str | None


@dataclass(frozen=True)
class AuditResult:
    """What was compared: the labels of the last run, with a full qualification as of its moment.

    `differences` are the first of `count`, which is 0 where all is right. `run_id` is null where
    there is no run.
    """

    run_id: str | None
    as_of: datetime | None
    leads: int
    count: int
    differences: tuple[AuditDifference, ...]
