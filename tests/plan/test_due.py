"""When a qualification can next change by the clock alone: never told too late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.cohort import Everyone, Moments
from leadlight.facts.relation import Query, TableName
from leadlight.plan.compile import age_condition, statement
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from tests.conftest import facts_of, tables
from tests.often import examples
from tests.plan.test_laws import AS_OF, SOURCES, Facts, facts, filled, playbooks

CONDITIONS = [
    "engagement >= 12.5",
    "engagement + fit > 20",
    "gain between 3 and 9",
    "silence <= 30",
    "coalesce(silence, 0) > 90",
    "demos > 0 and silence < 45",
    "old > 5",
    "least(silence, old) < 40",
    "silence - old < -7",
    "engagement * 2 < silence",
    "abs(engagement) >= 4",
    "spent > 100",
    "calm = 'yes'",
    "silence in (10, 20)",
    "-engagement < -3",
    "half > 6",
    "silence / 2 > 33",
    "recent",
    "engagement = 0",
    "case when silence > 21 then engagement else gain end > 2",
    "asleep",
    "not awake",
    "awake or asleep and engagement > 1",
]
SIGNALS = """
  old: {days_since: any, when: days_since(occurred_at) >= 21}
  half: {value: engagement / 2}
  asleep: {sleeping: [demo_requested, pricing_viewed], after: 21d}
  awake: {woken: any, after: 10d, within: 9d, when: value is not null}
  calm: {value: "case when silence > 33 then 'yes' else 'no' end"}
  recent: {value: silence < 12 or gain > 30}
"""


@st.composite
def ageing(draw: st.DrawFn) -> str:
    """A playbook with labels that many kinds of comparison decide."""
    some = draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=5, unique=True))
    labels = ", ".join(f'{{l{n}: "{c}"}}' for n, c in enumerate(some))
    text = draw(playbooks()).replace("\nscores:", f"{SIGNALS}\nscores:", 1)
    return text.replace("scales:\n", f"scales:\n  mood: [{labels}, {{rest: otherwise}}]\n", 1)


def outcome(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["mood"], row["temperature"], row["segments"]


@settings(max_examples=examples(7, 200), deadline=None)
@given(
    text=ageing(),
    given_facts=facts,
    parts=st.lists(st.floats(0, 1, exclude_max=True), min_size=12, max_size=12),
)
def test_nothing_changes_before_it_is_due(
    text: str, given_facts: Facts, parts: list[float]
) -> None:
    """At any moment before `changes_in` has passed, every lead has the labels and segments it has now."""
    book = must_read(text, "random.yml")
    log, leads = given_facts
    con = filled(
        ([a for a in log if a[1] <= AS_OF], leads)
    )  # what lies ahead is no matter of the clock alone
    now = con.sql(statement(book, SOURCES, Everyone(AS_OF), due=True)).to_arrow_table().to_pylist()
    con.execute("CREATE TABLE pairs (lead_id VARCHAR, as_of TIMESTAMP)")
    for row in now:
        span = 700 * 86_400 if row["changes_in"] is None else min(row["changes_in"], 700 * 86_400)
        moments = {AS_OF + timedelta(seconds=span * part) for part in [*parts, 1]}
        con.executemany("INSERT INTO pairs VALUES (?, ?)", [(row["lead_id"], at) for at in moments])
    later = con.sql(statement(book, SOURCES, Moments(TableName("pairs"))))
    was = {row["lead_id"]: outcome(row) for row in now}
    for row in later.to_arrow_table().to_pylist():
        assert outcome(row) == was[row["lead_id"]], (
            row["lead_id"],
            row["as_of"],
            next(r for r in now if r["lead_id"] == row["lead_id"]),
        )


#: Signals of every kind for ever, and what they are of where an activity can grow too old for all rules.
NARROW = {
    "spent: {sum: value, of: any,": "spent: {sum: value, of: pricing_viewed,",
    "last: {latest: campaign, of: any}": "last: {latest: campaign, of: unsubscribed, within: 40d}",
    "silence: {days_since: any}": "silence: {days_since: email_opened}",
}


@st.composite
def narrow(draw: st.DrawFn) -> str:
    """A playbook in which most activities are of no use any more."""
    text = draw(playbooks())
    for wide, its in NARROW.items():
        assert wide in text
        text = text.replace(wide, its)
    return text


@settings(max_examples=examples(9, 300), deadline=None)
@given(text=st.one_of(narrow(), narrow(), ageing()), given_facts=facts)
def test_what_no_rule_means_any_more_changes_nothing(text: str, given_facts: Facts) -> None:
    """A plan over the activities that some rule can still mean says the same to the bit, and when it can change."""
    book = must_read(text, "random.yml")
    con = filled(given_facts)
    young = f"SELECT * FROM {SOURCES.activities} WHERE {age_condition(book, SOURCES, AS_OF)}"
    told = [
        sorted(con.sql(statement(book, sources, Everyone(AS_OF), due=True)).fetchall(), key=repr)
        for sources in (SOURCES, replace(SOURCES, activities=Query(young)))
    ]
    assert told[0] == told[1]


def test_only_what_a_rule_means_is_kept() -> None:
    """Two kinds, each with its own window: what is older, and every other kind, is left out."""
    text = """
signals:
  demos: {count: demo_requested, within: 10d}
  views: {count: pricing_viewed, within: 60d}
scales:
  temperature: [{hot: demos > 0 and views > 0}, {cold: otherwise}]
"""
    book = must_read(text, "case.yml")
    con = filled(([], [(1, "retail")] * 6))
    for kind in ("demo_requested", "pricing_viewed", "page_viewed"):
        for days in (9, 10, 59, 60):
            con.execute(
                "INSERT INTO activities (lead_id, occurred_at, kind) VALUES ('L1', ?, ?)",
                [AS_OF - timedelta(days=days), kind],
            )
    kept = con.sql(
        "SELECT kind, occurred_at FROM activities WHERE"
        f" {age_condition(book, SOURCES, AS_OF)} ORDER BY ALL"
    ).fetchall()
    assert [(kind, (AS_OF - at).days) for kind, at in kept] == [
        ("demo_requested", 9),
        ("pricing_viewed", 59),
        ("pricing_viewed", 10),
        ("pricing_viewed", 9),
    ]


PLAYBOOK = """
signals:
  heat: {points: {demo_requested: 40, pricing_viewed: 10}, half_life: 14d}
  silence: {days_since: any}
  SIGNAL
scores:
  engagement: heat
scales:
  temperature: [LABELS, {cold: otherwise}]
"""


@pytest.fixture
def due(request: pytest.FixtureRequest) -> Callable[..., float | None]:
    """Days from a moment until the lead of the case can change, by these labels."""
    con = connect()
    case = request.function.__doc__ or ""

    def run(labels: str, as_of: str, signal: str = "") -> float | None:
        book = must_read(PLAYBOOK.replace("LABELS", labels).replace("SIGNAL", signal), "case.yml")
        moment = datetime.fromisoformat(as_of)
        tables(con, case, moment)
        assert facts_of(case)
        found = (
            con.sql(statement(book, Sources(SOURCES.catalog), Everyone(moment), due=True))
            .to_arrow_table()
            .to_pylist()
        )
        return None if found[0]["changes_in"] is None else found[0]["changes_in"] / 86_400

    return run


def test_points_that_only_fade_are_solved(due: Callable[..., float | None]) -> None:
    """
    2026-01-01  ana  demo_requested

    40 points fade to 30 in 14 days times log2(40 / 30).
    """
    assert due("{hot: engagement >= 30}", "2026-01-01") == pytest.approx(14 * 0.41504, abs=0.001)
    assert due("{hot: engagement >= 30}", "2026-01-10") is None


def test_an_age_is_exact(due: Callable[..., float | None]) -> None:
    """
    2026-01-01  ana  page_viewed
    """
    assert due("{awake: silence <= 60}", "2026-01-11") == pytest.approx(50, abs=0.0001)
    assert due("{awake: silence <= 60}", "2026-03-20") is None


def test_a_window_empties(due: Callable[..., float | None]) -> None:
    """
    2026-01-01  ana  page_viewed
    2026-01-21  ana  page_viewed
    """
    seen = "seen: {count: page_viewed, within: 30d}"
    assert due("{warm: seen > 0}", "2026-01-22", seen) == pytest.approx(9, abs=0.0001)
    assert due("{warm: seen > 0}", "2026-02-02", seen) == pytest.approx(18, abs=0.0001)
    assert due("{warm: seen > 0}", "2026-03-02", seen) is None


def test_an_activity_comes_of_age(due: Callable[..., float | None]) -> None:
    """
    2026-01-01  ana  page_viewed
    """
    woke = "woke: {days_since: any, when: days_since(occurred_at) > 14}"
    assert due("{back: woke is not null}", "2026-01-05", woke) == pytest.approx(10, abs=0.0001)
    assert due("{back: woke is not null}", "2026-02-05", woke) is None


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_can_be_bounded(preset: str) -> None:
    """No preset has a rule that would make every lead due at every moment."""
    sql = statement(
        must_read(preset_text(preset), preset), Sources(SOURCES.catalog), Everyone(AS_OF), due=True
    )
    assert 'CAST(0 AS BIGINT) AS "changes_in"' not in sql
