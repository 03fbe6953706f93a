"""Who clicks everything at once is no person; who clicks slowly is."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leadlight.verify.automata import Act, behaviours

NOON = datetime(2026, 11, 1, 12)


def click(
    seconds: float,
    link: str,
    person: str = "ana",
    mail: str | None = "m",
    delivered: float | None = None,
    address: str | None = None,
) -> Act:
    at = None if delivered is None else NOON + timedelta(seconds=delivered)
    when = NOON + timedelta(seconds=seconds)
    return Act("email_clicked", person, when, link, mail, at, address)


def test_many_links_within_seconds() -> None:
    """
    12:00:00  imprint, prices, unsubscribe within six seconds
    12:05:00  prices again
    """
    acts = [click(0, "imprint"), click(3, "prices"), click(6, "bye"), click(300, "prices")]
    assert behaviours(acts) == ["many-links"] * 3 + [None]


def test_two_links_in_the_blink_of_an_eye() -> None:
    assert behaviours([click(0, "a"), click(0.5, "b")]) == ["many-links"] * 2


def test_a_person_clicks_one_link_after_another() -> None:
    assert behaviours([click(0, "a"), click(4, "b"), click(14, "c")]) == [None] * 3


def test_a_double_click_is_a_persons() -> None:
    assert behaviours([click(0, "a"), click(0.2, "a"), click(0.4, "a")]) == [None] * 3


def test_two_mails_and_two_people_are_apart() -> None:
    acts = [click(0, "a"), click(0.1, "b", mail="n"), click(0.2, "c", person="bo")]
    assert behaviours(acts) == [None] * 3


def test_a_click_within_seconds_of_delivery() -> None:
    acts = [click(2, "a", delivered=0), click(20, "a", delivered=0), click(0, "b", delivered=5)]
    assert behaviours(acts) == ["at-once", None, None]


def test_one_address_clicks_for_many_people() -> None:
    acts = [click(n, "a", person=p, address="192.0.2.1") for n, p in enumerate("abc")]
    assert behaviours(acts) == ["many-people"] * 3
    assert behaviours(acts[:2]) == [None] * 2


def test_opens_are_no_clicks() -> None:
    opens = [Act("email_opened", "ana", NOON, f"l{n}", "m", NOON) for n in range(5)]
    assert behaviours(opens) == [None] * 5


_CLICKS = st.lists(
    st.builds(
        click,
        st.floats(0, 60).map(lambda s: round(s, 1)),
        st.sampled_from("abcd"),
        st.sampled_from(["ana", "bo"]),
        st.sampled_from(["m", "n", None]),
    ),
    max_size=12,
)


@given(_CLICKS, st.randoms())
def test_the_order_in_which_they_are_told_means_nothing(acts: list[Act], chance: object) -> None:
    found = dict(enumerate(behaviours(acts)))
    order = list(range(len(acts)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    again = behaviours([acts[n] for n in order])
    assert {n: again[place] for place, n in enumerate(order)} == found


@given(_CLICKS)
def test_a_burst_is_one_by_counting(acts: list[Act]) -> None:
    """An act is in a burst where some ten seconds around it have three links, or one second two."""

    def burst(act: Act, least: int, seconds: int) -> bool:
        mates = [a for a in acts if (a.person, a.mail) == (act.person, act.mail)]
        for start in mates:
            end = start.occurred_at + timedelta(seconds=seconds)
            window = [a for a in mates if start.occurred_at <= a.occurred_at <= end]
            if len({a.link for a in window}) >= least and act in window:
                return True
        return False

    wanted = ["many-links" if burst(a, 3, 10) or burst(a, 2, 1) else None for a in acts]
    assert behaviours(acts) == wanted
