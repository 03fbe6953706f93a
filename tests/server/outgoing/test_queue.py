"""What waits for an endpoint: its order, its retries, and what a crash leaves."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.facts.deliveries import Delivery
from leadlight.facts.transitions import Transition
from leadlight.results.endpoints import OpenDeliveries, OwedDelivery
from leadlight.server.outgoing.queue import DeliveryQueue
from leadlight.server.outgoing.retries import (
    TABLE,
    Answer,
    parse_retry_after,
    rest,
    retry_at,
)
from tests.server.outgoing.examples import NOW, transition

GOOD, BAD, DOWN = Answer("200"), Answer("500"), Answer("timeout")


def queue(*transitions: Transition, **options: int) -> DeliveryQueue:
    made = DeliveryQueue("e1", 0, lambda: 0.0, **options)
    made.read(transitions, NOW, max((t.run_no for t in transitions), default=0), None)
    return made


def ids(taken: Sequence[object]) -> list[str]:
    return [a.transition.transition_id for a in taken]  # type: ignore[attr-defined]


def test_a_delivery_that_fails_is_tried_for_three_days_and_is_dead_then() -> None:
    """0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h"""
    waiting = queue(transition())
    now, waits = NOW, []
    while waiting.backlog:
        at = waiting.next_at()
        assert at is not None
        waits.append((at - now).total_seconds())
        now = at
        assert not waiting.take(now - timedelta(milliseconds=1)) or at == NOW
        waiting.answer(waiting.take(now), BAD, now)
    assert waits == [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert now - NOW == timedelta(hours=75, minutes=35, seconds=5)
    states = [(d.state, d.attempts) for d in waiting.progress().deliveries]
    assert states == [*(("failed", n) for n in range(1, 10)), ("dead", 10)]


@given(st.integers(1, 9), st.floats(0, 1))
def test_a_wait_is_a_little_longer_than_the_table_says(attempts: int, luck: float) -> None:
    """A thousand servers that failed together do not come back together"""
    at = retry_at(attempts, BAD, NOW, luck)
    assert at is not None
    assert TABLE[attempts] <= at - NOW <= TABLE[attempts] * 1.1


def test_what_comes_later_of_a_lead_waits_for_what_came_first() -> None:
    """
    run 1  L1 is hot; its delivery fails
    run 2  L1 is cold, L2 is hot
    """
    waiting = queue(transition(1, "L1"), transition(2, "L1", "cold"), transition(2, "L2"))
    first, other = waiting.take(NOW), waiting.take(NOW)
    assert ids([*first, *other]) == ["r1:L1", "r2:L2"]
    waiting.answer(first, BAD, NOW)
    waiting.answer(other, GOOD, NOW)
    assert not waiting.take(NOW + timedelta(seconds=4))
    again = waiting.take(NOW + timedelta(seconds=5))
    assert ids(again) == ["r1:L1"]
    waiting.answer(again, GOOD, NOW + timedelta(seconds=5))
    assert ids(waiting.take(NOW + timedelta(seconds=5))) == ["r2:L1"]


def test_an_endpoint_in_trouble_is_asked_by_one_at_a_time() -> None:
    """It is down: a hundred leads do not each wait for their time-out"""
    waiting = queue(*(transition(1, f"L{n}") for n in range(100)))
    flying = [waiting.take(NOW) for _ in range(6)]
    assert [len(f) for f in flying] == [1, 1, 1, 1, 0, 0]
    for one in flying[:4]:
        waiting.answer(one, DOWN, NOW)
    at = waiting.next_at()
    assert at == NOW + timedelta(seconds=8)
    assert not waiting.take(NOW + timedelta(seconds=7))
    probe = waiting.take(at)
    assert len(probe) == 1
    assert not waiting.take(at)
    waiting.answer(probe, GOOD, at)
    assert sum(len(waiting.take(at)) for _ in range(6)) == 4


def test_what_failed_while_an_endpoint_was_down_goes_out_when_it_is_back() -> None:
    """L1 would wait two hours more; the endpoint takes messages again, and L1's goes out at once"""
    waiting = queue(transition(1, "L1"))
    now = NOW
    for _ in range(4):
        now = waiting.next_at() or now
        waiting.answer(waiting.take(now), DOWN, now)
    assert (waiting.next_at() or now) - now == timedelta(hours=2)
    now += timedelta(minutes=10)
    waiting.read([transition(2, "L2")], now, 2, None)
    probe = waiting.take(now)
    assert ids(probe) == ["r2:L2"]
    waiting.answer(probe, GOOD, now)
    assert ids(waiting.take(now)) == ["r1:L1"]


def test_an_endpoint_says_when_it_wants_to_be_asked_again() -> None:
    """429, Retry-After: 120; no other lead is told before either"""
    waiting = queue(transition(1, "L1"), transition(1, "L2"))
    slow = Answer("429", timedelta(seconds=120))
    waiting.answer(waiting.take(NOW), slow, NOW)
    assert waiting.next_at() == NOW + timedelta(seconds=120)
    assert not waiting.take(NOW + timedelta(seconds=119))
    assert ids(waiting.take(NOW + timedelta(seconds=120))) == ["r1:L2"]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("Sun, 01 Nov 2026 09:01:00 GMT", 60),
        ("Sat, 31 Oct 2026 09:00:00 GMT", 0),
        ("999999999999999999", 3600),
        ("Fri, 01 Jan 9999 00:00:00 GMT", 3600),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("١٢", None),
    ],
)
def test_a_retry_after_is_heeded_up_to_an_hour(said: str | None, seconds: float | None) -> None:
    """In seconds or as a date; what is none says nothing"""
    found = parse_retry_after(said, NOW)
    assert (None if found is None else found.total_seconds()) == seconds


def test_a_rest_grows_to_a_minute() -> None:
    """An endpoint that is down for a day is asked once a minute"""
    assert [rest(n, DOWN).total_seconds() for n in (1, 2, 3, 7, 8, 500)] == [1, 2, 4, 60, 60, 60]


def test_nothing_counts_as_done_before_it_is_written() -> None:
    """
    run 1  two leads; one is delivered
    run 2  a lead; delivered
    """
    waiting = queue(transition(1, "L1"), transition(1, "L2"), transition(2, "L3"))
    one, two, three = waiting.take(NOW), waiting.take(NOW), waiting.take(NOW)
    waiting.answer(three, GOOD, NOW)
    waiting.answer(one, GOOD, NOW)
    progress = waiting.progress()
    assert (len(progress.deliveries), progress.through) == (2, 0)
    waiting.answer(two, BAD, NOW)
    later = waiting.progress()
    assert [d.state for d in later.deliveries] == ["delivered", "delivered", "failed"]
    assert later.through == 2
    waiting.confirm(progress)
    assert [d.lead_id for d in waiting.progress().deliveries] == ["L2"]


def test_a_page_of_a_run_is_not_the_whole_run() -> None:
    """A run of more leads than fit: the run is done when its last page is"""
    waiting = queue()
    waiting.read([transition(1, "L1")], NOW, 1, "L1")
    waiting.answer(waiting.take(NOW), GOOD, NOW)
    assert waiting.progress().through == 0
    waiting.read([transition(1, "L2")], NOW, 1, None)
    waiting.answer(waiting.take(NOW), GOOD, NOW)
    assert waiting.progress().through == 1


def test_what_is_asked_for_again_is_sent_once() -> None:
    """A dead delivery is replayed, and the ledger is looked at twice before that is written"""
    dead = Delivery("e1", 1, "L1", "owed", 0, "500", None, NOW)
    known = OpenDeliveries(1, 7, (OwedDelivery(transition(), dead),), ())
    waiting = DeliveryQueue("e1", 1, lambda: 0.0)
    waiting.open(known)
    waiting.open(known)
    waiting.answer(waiting.take(NOW), GOOD, NOW)
    waiting.open(known)
    assert waiting.backlog == 0
    assert [d.state for d in waiting.progress().deliveries] == ["delivered"]


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), unique=True, max_size=25),
    st.integers(0, 2**32),
)
def test_each_transition_is_delivered_once_and_in_the_order_of_its_lead(
    changes: list[tuple[int, int]], seed: int
) -> None:
    """Crashes at any moment, answers of any kind, pages of any size; a repeat only of what was not written"""
    chance = random.Random(seed)
    ledger: dict[tuple[int, str], Delivery] = {}
    through, now = 0, NOW
    story = sorted((run, f"L{lead}") for run, lead in changes)
    sent: dict[str, list[int]] = defaultdict(list)
    for _ in range(400):
        owed = [d for d in ledger.values() if d.state == "failed"]
        waiting = DeliveryQueue("e1", through, chance.random)
        waiting.open(
            OpenDeliveries(
                through,
                0,
                tuple(
                    OwedDelivery(transition(d.run_no, d.lead_id), d)
                    for d in sorted(owed, key=lambda d: (d.run_no, d.lead_id))
                ),
                tuple(key for key in ledger if key[0] > through),
            )
        )
        written = False
        for _ in range(chance.randint(1, 40)):
            now = _step(waiting, story, now, chance, sent, ledger)
            if chance.random() < 0.3:
                progress = waiting.progress()
                ledger.update({(d.run_no, d.lead_id): d for d in progress.deliveries})
                assert progress.through >= through
                through = progress.through
                waiting.confirm(progress)
                written = True
        if written and all(ledger.get(k) and ledger[k].state == "delivered" for k in story):
            break
    assert {k for k, d in ledger.items() if d.state == "delivered"} == set(story)
    for lead, runs in sent.items():
        assert sorted(set(runs)) == [run for run, of in story if of == lead]


def _step(
    waiting: DeliveryQueue,
    story: list[tuple[int, str]],
    now: datetime,
    chance: random.Random,
    sent: dict[str, list[int]],
    ledger: dict[tuple[int, str], Delivery],
) -> datetime:
    """Read a page, or send and have an answer; time goes on when there is nothing else."""
    run, lead = waiting.cursor
    rest_of_story = [k for k in story if k[0] > run or (lead is not None and k > (run, lead))]
    if rest_of_story and chance.random() < 0.5:
        page = rest_of_story[: chance.randint(1, 4)]
        more = len(page) < len(rest_of_story)
        last = page[-1]
        waiting.read([transition(*k) for k in page], now, last[0], last[1] if more else None)
        return now
    at = waiting.next_at()
    taken = waiting.take(max(now, at) if at else now)
    if not taken:
        return now
    now = max(now, at) if at else now
    one = taken[0].transition
    row = ledger.get((one.run_no, one.lead_id))
    assert row is None or row.state == "failed", "it was delivered, and that was written"
    answer = chance.choice([GOOD, GOOD, GOOD, GOOD, GOOD, BAD, DOWN])
    if taken[0].attempts >= 8:
        answer = GOOD
    if answer is GOOD:
        sent[taken[0].transition.lead_id].append(taken[0].transition.run_no)
    waiting.answer(taken, answer, now)
    return now
