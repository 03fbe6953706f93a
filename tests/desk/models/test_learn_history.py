"""Learning from what leads did: rows at past moments, judged by later ones."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.desk.models.history_table import HistoryTable, history_table
from leadlight.desk.models.history_training import train_on_history
from leadlight.desk.models.lead_history import HistoryOptions, LeadFiles, open_history
from leadlight.desk.models.training import Training
from leadlight.desk.session import Session
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.predict.columns import ChangeHistory
from leadlight.predict.leaks import leaks_of
from leadlight.predict.learn.options import LearnOptions
from leadlight.problems import CannotDo

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
        leads.append(
            (f"L{n}", came.isoformat(), rng.choice(["web", "fair"]), "yes" if n % 10 == 0 else "no")
        )
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


def asked(book: Path, moments: int) -> HistoryOptions:
    """Who wins within 30 days, by a playbook, at so many moments."""
    return HistoryOptions(
        horizon=timedelta(days=30), playbook=str(book), moments=moments, again=True
    )


def files_of(company: Path) -> LeadFiles:
    """The company's leads and what they did."""
    return LeadFiles(company / "leads.csv", (company / "log.csv",))


def table_of(
    options: HistoryOptions, files: LeadFiles | None = None, workspace: Path | None = None
) -> HistoryTable:
    """The training rows of a history."""
    with open_history(Session(workspace), "learn", options, datetime(2026, 1, 1), files) as history:
        return history_table(history)


@pytest.fixture(scope="module")
def report(company: Path) -> Training:
    """Learned from it."""
    options, files = asked(company / "book.yml", 6), files_of(company)
    with open_history(Session(), "learn", options, datetime(2026, 1, 1), files) as history:
        return train_on_history(history, LearnOptions(), None, date(2026, 1, 1))


def test_it_is_judged_by_later_moments_beside_points_and_recency(report: Training) -> None:
    """It ranks above chance; the split is said; the playbook's points and recency stand beside it."""
    v = report.result.verdict
    assert v.model.auc.low is not None
    assert v.model.auc.low > 0.55
    assert v.by_time
    assert "judge" in v.split
    assert {"points", "recency alone"} <= {j.name for j in v.beside}


def test_the_model_asks_what_it_uses_and_never_for_the_outcome(report: Training) -> None:
    """Its text brings the signals it made, names the playbook's own, and asks nothing of wins."""
    if report.model is None:
        pytest.fail(str(report.result.verdict.refused))
    text = model_text(report.model)
    model, problems = read_model(text, "won_soon.yml")
    assert model is not None, problems
    assert model.horizon == 30 * 86_400
    assert set(model.asked) <= set(model.reads)
    assert model.verdict["learned_from"]["awake"]["within"] == "90d"  # drift is told among those
    assert set(model.reads) <= {*model.asked, "looks", "heat", "source"}
    assert not [n for n in model.reads if n.startswith("won")]
    assert "profiling_objected" not in model.reads


def test_who_objected_is_left_out(report: Training) -> None:
    """And it is said how many."""
    assert any("objected to profiling" in note for note in report.result.notes)


def test_it_is_judged_by_source_and_by_segment(report: Training) -> None:
    """A part for each source and each segment that has leads; who is in no segment is in none of its parts"""
    by = {(g.of, g.group): g for g in report.result.by}
    assert set(by) == {
        ("source", "web"),
        ("source", "fair"),
        ("segment", "lookers"),
        ("segment", "warm_ones"),
    }
    v = report.result.verdict
    assert by["segment", "lookers"].came > v.judged_won / v.judged
    assert (
        by["source", "web"].leads + by["source", "fair"].leads == 450
    )  # every lead comes from somewhere
    assert by["segment", "warm_ones"].leads < 450
    if report.model is not None:
        assert [g["group"] for g in report.model.verdict["by"]] == [
            g.group for g in report.result.by
        ]


def test_a_model_that_stands_already_teaches_the_next_one_nothing(
    company: Path, tmp_path: Path
) -> None:
    """Learned again by a playbook that uses a model: what it asked is no column, its probability no part of the points"""

    def columns(book: Path) -> dict[str, list[object]]:
        made = table_of(asked(book, 2), files_of(company))
        return {c.name: list(c.cells) for c in made.columns}

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "won_soon.yml").write_text(MODEL)
    (tmp_path / "book.yml").write_text(
        BOOK.replace("scores:\n", "scores:\n  probability: {model: won_soon}\n")
    )
    assert columns(tmp_path / "book.yml") == columns(company / "book.yml")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of 200 leads of whom every second is won or lost on 1 June; a contract number comes on 3 June to those who
    were won, a new job title in June to every third lead, whatever became of it."""
    folder = tmp_path_factory.mktemp("ledger")
    leads = [(f"L{n}", "2025-01-01", ("web", "fair")[n % 2], "Head of Sales") for n in range(200)]
    log = [(f"L{n}", "2025-06-01", "won" if n % 4 == 0 else "lost") for n in range(0, 200, 2)]
    log += [(f"L{n}", f"2025-{m:02d}-05", "page_viewed") for n in range(200) for m in (2, 4, 9)]
    later = [
        (f"L{n}", f"C-{n}" if n % 4 == 0 else "", "CEO" if n % 3 == 0 else "", "2025-06-03")
        for n in range(200)
    ]
    for name, head, rows in (
        ("leads", ("Lead ID", "Created Date", "Source", "Job Title"), leads),
        ("log", ("lead_id", "occurred_at", "kind"), log),
        ("later", ("Lead ID", "Contract Number", "Job Title", "Last Modified Date"), later),
    ):
        with (folder / f"{name}.csv").open("w", newline="") as f:
            csv.writer(f).writerows([head, *rows])
    place = str(folder / "ws")
    for words in (
        ["init", place],
        [
            "import",
            *(str(folder / f"{n}.csv") for n in ("leads", "log")),
            "--backfill",
            "-w",
            place,
        ],
        ["import", str(folder / "later.csv"), "-w", place],
    ):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
    return folder / "ws"


def test_what_is_filled_in_at_the_win_is_found_in_the_history(ledger: Path) -> None:
    """Of 100 decided leads 50 got a contract number after it, of the others none; job titles changed for all alike"""
    options = HistoryOptions(
        horizon=timedelta(days=30),
        moments=2,
        known="now",
        until=datetime(2025, 10, 1),
        again=True,
    )
    made = table_of(options, workspace=ledger)
    assert made.history["contract_number"] == ChangeHistory(50, 100, 0, 100)
    assert made.history["source"] == ChangeHistory(0, 100, 0, 100)
    title = made.history["job_title"]
    assert title.changed == pytest.approx(title.others_changed, abs=2)
    won = np.arange(len(made.won)) % 2.0  # whoever won: it is the history that tells
    found = {
        s.name: s
        for s in leaks_of(
            [c for c in made.columns if c.name != "lead_id"], won, history=made.history
        )
    }
    assert (
        "after the outcome for 50 of 100 leads, for 0% of the others"
        in found["contract_number"].why
    )
    assert "job_title" not in found


def test_files_have_no_history_of_changes(company: Path) -> None:
    """A table as it is now cannot tell what changed when"""
    assert table_of(asked(company / "book.yml", 2), files_of(company)).history == {}


def test_in_a_workspace_every_lead_gets_the_probability_by_the_workspaces_own_rules(
    company: Path, tmp_path: Path
) -> None:
    """
    One command: the model, the workspace's playbook with one score more, every lead with its temperature, probability and
    why, the page. Nothing is stored and the playbook in force stays; put into it, `qualify` says the same.
    """
    place = tmp_path / "ws"

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, [*words, "-w", str(place)])
        assert done.exit_code == 0, done.output
        return done.output

    assert CliRunner().invoke(app, ["init", str(place)]).exit_code == 0
    (place / "playbook.yml").write_text(BOOK)
    run("import", str(company / "leads.csv"), str(company / "log.csv"), "--backfill")
    said = run("learn", "--horizon", "30d", "--again", "--as-of", "2025-12-31")
    assert "Put the line into yours" in said
    assert (place / "playbook.yml").read_text() == BOOK
    more = (place / "won_soon-playbook.yml").read_text()
    assert set(more.splitlines()) - set(BOOK.splitlines()) == {"  probability: {model: won_soon}"}
    with (place / "won_soon-leads.csv").open(encoding="utf-8-sig") as f:
        told = {
            r["lead_id"]: (r["temperature"], r["probability"], r["probability_why"])
            for r in csv.DictReader(f)
        }
    assert len(told) == 500
    assert "How good the probability is" in (place / "won_soon-report.html").read_text()
    assert "first run" in run("qualify", "--as-of", "2025-12-31", "--no-report")
    (place / "playbook.yml").write_text(more)
    run("qualify", "--as-of", "2025-12-31", "--no-report", "-o", str(tmp_path / "all.csv"))
    with (tmp_path / "all.csv").open(encoding="utf-8-sig") as f:
        again = {
            r["lead_id"]: (r["temperature"], r["probability"], r["probability_why"])
            for r in csv.DictReader(f)
        }
    assert again == told
    refused = CliRunner().invoke(app, ["learn", "--horizon", "30d", "-w", str(place)])
    assert isinstance(refused.exception, CannotDo)
    assert "won_soon.yml is there already" in str(refused.exception)


@pytest.fixture(scope="module")
def fast_losses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years in which a fifth of the leads is won and the others are lost within days; what they look at says little."""
    folder = tmp_path_factory.mktemp("fast")
    rng = random.Random(5)
    leads, log = [], []
    for n in range(1_200):
        came = START + timedelta(days=rng.uniform(0, 540))
        leads.append((f"L{n}", came.isoformat()))
        good = rng.random() < 0.2
        for _ in range(rng.randint(1, 4 + good)):
            log.append((f"L{n}", came + timedelta(days=rng.uniform(0, 4)), "page_viewed"))
        end = came + timedelta(days=rng.uniform(20, 80) if good else rng.uniform(3, 60))
        log.append((f"L{n}", end, "won" if good else "lost"))
    with (folder / "leads.csv").open("w", newline="") as f:
        csv.writer(f).writerows([("Lead ID", "Created"), *leads])
    with (folder / "log.csv").open("w", newline="") as f:
        rows = [(lead, at.isoformat(), kind) for lead, at, kind in sorted(log, key=lambda e: e[1:])]
        csv.writer(f).writerows([("lead_id", "occurred_at", "kind"), *rows])
    return folder


def test_leads_that_are_decided_teach_and_judge_nothing(fast_losses: Path) -> None:
    """Four of five leads are lost within days, and stay lost. Among all who ever came the won are easy to tell (they are not
    lost yet), among those still open they are not: the verdict is of those.
    """
    options = HistoryOptions(("won",), timedelta(days=60), "b2b-saas", moments=6)
    files = LeadFiles(fast_losses / "leads.csv", (fast_losses / "log.csv",))
    with open_history(Session(), "learn", options, datetime(2026, 11, 1), files) as history:
        table = history_table(history)
    assert sum(table.won) / len(table.won) > 0.2, "of all who came before it would be 5 %"
    assert any("lost before their moment" in n for n in table.notes)


def test_who_buys_again_is_compared_with_the_last_purchase(report: Training) -> None:
    """Where those who bought before are asked about again, recency knows when they bought: it is no
    straw man of .500. The model itself never asks for the outcome.
    """
    other = report.result.verdict.against("recency alone")
    assert other is not None
    assert other.auc.value is not None
    assert abs(other.auc.value - 0.5) > 0.02
    assert report.model is not None
    assert "bought_days" not in report.model.reads
