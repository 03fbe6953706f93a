"""Signals of sleep: `sleeping` where nothing happened for long, `woken` where something ended a long silence lately."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.playbook.read import must_read, read_playbook
from tests.conftest import Qualify
from tests.plan.test_laws import AS_OF, LEADS, SOURCES, Facts, facts, filled

BOOK = """
signals:
  asleep: {sleeping: any, after: 60d}
  awake:  {woken: any, after: 60d, within: 14d}
  buyer_back: {woken: [demo_requested, won], after: 30d, within: 30d, when: value > 10}
scales:
  rhythm: [{back: awake}, {sleeper: asleep}, {other: otherwise}]
"""


def test_who_does_nothing_falls_asleep(qualify: Qualify) -> None:
    """
    2026-01-01 12:00  ana  page_viewed

    On the minute.
    """
    assert qualify("ana", "2026-03-02 11:59:59", playbook=BOOK).rhythm == "other"
    assert qualify("ana", "2026-03-02 12:00", playbook=BOOK).asleep is True


def test_who_never_did_anything_neither_sleeps_nor_wakes(qualify: Qualify) -> None:
    """
    2025-01-01  ana  employees = 10
    2025-01-01  bo   page_viewed
    """
    found = qualify("ana", "2026-03-02", playbook=BOOK)
    assert (found.asleep, found.awake, found.rhythm) == (False, False, "other")


def test_something_after_long_silence_wakes_for_a_fortnight(qualify: Qualify) -> None:
    """
    2026-01-01  ana  page_viewed
    2026-03-10  ana  email_opened
    2026-03-12  ana  page_viewed

    68 days of silence; what comes after the awakening neither prolongs nor ends it.
    """
    assert qualify("ana", "2026-03-09", playbook=BOOK).rhythm == "sleeper"
    assert qualify("ana", "2026-03-10", playbook=BOOK).rhythm == "back"
    assert qualify("ana", "2026-03-23 23:59", playbook=BOOK).rhythm == "back"
    assert qualify("ana", "2026-03-24", playbook=BOOK).rhythm == "other"


def test_the_first_activity_ever_ends_no_silence(qualify: Qualify) -> None:
    """
    2026-03-10  ana  page_viewed
    """
    assert qualify("ana", "2026-03-10", playbook=BOOK).awake is False


def test_a_short_silence_is_none(qualify: Qualify) -> None:
    """
    2026-01-01  ana  page_viewed
    2026-02-20  ana  page_viewed
    2026-03-01  ana  page_viewed
    """
    assert qualify("ana", "2026-03-02", playbook=BOOK).awake is False


def test_kinds_and_conditions_say_what_counts(qualify: Qualify) -> None:
    """
    2026-01-01  ana  demo_requested value=20
    2026-01-25  ana  demo_requested value=5
    2026-02-02  ana  won value=11
    """
    assert qualify("ana", "2026-02-02", playbook=BOOK).buyer_back is True
    assert qualify("ana", "2026-02-01", playbook=BOOK).buyer_back is False


def by_hand(ages: list[timedelta], after: timedelta, within: timedelta) -> tuple[bool, bool]:
    """Sleeping and woken from the ages of a lead's activities, by looking at each pair of neighbours."""
    ages = sorted(a for a in ages if a >= timedelta(0))
    woken = any(
        newer < within and older - newer >= after for newer, older in itertools.pairwise(ages)
    )
    return bool(ages) and ages[0] >= after, woken


@settings(max_examples=8, deadline=None)
@given(facts, st.integers(1, 40), st.integers(1, 40))
def test_it_is_what_one_would_find_by_hand(given_facts: Facts, a: int, b: int) -> None:
    """Of any facts and for any silence and window, both signals are what neighbours in time say."""
    within, after = sorted((a, b))
    book = must_read(f"""
signals:
  asleep: {{sleeping: any, after: {after}d}}
  awake: {{woken: any, after: {after}d, within: {within}d}}
  seen: {{points: {{page_viewed: 3, demo_requested: 5}}, within: {within}d}}
scores: {{engagement: seen}}
scales: {{rhythm: [{{back: awake}}, {{other: otherwise}}]}}
""")
    rows: list[dict[str, Any]] = (
        filled(given_facts)
        .sql(statement(book, SOURCES, Everyone(AS_OF), signals=True))
        .to_arrow_table()
        .to_pylist()
    )
    for row in rows:
        ages = [AS_OF - at for lead, at, *_ in given_facts[0] if lead == row["lead_id"]]
        expected = by_hand(ages, timedelta(days=after), timedelta(days=within))
        assert (row["asleep"], row["awake"]) == expected, row["lead_id"]
    assert {row["lead_id"] for row in rows} == set(LEADS)


@pytest.mark.parametrize(
    ("signal", "says"),
    [
        ("{sleeping: any}", "does not say after"),
        ("{woken: any, after: 60d}", "does not say within"),
        ("{woken: any, after: 14d, within: 60d}", "could hold two"),
        ("{sleeping: any, after: soon}", "takes a duration"),
        ("{sleeping: any, after: 60d, once_per: day}", "once_per"),
        ("{woken: any, after: 60d, within: 14d, when: 'valu > 3'}", "valu"),
    ],
)
def test_what_cannot_be_meant_is_told(signal: str, says: str) -> None:
    """A fault in a signal of sleep is a sentence with its line."""
    _, problems = read_playbook(
        f"signals:\n  s: {signal}\nscales:\n  t: [{{a: s}}, {{b: otherwise}}]\n", "p.yml"
    )
    assert any(says in str(p) for p in problems), [str(p) for p in problems]


def test_atoms_that_share_a_slot_do_not_hide_each_other(qualify: Qualify) -> None:
    """
    2026-01-05  ana  page_viewed url=/a/1
    2026-01-05  ana  page_viewed url=/b/1
    2026-01-05  ana  email_opened url=/b/2

    One rule is about any kind, the other about pages, and what they ask of the address keeps them apart.
    """
    book = """
signals:
  a: {count: any, when: "starts_with(url, '/a')"}
  b: {count: page_viewed, when: "starts_with(url, '/b')"}
scales: {t: [{x: a > 0}, {y: otherwise}]}
"""
    found = qualify("ana", str(datetime(2026, 1, 6)), playbook=book)
    assert (found.a, found.b) == (1, 1)
