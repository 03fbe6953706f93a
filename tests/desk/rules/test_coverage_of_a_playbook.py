"""Coverage: what no case and no lead touches, what a rule changes, which rules say the same. Checked by doing it the long way."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.cases.coverage import cover
from leadlight.adapters.db.duckdb import connect
from leadlight.desk.rules.cases import PlaybookUnderTest, run_all
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.sources import Sources
from leadlight.playbook.pieces import pieces
from leadlight.playbook.read import must_read
from leadlight.results.coverage import Finding, PieceCounts, of_cases, of_leads

NOW = datetime(2026, 1, 5, 12)
KINDS = ("demo_requested", "page_viewed", "email_opened", "unsubscribed")
BOOK = """
signals:
  heat:
    half_life: 20d
    at_most: 60
    rules:
      demo:    {on: demo_requested, points: 40, at_most: 40, say: Asked for a demo}
      again:   {on: demo_requested, points: 5}
      visit:   {on: page_viewed, points: 3, once_per: day, at_most: 9}
      prices:  {on: page_viewed, when: "url like '/pricing%'", points: 8, within: 30d}
      opened:  {on: email_opened, points: 0.01}
      left:    {on: unsubscribed, points: -30, half_life: never}
      never:   {on: webinar_attended, points: 50}
  good:  {gained: heat}
  demos: {count: demo_requested}
  bant:  {questions: {budget: {yes: budget > 0, no: budget = 0}, need: {yes: need is not null}}}
scores:
  fit:
    at_most: 30
    rules:
      large: {when: employees >= 100, add: 20}
      huge:  {when: employees >= 500, add: 15}
      trade: {when: "industry = 'software'", add: 5}
      same:  {when: "industry = 'software' and true", add: 1}
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30 and fit >= 20}, {warm: engagement >= 10 or good >= 45}, {cold: otherwise}]
  stage: [{impossible: demos > 1000}, {asked: demos > 0}, {none_yet: otherwise}]
segments:
  software: "industry = 'software'"
  coders:   "lower(industry) = 'software'"
  nobody:   employees < 0
routes:
  - {when: "temperature = 'hot'", to: sales}
  - {when: "fit >= 21", to: inside}
  - {when: "temperature = 'hot' and software", to: second}
  - {when: otherwise, to: marketing}
"""


def base_of(leads: int, seed: int) -> DuckDBBase:
    """A small made-up base."""
    rnd, con = random.Random(seed), connect()
    con.execute(
        "CREATE TABLE leads (lead_id VARCHAR, employees BIGINT, industry VARCHAR, budget DOUBLE)"
    )
    con.execute(
        "CREATE TABLE activities (lead_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, url"
        " VARCHAR)"
    )
    for n in range(leads):
        con.execute(
            "INSERT INTO leads VALUES (?, ?, ?, ?)",
            [
                f"lead-{n}",
                rnd.choice([None, 10, 150, 700]),
                rnd.choice(["software", "retail", None]),
                rnd.choice([None, 0, 10]),
            ],
        )
        for _ in range(rnd.randrange(5)):
            at = NOW - timedelta(days=rnd.randrange(60), hours=rnd.randrange(24))
            url = rnd.choice([None, "/pricing", "/"])
            con.execute(
                "INSERT INTO activities VALUES (?, ?, ?, ?)",
                [f"lead-{n}", at, rnd.choice(KINDS), url],
            )
    present = frozenset({"lead_id", "employees", "industry", "budget"})
    catalog = Catalog(
        present=present, activity_present=frozenset({"lead_id", "occurred_at", "kind", "url"})
    )
    return DuckDBBase(con, Sources(catalog))


def labels(base: DuckDBBase, book: str) -> dict[str, tuple[Any, ...]]:
    base.qualify(must_read(book), Everyone(NOW))
    found = base.con.execute(
        "SELECT lead_id, temperature, stage, segments, department FROM qualifications"
    ).fetchall()
    return {str(row[0]): row[1:] for row in found}


def without(rule: str) -> str:
    """The playbook's text without a rule's line."""
    lines = [line for line in BOOK.splitlines() if not line.startswith(f"      {rule}:")]
    assert len(lines) == len(BOOK.splitlines()) - 1
    return "\n".join(lines)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_rule_changes_is_what_taking_it_out_of_the_text_changes(seed: int) -> None:
    """The long way: a playbook without the rule, the whole base qualified again, every label compared."""
    base = base_of(60, seed)
    counted = cover(base, must_read(BOOK), NOW)
    assert counted.changed is not None
    before = labels(base, BOOK)
    for p in pieces(must_read(BOOK)):
        if p.what == "rule":
            after = labels(base, without(p.name))
            differ = sum(before[lead] != after[lead] for lead in before)
            assert counted.changed.get(p.column, 0) == differ, p.id


def counted_of(leads: int = 60) -> tuple[PieceCounts, list[Finding]]:
    book = must_read(BOOK)
    counted = cover(base_of(leads, 1), book, NOW)
    return counted, of_leads(book, pieces(book), counted)


def test_findings_say_what_is_idle_and_what_is_double() -> None:
    """I inherit a playbook: what of it does anything?"""
    counted, findings = counted_of()
    assert (counted.leads, counted.sample) == (60, 60)
    told = {
        f.title.split(" (")[0]: [line.split(" (")[0].split(":")[0] for line in f.lines]
        for f in findings
    }
    assert told["Rules that held for no lead"] == ["heat.never"]
    assert told["Labels that no lead has"] == ["stage.impossible"]
    assert told["Segments that nobody is in"] == ["nobody"]
    assert told["Routes that no lead takes"] == ["routes.3 to second"]
    assert told["Questions that no lead answers"] == ["bant.need"]
    idle = told["Rules without which every label, segment and route would be the same"]
    assert {"heat.opened"} <= set(idle)
    assert "heat.demo" not in idle
    assert told["Segments that are the same"] == ["software"]
    alike = told["Rules and segments that hold for nearly the same leads"]
    assert sorted(alike) == ["fit.trade", "heat.demo"]
    assert told["Rules that hold only where another one does"] == ["fit.huge"]


def test_a_smaller_sample_counts_all_leads_all_the_same() -> None:
    """Of a large base some leads are looked at closely, and who each rule holds for is counted of all."""
    whole, _ = counted_of()
    part = cover(base_of(60, 1), must_read(BOOK), NOW, sample=10)
    assert part.held == whole.held
    assert part.sample == 10
    assert max((part.looked_at or {}).values()) <= 10


@pytest.mark.parametrize("leads", [0, 1])
def test_an_empty_base_and_a_single_lead_are_no_trouble(leads: int) -> None:
    """The first day."""
    counted, findings = counted_of(leads)
    assert counted.leads == leads
    assert all("same" not in f.title or "Rules without" in f.title for f in findings)


def test_a_playbook_without_rules_is_no_trouble() -> None:
    """One segment, and nothing else."""
    book = must_read("segments: {large: employees >= 100}")
    counted = cover(base_of(5, 1), book, NOW)
    assert (counted.leads, counted.changed) == (5, {})


def test_what_no_case_touches_is_named() -> None:
    """My two cases are about demos and software."""
    cases = """
cases:
  asked: {lead: {employees: 150}, did: demo_requested yesterday, expect: {temperature: hot, stage: asked, route: sales}}
  other: {lead: {industry: software, budget: 0}, expect: {temperature: cold, segments: [software, coders]}}
"""
    book = must_read(BOOK, "playbook.yml")
    found = run_all(
        PlaybookUnderTest(
            book, "playbook.yml", BOOK, Catalog(), (("playbook.tests.yml", cases),), None
        ),
        coverage=True,
    )
    assert found.failed == ()
    (finding,) = of_cases(found.pieces, found.untouched)
    assert finding.lines == (
        "5 of 7 rules of heat: visit, prices, opened, left, never",
        "1 of 4 rules of fit: huge",
        "1 of 3 labels of temperature: warm",
        "1 of 3 labels of stage: impossible",
        "1 of 3 segments: nobody",
        "2 of 4 routes: 2 (to inside), 3 (to second)",
        "1 of 2 questions of bant: need",
    )
