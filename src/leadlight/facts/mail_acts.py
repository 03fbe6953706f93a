"""What was done with mails, as it lies in a ledger: opens and clicks, by persons or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple


class ActPlace(NamedTuple):
    """Where an activity lies in a ledger: its import, and its row there."""

    import_no: int
    row_no: int


@dataclass(frozen=True)
class MailAct:
    """An open, a click or a view of a lead; `mail` tells mails of a lead apart, `delivered_at` is
    when a mail had reached the lead just before. `reason` is set where it was known as no person's.
    """

    place: ActPlace
    lead_id: str
    occurred_at: datetime
    kind: str
    url: str | None = None
    mail: str | None = None
    delivered_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class MailActQuery:
    """What is asked for: clicks between two moments that have a mail or another click of the lead
    `close` to them, and whatever is of the kinds `apart`.
    """

    since: datetime
    until: datetime
    close: timedelta
    apart: tuple[str, ...]


@dataclass(frozen=True)
class ActChange:
    """An activity that is kept under another kind, and the code of the reason."""

    place: ActPlace
    kind: str
    reason: str
