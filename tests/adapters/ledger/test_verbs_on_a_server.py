"""Verbs that read the whole base at many moments: on a server they say what they say of the same workspace in a folder."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leadlight.desk.model_files import model_file
from leadlight.desk.models import customers, decided_leads, lookalikes
from leadlight.desk.models.check_model import CheckModelRequest, check_model
from leadlight.desk.models.history_table import history_table
from leadlight.desk.models.lead_history import HistoryOptions, open_history
from leadlight.desk.models.model_on_history import CheckOptions
from leadlight.desk.progress import NullProgress
from leadlight.desk.rules import coverage
from leadlight.desk.rules.cases import playbook_under_test
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import find_workspace
from leadlight.predict.tune.tunable_parts import tunable
from tests.servers.postgres import database, or_say, server
from tests.verbs import copy, import_files, init, live_base, live_replay, notices, session_on

BOOK = """
leadlight: 1
name: A small one
signals:
  looks: {count: page_viewed, within: 30d}
  heat: {points: {demo_requested: 40, page_viewed: 2}, half_life: 14d}
scores: {engagement: heat}
scales: {temperature: [{hot: engagement >= 30}, {warm: engagement > 0}, {cold: otherwise}]}
segments: {lookers: looks >= 2}
"""
BEGIN, NOW = datetime(2025, 1, 1), datetime(2026, 3, 1)
WON_SOON = HistoryOptions(horizon=timedelta(days=30), moments=3, again=True, until=NOW)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """150 leads of a year in a folder, and the same on a server; some ask for a demo, and of those most are won."""
    or_say(server)
    folder = tmp_path_factory.mktemp("company")
    chance = random.Random(5)
    leads, log = [], []
    for n in range(150):
        came = BEGIN + timedelta(days=chance.randrange(300))
        source = chance.choice(["web", "fair, or so", ""])
        leads.append(
            (
                f"L{n}",
                came.isoformat(),
                source,
                chance.choice(["software", "mining"]),
                "yes" if n % 25 == 0 else "no",
            )
        )
        log += [
            (f"L{n}", came + timedelta(days=chance.expovariate(1 / 40)), "page_viewed", "")
            for _ in range(chance.randrange(6))
        ]
        if chance.random() < (0.6 if source == "web" else 0.3):
            asked = came + timedelta(days=chance.randrange(100))
            log.append((f"L{n}", asked, "demo_requested", ""))
            if chance.random() < 0.7:
                log += [
                    (f"L{n}", asked + timedelta(days=5 + 40 * i), "won", str(100 + n))
                    for i in range(chance.randrange(1, 4))
                ]
            else:
                log.append((f"L{n}", asked + timedelta(days=20), "lost", ""))
    _written(
        folder / "leads.csv", ("Lead ID", "Created", "Source", "Industry", "No profiling"), leads
    )
    _written(folder / "log.csv", ("lead_id", "occurred_at", "kind", "value"), log)
    here = folder / "here"
    init(str(here), BEGIN - timedelta(days=1))
    (here / "playbook.yml").write_text(BOOK, "utf-8")
    receipts = import_files(
        here, [folder / "leads.csv", folder / "log.csv"], NOW, backfill=True, verify=False
    )
    assert not [r.refusal for r in receipts if r.refusal]
    with database() as url:
        copy(str(here), url, NOW, NullProgress())
        yield str(here), url


def _written(file: Path, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with file.open("w", newline="") as f:
        csv.writer(f).writerows([head, *rows])


@pytest.fixture
def same(
    both: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[str], Any]], Any]:
    """Ask both the same from a directory where the playbook stands: the same answer, and no copy left behind."""
    (tmp_path / "playbook.yml").write_text(BOOK, "utf-8")
    (tmp_path / "room").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "room"))

    def ask(verb: Callable[[str], Any]) -> Any:
        here, there = (verb(place) for place in both)
        assert here == there
        assert not list((tmp_path / "room").iterdir())
        return here

    return ask


def test_learn_has_the_same_rows_to_learn_from(same):
    """Every lead at each moment with all that is asked of it, and who objected"""

    def rows(place: str) -> Any:
        with open_history(Session(place), "learn", WON_SOON, NOW) as history:
            made = history_table(history)
        return made.leads, made.won, {c.name: list(c.cells) for c in made.columns}, made.notes

    leads, won, columns, notes = same(rows)
    assert len(set(leads)) > 20
    assert any(won)
    assert {"source", "looks"} <= set(columns)
    assert "objected" in str(notes)


def test_tune_sees_the_same(same):
    """The points of each rule by which it would be tuned"""

    def seen(place: str) -> Any:
        with open_history(Session(place), "tune", WON_SOON, NOW) as history:
            rules = tunable(history.book, ["engagement"])
            return history.sample(history.book, ["engagement"], rules)

    assert same(seen).later_winners > 0


def test_persona_has_the_same_leads(same):
    """Who was won and lost, with what was known just before; clusters and look-alikes of a segment too"""

    def leads(place: str) -> Any:
        options = decided_leads.DecisionOptions(until=NOW)
        found = decided_leads.leads_of_workspace(Session(place), options, NOW)
        return (
            sorted(
                zip(found.ids, found.won, *(c.cells for c in found.columns), strict=True), key=str
            ),
            found.notes,
        )

    assert len(same(leads)[0]) > 50

    def others(place: str) -> Any:
        options = decided_leads.DecisionOptions(until=NOW - timedelta(days=100))
        clusters = lookalikes.ClustersRequest(NOW, options=options)
        did = lookalikes._behaviour(Session(place), clusters)
        like = lookalikes.LookalikesRequest(NOW, "lookers", options=options)
        here, members = lookalikes._with_members(Session(place), like)
        told = [
            list(zip(of.ids, *(c.cells for c in of.columns), strict=True)) for of in (did, here)
        ]
        return [sorted(rows, key=str) for rows in told], sum(did.won or ()), members

    rows, won, members = same(others)
    assert won
    assert members
    assert len(rows[1]) > len(members)


def test_customers_bought_the_same(same):
    """Each purchase with its day and value"""
    found = same(
        lambda place: sorted(
            map(
                str,
                customers._of_workspace(
                    Session(place), customers.CustomersRequest(NOW, until=NOW)
                ).purchases,
            )
        )
    )
    assert len(found) > 30


def test_a_playbook_covers_the_same_leads(same):
    """How many leads each piece of it touches"""
    counted = same(
        lambda place: coverage.count_by_workspace(
            Session(place),
            playbook_under_test(Session(place), None, [], NOW, alone=False),
            NOW,
            NOW,
        )
    )
    assert counted is not None


def test_replay_tells_the_same_transitions(same):
    """Which lead came from which label to which, when and why"""

    def transitions(place: str) -> Any:
        with live_replay(
            find_workspace(place),
            since=datetime(2025, 4, 1),
            until=datetime(2025, 4, 20),
            known="now",
        ) as found:
            return found.con.execute("SELECT * FROM replay_transitions ORDER BY ALL").fetchall()

    assert len(same(transitions)) > 5


def test_a_model_of_a_server_is_written_where_the_user_is(both):
    """learn -w postgresql://...: models/soon.yml of the current directory, where its playbook.yml is read too"""
    assert model_file(find_workspace(both[1]).folder, "soon") == Path("models/soon.yml")


def test_a_model_is_checked_the_same(same, tmp_path):
    """learn --check: base rate, calibration and inputs at the same moments"""
    file = tmp_path / "soon.yml"
    file.write_text(
        "name: soon\noutcome: won\nhorizon: 30d\nlearned: 2025-06-01\nsignals: {seen: {count:"
        " page_viewed, within: 30d}}\nstart: -3\nterms:\n- {of: seen, cuts: [1], add: [0, 0.5],"
        " seen: 800 200 0}\n- {of: source, add: {web: 1}, seen: 300 600 100}\nverdict:"
        " {learned_from: {leads: 100, rows: 300, with_outcome: 20}}\n"
    )

    def checked(place: str) -> Any:
        request = CheckModelRequest(NOW, str(file), CheckOptions(until=NOW, known="now"))
        found = check_model(Session(place), request)
        return found.lines, found.inputs, found.base

    lines, inputs, base = same(checked)
    assert [line.what for line in lines] == ["base rate", "calibration"]
    assert [line.state for line in inputs].count("cannot be told") == 0
    assert "outcomes of 20" in base


def test_a_large_base_says_that_it_is_brought(both, monkeypatch):
    """and nobody sees the server's password"""
    told: list[str] = []
    token = notices.set(told.append)
    monkeypatch.setattr("leadlight.adapters.ledger.copy.snapshot._LARGE", 1)
    try:
        request = customers.CustomersRequest(NOW, until=NOW)
        customers._of_workspace(session_on(both[1]), request)
    finally:
        notices.reset(token)
    assert "to be read as often as it takes" in told[0]
    assert "Copying activity_facts" in told


def test_explain_tells_the_same_story(same):
    """Which labels a lead had until when: replayed, of one lead, in the working copy"""

    def told(place: str) -> Any:
        with live_base(
            find_workspace(place), "explain", as_of=datetime(2025, 9, 1), known="now", whole=False
        ) as found:
            return found.explain("L7", story=True).story

    assert {s.label for s in same(told).stays} >= {"warm", "cold"}
