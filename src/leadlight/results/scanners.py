"""What scanners of mail did: the log of it, and what was set apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ScannerAct:
    """An open, a click or a view that no person made. `reason` is a code and `why` the reason in a
    sentence; `is_apart` says that no rule counts it.
    """

    lead_id: str
    occurred_at: datetime
    kind: str
    url: str | None
    reason: str
    why: str
    is_apart: bool


@dataclass(frozen=True)
class ScannerLog:
    """What no person did since a moment: `acts`, the newest first, as many as were asked for.

    `found` of all these still count, `leads` are whose they are; `apart` count no more. With
    `import_id` those found were set apart by this request, as that import.
    """

    since: datetime
    found: int
    leads: int
    apart: int
    acts: tuple[ScannerAct, ...]
    import_id: str | None = None
