"""What became of events that arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TakeResult:
    """What became of a batch of events: `events = added + known + quarantine`, always.

    `restated` counts earlier activities of visitors who said who they are, stated again of the lead
    they turned out to be. `run_id` is the run that looked at the touched leads (null: nobody was
    touched); `changed` of them have other labels now. `as_of` is its moment. `pending` says in a
    sentence why leads were not qualified yet. `assigned` leads were given to people or are held,
    `steps` of clocks were taken (warned, breached); `unrouted` says why none could be.
    """

    events: int
    added: int
    known: int
    quarantine: int
    new_leads: int = 0
    restated: int = 0
    run_id: str | None = None
    looked_at: int = 0
    changed: int = 0
    as_of: datetime | None = None
    pending: str | None = None
    assigned: int = 0
    steps: int = 0
    unrouted: str | None = None
