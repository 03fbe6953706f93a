"""Whose an event is."""

from __future__ import annotations

from datetime import timedelta

from leadlight.desk.live.resolution import OwnedEvent, Resolution
from leadlight.facts.intake import Event, KnownPeople
from tests.desk.live.conftest import NOW

KNOWN = KnownPeople({"L1": "ana@abelzinc.com", "L2": None}, {"ana@abelzinc.com": "L1"})


def resolve(text: str, known: KnownPeople = KNOWN) -> list[OwnedEvent]:
    """Lines of `user email device`, each a minute after the one before; `-` where nothing is
    said.
    """
    events = []
    for n, line in enumerate(text.split("\n")):
        user, email, device = (None if word == "-" else word for word in line.split())
        at = NOW + timedelta(minutes=n)
        events.append(Event(f"m{n}", "x", at, user, email, device))
    return list(Resolution(known).resolve(events))


def leads(text: str) -> list[str]:
    return [owned.lead_id for owned in resolve(text)]


def test_a_known_address_wins_over_a_new_id() -> None:
    """u9 is Ana, whom the company knows as L1; from then on u9 is L1 without an address too"""
    assert leads("u9 Ana@abelzinc.com -\nu9 - -") == ["L1", "L1"]


def test_somebody_new_is_called_by_id_else_by_address() -> None:
    assert leads("u7 bo@bo.com -\n- cy@cy.com -\n- CY@cy.com -") == ["u7", "cy@cy.com", "cy@cy.com"]
    assert [owned.is_new for owned in resolve("u7 - -\nu7 - -")] == [True, False]


def test_an_id_that_is_somebody_elses_is_kept_apart() -> None:
    """The shop's user L1 is not the lead L1, who has another address; L2 has none and may be."""
    assert leads("L1 zed@zed.com -\nL1 - -") == ["user/L1", "user/L1"]
    assert leads("L2 zed@zed.com -") == ["L2"]


def test_a_visitor_becomes_who_it_says_it_is() -> None:
    found = resolve("- - d1\nu1 - d1\n- - d1\nu1 - d1")
    assert [o.lead_id for o in found] == ["anonymous/d1", "u1", "u1", "u1"]
    assert [o.joins for o in found] == [False, True, False, False]


def test_two_people_on_one_device_stay_two() -> None:
    """The second gets what follows, and nothing of what was before."""
    found = resolve("- - d\nu1 - d\n- - d\nu2 - d\n- - d\nu1 - d")
    assert [o.lead_id for o in found] == ["anonymous/d", "u1", "u1", "u2", "u2", "u1"]
    assert [o.joins for o in found] == [False, True, False, False, False, False]
