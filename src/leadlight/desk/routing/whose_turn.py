"""The report's section of people and their clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from leadlight.desk.routing.rosters import find_roster
from leadlight.desk.workspace.workspace import Workspace
from leadlight.problems import CannotDo
from leadlight.results.whose_turn import Breach, PersonTurns, WhoseTurn
from leadlight.route.clocks import ClockReading, read_clocks
from leadlight.route.response_curve import response_seconds
from leadlight.route.roster.spec import Roster

_LISTED = 10
_WAITING = ("running", "warned", "breached", "paused")


def whose_turn(workspace: Workspace, as_of: datetime) -> WhoseTurn | None:
    """How fast people answer the leads they have now. None in a workspace without a roster that can
    be used or without assignments, and in the report of a past moment: whose leads were then is
    known, but not what was known of their answers.
    """
    if as_of < workspace.now:
        return None
    try:
        found = find_roster(workspace)
    except CannotDo:
        # A fault of the roster is told by every verb that needs it; the report does not.
        return None
    if found is None:
        return None
    clocks = workspace.ledger.assignments().clocks()
    readings = [
        r
        for r in read_clocks(found.roster, clocks, workspace.now)
        if r.clock.attempted_at is not None or not r.clock.is_closed
    ]
    return _summary(found.roster, readings) if readings else None


def _summary(roster: Roster, readings: Sequence[ClockReading]) -> WhoseTurn:
    groups: dict[tuple[str, str], list[ClockReading]] = defaultdict(list)
    for reading in readings:
        made = reading.clock.assignment
        groups[made.department, made.person or ""].append(reading)
    overdue = [r for r in readings if r.state == "breached"]
    overdue.sort(key=lambda r: (r.time_left, r.clock.assignment.lead_id))
    return WhoseTurn(
        people=tuple(_person(roster, *key, groups[key]) for key in sorted(groups)),
        breaches=tuple(_breach(roster, r) for r in overdue[:_LISTED]),
        overdue=len(overdue),
    )


def _person(
    roster: Roster, department: str, person: str, readings: Sequence[ClockReading]
) -> PersonTurns:
    states = [r.state for r in readings]
    times = [t for r in readings if (t := response_seconds(r)) is not None]
    return PersonTurns(
        person=person,
        name=_name(roster, person or None),
        department=department,
        open=sum(s in _WAITING for s in states),
        overdue=states.count("breached"),
        in_time=states.count("answered"),
        late=states.count("late"),
        median=timedelta(seconds=round(median(times))) if times else None,
    )


def _breach(roster: Roster, reading: ClockReading) -> Breach:
    made = reading.clock.assignment
    due_at = reading.due_at or made.began_at
    return Breach(made.lead_id, _name(roster, made.person), made.label, due_at, -reading.time_left)


def _name(roster: Roster, person: str | None) -> str:
    if person is None:
        return "held: nobody"
    known = roster.people.get(person)
    return known.name if known is not None else person
