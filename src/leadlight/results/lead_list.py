"""A page of the list of leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.facts.lead_list import LeadLine as LeadLine


@dataclass(frozen=True)
class LeadList:
    """Leads as the run `run_id` left them. `total` counts all that the filters leave (null on later
    pages); `next` is what the next page is asked for by (null: this is the last one).
    """

    leads: tuple[LeadLine, ...]
    run_id: str | None
    as_of: datetime | None
    total: int | None
    next: str | None
