"""What a verdict must say against itself: wrong probabilities, wins that move, a better regression."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.verdict_intervals import periods

from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.movement import is_sorted, movement
from leadlight.predict.judge.verdict import BASE_RATE, REGRESSION, judge, split_by_order
from leadlight.predict.learn import training
from leadlight.predict.learn.training import learn
from leadlight.results.text.trained_model import render_evaluation
from leadlight.results.trained_model import LearnResult


def climbing(rows: int = 1_500, seed: int = 0) -> tuple[list[TableColumn], list[bool]]:
    """Undated rows whose share of wins climbs from 5 to 45 % down the file."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    base = np.linspace(-2.9, -0.2, rows)
    won = rng.random(rows) < 1 / (1 + np.exp(-(base + x)))
    words = TableColumn("source", "Source", [f"s{n}" for n in rng.integers(0, 3, rows)])
    return [TableColumn("x", "X", x.tolist()), words], won.tolist()


def test_the_order_of_undated_rows_is_looked_at() -> None:
    """The end of the file judges, and it is said why."""
    columns, won = climbing()
    verdict = learn(columns, won).verdict
    assert "moves along the file (from " in verdict.split
    assert "the last 20% of the file judge" in verdict.split
    assert verdict.judged == 300


def test_rows_sorted_by_their_outcome_are_judged_at_random() -> None:
    """All won leads stand first: the end of the file would hold none."""
    columns, won = climbing()
    order = np.argsort([not w for w in won], kind="stable").tolist()
    verdict = learn([c.take(order) for c in columns], [won[n] for n in order]).verdict
    assert "sorted by the outcome" in verdict.split
    assert verdict.judged == 1_500


def test_rows_in_no_order_are_not_said_to_move() -> None:
    """Of two hundred tables without order at most two are said to move."""
    rng = np.random.default_rng(0)
    found = [movement((rng.random(800) < 0.2).astype(float)) for _ in range(200)]
    assert sum(m is not None for m in found) <= 2
    assert is_sorted(np.repeat([1.0, 0.0], 100))


def test_predictions_that_are_far_off_are_the_first_sentence() -> None:
    """It predicted 13 %, and 39 % came: the order may hold, the numbers do not."""
    rng = np.random.default_rng(1)
    won = (rng.random(500) < 0.39).astype(float)
    said = np.clip(0.13 + 0.05 * won + rng.normal(0, 0.02, 500), 0.01, 0.99)
    split = split_by_order(range(500), won, "By day")
    here = split.judges
    others = {BASE_RATE: np.full(len(here), 0.13)}
    verdict = judge(split, won, said[here], others, taught=split.training_rows)
    assert "on average it predicted 15% and" in verdict.doubts[0]
    result = LearnResult(
        source="t", outcome="won", rows=500, with_outcome=195, verdict=verdict, leaks=(),
        set_aside=(), protected=(),
    )  # fmt: skip
    lines = [str(line) for line in render_evaluation(result)]
    after = lines.index("")
    assert lines[after + 1].startswith("Do not take its probabilities as they are")


def test_right_predictions_raise_no_doubt() -> None:
    rng = np.random.default_rng(1)
    chances = rng.random(600)
    won = (rng.random(600) < chances).astype(float)
    split = split_by_order(range(600), won, "By day")
    here = split.judges
    others = {BASE_RATE: np.full(len(here), won.mean())}
    assert not judge(split, won, chances[here], others, taught=split.training_rows).doubts


def test_a_model_that_is_surely_worse_than_its_regression_is_not_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The boosted model says nothing on the leads that judge, its regression does: the regression
    is the model, and it is said.
    """
    real = training._evaluate

    def worse(*given: Any) -> Any:
        found = real(*given)
        noise = np.random.default_rng(0).random(len(found.chances))
        return replace(found, chances=noise)

    monkeypatch.setattr(training, "_evaluate", worse)
    rng = np.random.default_rng(3)
    x = rng.normal(size=400)
    won = (rng.random(400) < 1 / (1 + np.exp(1 - 2 * x))).tolist()
    found = learn([TableColumn("x", "X", x.tolist())], won)
    assert found.verdict.refused is None
    assert found.verdict.against(REGRESSION) is None
    assert found.verdict.against("the boosted model") is not None
    assert found.fitted.choice.share == 1.0
    assert any("logistic regression alone" in note for note in found.notes)


def test_intervals_hold_what_comes_next_or_say_that_it_may_differ() -> None:
    """Two histories without drift: the next period lies in the interval. Two with much: a doubt.
    Ten of each are the benchmark (benchmarks/verdict_intervals.py).
    """
    assert all(p.holds and not p.said_moved for p in periods((1, 2), 0.0))
    assert all(p.said_moved for p in periods((1, 2), 0.9))
