"""What streams and endpoints are told of assignments and clocks."""

from __future__ import annotations

from collections.abc import Sequence

from leadlight.facts.assignments import Assignment, ClockFact
from leadlight.facts.transitions import RoutingEvent

#: Of more leads at once nobody is told one by one.
MOST = 10_000


def events_of(assignments: Sequence[Assignment], steps: Sequence[ClockFact]) -> list[RoutingEvent]:
    """What is told of leads: one event for each, with all that happened of it."""
    made = {a.lead_id: a for a in assignments}
    taken: dict[str, list[ClockFact]] = {}
    for step in steps:
        taken.setdefault(step.lead_id, []).append(step)
    return [_event(lead, made.get(lead), taken.get(lead, ())) for lead in sorted({*made, *taken})]


def _event(lead_id: str, made: Assignment | None, steps: Sequence[ClockFact]) -> RoutingEvent:
    words = (*(s.step for s in steps), *((made.kind,) if made is not None else ()))
    if made is None:
        last = steps[-1]
        return RoutingEvent(
            lead_id, words, last.person, last.department, last.due_at, "Nobody answered it."
        )
    return RoutingEvent(lead_id, words, made.person, made.department, made.due_at, made.because)
