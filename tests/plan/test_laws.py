"""The laws of the plan as properties, on random playbooks and random facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.duckdb import connect, optimizer_off
from leadlight.adapters.qualify.lead_search import LeadSearch
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import atoms_of
from leadlight.playbook.read import must_read
from leadlight.results.explanation import ledgers
from tests.often import examples

START = datetime(2026, 1, 1)
AS_OF = datetime(2026, 6, 1)
KINDS = ["demo_requested", "pricing_viewed", "page_viewed", "unsubscribed", "email_opened"]
LEADS = [f"L{n}" for n in range(6)]

activity = st.tuples(
    st.sampled_from(LEADS),
    st.integers(0, 200 * 86_400).map(lambda s: START + timedelta(seconds=s)),
    st.sampled_from(KINDS),
    st.sampled_from(["/pricing", "/pricing/team", "/docs/a", "/", None]),
    st.sampled_from(["spring", "autumn", None]),
    st.one_of(st.none(), st.floats(-1000, 1000, allow_nan=False)),
)
lead = st.tuples(
    st.one_of(st.none(), st.integers(0, 2000)), st.sampled_from(["software", "retail", None])
)

points = st.integers(-5000, 5000).map(lambda n: f"{n / 100:.2f}")
window = st.sampled_from([None, "7d", "30d", "90d", "1y"])
half_life = st.sampled_from([None, "3d", "14d", "30d"])
when = st.sampled_from(
    [None, "starts_with(url, '/pricing')", "url like '/docs/%'", "value > 0", "campaign = 'spring'"]
)
once = st.sampled_from([None, "day", "campaign"])
cap = st.sampled_from([None, "5", "12.5", "100"])
on = st.one_of(st.sampled_from(KINDS), st.just("any"), st.just("[demo_requested, pricing_viewed]"))


@st.composite
def playbooks(draw: st.DrawFn) -> str:
    """A playbook with up to eight point rules, counts and measures over the same activities."""
    rules = []
    for n in range(draw(st.integers(1, 8))):
        parts = [f"on: {draw(on)}", f"points: {draw(points)}"]
        for key, value in (
            ("within", draw(window)),
            ("half_life", draw(half_life)),
            ("at_most", draw(cap)),
            ("once_per", draw(once)),
        ):
            if value is not None:
                parts.append(f"{key}: {value}")
        condition = draw(when)
        if condition:
            parts.append(f'when: "{condition}"')
        rules.append(f"      r{n}: {{{', '.join(parts)}}}")
    limits = draw(st.sampled_from(["", "    at_least: 0\n    at_most: 100\n"]))
    return f"""
signals:
  heat:
{limits}    rules:
{chr(10).join(rules)}
  gain: {{gained: heat}}
  demos: {{count: demo_requested, within: {draw(window) or "60d"}}}
  spent: {{sum: value, of: any, within: 90d}}
  last: {{latest: campaign, of: any}}
  silence: {{days_since: any}}
scores:
  fit: [{{when: employees >= 50, add: 12.25}}, {{when: "industry = 'retail'", add: -7.5}}]
  engagement: heat
scales:
  temperature: [{{hot: engagement >= 20 and fit > 0}}, {{warm: engagement >= 5 or silence < 10}}, {{cold: otherwise}}]
segments:
  big: employees >= 500
  spenders: spent > 0
"""


Facts = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
facts = st.tuples(
    st.lists(activity, max_size=40), st.lists(lead, min_size=len(LEADS), max_size=len(LEADS))
)


def filled(given_facts: Facts, order: int = 1) -> duckdb.DuckDBPyConnection:
    con = connect()
    con.execute("CREATE TABLE leads (lead_id VARCHAR, employees BIGINT, industry VARCHAR)")
    con.execute(
        "CREATE TABLE activities (lead_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, url"
        " VARCHAR, campaign VARCHAR, value DOUBLE)"
    )
    log, leads = given_facts
    con.executemany(
        "INSERT INTO leads VALUES (?, ?, ?)",
        [(i, *row) for i, row in zip(LEADS, leads, strict=True)][::order],
    )
    if log:
        con.executemany("INSERT INTO activities VALUES (?, ?, ?, ?, ?, ?)", log[::order])
    return con


SOURCES = Sources(
    Catalog(
        present=frozenset({"lead_id", "employees", "industry"}),
        activity_present=frozenset({"lead_id", "occurred_at", "kind", "url", "campaign", "value"}),
    )
)


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = con.sql(sql).to_arrow_table().to_pylist()
    return {(r["lead_id"], r["as_of"]): r for r in found}


@settings(max_examples=examples(12, 400), deadline=None)
@given(playbooks(), facts)
def test_live_is_batch(text: str, given_facts: Facts) -> None:
    """One touched lead gets the row that the whole base's run gives it."""
    book = must_read(text)
    con = filled(given_facts)
    batch = rows(con, statement(book, SOURCES, Everyone(AS_OF), signals=True))
    con.execute("CREATE TABLE touched AS SELECT 'L3' AS lead_id UNION ALL SELECT 'L0'")
    live = rows(con, statement(book, SOURCES, Some(AS_OF, "touched"), signals=True))
    assert live == {key: row for key, row in batch.items() if key[0] in ("L3", "L0")}


@settings(max_examples=examples(10, 300), deadline=None)
@given(playbooks(), facts)
def test_a_plan_says_the_same_however_it_is_run(text: str, given_facts: Facts) -> None:
    """As it is written (of few rows), as the engine would rather run it, and prepared for later:
    the same bits.
    """
    book = must_read(text)
    con = filled(given_facts)
    sql = statement(book, SOURCES, Everyone(AS_OF), signals=True, ledger=True)
    planned = rows(con, sql)
    with optimizer_off(con):
        assert rows(con, sql) == planned
        con.execute(f"PREPARE later AS {sql}")
        assert {(r["lead_id"], r["as_of"]): r for r in dictionaries(con, "EXECUTE later")} == (
            planned
        )


@settings(max_examples=examples(10, 300), deadline=None)
@given(playbooks(), facts)
def test_a_backtest_is_many_replays(text: str, given_facts: Facts) -> None:
    """Many moments in one plan give what a run at each of them gives."""
    book = must_read(text)
    con = filled(given_facts)
    moments = [datetime(2026, 2, 1), datetime(2026, 4, 15, 12), AS_OF]
    one_by_one: dict[tuple[Any, ...], dict[str, Any]] = {}
    for moment in moments:
        one_by_one |= rows(con, statement(book, SOURCES, Everyone(moment), signals=True))
    con.execute(
        "CREATE TABLE pairs AS SELECT lead_id, unnest(?::TIMESTAMP[]) AS as_of FROM leads",
        [moments],
    )
    assert (
        rows(con, statement(book, SOURCES, Moments(TableName("pairs")), signals=True)) == one_by_one
    )


@settings(max_examples=examples(10, 300), deadline=None)
@given(playbooks(), facts)
def test_the_order_of_facts_changes_nothing(text: str, given_facts: Facts) -> None:
    """The same facts in another order give the same bits."""
    book = must_read(text)
    sql = statement(book, SOURCES, Everyone(AS_OF), signals=True)
    assert rows(filled(given_facts), sql) == rows(filled(given_facts, -1), sql)


@settings(max_examples=examples(10, 300), deadline=None)
@given(playbooks(), facts, st.lists(activity, max_size=10))
def test_what_happens_later_changes_no_earlier_qualification(
    text: str, given_facts: Facts, later: list[tuple[Any, ...]]
) -> None:
    """Activities after the moment are not seen."""
    book = must_read(text)
    sql = statement(book, SOURCES, Everyone(AS_OF), signals=True)
    con = filled(given_facts)
    before = rows(con, sql)
    for lead_id, at, *rest in later:
        con.execute(
            "INSERT INTO activities VALUES (?, ?, ?, ?, ?, ?)",
            [lead_id, at + (AS_OF - START) + timedelta(seconds=1), *rest],
        )
    assert rows(con, sql) == before


@settings(max_examples=examples(12, 400), deadline=None)
@given(playbooks(), facts, st.sampled_from([AS_OF, AS_OF + timedelta(hours=11, minutes=17)]))
def test_every_score_is_the_exact_sum_of_its_ledger(
    text: str, given_facts: Facts, as_of: datetime
) -> None:
    """The lines of an explanation add up, digit for digit, to the score that the plan gave, caps and limits included."""
    book = must_read(text)
    base = DuckDBBase(filled(given_facts), SOURCES)
    atoms = atoms_of(book)
    for lead_id in LEADS:
        one = LeadSearch(base).one(lead_id, book, as_of)
        (row,) = one.qualify([as_of])
        activities, slots = one.trace(as_of, atoms)
        for ledger in ledgers(book, atoms, row, activities, as_of, slots):
            assert ledger.summed == sum(line.counted for line in ledger.rules)
            for line in ledger.rules:
                assert line.summed == (
                    sum(g.points for g in line.given) if line.given else line.each
                )
                assert all(g.points == line.each * g.factor for g in line.given)
            assert float(ledger.score) == row[ledger.name]
