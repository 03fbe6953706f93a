"""What became of a lead between two moments: the lines of a difference add up, and each says its cause."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.db.duckdb import connect
from leadlight.desk.leads.one_lead import explain_lead
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read
from leadlight.results.difference import ChangeLine, LeadDifference, difference
from leadlight.results.text import comparison
from tests.conftest import tables
from tests.plan.test_laws import AS_OF, LEADS, SOURCES, Facts, facts, filled, playbooks


def explained(
    con: duckdb.DuckDBPyConnection, text: str, other: str, lead: str, at: list[datetime]
) -> tuple[LeadDifference, LeadDifference]:
    """The differences of a lead between two moments: by a playbook, and by it and then by another."""
    old, new, base = must_read(text), must_read(other), DuckDBBase(con, SOURCES)
    before = explain_lead(base, old, lead, at[0], ahead=False)
    between = explain_lead(base, old, lead, at[1], ahead=False)
    after = explain_lead(base, new, lead, at[1], ahead=False)
    return difference(old, before, between, at[0]), difference(old, before, after, at[0], between)


def it_adds_up(d: LeadDifference) -> None:
    for score in d.scores:
        assert sum((line.points for line in score.lines), Decimal(0)) == score.change
        assert all(
            line.points
            for line in score.lines
            if line.what in ("faded", "cap", "limit", "holds", "fails")
        )


@settings(max_examples=6, deadline=None)
@given(playbooks(), playbooks(), facts, st.integers(1, 150))
def test_the_lines_of_a_difference_add_up(
    text: str, other: str, given_facts: Facts, days: int
) -> None:
    """Of any lead, between any two moments, by one playbook or by two, digit for digit."""
    con = filled(given_facts)
    since = datetime.fromordinal(AS_OF.toordinal() - days)
    for lead in LEADS[:2]:
        for found in explained(con, text, other, lead, [since, AS_OF]):
            it_adds_up(found)


BOOK = """
signals:
  heat:
    half_life: 10d
    rules:
      demo: {on: demo_requested, points: 40, at_most: 50, say: Asked for a demo}
      look: {on: pricing_viewed, points: 8, within: 30d, half_life: never, say: Looked at prices}
scores:
  fit: {rules: {size: {when: employees >= 50, add: 20, say: A large company}}}
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30 and fit > 0}, {warm: engagement >= 5}, {cold: otherwise}]
segments:
  large: employees >= 50
"""


@pytest.fixture
def became(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """became(since, as_of, other playbook) -> the difference of ana."""
    con = connect()
    case = request.function.__doc__ or ""

    def run(since: str, as_of: str, other: str = BOOK) -> LeadDifference:
        at = [datetime.fromisoformat(since), datetime.fromisoformat(as_of)]
        found = []
        for book, moment in ((BOOK, at[0]), (BOOK, at[1]), (other, at[1])):
            tables(con, case, moment)
            base = DuckDBBase(con, Sources(SOURCES.catalog))
            found.append(explain_lead(base, must_read(book), "ana", moment, ahead=False))
        same = found[1].fingerprint == found[2].fingerprint
        d = difference(must_read(BOOK), found[0], found[2], at[0], None if same else found[1])
        it_adds_up(d)
        return d

    yield run
    con.close()


def lines(d: LeadDifference, score: str) -> dict[tuple[str, str], ChangeLine]:
    return {(line.rule, line.what): line for s in d.scores if s.name == score for line in s.lines}


def test_each_line_says_its_cause(became) -> None:  # type: ignore[no-untyped-def]
    """
    2026-01-01  ana  employees = 10
    2026-01-01  ana  demo_requested
    2026-01-01  ana  pricing_viewed url=/pricing
    2026-01-11  ana  demo_requested
    2026-02-05  ana  employees = 60

    On the 12th two demos are more than the cap; twenty days later they faded below it; the prices left their window.
    """
    d = became("2026-01-01 12:00", "2026-02-10")
    found = lines(d, "engagement")
    assert set(found) == {("demo", "came"), ("demo", "faded"), ("look", "left")}
    assert found["demo", "came"].points == Decimal("5")  # 40 points, three half-lives old
    assert [str(g.occurred_at) for g in found["demo", "came"].given] == ["2026-01-11 00:00:00"]
    assert found["look", "left"].points == -8
    assert found["look", "left"].window == 30 * 86_400
    assert lines(d, "fit")["size", "holds"].values == (("employees", 10, 60),)
    assert d.segments == (("large",), ())
    assert ("employees", 10, 60) in d.attributes


def test_a_cap_that_bites_is_a_line(became) -> None:  # type: ignore[no-untyped-def]
    """
    2026-01-01  ana  employees = 10
    2026-01-01  ana  demo_requested
    2026-01-02  ana  demo_requested
    """
    found = lines(became("2026-01-01 12:00", "2026-01-02"), "engagement")
    assert found["demo", "cap"].points < -20
    assert found["demo", "came"].points == 40


def test_a_label_says_which_condition_flipped(became) -> None:  # type: ignore[no-untyped-def]
    """
    2026-01-01  ana  employees = 60
    2026-01-01  ana  demo_requested
    """
    (cools,) = became("2026-01-02", "2026-01-11").labels
    assert (cools.before, cools.after, cools.label, cools.holds) == ("hot", "warm", "hot", False)
    assert [name for name, _, _ in cools.values] == ["engagement"]
    (rises,) = became("2025-12-31", "2026-01-01").labels
    assert (rises.before, rises.after, rises.label, rises.holds) == ("cold", "hot", "hot", True)


def test_other_rules_are_told_from_time(became) -> None:  # type: ignore[no-untyped-def]
    """
    2026-01-01  ana  employees = 60
    2026-01-01  ana  demo_requested
    """
    stricter = BOOK.replace("points: 40", "points: 20").replace("add: 20", "add: 30")
    d = became("2026-01-01 12:00", "2026-01-02", stricter)
    assert set(lines(d, "engagement")) == {("demo", "faded"), ("demo", "other_rule")}
    assert lines(d, "fit")["size", "other_rule"].points == 10
    (label,) = d.labels
    assert (label.before, label.after, label.by_rules) == ("hot", "warm", True)
    assert len(d.playbooks) == 2


def test_a_lead_that_was_not_there_yet_is_all_new() -> None:
    """Every point came, and a sentence says so."""
    con = connect()
    tables(con, "2026-01-05  ana  demo_requested\n2026-01-05  ana  employees = 60", AS_OF)
    now = explain_lead(
        DuckDBBase(con, Sources(SOURCES.catalog)),
        must_read(BOOK),
        "ana",
        datetime(2026, 1, 5),
        ahead=False,
    )
    d = difference(must_read(BOOK), None, now, datetime(2026, 1, 1))
    it_adds_up(d)
    assert not d.existed
    assert {line.what for s in d.scores for line in s.lines} == {"came", "holds"}
    assert "  It was not there yet on 2026-01-01 00:00: everything is new." in list(
        comparison.render_comparison(d)
    )
