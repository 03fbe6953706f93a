"""Who gets a lead and why, before it is said by when it is to be answered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from leadlight.facts.assignments import Assignment, AssignmentKind, LeadInRoute


class Draft(NamedTuple):
    """Who gets a lead and why, before it is said by when it is to be answered."""

    lead: LeadInRoute
    kind: AssignmentKind
    person: str | None
    department: str
    because: str
    weight: int = 1
    turn: int = 0
    clock: int = 0
    takes_turn: bool = False
    #: When the clock begins, where that is later than the lead came: it was held back by lot.
    clock_from: datetime | None = None

    @property
    def begins(self) -> datetime:
        """When the clock begins."""
        return self.clock_from or self.lead.began_at

    def assignment(
        self, at: datetime, warn_at: datetime | None = None, due_at: datetime | None = None
    ) -> Assignment:
        """The assignment, from a moment on."""
        lead = self.lead
        return Assignment(
            lead_id=lead.lead_id,
            kind=self.kind,
            person=self.person,
            department=self.department,
            at=at,
            began_at=lead.began_at,
            because=self.because,
            place=lead.places + 1,
            company=lead.company,
            label=lead.label,
            respond_within=lead.respond_within,
            warn_at=warn_at,
            due_at=due_at,
            weight=self.weight,
            turn=self.turn,
            clock=self.clock,
            takes_turn=self.takes_turn,
        )
