"""Who has a lead, and whose it was, as its page says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leadlight.desk.routing.owners import lead_history
from leadlight.desk.session import Session
from leadlight.server.pages.clock_text import clock_text
from leadlight.server.pages.desk_page import now


def owner_words(session: Session, lead_id: str, moment: datetime | None) -> dict[str, Any]:
    """The words of a lead's page on its owner; of a past moment there are none."""
    if moment is not None:
        return {}
    found = lead_history(session, lead_id, now())
    owner = found.owner
    left = owner.time_left if owner is not None else None
    return {
        "holder": owner.name if owner is not None else None,
        "owner_left": "" if left is None else clock_text(left),
        "owner_is_late": left is not None and left.total_seconds() < 0,
        "assignments": found.assignments[::-1],
    }
