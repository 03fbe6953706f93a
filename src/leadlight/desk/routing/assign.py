"""`assign`: give the leads that need somebody to people; and `reassign`: give one by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.desk.routing.assignment import assign_leads
from leadlight.desk.routing.events import events_of
from leadlight.desk.routing.rosters import RosterText, must_find_roster, standing_of
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Assignment, LeadInRoute, RouteQuery
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.routing import AssignResult, ReassignResult
from leadlight.route.assign import Fold
from leadlight.route.response_times import with_deadlines
from leadlight.route.roster.spec import Person, Roster

_LISTED = 1_000
_LONGEST_REASON = 500


@dataclass(frozen=True)
class AssignRequest:
    """Give every lead that needs somebody to a person: those in routes of the roster's departments
    that nobody has, that moved where their route says `again`, that are held, or whose owner left.
    """

    now: datetime
    by: str


@dataclass(frozen=True)
class ReassignRequest:
    """Give a lead to a person of the roster, and say why. Its clock begins anew."""

    lead: str
    to: str
    because: str
    now: datetime
    by: str


def assign(session: Session, request: AssignRequest) -> AssignResult:
    """Assign leads. Raises `CannotDo` where there is no roster, it has faults, or nothing was
    qualified yet.
    """
    with session.write("assign", request.now) as opened:
        workspace = replace(opened, now=opened.after(request.now))
        found = must_find_roster(workspace)
        if not workspace.ledger.runs(1):
            raise CannotDo("Nothing was qualified yet, so no lead is in a route. Qualify first.")
        made, import_id = assign_leads(workspace, found, presentable(request.by, 120))
    return AssignResult(
        import_id=import_id,
        roster=found.roster.fingerprint,
        at=workspace.now,
        total=len(made),
        given=dict(Counter(a.person for a in made if a.person is not None).most_common()),
        held=sum(a.person is None for a in made),
        kinds=dict(Counter(a.kind for a in made).most_common()),
        assignments=made[:_LISTED],
    )


def reassign(session: Session, request: ReassignRequest) -> ReassignResult:
    """Give a lead to somebody. Raises `CannotDo` where there is no such lead or person, the person
    takes no leads now, or no reason is given.
    """
    because = presentable(request.because, _LONGEST_REASON)
    if not because:
        raise CannotDo("Why? A few words are enough.", field="because")
    with session.write("reassign", request.now) as opened:
        workspace = replace(opened, now=opened.after(request.now))
        found = must_find_roster(workspace)
        person = _person(found.roster, request.to)
        lead = _lead(workspace, request.lead)
        before = workspace.ledger.assignments().newest([lead]).get(lead)
        made = _assignment(workspace, found, lead, person, before, because)
        ledger = workspace.ledger.assignments()
        by = presentable(request.by, 120)
        import_id = ledger.record(
            [made], found.version, by, "assignment", workspace.now, events_of([made], ())
        )
    return ReassignResult(import_id, made, before.person if before is not None else None)


def _person(roster: Roster, name: str) -> Person:
    person = roster.person_of(name)
    if person is None:
        hint = did_you_mean(name, roster.people) or f"It has {', '.join(sorted(roster.people))}."
        raise CannotDo(f"The roster has no {presentable(name, 60)!r}. {hint}", field="to")
    return person


def _lead(workspace: Workspace, wanted: str) -> str:
    found = workspace.ledger.find_leads(wanted)
    if not found:
        said = f"There is no lead {presentable(wanted, 60)!r}."
        raise CannotDo(f"{said} Name it by its id or its e-mail address.", field="lead")
    if len(found) > 1:
        listed = ", ".join(found[:5])
        raise CannotDo(f"{len(found)} leads have that address: {listed}. Name one.", field="lead")
    return found[0]


def _assignment(
    workspace: Workspace,
    found: RosterText,
    lead_id: str,
    person: Person,
    before: Assignment | None,
    because: str,
) -> Assignment:
    """The lead as that person's, whose turn it takes."""
    now, roster = workspace.now, found.roster
    lead = _lead_in_route(workspace, roster, lead_id, before, person)
    fold = Fold(roster, standing_of(workspace, roster, (), now))
    try:
        draft = fold.give_to(replace(lead, began_at=now), person, because, now)
    except ValueError as fault:
        raise CannotDo(f"{fault} Name somebody else.", field="to") from None
    return with_deadlines(roster, [draft], now)[0]


def _lead_in_route(
    workspace: Workspace, roster: Roster, lead_id: str, before: Assignment | None, person: Person
) -> LeadInRoute:
    """The lead where its route has put it; one in no route of the roster has no clock."""
    if before is not None:
        return LeadInRoute(
            lead_id,
            before.department,
            before.began_at,
            before.respond_within,
            before.label,
            company=before.company,
            person=before.person,
            places=_places(workspace, lead_id),
        )
    query = RouteQuery(tuple(roster.departments), tuple(roster.people), lead=lead_id)
    routed = workspace.ledger.assignments().leads_in_routes(query, workspace.now)
    if routed:
        return routed[0].lead
    return LeadInRoute(lead_id, person.departments[0], workspace.now)


def _places(workspace: Workspace, lead_id: str) -> int:
    """How many assignments there were, those that were taken back among them."""
    return workspace.ledger.assignments().places(lead_id)
