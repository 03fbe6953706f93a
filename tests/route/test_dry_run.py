from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from leadlight.facts.assignments import LeadInRoute
from leadlight.route.dry_run import DryRun, price_of, shares_of, summaries, waits_of
from leadlight.route.roster.read import must_read_roster

MONDAY = datetime(2026, 11, 30, 8)
ROSTER = """\
zone: UTC
hours: {mon-fri: 08:00-16:00}
departments: {sales: {only_at_work: yes}, late: {}}
people:
  ana: {departments: [sales], weight: 2}
  bob: {departments: [sales], open: 1}
  cem: {departments: [late]}
  dan: {departments: [late], hours: {mon-fri: 12:00-20:00}}
"""


def lead(number: int, at: datetime, department: str = "sales", **said: object) -> LeadInRoute:
    return LeadInRoute(f"L{number}", department, at, 900, "hot", **said)  # type: ignore[arg-type]


def test_a_lead_of_the_night_waits_for_the_morning() -> None:
    """Nobody of sales is at work at ten at night: it is held, and given at eight."""
    made = DryRun(must_read_roster(ROSTER)).run(
        [lead(1, MONDAY + timedelta(hours=14))], [], MONDAY + timedelta(days=2)
    )
    assert [(a.kind, a.at) for a in made] == [
        ("held", MONDAY + timedelta(hours=14)),
        ("assigned", MONDAY + timedelta(days=1)),
    ]
    assert made[1].due_at == MONDAY + timedelta(days=1, minutes=15)
    found = list(summaries(waits_of(must_read_roster(ROSTER), made)))
    assert [(w.department, w.leads, w.held, w.median) for w in found] == [
        ("sales", 1, 1, timedelta(hours=10))
    ]


def test_a_lead_that_is_decided_makes_room() -> None:
    """Bob takes one lead at once. His first is won after an hour, and he takes the next."""
    leads = [lead(n, MONDAY + timedelta(minutes=n)) for n in range(12)]
    roster = must_read_roster(ROSTER)
    full = DryRun(roster).run(leads, [], MONDAY + timedelta(hours=9))
    bobs = [a.lead_id for a in full if a.person == "bob"]
    assert len(bobs) == 1
    closings = [(MONDAY + timedelta(minutes=6), bobs[0])]
    free = DryRun(roster).run(leads, closings, MONDAY + timedelta(hours=9))
    assert Counter(a.person for a in free)["bob"] == 2


def test_who_comes_back_keeps_its_person() -> None:
    """A lead comes, and comes again after it had cooled: one person, one share, two clocks."""
    roster = must_read_roster(ROSTER)
    made = DryRun(roster).run(
        [lead(1, MONDAY), lead(1, MONDAY + timedelta(hours=3))], [], MONDAY + timedelta(hours=9)
    )
    assert [a.kind for a in made] == ["assigned", "kept"]
    assert len({a.person for a in made}) == 1
    shares = {
        p.id: leads
        for department, p, leads, _, _ in shares_of(roster, made)
        if department == "sales"
    }
    assert sum(shares.values()) == 1


def test_equality_has_a_price() -> None:
    """At eight Dan is at home until noon: half of the leads wait four hours for him, though Cem is there."""
    roster = must_read_roster(ROSTER)
    made = DryRun(roster).run(
        [lead(n, MONDAY, "late") for n in range(10)], [], MONDAY + timedelta(hours=9)
    )
    assert price_of(waits_of(roster, made)) == timedelta(hours=2)
    assert price_of(waits_of(roster, [])) is None
