"""Whose leads are by their assignments, and how much time is left to answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.desk.routing.rosters import find_roster
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Assignment
from leadlight.problems import CannotDo
from leadlight.route.clocks import read_clocks
from leadlight.route.roster.spec import Roster


@dataclass(frozen=True)
class LeadOwner:
    """Who has a lead (None: it is held), and until when it is to be answered: `time_left` is
    business time, less than nothing when it is late, and None where nothing is to be answered.
    """

    person: str | None
    name: str | None
    due_at: datetime | None = None
    time_left: timedelta | None = None


@dataclass(frozen=True)
class LeadOwners:
    """The owners of a workspace's leads by its roster. Without one, or with one that has faults,
    nobody has any.
    """

    workspace: Workspace
    roster: Roster | None

    @staticmethod
    def of(workspace: Workspace) -> LeadOwners:
        """The owners of a workspace's leads."""
        try:
            found = find_roster(workspace)
        except CannotDo:
            found = None
        return LeadOwners(workspace, found.roster if found is not None else None)

    def person_of(self, owner: str) -> str | None:
        """The id in the roster of whom somebody calls so."""
        person = self.roster.person_of(owner) if self.roster is not None else None
        return person.id if person is not None else None

    def owners(self, leads: Sequence[str]) -> Mapping[str, LeadOwner]:
        """The owners of these leads, as far as they were assigned."""
        if self.roster is None or not leads:
            return {}
        clocks = self.workspace.ledger.assignments().clocks(leads)
        found = {c.assignment.lead_id: self._owner(c.assignment.person) for c in clocks}
        for reading in read_clocks(self.roster, clocks, self.workspace.now):
            made = reading.clock.assignment
            if reading.clock.attempted_at is None and reading.due_at is not None:
                owner = found[made.lead_id]
                found[made.lead_id] = LeadOwner(
                    owner.person, owner.name, reading.due_at, reading.time_left
                )
        return found

    def _owner(self, person_id: str | None) -> LeadOwner:
        people = self.roster.people if self.roster is not None else {}
        person = people.get(person_id or "")
        return LeadOwner(person_id, person.name if person is not None else person_id)


@dataclass(frozen=True)
class LeadHistory:
    """Who has a lead, and whose it was before: its assignments, the oldest first."""

    owner: LeadOwner | None
    assignments: tuple[Assignment, ...]


def lead_history(session: Session, lead_id: str, now: datetime) -> LeadHistory:
    """Who has a lead, by the id that runs know it by. A workspace without a roster knows nobody."""
    with session.read("lead", now) as workspace:
        owners = LeadOwners.of(workspace)
        if owners.roster is None:
            return LeadHistory(None, ())
        made = tuple(workspace.ledger.assignments().history(lead_id))
        owner = owners.owners([lead_id]).get(lead_id) if made else None
    return LeadHistory(owner, made)
