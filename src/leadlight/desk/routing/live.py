"""Routing as things happen: who gets the leads that a run moved, and what clocks come to."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.desk.routing.assignment import assign_leads
from leadlight.desk.routing.clock_steps import BY, take_steps
from leadlight.desk.routing.rosters import find_roster
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Assignment, ClockFact
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class RoutingNews:
    """What was assigned and which steps clocks took; `fault` says why nothing could be."""

    assignments: tuple[Assignment, ...] = ()
    steps: tuple[ClockFact, ...] = ()
    fault: str | None = None


def route_leads(
    workspace: Workspace, run_id: str | None, *, reads_clocks: bool = True
) -> RoutingNews:
    """Assign the leads that a run changed and those that are held, and see to the clocks. A
    workspace without a roster has neither.
    """
    try:
        found = find_roster(workspace)
        if found is None or not workspace.ledger.runs(1):
            return RoutingNews()
        run = 0 if run_id is None else int(run_id.removeprefix("r"))
        made, _ = assign_leads(workspace, found, BY, run=run)
        steps, passed_on = take_steps(workspace, found) if reads_clocks else ((), ())
    except CannotDo as fault:
        return RoutingNews(fault=str(fault))
    return RoutingNews((*made, *passed_on), steps)
