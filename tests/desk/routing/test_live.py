"""A lead that an event makes hot has somebody in the same breath, and others are told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from leadlight.desk.live.requalify import Requalification, TickRequest, tick
from leadlight.desk.live.take import TakeRequest, take
from leadlight.desk.live.transitions import TransitionsRequest, transitions
from leadlight.desk.persons.record import PersonRequest, person
from leadlight.desk.session import Session
from leadlight.facts.assignments import Assignment
from leadlight.facts.intake import Event
from leadlight.facts.transitions import RoutingEvent
from tests.desk.routing.conftest import MONDAY, ROSTER
from tests.server.outgoing.examples import ENDPOINT, transition

NOW = MONDAY + timedelta(minutes=2)


def demo(number: int, user: str = "N1") -> Event:
    return Event(
        f"e{number}", "demo_requested", NOW, user_id=user, email=f"{user.lower()}@newco.com"
    )


def newest(session: Session, lead: str) -> Assignment:
    with session.read("test", NOW) as workspace:
        return workspace.ledger.assignments().newest([lead])[lead]


def told(session: Session, after_run: int) -> list[tuple[str, tuple[str, ...], str | None]]:
    found = transitions(session, TransitionsRequest(NOW + timedelta(days=2), after_run)).transitions
    return [(t.lead_id, t.routing.steps, t.routing.person) for t in found if t.routing is not None]


def test_an_event_makes_a_lead_hot_and_somebodys(session: Session) -> None:
    """N1 is new and asks for a demo: it is hot, ana's or bob's, to be answered in a quarter of an hour."""
    result = take(session, TakeRequest((demo(1),), NOW), Requalification())
    assert (result.changed, result.assigned, result.unrouted) == (1, 1, None)
    made = newest(session, "N1")
    assert made.person in ("ana", "bob")
    assert made.due_at == NOW + timedelta(minutes=15)
    assert told(session, 1) == [("N1", ("assigned",), made.person)]
    again = take(session, TakeRequest((demo(1),), NOW), Requalification())
    assert again.assigned == 0


def test_a_clock_warns_is_breached_and_goes_on_each_once(session: Session) -> None:
    """Nobody answers N1: warned after ten minutes, then breached, its manager, and at last somebody else."""
    requalification = Requalification()
    take(session, TakeRequest((demo(1),), NOW), requalification)
    first = newest(session, "N1").person
    seen = []
    for minutes in (9, 11, 12, 16, 50, 80, 81):
        done = tick(session, TickRequest(NOW + timedelta(minutes=minutes)), requalification)
        seen.append(done.steps)
    assert seen == [0, 1, 0, 2, 1, 1, 0]
    made = newest(session, "N1")
    assert {first, made.person} == {"ana", "bob"}
    assert made.because.startswith("It was not answered in time.")
    assert [steps for _, steps, _ in told(session, 1)] == [
        ("assigned",), ("warned",), ("breached", "owner"), ("manager",), ("reassign", "reassigned"),
    ]  # fmt: skip
    assert [who for _, steps, who in told(session, 1) if "manager" in steps] == ["eve"]
    known = person(session, PersonRequest("N1", NOW + timedelta(days=2))).facts
    assert [f.kind for f in known.clocks] == ["warned", "breached", "owner", "manager", "reassign"]
    assert [f.kind for f in known.messages][:2] == ["assigned", "warned"]
    assert known.messages[0].values["because"] == known.assignments[0].values["because"]


def test_a_held_lead_is_given_when_somebody_is_there(session: Session) -> None:
    """All of sales are off duty until one comes on."""
    off = ROSTER.replace("weight: 2}", "on_duty: no}").replace(
        "bob: {departments: [sales]}", "bob: {departments: [sales], on_duty: no}"
    )
    Path("roster.yml").write_text(off)
    take(session, TakeRequest((demo(1),), NOW), Requalification())
    held = newest(session, "N1")
    assert (held.kind, held.person) == ("held", None)
    assert (
        held.because
        == "Held: nobody of sales can take it (ana is off duty, bob is off duty, eve is off duty)."
    )
    assert tick(session, TickRequest(NOW + timedelta(minutes=1)), Requalification()).assigned == 0
    Path("roster.yml").write_text(ROSTER)
    tick(session, TickRequest(NOW + timedelta(minutes=2)), Requalification())
    made = newest(session, "N1")
    assert (made.kind, made.person in ("ana", "bob"), made.began_at) == (
        "assigned",
        True,
        held.began_at,
    )


def test_a_fault_in_the_roster_keeps_no_lead_from_its_label(session: Session) -> None:
    """Somebody saves a roster with a slip: leads are qualified as ever, and why they have nobody is said."""
    Path("roster.yml").write_text("zone: Europe/Berln\n")
    result = take(session, TakeRequest((demo(1),), NOW), Requalification())
    assert (result.changed, result.assigned) == (1, 0)
    assert result.unrouted is not None
    assert "roster.yml cannot be used" in result.unrouted


def test_an_endpoint_hears_of_what_it_asked_for() -> None:
    """One asks for breaches only, one for hot leads only, one for everything."""
    breach = RoutingEvent("L1", ("breached", "owner"), "ana", "sales", NOW, "Nobody answered it.")
    event = transition(routing=breach, moves=())

    asked = [
        replace(ENDPOINT, labels=labels).wants(event)
        for labels in (("breached",), ("assigned",), ("temperature=hot",), ())
    ]
    assert asked == [True, False, False, True]
