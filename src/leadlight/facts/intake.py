"""What arrives from outside: events, each of somebody, before it is known of which lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

#: A value of an attribute or of an activity's column.
Value = str | int | float | bool | datetime

#: What a visitor who has not said who it is is called in the ledger: a stranger, and no lead.
ANONYMOUS = "anonymous/"
#: The kind of the activity by which somebody said who they are.
IDENTIFIED = "identified"


@dataclass(frozen=True)
class Event:
    """Something that happened, as a sender says it: `event_id` is its own for ever.

    Who did it is said by `user_id` (their id in the sender's system), `email` and `anonymous_id` (a
    device), as far as known. `attributes` are stated of the lead, `columns` are those of the
    activity, both by names of the catalog; `touch` holds first-touch words (utm_source, ...) of
    this visit.
    """

    event_id: str
    kind: str
    occurred_at: datetime
    user_id: str | None = None
    email: str | None = None
    anonymous_id: str | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    columns: Mapping[str, Value] = field(default_factory=dict)
    touch: Mapping[str, str] = field(default_factory=dict)

    @property
    def identifies(self) -> bool:
        """Whether it says who somebody is."""
        return self.user_id is not None or self.email is not None


@dataclass(frozen=True)
class JournalDamage:
    """A place of the journal that could not be read; `kept` is the file with its bytes."""

    path: Path
    what: str
    kept: Path | None = None
