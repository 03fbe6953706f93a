"""`leadlight learn` as a user meets it: a table in, a verdict and a text out; or the sentence that says why not."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.desk.models.labelled_table import OutcomeColumn, read_labelled_table
from leadlight.playbook.model_yaml import read_model
from leadlight.problems import CannotDo
from tests.verbs import refusal

Rows = list[dict[str, object]]


def leads(rows: int = 500, seed: int = 1) -> Rows:
    """Leads of a year: those referred and those with many visits are won more often; the reason is filled in for the lost."""
    rng = random.Random(seed)
    out: Rows = []
    for n in range(rows):
        source, visits, age = (
            rng.choice(["web", "fair", "referral"]),
            rng.randint(0, 30),
            rng.randint(18, 80),
        )
        won = rng.random() < 0.08 + 0.014 * visits + 0.3 * (source == "referral")
        out.append(
            {
                "Lead ID": f"L{n}",
                "Created Date": f"2025-{n * 12 // rows + 1:02d}-{n % 28 + 1:02d}",
                "Source": source,
                "Visits": visits,
                "Age": age,
                "Loss Reason": "" if won else "too dear",
                "Colour": "blue",
                "Stage": "Won" if won else "Lost",
            }
        )
    return out


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Rows], Path]:
    """A file of these rows, in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)

    def write(rows: Rows) -> Path:
        file = tmp_path / "leads.csv"
        with file.open("w", newline="", encoding="utf-8") as f:
            made = csv.DictWriter(f, list(rows[0]) if rows else ["Lead ID", "Source", "Stage"])
            made.writeheader()
            made.writerows(rows)
        return file

    return write


def refused(*words: str) -> str:
    """The sentence a request ends in."""
    found = CliRunner().invoke(app, ["learn", *words])
    assert isinstance(found.exception, CannotDo), found.output
    return refusal(found.exception)


def test_a_table_becomes_a_verdict_and_a_text(
    table: Callable[[Rows], Path], tmp_path: Path
) -> None:
    """The figures, what was set aside, what moves the chance; and a model that reads back, asks for what it uses, and is not
    written over unasked."""
    table(leads())
    said = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage", "--name", "soon"])
    assert said.exit_code == 0, said.output
    for part in (
        "500 leads",
        "Stage = Won",
        "By Created Date: the newest",
        "the model",
        "the base rate",
        "Loss Reason",
        "Source: 'referral'",
        "Age",
    ):
        assert part in said.output
    text = (tmp_path / "models" / "soon.yml").read_text()
    model, problems = read_model(text, "soon.yml")
    assert model is not None, problems
    assert {"source", "visits"} <= set(model.reads) <= {"source", "visits", "age"}
    assert model.probability({"source": "referral", "visits": 30}) > model.probability(
        {"source": "web", "visits": 1}
    )
    assert model.verdict["gains"]
    assert model.verdict["fairness"]
    assert "Loss Reason" in {r["column"] for r in model.refused}
    assert all(sum(t.seen) == pytest.approx(1, abs=0.02) for t in model.terms if len(t.of) == 1)
    looked = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage", "--check", "soon"])
    assert looked.exit_code == 0, looked.output  # against those who taught nothing has moved
    again = refused("leads.csv", "--label", "Stage", "--name", "soon", "--leave-out", "Age")
    assert "--yes" in again


def test_what_the_law_protects_stays_out_on_request(table: Callable[[Rows], Path]) -> None:
    """Age is held but not used."""
    table(leads())
    said = CliRunner().invoke(
        app,
        ["learn", "leads.csv", "--label", "Stage=Won", "--without-protected", "--name", "plain"],
    )
    assert said.exit_code == 0, said.output
    assert "kept out on request" in said.output
    assert "of: age" not in Path("models/plain.yml").read_text()


def test_noise_is_refused_and_nothing_is_written(
    table: Callable[[Rows], Path], tmp_path: Path
) -> None:
    """Outcomes drawn by lot: exit code 2, the reason, no file."""
    rows = leads()
    rng = random.Random(5)
    for row in rows:
        row["Stage"] = rng.choice(["Won", "Lost", "Lost"])
        row["Loss Reason"] = ""
    table(rows)
    said = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage"])
    assert said.exit_code == 2
    assert "These data do not predict the outcome" in said.output
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("rows", "words", "said"),
    [
        ([], ["--label", "Stage"], "states no outcome"),
        (leads(40), ["--label", "Stag"], "Did you mean 'Stage'?"),
        (leads(40), ["--label", "Stage", "--positive", "Signed"], "never says 'Signed'"),
        (leads(40), ["--label", "Source"], "Which word of column 'Source' means success?"),
        (leads(40), ["--label", "Stage"], "at least 30"),
        (leads(40), ["--label", "Stage", "--use", "Sauce"], "Did you mean 'Source'?"),
        (
            [{**r, "Stage": "Won"} for r in leads(60)],
            ["--label", "Stage"],
            "nothing can be learned",
        ),
        (
            [{**r, "Stage": "Lost"} for r in leads(60)],
            ["--label", "Stage"],
            "nothing can be learned",
        ),
        (leads(40), [], "Name the column with the outcome"),
    ],
)
def test_why_not(table: Callable[[Rows], Path], rows: Rows, words: list[str], said: str) -> None:
    """No rows, no such column, no such word, too few, one kind only: a sentence each."""
    table(rows)
    found = refused("leads.csv", *words)
    assert said in found, found


def test_deals_that_are_not_over_yet_are_left_out(table: Callable[[Rows], Path]) -> None:
    """Where some are lost, those in a demo have not failed; where a person says what failure is, nothing else is."""
    rows = leads(60)
    for n, row in enumerate(rows):
        row["Stage"] = ["Won", "Lost", "Demo", "", "No answer"][n % 5]
    file = table(rows)
    read = read_labelled_table(file, OutcomeColumn("Stage"), {})
    assert (len(read.won), sum(read.won), read.outcome) == (24, 12, "Stage = Won")
    assert sum(read.left_out.values()) == 36
    won = read_labelled_table(file, OutcomeColumn("stage", "Won", "No answer"), {}).won
    assert (len(won), sum(won)) == (24, 12)


def test_who_objected_to_profiling_teaches_nothing(table: Callable[[Rows], Path]) -> None:
    """Every third lead objected: none of them is in a training row, the count is said, and the objection is no feature."""
    rows = leads(90)
    for n, row in enumerate(rows):
        row["Objected to profiling"] = "yes" if n % 3 == 0 else "no"
    read = read_labelled_table(table(rows), OutcomeColumn("Stage"), {})
    assert len(read.won) == 60
    assert read.left_out == {"objected to profiling": 30}
    assert "L0" not in read.by_name["lead_id"].cells
    assert "profiling_objected" not in read.by_name


def test_hostile_columns(table: Callable[[Rows], Path]) -> None:
    """All missing, the same for all, a word for each lead, dates as text, markup and SQL in words and headers: a sound model."""
    rows = leads(400)
    for n, row in enumerate(rows):
        row |= {
            "Nothing": "",
            "Own word": f"w{n}",
            "Day": f"{n % 28 + 1}.{n % 12 + 1}.2025",
            "'; DROP TABLE leads; --": n % 3,
            "<b>Bold</b>\x1b[31m": ["<script>", "=1+1", "it's"][n % 3],
            "Source": f"\x1b[2J{row['Source']}",
        }
    table(rows)
    said = CliRunner().invoke(app, ["learn", "leads.csv", "--label", "Stage", "--name", "odd"])
    assert said.exit_code == 0, said.output
    assert "\x1b" not in said.output
    model, problems = read_model(Path("models/odd.yml").read_text(), "odd.yml")
    assert model is not None, problems
