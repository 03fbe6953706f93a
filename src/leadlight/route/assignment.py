"""An assignment: whose a lead is from a moment on, why, and by when it is to be answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

AssignmentKind: TypeAlias = Literal["assigned", "kept", "reassigned", "handed_over", "held"]


@dataclass(frozen=True)
class LeadInRoute:
    """A lead that a route sends to a department, and what of it decides who gets it.

    `began_at` is when it came there, `respond_within` the response time in seconds of business
    time, `label` for which it was agreed. `owner` is whom the CRM names, `person` who has it by the
    newest assignment, `places` how many assignments there were. `again` says that its route gives
    it to somebody of the department, whoever has it. `closed_at` is when it was decided, where that
    is known.
    """

    lead_id: str
    department: str
    began_at: datetime
    respond_within: int | None = None
    label: str | None = None
    owner: str | None = None
    company: str | None = None
    country: str | None = None
    region: str | None = None
    language: str | None = None
    skills: tuple[str, ...] = ()
    again: bool = False
    person: str | None = None
    places: int = 0
    is_held: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Assignment:
    """A lead is `person`'s from `at` on (None: it is held), and `because` says why in a sentence.

    `turn` and `clock` are the turns of the person and of the department after it. `warn_at` and
    `due_at` are moments by the roster of that time; `place` counts the assignments of the lead.
    """

    lead_id: str
    kind: AssignmentKind
    person: str | None
    department: str
    at: datetime
    began_at: datetime
    because: str
    place: int = 1
    company: str | None = None
    label: str | None = None
    respond_within: int | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    weight: int = 1
    turn: int = 0
    clock: int = 0
    takes_turn: bool = True


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


@dataclass
class Standing:
    """What past assignments come to: the turns of people (department, person) and of departments,
    how many leads each was given on which day of its own, and how many are open; who had leads of a
    company last.

    `returns` has the turn of the department when a person came back, or began, there.
    """

    turns: dict[tuple[str, str], int] = field(default_factory=dict)
    clocks: dict[str, int] = field(default_factory=dict)
    returns: dict[tuple[str, str], int] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    companies: dict[str, str] = field(default_factory=dict)
