"""The short form of the scorecard: a first answer on a few tables must not fall below what it was.

With the shared tables at hand these are measured, else invented ones. The whole form is `make scorecard`; what it has reached may
be held fast here: raise a floor when the page has risen, never lower one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from benchmarks import scorecard_figures
from benchmarks.scorecard_answers import answer_of_table
from benchmarks.scorecard_figures import Bench, few, measured, noise
from benchmarks.scorecard_tables import Table, b2b_won_lost, invented, x_education

from tests.scorecard.conftest import shared_data

#: AUC without an outcome: real tables, and the invented ones that stand in for them.
FLOORS = {"x_education": 0.70, "b2b_won_lost": 0.76, "invented": 0.68}
#: AUC with the outcome in the file, on leads that are open in it.
FLOORS_WITH = {"x_education": 0.79, "b2b_won_lost": 0.76, "invented": 0.69}
ROWS = 1_000


@cache
def tables() -> list[Table]:
    """A real table of a thousand rows and a small one, or two invented ones."""
    data = shared_data()
    if data is None:
        return [invented(ROWS, 1), invented(400, 2)]
    return [x_education(data).sample(ROWS, 1), b2b_won_lost(data)]


@pytest.fixture(autouse=True)
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every group measures these tables only."""
    chosen: dict[str, Callable[[Path], Table]] = {}
    for n, table in enumerate(tables()):
        chosen[f"{table.name}-{n}"] = lambda data, table=table: table
    monkeypatch.setattr(scorecard_figures, "FLAT", chosen)


def test_without_an_outcome(bench: Bench) -> None:
    for table in tables():
        bare = table.without({*table.outcome, *table.leaks})
        m = measured(answer_of_table(bare, bench.folder), bare, bare.decided)
        assert m.basis == "evidence", f"{table.name}: {m}"
        assert m.auc >= FLOORS[table.name], f"{table.name}: {m}"
        assert m.labels_in_order is not False, f"{table.name}: {m}"


def test_with_the_outcome_in_the_file(bench: Bench) -> None:
    for table in tables():
        rows = table.newest_part(0.2) if table.newest else table.fold(5, 0, 1)
        given = table.without(table.leaks).blank(rows, table.outcome)
        m = measured(answer_of_table(given, bench.folder), given, rows)
        assert m.basis == "outcomes", f"{table.name}: {m}"
        assert m.auc >= FLOORS_WITH[table.name], f"{table.name}: {m}"


def test_few_outcomes_are_measured_on_the_leads_that_are_open(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorecard_figures, "SIZES", (5, 40))
    figures = list(few(bench))
    assert [f.key for f in figures] == ["few.5", "few.40"]
    assert all(f.value is not None and f.value >= 0.69 for f in figures), figures


def test_noise_teaches_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorecard_figures, "NOISY", tuple(scorecard_figures.FLAT))
    (figure,) = noise(bench)
    assert figure.value == 1, figure


def test_a_table_that_cannot_be_read_is_a_row_and_the_others_go_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: Path) -> Table:
        raise OSError("The disk is gone.")

    good = tables()[1]
    monkeypatch.setattr(scorecard_figures, "FLAT", {"broken": broken, "good": lambda data: good})
    nowhere = replace(bench, data=Path("nowhere"))
    found = {f.key: f for f in scorecard_figures.without(nowhere)}
    assert found["without.broken"].value is None
    assert found["without.broken"].said == "not measured: OSError: The disk is gone."
    assert found["without.good"].value is not None
    assert found["without.worst"].said == "good"
