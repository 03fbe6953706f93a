"""Whom a contact changes, where the contact was left to chance; and refusals where it was not."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.predict.columns import TableColumn
from leadlight.predict.uplift import uplift
from leadlight.problems import CannotDo

LEADS = 8_000
RNG = np.random.default_rng(21)
SOURCE = RNG.choice(["web", "fair", "ads"], LEADS)
VISITS = RNG.poisson(4, LEADS)
TREATED = RNG.random(LEADS) < 0.5
PLAIN = 0.08 + 0.05 * VISITS  # many visits: likely to win, contacted or not
CHANGED = np.where(SOURCE == "fair", 0.15, 0.0)  # only those of the fair are changed
WON = RNG.random(LEADS) < np.clip(PLAIN + CHANGED * TREATED, 0, 1)
COLUMNS = [
    TableColumn("source", "Source", SOURCE.tolist()),
    TableColumn("visits", "Visits", VISITS.tolist()),
]


def test_those_who_are_changed_come_first() -> None:
    """Only leads of the fair are changed; those who visit much win anyway. The order finds the fair, the plain chance does not."""
    found = uplift(COLUMNS, TREATED.tolist(), WON.tolist())
    first = np.argsort(-np.array(found.score))[: LEADS // 4]
    assert (SOURCE[first] == "fair").mean() > 0.95
    assert found.why_not is None
    assert found.qini.low is not None
    assert found.qini.low > 0
    assert found.above_propensity.low is not None
    assert found.above_propensity.low > 0
    assert found.effect.value == pytest.approx(0.05, abs=0.025)
    assert (found.tenths[0].difference.value or 0) > 0.08
    assert found.curve[0][1] == 0
    assert found.curve[-1][1] == pytest.approx(found.curve[-1][2])


def test_a_contact_that_changes_nobody() -> None:
    """Contacted or not, all win alike: the answer is that the data cannot tell, whatever the order."""
    rng = np.random.default_rng(22)
    told = []
    for _ in range(2):
        won = rng.random(LEADS) < PLAIN
        told.append(uplift(COLUMNS, TREATED.tolist(), won.tolist()).why_not is None)
    assert sum(told) == 0


def test_the_same_change_for_everybody() -> None:
    """Everybody is changed alike: there is an effect and no order in it."""
    won = np.random.default_rng(23).random(LEADS) < 0.2 + 0.1 * TREATED
    found = uplift(COLUMNS, TREATED.tolist(), won.tolist())
    assert found.effect.low is not None
    assert found.effect.low > 0
    assert found.why_not is not None


def test_a_contact_that_was_not_random() -> None:
    """Sales called those who visit much: refused, and the column is named."""
    called = np.random.default_rng(24).random(LEADS) < np.clip(0.1 + 0.1 * VISITS, 0, 1)
    with pytest.raises(CannotDo, match=r"not left to chance.*Visits"):
        uplift(COLUMNS, called.tolist(), WON.tolist())


def test_a_contact_that_followed_two_columns_together() -> None:
    """Each column alone looks balanced, both together tell who was contacted: refused all the same."""
    one, other = RNG.random(LEADS) < 0.5, RNG.random(LEADS) < 0.5
    called = np.random.default_rng(25).random(LEADS) < np.where(one ^ other, 0.7, 0.3)
    columns = [*COLUMNS, TableColumn("a", "A", one.tolist()), TableColumn("b", "B", other.tolist())]
    with pytest.raises(CannotDo, match="not left to chance"):
        uplift(columns, called.tolist(), WON.tolist())


@pytest.mark.parametrize("seed", range(3))
def test_chance_is_not_called_choice(seed: int) -> None:
    """A random contact passes the test of balance, seed after seed."""
    rng = np.random.default_rng(100 + seed)
    few = slice(0, 2_000)
    treated = rng.random(2_000) < 0.5
    columns = [TableColumn(c.name, c.header, c.cells[few]) for c in COLUMNS]
    won = rng.random(2_000) < PLAIN[few]
    assert uplift(columns, treated.tolist(), won.tolist()).rows == 2_000


def test_too_few() -> None:
    """Forty leads are no experiment; everybody contacted is none either."""
    for n, treated in ((40, TREATED), (LEADS, np.ones(LEADS, bool))):
        with pytest.raises(CannotDo, match="needed in each group"):
            uplift(
                [TableColumn(c.name, c.header, c.cells[:n]) for c in COLUMNS],
                treated[:n].tolist(),
                WON[:n].tolist(),
            )


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The experiment as a file, with a third group that got something else, and what was bought after a visit."""
    file = tmp_path_factory.mktemp("uplift") / "test.csv"
    with file.open("w", newline="") as f:
        out = csv.writer(f)
        out.writerow(("Lead ID", "Group", "Source", "Visits", "Converted", "Spend"))
        for n in range(LEADS):
            group = "Letter" if n % 10 == 0 else "Mail" if TREATED[n] else "No mail"
            out.writerow((f"L{n}", group, SOURCE[n], VISITS[n], int(WON[n]), 20 if WON[n] else 0))
    return file


def test_the_verb(table: Path, tmp_path: Path) -> None:
    """The control group is found by its word; a column that follows from the outcome is set aside; the file ranks everybody."""
    out = tmp_path / "whom.csv"
    done = CliRunner().invoke(
        app,
        [
            "uplift",
            str(table),
            "--treated",
            "Group=Mail",
            "--label",
            "Converted",
            "--out",
            str(out),
        ],
    )
    assert done.exit_code == 0, (done.output, done.exception)
    assert "800 rows are in neither group" in done.output
    assert "Set aside: 'Spend'" in done.output
    assert "Contact in this order" in done.output
    assert len(out.read_text().splitlines()) == LEADS - 800 + 1


def test_words_that_are_not_there(table: Path) -> None:
    """A group nobody was in: a sentence with the words there are."""
    done = CliRunner().invoke(
        app, ["uplift", str(table), "--treated", "Group=Post", "--label", "Converted"]
    )
    assert isinstance(done.exception, CannotDo)
    assert "'mail'" in str(done.exception)
