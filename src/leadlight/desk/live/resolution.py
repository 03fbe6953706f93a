"""Whose an event is: a pure fold over events and who is known.

The known contact wins over a new id. What a device did before somebody said who it is becomes the
first one's; who says on the same device that they are somebody else gets what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadlight.facts.intake import ANONYMOUS, Event, KnownPeople

#: An id of a sender's that is taken by somebody else's lead is kept apart by this.
OTHER_USER = "user/"


class OwnedEvent(NamedTuple):
    """An event and the lead it is of; `joins` says that the device's earlier activities are that
    lead's too.
    """

    event: Event
    lead_id: str
    is_new: bool
    joins: bool


@dataclass
class Resolution:
    """Who is known by now, as events go by."""

    known: KnownPeople
    _emails: dict[str, str] = field(init=False)
    _users: dict[str, str] = field(init=False)
    _devices: dict[str, str] = field(init=False)
    _leads: dict[str, str | None] = field(init=False)

    def __post_init__(self) -> None:
        self._emails, self._users = dict(self.known.by_email), dict(self.known.by_user)
        self._devices, self._leads = dict(self.known.by_device), dict(self.known.leads)

    def resolve(self, events: Sequence[Event]) -> Iterator[OwnedEvent]:
        """Each event with its lead, in the order in which they happened."""
        for event in sorted(events, key=lambda e: e.occurred_at):
            yield self._resolve(event)

    def _resolve(self, event: Event) -> OwnedEvent:
        device = event.anonymous_id
        if not event.identifies:
            assert device is not None
            owner = self._devices.get(device)
            return OwnedEvent(event, owner or ANONYMOUS + device, False, False)
        lead = self._known_lead(event)
        is_new = lead is None
        if lead is None:
            lead = self._new_lead(event)
            if not event.introduces:
                return OwnedEvent(event, lead, is_new=True, joins=False)
        self._remember(event, lead)
        joins = device is not None and device not in self._devices
        if device is not None:
            self._devices[device] = lead
        return OwnedEvent(event, lead, is_new, joins)

    def _known_lead(self, event: Event) -> str | None:
        email = event.email.lower() if event.email else None
        if email is not None and email in self._emails:
            return self._emails[email]
        if email is not None and email in self._leads:
            return email
        if event.user_id is None:
            return None
        if event.user_id in self._users:
            return self._users[event.user_id]
        return event.user_id if self._is_theirs(event.user_id, email) else None

    def _is_theirs(self, lead: str, email: str | None) -> bool:
        """Whether the lead of that id may be who is meant: it has no other address."""
        address = self._leads.get(lead)
        return lead in self._leads and (email is None or address is None or address == email)

    def _new_lead(self, event: Event) -> str:
        if event.user_id is not None:
            taken = event.user_id in self._leads
            return OTHER_USER + event.user_id if taken else event.user_id
        assert event.email is not None
        return event.email.lower()

    def _remember(self, event: Event, lead: str) -> None:
        if event.email is not None:
            self._emails.setdefault(event.email.lower(), lead)
            self._leads.setdefault(lead, event.email.lower())
        if event.user_id is not None:
            self._users[event.user_id] = lead
        self._leads.setdefault(lead, None)
