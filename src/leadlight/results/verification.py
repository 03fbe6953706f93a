"""What a verification of contacts found, the repairs it proposes, and those that were accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from leadlight.facts.ledger import ImportReceipt
from leadlight.results.files import WrittenFile

#: The verdicts on a contact point, the best first.
VERDICTS = ("reachable", "risky", "unknown", "unreachable")


@dataclass(frozen=True)
class ProbeCounts:
    """How many e-mail domains were looked up in DNS, and how many were left for the next time
    because there were too many for one run.
    """

    asked: int
    left: int


@dataclass(frozen=True)
class VerifyResult:
    """What a verification found.

    `leads` were checked, `without_contact` of them have no contact point at all. `verdicts` has
    the leads by contact point and verdict, `rules` by the rule that decided. `repairs` are
    proposed. `domains` is null where no domain was looked up, `receipt` null where nothing was
    recorded.
    """

    leads: int
    verdicts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    without_contact: int = 0
    repairs: int = 0
    domains: ProbeCounts | None = None
    every: timedelta | None = None  # a contact that was checked more recently is not due
    receipt: ImportReceipt | None = None
    files: tuple[WrittenFile, ...] = ()


@dataclass(frozen=True)
class Repair:
    """A value proposed in the place of another: of which lead's contact point, and by which
    rules (`because`, parted by `; `).
    """

    lead_id: str
    point: str
    value: str
    proposed: str
    because: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that propose it."""
        return tuple(rule for rule in self.because.split("; ") if rule)


@dataclass(frozen=True)
class RepairList:
    """The repairs that are proposed, by lead."""

    repairs: tuple[Repair, ...]


@dataclass(frozen=True)
class AcceptResult:
    """The repairs that were accepted, and the import they became."""

    repairs: tuple[Repair, ...]
    receipt: ImportReceipt


@dataclass(frozen=True)
class DeclineResult:
    """The repairs that were declined, and the import that says so."""

    repairs: tuple[Repair, ...]
    receipt: ImportReceipt
