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
    activity, both by names of the catalog; `touch` says by what somebody came to this visit
    (utm_source, ...), `first_touch` by what to the first one, where the sender knows it. One that
    does not `introduce` makes no lead of somebody unknown: a mail that was opened is a stranger's.
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
    first_touch: Mapping[str, str] = field(default_factory=dict)
    introduces: bool = True

    @property
    def identifies(self) -> bool:
        """Whether it says who somebody is."""
        return self.user_id is not None or self.email is not None


@dataclass(frozen=True)
class JournalRecord:
    """What one request brought; `number` counts from 1 and never repeats."""

    number: int
    body: bytes


@dataclass(frozen=True)
class JournalDamage:
    """A place of the journal that could not be read; `kept` is the file with its bytes."""

    path: Path
    what: str
    kept: Path | None = None


@dataclass(frozen=True)
class QuarantineRow:
    """An event that cannot be used: a code, the reason, and the beginning of its text."""

    code: str
    why: str
    text: str


@dataclass(frozen=True)
class FormCount:
    """How often a form was sent, by how many leads, and when last."""

    count: int
    leads: int
    last: datetime


@dataclass(frozen=True)
class KnownPeople:
    """Who is known: leads by their ids with their newest address, leads by address, by the ids that
    senders call them, and by device.
    """

    leads: Mapping[str, str | None] = field(default_factory=dict)
    by_email: Mapping[str, str] = field(default_factory=dict)
    by_user: Mapping[str, str] = field(default_factory=dict)
    by_device: Mapping[str, str] = field(default_factory=dict)


#: Columns of activities that intake brings beside those of the catalog, with what each says.
OWN_COLUMNS: Mapping[str, str] = {
    "user_id": "the id by which the sender's system calls the lead",
    "anonymous_id": "the device or browser it was done on",
    "identity": "by what it said who did it: user_id or email",
    "utm_source": "utm_source of the visit",
    "utm_medium": "utm_medium of the visit",
    "utm_campaign": "utm_campaign of the visit",
    "utm_term": "utm_term of the visit",
    "utm_content": "utm_content of the visit",
    "landing_page": "the first page of the visit",
    "click_id": "the advertiser's id of the click",
    "mail_id": "the vendor's id of the mail",
}
TOUCH = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "landing_page")
