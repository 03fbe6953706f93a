"""The quality of a base's contacts in numbers: who is empty and why, what that costs, and what is
due for re-checking.

A lead is empty when nobody can reach it. Nothing here computes; an engine fills a `Quality` once
the base was verified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leadlight.problems import plural

#: A contact that was verified longer ago than this is due again.
RECHECK_DAYS = 90
POINTS = ("email", "phone", "mobile")
#: A contact point as people say it: one, several.
POINT_WORDS = {
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("phone number", "phone numbers"),
    "mobile": ("mobile number", "mobile numbers"),
}
REPAIRS_COMMAND = "leadlight verify --repairs"


def percent(part: float, whole: float) -> str:
    """A share in whole per cent; what is there but less than half a per cent is not shown as
    none.
    """
    of = part / whole if whole else 0.0
    return "<1%" if 0 < of < 0.005 else f"{of:.0%}"


@dataclass(frozen=True)
class Reason:
    """Why leads are empty: the rule that spoke, its sentence, and of how many empty leads it
    spoke.
    """

    rule: str
    say: str
    leads: int


@dataclass(frozen=True)
class Age:
    """Leads that became known about as long ago, and how many of them are empty."""

    name: str
    leads: int
    empty: int


@dataclass(frozen=True)
class Waste:
    """What a source brought that is of no use: empty leads, non-target leads, and those that are
    either.
    """

    source: str
    leads: int
    empty: int
    non_target: int
    either: int
    spend: float | None = None

    def part(self, leads: int) -> float | None:
        """How much of the spend that many of its leads cost."""
        return None if self.spend is None or not self.leads else self.spend * leads / self.leads

    @property
    def cost(self) -> float | None:
        """What its empty and non-target leads cost; one that is both counts once."""
        return self.part(self.either)


@dataclass(frozen=True)
class SpendTotals:
    """What was spent on the sources that brought leads, and how much of it on leads of no use."""

    total: float
    on_empty: float
    on_non_target: float
    on_either: float
    elsewhere: float = 0.0  # on sources that brought no lead of this base


@dataclass(frozen=True)
class Recheck:
    """A kind of contact point: how many leads have one, how many were verified, how many are due
    (again).

    `most` of those not due yet become due in the week that begins on `week`.
    """

    point: str
    leads: int
    verified: int
    due: int
    week: datetime | None = None
    most: int = 0


@dataclass(frozen=True)
class Repairs:
    """How many repairs are proposed by a rule; without one, values of that contact point are just
    written better.
    """

    rule: str
    say: str
    values: int


@dataclass(frozen=True)
class RepairProposal:
    """A value proposed in the place of another."""

    point: str
    value: str
    proposed: str


@dataclass(frozen=True)
class EmptyLead:
    """A lead that nobody can reach although it scores well: who it is, why it is empty, what would
    repair it.
    """

    lead_id: str
    name: str = ""
    company: str = ""
    job_title: str = ""
    source: str = ""
    temperature: str = ""
    scores: tuple[tuple[str, float | None], ...] = ()
    because: str = ""
    proposals: tuple[RepairProposal, ...] = ()

    @property
    def who(self) -> str:
        """The words a salesperson knows the lead by: its name, else its company, else its id."""
        return self.name or self.company or self.lead_id


@dataclass(frozen=True)
class Quality:
    """A verified base: its empty leads by reason, source and age, their cost, re-checks and
    repairs.
    """

    leads: int
    empty: int
    non_target: int | None = None  # None when the playbook names no target audience
    either: int = 0
    reasons: tuple[Reason, ...] = ()
    ages: tuple[Age, ...] = ()  # nothing when it is not known when any lead came
    sources: tuple[Waste, ...] = ()
    others: Waste | None = None  # what the sources that are not listed come to
    sources_left: int = 0
    spent: SpendTotals | None = None
    currency: str = ""
    rechecks: tuple[Recheck, ...] = ()
    repairs: tuple[Repairs, ...] = ()
    to_repair: tuple[EmptyLead, ...] = ()

    @property
    def due(self) -> int:
        return sum(r.due for r in self.rechecks)

    @property
    def repair_count(self) -> int:
        return sum(r.values for r in self.repairs)


def empty_sentence(quality: Quality) -> str:
    """How many are empty and what it is mostly: `29 of 380 leads are empty (8%), most often:
    ...`
    """
    if not quality.empty:
        return "No lead is empty: each has a contact that may work."
    be = "is" if quality.empty == 1 else "are"
    said = (
        f"{quality.empty:,} of {plural(quality.leads, 'lead', 'leads')} {be} empty"
        f" ({percent(quality.empty, quality.leads)})"
    )
    if quality.reasons:
        first = quality.reasons[0]
        said += f", most often: {first.say[:1].lower()}{first.say[1:]} ({first.leads:,})"
    return said + "."


def waste_sentence(quality: Quality) -> str:
    """What empty and non-target leads cost, or without spend where they come from; empty when there
    is nothing to say.
    """
    spent, wanted = quality.spent, quality.non_target is not None
    if spent is not None and spent.total > 0:
        money = f"{spent.on_either:,.0f} of {spent.total:,.0f} {quality.currency}".rstrip()
        said = (
            f"{money} spent went to leads nobody can reach ({percent(spent.on_empty, spent.total)})"
        )
        return said + (
            f" or nobody wants ({percent(spent.on_non_target, spent.total)})." if wanted else "."
        )
    listed = [s for s in quality.sources if s.empty and s.leads >= max(20, quality.leads * 0.01)]
    if not listed:  # a share of a handful of leads says nothing
        return ""
    worst = max(listed, key=lambda s: (s.empty / s.leads, s.leads))
    return (
        f"{worst.source} brings the highest share of empty leads,"
        f" {percent(worst.empty, worst.leads)}."
    )


def due_sentence(quality: Quality) -> str:
    """What is due for re-checking and what could be repaired at once."""
    parts = [f"{r.due:,} {POINT_WORDS[r.point][r.due != 1]}" for r in quality.rechecks if r.due]
    be = "is" if quality.due == 1 else "are"
    said = (
        f"{_enumerate(parts)} {be} due for re-checking (leadlight verify)"
        if parts
        else "No contact is due for re-checking"
    )
    if quality.repair_count:
        repairs = plural(quality.repair_count, "repair is", "repairs are")
        said += f"; {repairs} proposed ({REPAIRS_COMMAND})"
    return said + "."


def _enumerate(parts: Iterable[str]) -> str:
    *rest, last = parts
    return f"{', '.join(rest)} and {last}" if rest else last
