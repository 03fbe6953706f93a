"""Tables as they come: labels in other languages and codings, numbers, dates and headers of every kind."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.desk.models.labelled_table import OutcomeColumn, read_labelled_table
from leadlight.playbook.model_yaml import read_model
from leadlight.problems import CannotDo

Table = Callable[[Mapping[str, Sequence[object]]], Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A file with these columns, parted by semicolons."""

    def write(columns: Mapping[str, Sequence[object]]) -> Path:
        file = tmp_path / "leads.csv"
        with file.open("w", newline="", encoding="utf-8") as f:
            made = csv.writer(f, delimiter=";")
            made.writerow(list(columns))
            made.writerows(zip(*columns.values(), strict=True))
        return file

    return write


def outcomes(file: Path, label: OutcomeColumn) -> tuple[list[bool], dict[str, int]]:
    """What is read of the label: each lead's outcome, and who was left out."""
    read = read_labelled_table(file, label, {})
    return list(read.won), dict(read.left_out)


WON = [n % 3 == 0 for n in range(60)]


@pytest.mark.parametrize(
    ("yes", "no", "said"),
    [
        ("ja", "nein", "ja"),
        ("Sí", "No", "Sí"),
        ("oui", "non", "oui"),
        ("sim", "não", "Sim"),
        ("gagné", "perdu", "Gagné"),
        ("1", "0", "1"),
        ("1,0", "0,0", "1"),
        ("TRUE", "FALSE", "true"),
        ("2", "1", "2"),
    ],
)
def test_the_word_for_success_as_the_file_has_it(
    table: Table, yes: str, no: str, said: str
) -> None:
    """Whatever language: the word that stands in the file may be named, though yes and no are held as such."""
    file = table({"Abschluss": [yes if w else no for w in WON], "Quelle": ["messe", "web"] * 30})
    assert outcomes(file, OutcomeColumn("abschluss", said)) == (WON, {})


@pytest.mark.parametrize("yes", ["x", "2024-05-06", "won", "ja"])
def test_a_blank_label_means_not_known_unless_it_is_said_to_mean_no(table: Table, yes: str) -> None:
    """A date or a mark for those who bought, nothing for the others: the sentence says which words to name, and that works."""
    file = table({"Gekauft": [yes if w else "" for w in WON], "Quelle": ["messe", "web"] * 30})
    with pytest.raises(
        CannotDo,
        match=r"nothing for the other 40.*name '\w+' as success and a blank \(''\) as failure",
    ) as said:
        outcomes(file, OutcomeColumn("Gekauft"))
    word = str(said.value).partition("name '")[2].partition("'")[0]
    assert outcomes(file, OutcomeColumn("Gekauft", word, "")) == (WON, {})


MODEL = """leadlight-model: 1
name: soon
start: -1.0
terms:
  - {of: codigo, add: {a1: 0.5, "12": 1.25, "7": -0.75}, rest: 0.1, unknown: 0.2}
  - {of: cuantia, cuts: [500, 1200], add: [-0.5, 0.25, 0.75], unknown: -0.125}
  - {of: demostracion, add: {"true": 1.0, "false": -0.25}, rest: 0, unknown: 0.0625}
  - {of: idas, cuts: [1, 3], add: [-0.3, 0.1, 0.6], unknown: 0.05}
"""
LEADS: list[tuple[dict[str, str], dict[str, object]]] = [
    (
        {"Código": "12", "Cuantía": "1.234,56", "Demostración": "sí", "Idas": "1"},
        {"codigo": "12", "cuantia": 1234.56, "demostracion": True, "idas": 1},
    ),
    ({"Código": "7", "Cuantía": "", "Demostración": "", "Idas": ""}, {"codigo": "7"}),
    (
        {"Código": "", "Cuantía": "700", "Demostración": "1", "Idas": "0"},
        {"cuantia": 700, "demostracion": True, "idas": 0},
    ),
    (
        {"Código": "A1 ", "Cuantía": "-3", "Demostración": "no", "Idas": "12"},
        {"codigo": "a1", "cuantia": -3, "demostracion": False, "idas": 12},
    ),
]


@pytest.mark.parametrize("chosen", [[1], [2], [0, 2], [0, 1, 2, 3]])
def test_a_few_new_leads_are_read_as_the_model_read_those_that_taught(
    table: Table, tmp_path: Path, chosen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file of few leads a column of words may hold digits only, one of numbers nothing, or just noughts and ones."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "soon.yml").write_text(MODEL)
    (tmp_path / "rules.yml").write_text(
        "leadlight: 1\nname: rules\nscores:\n  probability: {model: soon}\n"
    )
    model, problems = read_model(MODEL, "soon.yml")
    assert model is not None, problems
    given = [LEADS[n][0] for n in chosen]
    table({"Nr": [f"L{n}" for n in chosen], **{h: [g[h] for g in given] for h in given[0]}})
    said = CliRunner().invoke(
        app,
        [
            "qualify",
            "leads.csv",
            "--map",
            "Nr=lead_id",
            "--playbook",
            "rules.yml",
            "--out",
            "out.csv",
        ],
    )
    assert said.exit_code == 0, said.exception
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as f:
        found = {row["lead_id"]: float(row["probability"]) for row in csv.DictReader(f)}
    assert found == {f"L{n}": model.probability(LEADS[n][1]) for n in chosen}


@pytest.mark.parametrize("values", [2, 3, 4])
def test_one_column_of_words_is_the_whole_table(values: int) -> None:
    """Eight hundred leads of whom only a source is known, with two, three or four values: it is
    learned from, or a sentence says that it does not tell. Equal leads are no repeats there.
    """
    import numpy as np

    from leadlight.predict.columns import TableColumn
    from leadlight.predict.learn.training import learn

    rng = np.random.default_rng(values)
    place = rng.integers(0, values, 800)
    won = rng.random(800) < 0.1 + 0.25 * place
    column = TableColumn("source", "Source", [f"s{n}" for n in place])
    verdict = learn([column], won.tolist()).verdict
    assert verdict.refused is None
    assert verdict.model.auc.value is not None
    assert verdict.model.auc.value > 0.55
