"""Learning from what leads did: rows at past moments, judged by later ones."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.learn import Report
from leadlight.desk.learn_history import learn_history, rows_made
from leadlight.desk.tuning_rows import Asked as Looked
from leadlight.desk.tuning_rows import rows_of
from leadlight.playbook.model import model_text, read_model
from leadlight.predict.learning import Asked

BOOK = """
leadlight: 1
name: A small one
signals:
  looks: {count: page_viewed, within: 30d}
  heat: {points: {demo_requested: 40}, half_life: 14d}
scores:
  engagement: heat
scales:
  temperature: [{warm: engagement > 0}, {cold: otherwise}]
segments:
  lookers: looks >= 2
  warm_ones: temperature = 'warm'
  nobody: looks > 1000
"""
MODEL = """
leadlight-model: 1
name: won_soon
signals: {acts_7d: {count: any, within: 7d}}
start: -1
terms: [{of: acts_7d, cuts: [1], add: [-1, 1], unknown: 0}]
"""
START = datetime(2025, 1, 1)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of 500 leads: they visit, some ask for a demo, and most of those are won; every tenth objects to profiling."""
    folder = tmp_path_factory.mktemp("company")
    rng = random.Random(3)
    leads, log = [], []
    for n in range(500):
        came = START + timedelta(days=rng.randint(0, 300), hours=rng.randint(0, 23))
        leads.append((f"L{n}", came.isoformat(), rng.choice(["web", "fair"]), "yes" if n % 10 == 0 else "no"))
        for _ in range(rng.randint(0, 8)):
            log.append((f"L{n}", came + timedelta(days=rng.expovariate(1 / 40)), "page_viewed"))
        for _ in range(2):
            if rng.random() < 0.45:
                asked = came + timedelta(days=rng.randint(0, 120))
                log.append((f"L{n}", asked, "demo_requested"))
                if rng.random() < 0.6:
                    log.append((f"L{n}", asked + timedelta(days=rng.randint(1, 40)), "won"))
    with (folder / "leads.csv").open("w", newline="") as f:
        csv.writer(f).writerows([("Lead ID", "Created", "Source", "No profiling"), *leads])
    with (folder / "log.csv").open("w", newline="") as f:
        rows = [
            (lead, at.isoformat(), kind)
            for lead, at, kind in sorted(log, key=lambda e: (e[1], e[0]))
            if at < START + timedelta(days=365)
        ]
        csv.writer(f).writerows([("lead_id", "occurred_at", "kind"), *rows])
    (folder / "book.yml").write_text(BOOK)
    return folder


@pytest.fixture(scope="module")
def report(company: Path) -> Report:
    """Learned from it."""
    looked = Looked(horizon=timedelta(days=30), playbook=str(company / "book.yml"), moments=6, again=True,
                    leads=company / "leads.csv", activities=(company / "log.csv",))  # fmt: skip
    return learn_history(looked, Asked(), None, date(2026, 1, 1))


def test_it_is_judged_by_later_moments_beside_points_and_recency(report: Report) -> None:
    """It ranks above chance; the split is said; the playbook's points and recency stand beside it."""
    v = report.learned.verdict
    assert v.model.auc.low is not None
    assert v.model.auc.low > 0.55
    assert v.by_time
    assert "judge" in v.split
    assert {"points", "recency alone"} <= {j.name for j in v.beside}


def test_the_model_asks_what_it_uses_and_never_for_the_outcome(report: Report) -> None:
    """Its text brings the signals it made, names the playbook's own, and asks nothing of wins."""
    if report.model is None:
        pytest.fail(str(report.learned.verdict.refused))
    text = model_text(report.model)
    model, problems = read_model(text, "won_soon.yml")
    assert model is not None, problems
    assert model.horizon == 30 * 86_400
    assert set(model.asked) <= set(model.reads)
    assert set(model.reads) <= {*model.asked, "looks", "heat", "source"}
    assert not [n for n in model.reads if n.startswith("won")]
    assert "profiling_objected" not in model.reads


def test_who_objected_is_left_out(report: Report) -> None:
    """And it is said how many."""
    assert any("objected to profiling" in note for note in report.notes)


def test_it_is_judged_by_source_and_by_segment(report: Report) -> None:
    """A part for each source and each segment that has leads; who is in no segment is in none of its parts"""
    by = {(g.of, g.group): g for g in report.learned.by}
    assert set(by) == {("source", "web"), ("source", "fair"), ("segment", "lookers"), ("segment", "warm_ones")}  # fmt: skip
    v = report.learned.verdict
    assert by["segment", "lookers"].came > v.judged_won / v.judged
    assert by["source", "web"].leads + by["source", "fair"].leads == 450  # every lead comes from somewhere
    assert by["segment", "warm_ones"].leads < 450
    if report.model is not None:
        assert [g["group"] for g in report.model.verdict["by"]] == [g.group for g in report.learned.by]


def test_a_model_that_stands_already_teaches_the_next_one_nothing(company: Path, tmp_path: Path) -> None:
    """Learned again by a playbook that uses a model: what it asked is no column, its probability no part of the points"""

    def columns(book: Path) -> dict[str, list[object]]:
        looked = Looked(horizon=timedelta(days=30), playbook=str(book), moments=2, again=True,
                        leads=company / "leads.csv", activities=(company / "log.csv",))  # fmt: skip
        with rows_of(looked) as rows:
            return {c.name: list(c.cells) for c in rows_made(rows).columns}

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "won_soon.yml").write_text(MODEL)
    (tmp_path / "book.yml").write_text(BOOK.replace("scores:\n", "scores:\n  probability: {model: won_soon}\n"))
    assert columns(tmp_path / "book.yml") == columns(company / "book.yml")
