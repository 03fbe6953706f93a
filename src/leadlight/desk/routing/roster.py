"""`roster`: who is there, what they take and have; or the beginning of a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.routing.assignment import playbook_of
from leadlight.desk.routing.rosters import (
    must_find_roster,
    roster_file,
    standing_of,
)
from leadlight.desk.session import Session
from leadlight.desk.texts import text_of
from leadlight.desk.wiring import output_files
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Standing
from leadlight.playbook.read import fingerprint_of
from leadlight.problems import CannotDo
from leadlight.results.routing import RosterDepartment, RosterPerson, RosterView
from leadlight.route.business_time import local_time
from leadlight.route.presence import presence
from leadlight.route.roster.read import must_read_roster, read_roster
from leadlight.route.roster.spec import Department, Person, Roster


@dataclass(frozen=True)
class RosterRequest:
    """The roster of a workspace at `now`, or that of a file (`roster`). With `begin` one is written
    where there is none, with the departments of the playbook's routes.
    """

    now: datetime
    roster: Path | None = None
    begin: bool = False


@dataclass(frozen=True)
class ChangeRosterRequest:
    """Write the roster of the workspace anew, with this text. `seen` is the fingerprint of the one
    that was edited: where somebody else wrote another one since, nothing is written.
    """

    text: str
    now: datetime
    seen: str | None = None


def change_roster(session: Session, request: ChangeRosterRequest) -> RosterView:
    """Write the roster. Past assignments stay as they are. Raises `CannotDo` where the text has
    faults, or somebody else wrote another one.
    """
    must_read_roster(request.text)
    with session.write("change-roster", request.now) as workspace:
        target = roster_file(workspace)
        known = fingerprint_of(text_of(target)) if target.exists() else None
        if request.seen is not None and known not in (None, request.seen):
            raise CannotDo(
                "Somebody else changed the roster meanwhile, so nothing was written. Load the page"
                " again and put in your change.",
                field="seen",
            )
        output_files.write_text(target, request.text, "roster")
    return roster(session, RosterRequest(request.now))


def roster(session: Session, request: RosterRequest) -> RosterView:
    """Who is there. Raises `CannotDo` where there is no roster, or it has faults; with `begin`
    where there is one already.
    """
    if request.begin:
        _begin(session, request)
    with session.read("roster", request.now) as workspace:
        found = must_find_roster(workspace, request.roster)
        name = (request.roster or roster_file(workspace)).name
        problems = read_roster(found.text, name, request.now.date())[1]
        standing = standing_of(workspace, found.roster, (), request.now, is_whole=True)
        standing.open = dict(workspace.ledger.assignments().open_leads())
    people = found.roster.people.values()
    return RosterView(
        file=name,
        fingerprint=found.roster.fingerprint,
        at=request.now,
        departments=tuple(
            _department(found.roster, d, request.now) for d in found.roster.departments.values()
        ),
        people=tuple(_person(p, standing, request.now) for p in people),
        problems=tuple(problems),
        text=found.text,
        begun=request.begin,
    )


def _begin(session: Session, request: RosterRequest) -> None:
    """Write a roster to start from."""
    with session.read("roster", request.now) as workspace:
        target = roster_file(workspace)
        if target.exists():
            raise CannotDo(f"There is a roster already: {target}.", field="begin")
        text = _text(_departments(workspace))
        output_files.write_text(target, text, "new")


def _departments(workspace: Workspace) -> Sequence[str]:
    """Whom the routes of the playbook name, but for those that contact nobody."""
    routes = playbook_of(workspace).routes
    return list(dict.fromkeys(r.to for r in routes if r.by != "nothing")) or ["sales"]


def _text(departments: Sequence[str]) -> str:
    listed = "\n".join(f"  {name}: {{}}" for name in departments)
    people = "\n".join(
        f"  somebody-{n}: {{name: Somebody of {name}, departments: [{name}], on_duty: no}}"
        for n, name in enumerate(departments, 1)
    )
    return _BEGINNING.format(departments=listed, people=people)


_BEGINNING = """\
# Who gets a lead, and by when it is to be answered. docs/how-to/assign-leads.md says what may
# stand here.
zone: UTC                 # such as Europe/Berlin
country: none             # whose public holidays: DE, DE-BE, US ...
hours: {{mon-fri: "09:00-12:30, 13:30-18:00"}}
special_days: {{12-24: closed, 12-31: closed}}

departments:              # as the routes of the playbook call them
{departments}

# Put in your people in the place of these, who are given nothing while `on_duty` is no.
people:                   # weight, a_day, open, skills, languages, territories, away ...
{people}
"""


def _department(roster: Roster, department: Department, now: datetime) -> RosterDepartment:
    there = [p for p in roster.members(department.name) if presence(p, now).is_there]
    whole = sum(p.weight for p in there)
    return RosterDepartment(
        name=department.name,
        order=department.order,
        otherwise=department.otherwise,
        manager=department.manager,
        shares={p.id: round(p.weight / whole, 4) for p in there},
    )


def _person(person: Person, standing: Standing, now: datetime) -> RosterPerson:
    here = presence(person, now)
    return RosterPerson(
        id=person.id,
        name=person.name,
        departments=person.departments,
        weight=person.weight,
        is_there=here.is_there,
        is_at_work=here.is_at_work,
        why=here.why,
        local_time=local_time(person.calendar.zone, now),
        given_today=standing.given.get((person.id, here.day), 0),
        a_day=person.a_day,
        open_leads=standing.open.get(person.id, 0),
        most_open=person.open,
        skills=tuple(sorted(person.skills)),
        languages=tuple(sorted(person.languages)),
        territories=tuple(sorted(person.territories)),
    )
