from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadlight.facts.assignments import Assignment, LeadInRoute, Standing
from leadlight.route.assign import assign, fold_past
from leadlight.route.roster.read import must_read_roster
from leadlight.route.roster.spec import Roster

MONDAY = datetime(2026, 11, 30, 10)
HEAD = 'zone: Europe/Berlin\nhours: {mon-fri: "09:00-12:30, 13:30-18:00"}\n'


def roster(people: str, departments: str = "sales: {}") -> Roster:
    return must_read_roster(
        f"{HEAD}departments:\n  {departments}\npeople:\n"
        + "".join(f"  {p.strip()}\n" for p in people.strip().splitlines())
    )


def leads(count: int, **said: object) -> list[LeadInRoute]:
    return [
        LeadInRoute(f"L{n:05}", "sales", MONDAY + timedelta(seconds=n), 900, "hot", **said)
        for n in range(count)
    ]  # type: ignore[arg-type]


def people_of(made: Iterable[Assignment]) -> list[str | None]:
    return [a.person for a in made]


def only(made: Sequence[Assignment]) -> Assignment:
    assert len(made) == 1
    return made[0]


TEAM = """
    anna: {departments: [sales], weight: 2}
    bob: {departments: [sales]}
    carl: {departments: [sales]}
"""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.integers(0, 300))
def test_nobody_is_ever_a_lead_off_its_share(weights: list[int], count: int) -> None:
    """Whatever the weights, after each single lead everybody has its share to within one lead."""
    team = roster(
        "\n".join(f"p{n}: {{departments: [sales], weight: {w}}}" for n, w in enumerate(weights))
    )
    have: Counter[str | None] = Counter()
    for n, made in enumerate(assign(team, Standing(), leads(count), MONDAY), 1):
        have[made.person] += 1
        for p, w in enumerate(weights):
            assert abs(have[f"p{p}"] - n * w / sum(weights)) < 1


@settings(max_examples=30, deadline=None)
@example(3203, 14)  # a company's leads went to one person again and again: the rest fell behind
@given(st.integers(0, 2**32), st.integers(1, 120))
def test_in_parts_or_at_once_gives_the_same_people(seed: int, cut: int) -> None:
    """What the past comes to is in its rows: to go on from them is as never to have stopped."""
    team = roster(TEAM + "    dora: {departments: [sales], languages: [fr], weight: 3, a_day: 30}")
    rng = random.Random(seed)
    some = [
        replace(lead, language=rng.choice((None, "fr", "de")), company=rng.choice((None, "acme")))
        for lead in leads(120)
    ]
    whole = assign(team, Standing(), some, MONDAY)
    first = assign(team, Standing(), some[:cut], MONDAY)
    past = fold_past(first)
    past.given = Counter((str(a.person), "2026-11-30") for a in first if a.takes_turn)
    past.open = Counter(str(a.person) for a in first if a.takes_turn)
    rng.shuffle(rest := some[cut:])
    assert first + assign(team, past, rest, MONDAY) == whole


def test_who_is_away_gets_nothing_and_finds_no_pile() -> None:
    """Carl is away for a week in which forty leads come; when he is back he gets his share and no more."""
    away = TEAM.replace("carl: {", "carl: {away: [2026-11-30..2026-12-06], ")
    team, standing = roster(away), Standing()
    week = assign(team, standing, leads(40), MONDAY)
    assert "carl" not in people_of(week)
    assert "Passed over: carl (away until 2026-12-06)." in week[0].because
    back = datetime(2026, 12, 7, 9)
    past = replace(fold_past(week), returns={("sales", "carl"): max(a.clock for a in week)})
    later = [replace(lead, lead_id=f"M{n}", began_at=back) for n, lead in enumerate(leads(8))]
    assert Counter(people_of(assign(team, past, later, back))) == {"anna": 4, "bob": 2, "carl": 2}


def test_whoever_was_full_has_credit() -> None:
    """Bob takes two a day. The next day he has the turns that he was passed over for, up to five."""
    team = roster(TEAM.replace("bob: {", "bob: {a_day: 2, "))
    first = assign(team, Standing(), leads(16), MONDAY)
    assert Counter(people_of(first)) == {"anna": 9, "bob": 2, "carl": 5}
    assert "bob (has had 2 of 2 today)" in first[-1].because
    free = roster(TEAM)
    tuesday = MONDAY + timedelta(days=1)
    later = [replace(lead, lead_id=f"M{n}", began_at=tuesday) for n, lead in enumerate(leads(4))]
    assert people_of(assign(free, fold_past(first), later, tuesday)).count("bob") >= 2


def test_open_leads_are_a_limit_in_both_departments() -> None:
    """Bob is of two departments and takes three leads at once: three from both together."""
    team = roster("bob: {departments: [sales, inside], open: 3}", "sales: {}\n  inside: {}")
    both = [
        *leads(2),
        *(replace(lead, lead_id=f"M{lead.lead_id}", department="inside") for lead in leads(2)),
    ]
    made = assign(team, Standing(), both, MONDAY)
    assert people_of(made).count("bob") == 3
    assert made[-1].because.startswith("Held: nobody of ")
    assert "bob has 3 of 3 open leads" in made[-1].because


def test_a_lead_goes_to_who_speaks_its_language_and_has_its_country() -> None:
    """Anna speaks German, Bob French; Carl has Austria."""
    team = roster("""
        anna: {departments: [sales], languages: [de]}
        bob: {departments: [sales], languages: [FR, en]}
        carl: {departments: [sales], territories: [AT, DE-BE], skills: [enterprise]}
    """)
    french = assign(team, Standing(), leads(6, language="fr", country="FR"), MONDAY)
    assert set(people_of(french)) == {"bob"}
    berlin = assign(team, Standing(), leads(9, language="de", country="de", region="be"), MONDAY)
    assert sorted(Counter(people_of(berlin)).items()) in (
        [("anna", 5), ("carl", 4)],
        [("anna", 4), ("carl", 5)],
    )
    large = only(assign(team, Standing(), leads(1, skills=("Enterprise",), country="AT"), MONDAY))
    assert (large.person, large.because) == (
        "carl",
        "carl is next of sales for Enterprise, for AT.",
    )
    other = only(assign(team, Standing(), leads(1, language="pl", country="PL"), MONDAY))
    assert "though nobody speaks pl" in other.because


def test_an_owner_and_a_company_are_kept() -> None:
    """The CRM names Bob; another lead of the same company goes to him too."""
    team = roster(TEAM)
    first, second = leads(2, company="acme.com")
    made = assign(team, Standing(), [replace(first, owner="BOB"), second], MONDAY)
    assert people_of(made) == ["bob", "bob"]
    assert [a.because for a in made] == ["bob is its owner.", "bob has leads of its company."]


def test_an_owner_who_is_not_there_keeps_nothing() -> None:
    """Never to an absent, inactive or full person: her lead goes to the next, and the sentence says why."""
    for said, why in (
        ("away: [2026-11-30]", "is away until 2026-11-30"), ("on_duty: no", "is off duty"),
        ("left: 2026-11-29", "left on 2026-11-29"), ("open: 0", "has 0 of 0 open leads"),
    ):  # fmt: skip
        team = roster(TEAM.replace("anna: {", f"anna: {{{said}, "))
        made = only(assign(team, Standing(), leads(1, owner="anna"), MONDAY))
        assert made.person in ("bob", "carl")
        assert made.because.startswith(f"Its owner anna {why}. ")


def test_a_move_on_the_ladder_keeps_the_person_unless_the_route_says_again() -> None:
    """Bob of inside sales has it; it comes into a route of sales."""
    team = roster(
        TEAM.replace("bob: {departments: [sales]", "bob: {departments: [inside]"),
        "sales: {}\n  inside: {}",
    )
    lead = replace(leads(1)[0], person="bob", places=1)
    kept = only(assign(team, Standing(), [lead], MONDAY))
    assert (kept.person, kept.kind, kept.place, kept.takes_turn) == ("bob", "kept", 2, False)
    again = only(assign(team, Standing(), [replace(lead, again=True)], MONDAY))
    assert (again.person in ("anna", "carl"), again.kind) == (True, "reassigned")


def test_a_leavers_lead_is_handed_over() -> None:
    """Bob left, or stands in the roster no more."""
    lead = replace(leads(1)[0], person="bob", places=1)
    for team in (
        roster(TEAM.replace("bob: {", "bob: {left: 2026-11-27, ")),
        roster("anna: {departments: [sales]}"),
    ):
        made = only(assign(team, Standing(), [lead], MONDAY))
        assert (made.kind, made.person in ("anna", "carl")) == ("handed_over", True)


def test_nobody_there_asks_the_next_or_holds() -> None:
    """All of sales are at home at night; inside sales is asked, and where it is as well the lead waits."""
    night = datetime(2026, 11, 30, 22)
    text = TEAM + "    dora: {departments: [inside], hours: {mon: 20:00-24:00}, zone: UTC}"
    team = roster(
        text, "sales: {only_at_work: yes, otherwise: inside}\n  inside: {only_at_work: yes}"
    )
    made = only(assign(team, Standing(), leads(1), night))
    assert (made.person, made.department) == ("dora", "inside")
    said = "Nobody of sales can take it (anna is at home, bob is at home, carl is at home). "
    assert made.because == said + "dora is next of inside."
    held = only(assign(team, Standing(), leads(1), night + timedelta(hours=5)))
    assert (held.person, held.kind) == (None, "held")
    assert held.due_at == datetime(2026, 11, 30, 10, 15)
    waits = replace(leads(1)[0], is_held=True, places=1)
    assert assign(team, Standing(), [waits], night + timedelta(hours=5)) == []


def test_least_busy() -> None:
    """Who has the fewest open leads for the weight is next."""
    team = roster(TEAM, "sales: {turns: least_busy}")
    made = only(assign(team, Standing(open={"anna": 5, "bob": 3, "carl": 4}), leads(1), MONDAY))
    assert made.because == "anna of sales has least to do (5 open leads)."


def test_the_clock_is_that_of_whoever_has_the_lead() -> None:
    """Ten to one in Berlin, lunch is from half past twelve: 15 minutes are over at quarter to two."""
    team = roster("anna: {departments: [sales]}", "sales: {warn: 5m}")
    lead = replace(leads(1)[0], began_at=datetime(2026, 11, 30, 11, 50))
    made = only(assign(team, Standing(), [lead], datetime(2026, 11, 30, 11, 51)))
    assert (made.warn_at, made.due_at) == (
        datetime(2026, 11, 30, 12, 40),
        datetime(2026, 11, 30, 12, 45),
    )
    no_clock = only(assign(team, Standing(), [replace(lead, respond_within=None)], MONDAY))
    assert no_clock.due_at is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_quota_is_exceeded(seed: int) -> None:
    """A random team of random limits and a thousand leads: nobody has more than it takes."""
    rng = random.Random(seed)
    limits = {
        f"p{n}": (rng.choice((None, rng.randint(0, 90))), rng.choice((None, rng.randint(0, 90))))
        for n in range(9)
    }
    said = "\n".join(
        f"{p}: {{departments: [sales]{f', a_day: {d}' if d is not None else ''}{f', open: {o}' if o is not None else ''}}}"
        for p, (d, o) in limits.items()
    )
    made = assign(roster(said), Standing(), leads(1000), MONDAY)
    have = Counter(people_of(made))
    assert len(made) == len({a.lead_id for a in made}) == 1000
    for person, (a_day, most) in limits.items():
        assert have[person] <= min(n for n in (a_day, most, 1000) if n is not None)
