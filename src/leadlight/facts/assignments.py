"""Assignments: whose a lead is from a moment on, why, and by when it is to be answered; and what
the ledger can be asked of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from leadlight.facts.transitions import RoutingEvent

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


@dataclass(frozen=True, slots=True)
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


ClockStep: TypeAlias = Literal["warned", "breached", "owner", "manager", "reassign"]


@dataclass(frozen=True)
class ClockFact:
    """What the clock of an assignment came to: it was `warned` or `breached`; or after that its
    `owner` or `manager` (`person`) is told, or the lead is given to somebody else.
    """

    lead_id: str
    assignment_no: int
    step: ClockStep
    person: str | None
    due_at: datetime
    department: str


@dataclass(frozen=True)
class CurrentRoute:
    """Where the last run left a lead."""

    department: str | None
    respond_within: timedelta | None
    next_step: str | None
    temperature: str | None
    stage: str | None


@dataclass(frozen=True)
class Clock:
    """An assignment that counts, by its number, with what people did since its clock began.

    `attempted_at` is when somebody first tried to answer it, `reached_at` when the lead was first
    spoken to; `touches` and `last_at` say how often and when last, `next_touch` when somebody
    promised to be in touch again. `pauses` are the stretches in which it was the lead's turn to
    answer; the last may be open. `steps` are those that were taken. `is_closed`: it was won, lost
    or turned down; `is_qualified`: sales accepted, met or offered something to it.
    """

    no: int
    assignment: Assignment
    attempted_at: datetime | None = None
    reached_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    steps: frozenset[ClockStep] = frozenset()
    touches: int = 0
    last_at: datetime | None = None
    next_touch: datetime | None = None
    is_closed: bool = False
    is_qualified: bool = False
    is_won: bool = False
    route: CurrentRoute | None = None


@dataclass(frozen=True)
class RouteQuery:
    """Leads in routes of departments, or of their parts, that need an assignment: they have none,
    came there after it, are held, or are of nobody who is among the `known_people`.

    With `run` only those that this run changed, beside who is held; with `lead` only that one.
    """

    departments: tuple[str, ...]
    known_people: tuple[str, ...]
    run: int | None = None
    lead: str | None = None


@dataclass(frozen=True)
class RoutedLead:
    """A lead that needs an assignment, with the route's next step."""

    lead: LeadInRoute
    next_step: str | None


class AssignmentLedger(Protocol):
    """What the ledger can be asked of assignments."""

    def standing(
        self,
        days: Mapping[str, tuple[str, datetime]],
        returns: Mapping[tuple[str, str], datetime],
        companies: Sequence[str],
        *,
        count_open: bool,
    ) -> Standing:
        """What the assignments that count come to. `days` is person -> the day it is there, and
        when it began; `returns` is department and person -> when it came back there. Open leads are
        counted where somebody's limit or turn rests on them. Of `companies` it is told who had them
        last.
        """
        ...

    def leads_in_routes(self, query: RouteQuery, now: datetime) -> Sequence[RoutedLead]:
        """The leads that need an assignment."""
        ...

    def record(
        self,
        assignments: Sequence[Assignment],
        roster: tuple[str, str],
        by: str,
        name: str,
        now: datetime,
        events: Sequence[RoutingEvent] = (),
    ) -> str:
        """Add assignments as an import of that name, by a roster (its fingerprint and text); its
        id. Streams and endpoints are told of `events`. Raises `CannotDo` where a lead has been
        assigned meanwhile.
        """
        ...

    def newest(self, leads: Sequence[str]) -> Mapping[str, Assignment]:
        """The assignment of each of these leads that counts."""
        ...

    def open_leads(self) -> Mapping[str, int]:
        """How many leads each person has that are not decided."""
        ...

    def first(self, leads: Sequence[str]) -> Sequence[tuple[Assignment, str]]:
        """The first assignment of each of these leads that was not taken back, with the fingerprint
        of the roster that it was made by.
        """
        ...

    def places(self, lead: str) -> int:
        """How many assignments a lead has had, with those that were taken back."""
        ...

    def history(self, lead: str) -> Sequence[Assignment]:
        """The assignments of a lead that were not taken back, the oldest first."""
        ...

    def clocks(
        self, leads: Sequence[str] | None = None, warned_by: datetime | None = None
    ) -> Sequence[Clock]:
        """The clocks of these leads, or of all; of those alone that are warned by that moment."""
        ...

    def clocks_of(self, assignments: Sequence[Assignment]) -> Sequence[Clock]:
        """The clocks that assignments would have which nobody wrote, numbered by their places in
        the list.
        """
        ...

    def record_steps(
        self, steps: Sequence[ClockFact], now: datetime, events: Sequence[RoutingEvent] = ()
    ) -> None:
        """Add what clocks came to, each once, and tell streams and endpoints of `events`."""
        ...

    def open_clocks(self, person: str | None, limit: int) -> Sequence[Clock]:
        """The clocks that nobody has answered, the first to end first, of undecided leads; of one
        person, or of all.
        """
        ...

    def answered_clocks(self, person: str | None, since: datetime) -> Sequence[Clock]:
        """The clocks of undecided leads that began since a moment and that somebody has
        answered.
        """
        ...

    def roster_text(self, fingerprint: str) -> str | None:
        """The text of a roster that somebody assigned by."""
        ...
