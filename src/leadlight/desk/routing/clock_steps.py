"""What clocks come to: warned, breached, and what the roster says is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadlight.desk.routing.events import events_of
from leadlight.desk.routing.rosters import RosterText, standing_of
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Assignment, Clock, ClockFact, LeadInRoute
from leadlight.route.assign import Fold
from leadlight.route.clocks import steps_due
from leadlight.route.response_times import with_deadlines

BY = "leadlight"


def take_steps(
    workspace: Workspace, found: RosterText
) -> tuple[tuple[ClockFact, ...], tuple[Assignment, ...]]:
    """Write what the clocks of a workspace have come to by now, each step once; and the assignments
    of leads that go on to somebody else.
    """
    ledger, now = workspace.ledger.assignments(), workspace.now
    clocks = [c for c in ledger.clocks(warned_by=now) if not c.is_closed]
    steps = tuple(steps_due(found.roster, clocks, now))
    if not steps:
        return (), ()
    by_no = {clock.no: clock for clock in clocks}
    late = [by_no[s.assignment_no] for s in steps if s.step == "reassign"]
    made = _pass_on(workspace, found, late) if late else ()
    events = events_of(made, steps)
    ledger.record_steps(steps, now, () if made else events)
    if made:
        ledger.record(made, found.version, BY, "breach", now, events)
    return steps, made


def _pass_on(
    workspace: Workspace, found: RosterText, late: Sequence[Clock]
) -> tuple[Assignment, ...]:
    now, roster = workspace.now, found.roster
    fold = Fold(roster, standing_of(workspace, roster, (), now))
    drafts = [fold.pass_on(replace(_lead(workspace, c), began_at=now), now) for c in late]
    return tuple(with_deadlines(roster, [d for d in drafts if d is not None], now))


def _lead(workspace: Workspace, clock: Clock) -> LeadInRoute:
    made = clock.assignment
    return LeadInRoute(
        lead_id=made.lead_id,
        department=made.department,
        began_at=made.began_at,
        respond_within=made.respond_within,
        label=made.label,
        company=made.company,
        person=made.person,
        places=workspace.ledger.assignments().places(made.lead_id),
    )
