"""YAML to a roster. Never raises for a user's text: what is wrong is told as problems, all of them
at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.read import fingerprint
from leadlight.playbook.reader import Reader
from leadlight.problems import CannotDo, Problem
from leadlight.route.roster.calendar_section import CALENDAR_KEYS, read_calendar
from leadlight.route.roster.check import check
from leadlight.route.roster.departments import read_departments
from leadlight.route.roster.experiment import read_experiment
from leadlight.route.roster.people import read_people
from leadlight.route.roster.spec import Calendar, Roster

#: The file of a workspace.
ROSTER = "roster.yml"
SECTIONS = ("leadlight", *CALENDAR_KEYS, "departments", "people", "experiment")


def read_roster(
    text: str, file: str = ROSTER, today: date | None = None
) -> tuple[Roster | None, list[Problem]]:
    """The roster a text holds. It is None when any problem is a fault; doubts leave it usable.

    With `today` it is also said which department has nobody on duty on that day.
    """
    root, problems = read_nodes(text, file)
    if root is None:
        return None, [_of_roster(p) for p in problems]
    r = Reader(file, problems)
    if root.pairs is None:
        r.fault("wrong-shape", "A roster is a mapping with departments and people.", root)
        return None, problems
    r.keys(root, SECTIONS)
    roster = _roster(r, root)
    problems.extend(check(roster, r, today))
    problems.sort(key=lambda p: (p.place.line or 0, p.place.column or 0) if p.place else (0, 0))
    if any(p.level == "fault" for p in problems):
        return None, problems
    return roster, problems


def must_read_roster(text: str, file: str = ROSTER) -> Roster:
    """The roster a text holds; raises `CannotDo` with every problem when it has a fault."""
    roster, problems = read_roster(text, file)
    if roster is None:
        faults = [p for p in problems if p.level == "fault"]
        count = f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}"
        raise CannotDo(f"{file} cannot be used: {count}.", faults)
    return roster


def _roster(r: Reader, root: Node) -> Roster:
    usual = read_calendar(r, root, Calendar())
    departments = read_departments(r, root.get("departments"), usual)
    people = read_people(r, root.get("people"), usual, departments)
    lines = dict(r.lines)
    experiment = read_experiment(r, root.get("experiment"))
    return Roster(departments, people, fingerprint(root), lines, experiment)


def _of_roster(problem: Problem) -> Problem:
    """The reader of YAML speaks of playbooks."""
    if problem.code == "empty-playbook":
        said = "The roster is empty."
        return replace(problem, message=said, hint="It has departments and people.")
    return replace(problem, message=problem.message.replace("playbook", "roster"))
