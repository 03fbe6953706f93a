"""What would raise a probability: only what somebody can do or ask, and by exactly what the plan then gives."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest

from leadlight.desk.leads.qualifications import open_files
from leadlight.results.explanation import Explanation
from leadlight.results.text.explanation import render_explanation

BOOK = """
leadlight: 1
name: A small one
signals:
  demos: {count: demo_requested, within: 30d}
scores:
  probability: {model: buys_soon}
scales:
  temperature: [{hot: probability >= 0.5}, {cold: otherwise}]
models:
  buys_soon:
    signals:
      calls: {count: call_answered, within: 30d}
      call_days: {days_since: call_answered}
      rows: {count: complained}
    start: -2
    terms:
      - {of: calls, cuts: [1, 2], add: [-0.5, 0.25, 0.75], say: calls}
      - {of: call_days, cuts: [5], add: [0.4, 0.1], unknown: -0.1}
      - {of: rows, cuts: [1], add: [0.2, -1]}
      - {of: demos, cuts: [1], add: [-0.1, 1.5]}
      - {of: employees, cuts: [50, 200], add: [-0.5, 0.5, 0.3], unknown: 0}
      - {of: industry, add: {software: 2, retail: -0.3}, rest: 3, unknown: 0}
      - {of: age, cuts: [30], add: [5, 0], unknown: 0}
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Explanation]:
    """Two leads: of `a` nothing is known, it was called in October; `b` says what it is."""
    folder = tmp_path_factory.mktemp("could")
    with (folder / "leads.csv").open("w", newline="") as f:
        csv.writer(f).writerows(
            [
                ("Lead ID", "Email", "Employees", "Industry", "Age"),
                ("a", "a@x.com", "", "", ""),
                ("b", "b@x.com", "20", "retail", "50"),
            ]
        )
    (folder / "log.csv").write_text("lead_id,occurred_at,kind\na,2026-10-25,call_answered\n")
    (folder / "book.yml").write_text(BOOK)
    base = open_files(
        folder / "leads.csv",
        [folder / "log.csv"],
        playbook=folder / "book.yml",
        as_of=datetime(2026, 11, 1),
    )
    return {lead: base.explain(lead) for lead in "ab"}


def test_a_call_adds_by_all_it_changes(said: dict[str, Explanation]) -> None:
    """
    a: one call a week ago (+0.25, its age +0.1); a second one today: +0.75 and +0.4, so +0.8 in all
    a: a demo +1.6; employees blank: asking adds 0.5 if it is 50 to below 200; industry blank: software adds 2
    """
    found = {r.by: r.adds for r in said["a"].raises}
    assert found == {
        "ask for industry, if the answer is 'software'": 2.0,
        "demo requested": 1.6,
        "call answered": 0.8,
        "ask for employees, if the answer is 50 to below 200": 0.5,
    }


def test_what_is_known_protected_or_harmful_is_no_advice(said: dict[str, Explanation]) -> None:
    """b says what it is, so only deeds are left; a complaint would not help; nobody is asked for their age"""
    assert [r.by for r in said["b"].raises] == ["demo requested", "call answered"]
    assert not [r for e in said.values() for r in e.raises if "age" in r.by or "complain" in r.by]


def test_it_is_told_with_what_it_would_reach(said: dict[str, Explanation]) -> None:
    """The lines of explain, and a better label that a probability brings"""
    lines = list(render_explanation(said["a"]))
    at = lines.index("What could add to it, as it did for leads before (no promise)")
    assert lines[at + 1].strip().startswith("probability +2.00 to ")
    assert any("temperature to hot: ask for industry" in line for line in lines)
