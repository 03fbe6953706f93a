"""Who is one person: the connected leads of the made links, and never a refused pair."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from leadlight.dedupe.groups import Contradiction, Groups, Rank, group, leave_out
from leadlight.dedupe.link import Link, State, pair

ids = st.sampled_from([f"l{k}" for k in range(9)])


@st.composite
def links(draw: st.DrawFn) -> list[Link]:
    pairs = draw(st.sets(st.tuples(ids, ids).filter(lambda p: p[0] < p[1]), max_size=20))
    states = st.sampled_from(["made", "made", "made", "waiting", "refused"])
    weights = st.sampled_from([0.6, 0.9, 0.95, 1.0])
    return [
        Link(a, b, "person", draw(states), draw(weights), "same name") for a, b in sorted(pairs)
    ]


@given(links())
def test_a_refused_pair_is_never_one_person(found: list[Link]) -> None:
    made = group(found)
    assert all(
        made.group(no.lead_a) != made.group(no.lead_b) for no in found if no.state == "refused"
    )


@given(links(), st.randoms(use_true_random=False))
def test_the_order_in_which_links_are_found_changes_nothing(
    found: list[Link], chance: random.Random
) -> None:
    turned = found[:]
    chance.shuffle(turned)
    assert group(turned) == group(found)


@given(links())
def test_a_made_link_holds_unless_it_had_to_give_way(found: list[Link]) -> None:
    made = group(found)
    for link in found:
        if link.state == "made":
            assert (made.group(link.lead_a) == made.group(link.lead_b)) != (link in made.dropped)
    if not any(link.state == "refused" for link in found):
        assert not made.dropped


@given(
    links(),
    st.dictionaries(
        ids, st.tuples(st.booleans(), st.booleans(), st.integers(0, 9), st.floats(-9, 0))
    ),
)
def test_a_group_is_called_by_its_best_known_lead(
    found: list[Link], known: dict[str, Rank]
) -> None:
    made = group(found, known)
    for name, leads in made.members.items():
        assert name in leads
        best = max(known.get(lead, (False, False, 0, float("-inf"))) for lead in leads)
        assert name == min(
            lead for lead in leads if known.get(lead, (False, False, 0, float("-inf"))) == best
        )


def link(a: str, b: str, weight: float = 0.97, state: State = "made", by: str = "") -> Link:
    return Link(*pair(a, b), "person", state, weight, "same name", by)


def test_the_weakest_link_gives_way() -> None:
    """
    ana - bea 0.99, bea - cleo 0.96, and somebody said that ana is not cleo
    """
    made = group(
        [
            link("bea", "cleo", 0.96),
            link("ana", "bea", 0.99),
            link("ana", "cleo", 1, "refused", "kim"),
        ]
    )
    assert made.group("ana") == made.group("bea") != made.group("cleo")
    assert [(d.lead_a, d.lead_b) for d in made.dropped] == [("bea", "cleo")]


def test_what_a_person_said_outweighs_what_was_found() -> None:
    made = group(
        [link("a", "b", 0.99), link("b", "c", 0.9, by="kim"), link("a", "c", 1, "refused", "kim")]
    )
    assert made.group("b") == made.group("c") != made.group("a")


def test_a_waiting_link_makes_nobody_one() -> None:
    assert group([link("a", "b", 0.9, "waiting")]) == Groups({})


def test_a_chain_of_a_hundred_thousand_leads_is_one_group() -> None:
    made = group(link(f"l{k:06}", f"l{k + 1:06}") for k in range(100_000))
    assert set(made.of.values()) == {"l000000"}


def test_a_chain_joins_no_two_leads_that_contradict_each_other() -> None:
    """ana - bea 0.99, bea - cleo 0.96; ana and cleo live in two streets"""
    found = [link("ana", "bea", 0.99), link("bea", "cleo", 0.96)]
    apart = [Contradiction("ana", "cleo", "different street")]
    made, waits = leave_out(found, apart, 0.94)
    assert made is found[0]
    assert (waits.state, waits.weight) == ("waiting", 0.94)
    assert waits.evidence == (
        "same name; left out, since ana and cleo would be one: different street"
    )


def test_a_person_may_say_that_a_contradiction_is_none() -> None:
    """ana is cleo, said Kim; bea follows, dan of a third street does not"""
    found = [link("ana", "cleo", 1, by="kim"), link("bea", "cleo"), link("bea", "dan", 0.96)]
    apart = [
        Contradiction("ana", "cleo", "different street"),
        Contradiction("cleo", "dan", "different street"),
    ]
    made = group(found, apart=apart)
    assert made.group("ana") == made.group("bea") == made.group("cleo") != made.group("dan")
    assert made.because == {("bea", "dan"): ("cleo", "dan")}


def test_of_decisions_the_newest_holds() -> None:
    """a is b, b is c, and now: a is not c. The older of the two gives way, whatever their ids"""
    no = link("a", "c", 0, "refused", "kim")
    for first, second in ((1, 2), (2, 1)):
        one = replace(link("a", "b", 1, by="kim"), turn=first)
        other = replace(link("b", "c", 1, by="kim"), turn=second)
        older = one if first < second else other
        assert group([one, other, no]).dropped == (older,)


@given(links(), st.sets(st.tuples(ids, ids).filter(lambda p: p[0] < p[1]), max_size=6))
def test_no_group_holds_a_contradiction(found: list[Link], two: set[tuple[str, str]]) -> None:
    apart = [Contradiction(a, b, "different name") for a, b in sorted(two)]
    made = group(leave_out(found, apart, 0.5))
    assert all(made.group(a) != made.group(b) for a, b in two)
