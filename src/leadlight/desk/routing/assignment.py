"""Assigning leads of a workspace: all that need somebody, or those that a run changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from leadlight.desk.playbooks import usable
from leadlight.desk.routing.events import MOST, events_of
from leadlight.desk.routing.rosters import RosterText, standing_of
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Assignment, LeadInRoute, RoutedLead, RouteQuery
from leadlight.playbook.spec import Playbook, Route
from leadlight.route.assign import assign
from leadlight.route.roster.spec import Roster

#: Of a lead that waited longer before it was first assigned, the clock begins with that.
OLDEST_CLOCK = timedelta(days=1)
LIVE = "assignment"


def assign_leads(
    workspace: Workspace, found: RosterText, by: str, *, run: int | None = None
) -> tuple[tuple[Assignment, ...], str | None]:
    """Assign the leads that need somebody (with `run` those that it changed, and those that are
    held); the assignments, and the import that holds them.
    """
    made = draft(workspace, found.roster, run=run)
    if not made:
        return (), None
    events = events_of(made, ()) if len(made) <= MOST else ()
    ledger = workspace.ledger.assignments()
    return made, ledger.record(made, found.version, by, LIVE, workspace.now, events)


def draft(
    workspace: Workspace, roster: Roster, *, run: int | None = None
) -> tuple[Assignment, ...]:
    """What `assign_leads` would write."""
    now = workspace.now
    query = RouteQuery(departments_of(roster), people_of(roster, now), run)
    routed = workspace.ledger.assignments().leads_in_routes(query, now)
    if not routed:
        return ()
    leads = list(complete_leads(routed, playbook_of(workspace), now))
    companies = tuple({lead.company for lead in leads if lead.company})
    return tuple(assign(roster, standing_of(workspace, roster, companies, now), leads, now))


def departments_of(roster: Roster) -> tuple[str, ...]:
    """The departments whose leads are assigned."""
    return tuple(roster.departments)


def people_of(roster: Roster, now: datetime) -> tuple[str, ...]:
    """The people who keep what they have."""
    return tuple(p.id for p in roster.people.values() if p.left is None or p.left >= now.date())


def playbook_of(workspace: Workspace) -> Playbook:
    """The playbook that the workspace goes by."""
    agreed = workspace.agreed_playbook()
    return usable(agreed.text, agreed.name, workspace.ledger.holdings().catalog())[0]


def complete_leads(
    routed: Sequence[RoutedLead], book: Playbook, now: datetime
) -> Iterator[LeadInRoute]:
    """The leads with what their routes say of them, without those that nobody is to contact."""
    routes = {(r.to, r.within, r.next_step or None): r for r in reversed(book.routes)}
    for one in routed:
        lead = one.lead
        route = routes.get((lead.department, lead.respond_within, one.next_step))
        if route is not None and route.by == "nothing":
            continue
        yield _complete(lead, route, now)


def _complete(lead: LeadInRoute, route: Route | None, now: datetime) -> LeadInRoute:
    began = lead.began_at
    if not lead.places and now - began > OLDEST_CLOCK:
        began = now
    if route is None:
        return replace(lead, began_at=began)
    return replace(lead, began_at=began, skills=route.skills, again=route.again)
