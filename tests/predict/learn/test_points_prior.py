"""Points corrected by outcomes: few leads hardly change them, many replace them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.auc_intervals import areas
from leadlight.predict.judge.delong import auc_interval
from leadlight.predict.learn.points_prior import (
    CorrectedPoints,
    PointsOptions,
    correct_points,
    model_of_points,
)
from leadlight.predict.ridge_logistic import EffectPrior, fit_with_prior, refit_without
from leadlight.problems import CannotDo


def table(rows: int, seed: int = 0) -> tuple[list[TableColumn], TableColumn, Numbers]:
    """Columns, points and chances: the points are right, and leads of a fair buy more than the
    points say.
    """
    rng = np.random.default_rng(seed)
    points, fair = rng.normal(0, 1.2, rows), rng.random(rows) < 0.4
    noise = [TableColumn(f"x{n}", f"X {n}", rng.normal(size=rows).tolist()) for n in range(6)]
    source = TableColumn("source", "Source", ["fair" if f else "web" for f in fair])
    chances = 1 / (1 + np.exp(-(points - 1.5 + 1.5 * fair)))
    return [*noise, source], TableColumn("evidence", "Evidence", points.tolist()), chances


def corrected(rows: int, seed: int = 0) -> CorrectedPoints:
    columns, points, chances = table(rows, seed)
    won = np.random.default_rng(seed + 1).random(rows) < chances
    return correct_points(columns, won.tolist(), points)


def test_few_leads_keep_the_points() -> None:
    """Forty leads whose points are right: what is left ranks other leads about as the points
    do, and no worse.
    """
    columns, points, chances = table(4_000, 9)
    won = (np.random.default_rng(1).random(4_000) < chances).astype(float)
    alone = auc_interval(points.values, won).value
    after = [
        auc_interval(corrected(40, seed).probability([*columns, points]), won).value
        for seed in (2, 3, 4)
    ]
    assert alone is not None
    assert min(a for a in after if a is not None) > alone - 0.03


def test_many_leads_say_what_points_do_not() -> None:
    """Three thousand leads: those of a fair buy more often than the points say, and it is learned;
    the points keep their worth.
    """
    found = corrected(3_000)
    columns, points, chances = table(4_000, 9)
    won = (np.random.default_rng(1).random(4_000) < chances).astype(float)
    after = auc_interval(found.probability([*columns, points]), won).value
    alone = auc_interval(points.values, won).value
    assert after is not None
    assert alone is not None
    assert after > alone + 0.02
    assert found.weight == pytest.approx(1.0, abs=0.15)


def test_wrong_points_are_left_behind() -> None:
    """The points rank the wrong way round: outcomes of a thousand leads turn them."""
    columns, points, chances = table(1_000)
    won = np.random.default_rng(1).random(1_000) < chances
    turned = TableColumn("evidence", "Evidence", (-points.values).tolist())
    found = correct_points(columns, won.tolist(), turned)
    assert found.points_auc is not None
    assert found.points_auc.value is not None
    assert found.points_auc.value < 0.4
    assert found.useful


def test_its_probabilities_are_right_on_average() -> None:
    """Of leads it did not see: said and came lie within two parts in a hundred, in each third."""
    found = corrected(3_000)
    _, _, chances = table(3_000)
    order = np.argsort(found.chances)
    for part in np.array_split(order, 3):
        assert found.chances[part].mean() == pytest.approx(chances[part].mean(), abs=0.03)


def test_noise_is_of_no_use() -> None:
    """Forty tables of noise: hardly one is called useful."""
    useful = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        columns = [TableColumn(f"x{n}", f"x{n}", rng.normal(size=200).tolist()) for n in range(8)]
        useful += correct_points(columns, (rng.random(200) < 0.2).tolist()).useful
    assert useful <= 2


def test_it_is_a_text_that_says_the_same() -> None:
    """Written, read again and asked: the text gives each lead the fit's probability, and a word
    that nobody taught says nothing.
    """
    found = corrected(400)
    columns, points, _ = table(50, 5)
    every = [*columns, points]
    text = model_text(model_of_points(found, "soon", "won", "A test.", date(2026, 1, 1)))
    model, problems = read_model(text, "soon.yml")
    assert model is not None
    assert not problems
    rows = [{c.name: c.cells[n] for c in every} for n in range(50)]
    asked = [model.probability(row) for row in rows]
    assert asked == pytest.approx(found.probability(every).tolist(), abs=2e-6)
    source = next(t for t in model.terms if t.of == ("source",))
    assert source.adds({"source": "pigeon"}) == 0


def test_a_fit_without_each_part_is_that_of_the_other_rows() -> None:
    """Fitted again from nothing without a part, or found from the whole fit: the same effects."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(150, 6))
    won = (rng.random(150) < 1 / (1 + np.exp(-x[:, 0] + 1))).astype(float)
    prior = EffectPrior(np.array([1.0, 0, 0, 0, 0, 0]), np.full(6, 0.4))
    parts = list(np.array_split(np.arange(150), 5))
    whole = fit_with_prior(x, won, prior)
    for part, other in zip(parts, refit_without(whole, x, won, prior, parts), strict=True):
        rest = np.setdiff1d(np.arange(150), part)
        again = fit_with_prior(x[rest], won[rest], prior)
        assert other.effects == pytest.approx(again.effects, abs=2e-3)
        assert other.base == pytest.approx(again.base, abs=2e-3)


def test_its_interval_is_that_of_drawing_leads_anew() -> None:
    """Three hundred leads, sixty won: DeLong's interval is the bootstrap's, within a hundredth or
    two.
    """
    rng = np.random.default_rng(0)
    won = np.arange(300) < 60
    score = rng.normal(size=300) + won
    found = auc_interval(score, won.astype(float))
    drawn = areas({"s": score}, won, np.arange(300)).of("s")
    assert found.value == pytest.approx(drawn.value)
    assert found.low == pytest.approx(drawn.low, abs=0.02)
    assert found.high == pytest.approx(drawn.high, abs=0.02)


def test_fewer_than_five_wins_are_refused() -> None:
    columns, points, _ = table(50)
    with pytest.raises(CannotDo, match="at least 5"):
        correct_points(columns, [n < 4 for n in range(50)], points)


def test_it_needs_numpy_alone() -> None:
    """A plain install has no scipy, scikit-learn or interpret."""
    code = """
import sys
for name in ("scipy", "sklearn", "interpret", "joblib", "pandas"):
    sys.modules[name] = None
from leadlight.predict.columns import TableColumn
from leadlight.predict.learn.points_prior import correct_points
x = TableColumn("x", "x", [float(n % 7) for n in range(60)])
print(correct_points([x], [n % 3 == 0 for n in range(60)]).rows)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "60\n"


def test_columns_that_are_left_out_say_nothing() -> None:
    columns, points, chances = table(300)
    won = (np.random.default_rng(1).random(300) < chances).tolist()
    found = correct_points(columns, won, points, PointsOptions(leave_out=("source",)))
    assert "source" not in {f.name for f in found.fitted.features}
