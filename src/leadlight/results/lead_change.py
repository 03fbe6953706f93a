"""What became of a change of many leads at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LeadChange:
    """A change that `by` made of so many leads; `change_id` takes it back. `pending` says why the
    leads were not qualified again yet (null: they were).
    """

    change_id: str
    leads: int
    what: str
    at: datetime
    by: str
    imports: tuple[str, ...]
    run_id: str | None
    pending: str | None = None


@dataclass(frozen=True)
class UndoneChange:
    """A change that was taken back."""

    change_id: str
    imports: tuple[str, ...]
    at: datetime
    run_id: str | None
    pending: str | None = None
