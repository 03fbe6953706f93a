"""A page of the list of leads, one of them at a moment, and the runs that qualified them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.facts.lead_list import LeadLine as LeadLine
from leadlight.facts.ledger import Run


def lead_name(lead_id: str, attributes: Mapping[str, object]) -> str:
    """What a lead is called: its name, else its address, else its id."""
    parts = [str(attributes[n]) for n in ("first_name", "last_name") if attributes.get(n)]
    full = str(attributes.get("full_name") or "").strip() or " ".join(parts).strip()
    return full or str(attributes.get("email") or "").strip() or lead_id


@dataclass(frozen=True)
class LeadList:
    """Leads as the run `run_id` left them. `total` counts all that the filters leave (null on later
    pages), `counts` of them by label, whichever label of that scale is chosen; `next` is what the
    next page is asked for by (null: this is the last one).
    """

    leads: tuple[LeadLine, ...]
    run_id: str | None
    as_of: datetime | None
    total: int | None
    next: str | None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class LeadFilters:
    """By what a list of leads can be filtered: the labels of each scale in their order, segments,
    departments, the scores to sort by, and each attribute with what its values are.
    """

    labels: Mapping[str, tuple[str, ...]]
    segments: tuple[str, ...]
    departments: tuple[str, ...]
    scores: tuple[str, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RunList:
    """The stored runs of a workspace, the newest first."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class LeadQualification:
    """What the playbook says of one lead at a moment: its labels, scores and reasons, without the
    arithmetic.
    """

    lead_id: str
    as_of: datetime
    playbook: str
    fingerprint: str
    labels: Mapping[str, str | None]
    scores: Mapping[str, float | None]
    segments: tuple[str, ...]
    department: str | None
    respond_within: int | None  # seconds
    next_step: str | None
    reasons: str | None
