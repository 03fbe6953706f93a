"""Transitions: what a run changed of each lead, as streams and webhooks tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class LabelMove:
    """A lead went from one label of a scale to another; None where it had, or has, none."""

    scale: str
    before: str | None
    after: str | None


#: What happened of a lead's assignment or of its clock, as an endpoint asks for it.
ROUTING_WORDS = ("assigned", "held", "warned", "breached")


@dataclass(frozen=True)
class RoutingEvent:
    """A lead was given to somebody (`steps` are assigned, kept, reassigned, handed_over or held),
    or its clock has come to something (warned, breached, owner, manager, reassign).

    `person` is the id in the roster, `because` the choice as a sentence.
    """

    lead_id: str
    steps: tuple[str, ...]
    person: str | None
    department: str
    due_at: datetime | None
    because: str

    @property
    def word(self) -> str:
        """The one of `ROUTING_WORDS` that says the most of it."""
        for word in ("breached", "warned", "held"):
            if word in self.steps:
                return word
        late = ("owner", "manager", "reassign")
        return "breached" if any(step in late for step in self.steps) else "assigned"


@dataclass(frozen=True)
class Transition:
    """A lead whose labels, segments or route a run changed, or of which `routing` tells something.

    `transition_id` (`r12:LEAD`) is the same whenever it is asked for. `moves` has the scales whose
    label is another one; it is empty where only the segments or the route are. `gone` says that the
    lead left the base. `scores` are those of that moment.
    """

    transition_id: str
    run_no: int
    run_id: str
    lead_id: str
    as_of: datetime
    gone: bool
    new: bool
    moves: tuple[LabelMove, ...]
    labels: Mapping[str, str | None]
    scores: Mapping[str, float | None]
    segments: tuple[str, ...]
    department: str | None
    respond_within: timedelta | None
    next_step: str | None
    reasons: tuple[str, ...]
    routing: RoutingEvent | None = None


@dataclass(frozen=True)
class Transitions:
    """Transitions in the order of runs and leads. `upto` is the last run that was looked through;
    `more` says that there are others after the last one here.
    """

    transitions: tuple[Transition, ...]
    upto: int
    more: bool
