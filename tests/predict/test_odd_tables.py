"""Tables as they come: labels in other languages and codings, numbers, dates and headers of every kind."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from leadlight.desk.learn import Label, read_table
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


def outcomes(file: Path, label: Label) -> tuple[list[bool], dict[str, int]]:
    """What is read of the label: each lead's outcome, and who was left out."""
    _, won, _, counted, _, _ = read_table(file, label, {})
    return won, counted


WON = [n % 3 == 0 for n in range(60)]


@pytest.mark.parametrize(
    ("yes", "no", "said"),
    [("ja", "nein", "ja"), ("Sí", "No", "Sí"), ("oui", "non", "oui"), ("sim", "não", "Sim"), ("gagné", "perdu", "Gagné"),
     ("1", "0", "1"), ("1,0", "0,0", "1"), ("TRUE", "FALSE", "true"), ("2", "1", "2")],
)  # fmt: skip
def test_the_word_for_success_as_the_file_has_it(table: Table, yes: str, no: str, said: str) -> None:
    """Whatever language: the word that stands in the file may be named, though yes and no are held as such."""
    file = table({"Abschluss": [yes if w else no for w in WON], "Quelle": ["messe", "web"] * 30})
    assert outcomes(file, Label("abschluss", said)) == (WON, {})


@pytest.mark.parametrize("yes", ["x", "2024-05-06", "won", "ja"])
def test_a_blank_label_means_not_known_unless_it_is_said_to_mean_no(table: Table, yes: str) -> None:
    """A date or a mark for those who bought, nothing for the others: the sentence says how to ask, and that works."""
    file = table({"Gekauft": [yes if w else "" for w in WON], "Quelle": ["messe", "web"] * 30})
    with pytest.raises(CannotDo, match=r"nothing for the other 40.*--positive '(\w+)' --negative ''") as said:
        outcomes(file, Label("Gekauft"))
    word = str(said.value).partition("--positive '")[2].partition("'")[0]
    assert outcomes(file, Label("Gekauft", word, "")) == (WON, {})
