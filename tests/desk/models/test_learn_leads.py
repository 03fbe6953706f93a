"""`leadlight learn` in one command: the verdict as a page, and every lead with its probability and why."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.playbook.model_yaml import read_model
from tests.desk.models.test_learn import Rows, leads, refused, table

__all__ = ["table"]


def test_every_lead_gets_its_probability_and_why(
    table: Callable[[Rows], Path], tmp_path: Path
) -> None:
    """
    500 leads won or lost, and 20 that are still open, one of them named like a formula: all 520 are in the file with their own
    columns, the probability is what the model's text says, the reasons are the three largest; the page holds the verdict.
    """
    rows = leads()
    for n, row in enumerate(leads(20, seed=9)):
        rows.append(
            {
                **row,
                "Lead ID": f"O{n}",
                "Stage": "",
                "Loss Reason": "",
                "Colour": '=HYPERLINK("x")' if not n else "blue",
            }
        )
    table(rows)
    said = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage"])
    assert said.exit_code == 0, said.output
    for part in (
        "won_soon-leads.csv (520 rows)",
        "won_soon-report.html",
        "leadlight explain",
        "qualify NEW.csv",
    ):
        assert part in said.output
    model, problems = read_model((tmp_path / "models" / "won_soon.yml").read_text(), "won_soon.yml")
    assert model is not None, problems
    with (tmp_path / "won_soon-leads.csv").open(encoding="utf-8-sig") as f:
        found = {r["Lead ID"]: r for r in csv.DictReader(f)}
    assert len(found) == 520
    for row in (*rows[:20], *rows[-20:]):
        got = found[str(row["Lead ID"])]
        assert float(got["probability"]) == model.probability(
            {"source": row["Source"], "visits": row["Visits"], "age": row["Age"]}
        )
        assert got["chance"] in ("likely", "usual", "unlikely")
        assert 1 <= len(got["probability_why"].split(", ")) <= 3
    assert not found["O0"]["Colour"].startswith("=")
    page = (tmp_path / "won_soon-report.html").read_text()
    assert "How good the probability is" in page
    assert "Loss Reason" in page
    assert page.index("How good the probability is") < page.index("Whom it would call first")
    assert "500 of these 520 are decided already" in page
    assert not any(
        empty in page
        for empty in ("What to do first", "Next step", "hottest", "hot today", "learned 0 days")
    )
    why = CliRunner().invoke(
        app,
        [
            "explain",
            "O3",
            "--leads",
            "leads.csv",
            "--playbook",
            "won_soon-playbook.yml",
            "--no-story",
        ],
    )
    assert why.exit_code == 0, why.output
    assert f"{float(found['O3']['probability']):.1%}" in why.output


def test_a_playbook_that_is_there_is_not_written_over(
    table: Callable[[Rows], Path], tmp_path: Path
) -> None:
    """Somebody put their own cuts into it: a sentence, and neither the model nor the leads are written."""
    table(leads())
    mine = tmp_path / "won_soon-playbook.yml"
    mine.write_text("mine")
    assert "won_soon-playbook.yml is there already" in refused("leads.csv", "--label", "Stage")
    assert mine.read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["leads.csv", "won_soon-playbook.yml"]


@pytest.mark.parametrize("name", ["a b", "../up", "1st"])
def test_a_name_that_no_playbook_can_say(
    table: Callable[[Rows], Path], tmp_path: Path, name: str
) -> None:
    """Said before anything is learned, and nothing is written."""
    table(leads(4))
    assert "such as won_soon" in refused("leads.csv", "--label", "Stage", "--name", name)
    assert [p.name for p in tmp_path.iterdir()] == ["leads.csv"]


def test_only_the_model_where_one_says_where(table: Callable[[Rows], Path], tmp_path: Path) -> None:
    """`--out` names a file for the model: nothing else is written."""
    table(leads())
    said = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage", "--out", "mine.yml"])
    assert said.exit_code == 0, said.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["leads.csv", "mine.yml"]


def test_a_refused_model_leaves_nothing(table: Callable[[Rows], Path], tmp_path: Path) -> None:
    """Wins drawn by lots: no model, no probabilities, no page."""
    rows = leads(300)
    for n, row in enumerate(rows):
        row.update({"Stage": "Won" if n * 7919 % 10 < 4 else "Lost", "Loss Reason": ""})
    table(rows)
    said = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage"])
    assert said.exit_code == 2, said.output
    assert [p.name for p in tmp_path.iterdir()] == ["leads.csv"]


@pytest.mark.parametrize(
    ("label", "word", "name"),
    [
        ("Stage", "Won", "won_soon"),
        ("Converted", "1", "converted_soon"),
        ("Kunde", "ja", "ja_soon"),
        ("成交", "是", "outcome_soon"),
    ],
)
def test_a_model_has_a_name_that_a_playbook_can_say(label: str, word: str, name: str) -> None:
    """By the word of success where it is one, else by the column."""
    from leadlight.playbook.model_text import model_name

    assert model_name(f"{label} = {word}") == name
