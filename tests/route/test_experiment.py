"""Leads that are held back by lot."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from leadlight.facts.assignments import LeadInRoute, Standing
from leadlight.route.assign import assign
from leadlight.route.roster.experiment import is_drawn
from leadlight.route.roster.read import must_read_roster, read_roster

NOW = datetime(2026, 11, 30, 10)
BASE = """hours: {mon-sun: all day}
departments: {sales: {}}
people: {ana: {departments: [sales]}, bob: {departments: [sales]}}
"""
ROSTER = must_read_roster(BASE + "experiment: {share: 0.1, hold: 2h}\n")


def some(label: str = "warm", count: int = 2_000) -> list[LeadInRoute]:
    return [LeadInRoute(f"L{n}", "sales", NOW, 14_400, label) for n in range(count)]


def test_a_tenth_is_held_back_and_then_given_with_its_whole_time() -> None:
    """Who is drawn waits for two hours, is told of once, and has four hours from then on; the rest are given at once."""
    made = assign(ROSTER, Standing(), some(), NOW)
    held = [a for a in made if a.person is None]
    assert 160 <= len(held) <= 240  # 200 +- 3 standard deviations of a fair lot
    assert all(
        a.because == "Held back by lot until 2026-11-30 12:00 UTC: an experiment." for a in held
    )
    waiting = [
        replace(x, is_held=True, places=1) for x in some() if x.lead_id in {a.lead_id for a in held}
    ]
    assert not assign(ROSTER, Standing(), waiting, NOW + timedelta(minutes=119))
    given = assign(ROSTER, Standing(), waiting, NOW + timedelta(hours=2))
    assert len(given) == len(held)
    for one in given:
        assert one.person is not None
        assert one.because.endswith("It was held back by lot until 2026-11-30 12:00 UTC.")
        assert (one.began_at, one.due_at) == (NOW, NOW + timedelta(hours=6))


def test_hot_leads_wait_only_where_the_roster_says_so() -> None:
    """A hot lead is never held back, unless `hot: yes`; nor is one that somebody has already."""
    assert all(a.person for a in assign(ROSTER, Standing(), some("hot"), NOW))
    brave = must_read_roster(BASE + "experiment: {share: 0.1, hold: 2h, hot: yes}\n")
    assert not all(a.person for a in assign(brave, Standing(), some("hot"), NOW))
    owned = [replace(x, person="ana", places=1) for x in some()]
    assert all(a.person == "ana" for a in assign(ROSTER, Standing(), owned, NOW))


def test_the_lot_is_the_same_and_grows_with_the_share() -> None:
    """Whoever is drawn for a tenth is drawn for a fifth as well; another department draws anew."""
    assert ROSTER.experiment is not None
    tenth, fifth = ROSTER.experiment, replace(ROSTER.experiment, share=0.2)
    ids = [x.lead_id for x in some()]
    few = {i for i in ids if is_drawn(tenth, i, "sales")}
    assert few < {i for i in ids if is_drawn(fifth, i, "sales")}
    assert few != {i for i in ids if is_drawn(tenth, i, "service")}


@pytest.mark.parametrize(
    "text",
    [
        "7",
        "{hold: 2h}",
        "{share: 0.1}",
        "{share: 0.9, hold: 2h}",
        "{share: 0.1, hold: 30d}",
        "{share: nan, hold: 2h}",
    ],
)
def test_a_bad_experiment_is_a_sentence_with_its_line(text: str) -> None:
    """Each fault has line 4."""
    roster, problems = read_roster(f"{BASE}experiment: {text}\n")
    assert roster is None
    assert problems[0].place is not None
    assert problems[0].place.line == 4
