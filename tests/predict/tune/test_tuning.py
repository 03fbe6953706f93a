"""Tuning on arrays: known better points and half-lives are found, and nothing is found where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from leadlight.predict.judge.auc_intervals import areas
from leadlight.predict.tune.thresholds import same_share
from leadlight.predict.tune.tuning import Past, RuleColumn, round_points, tune

LEADS = 4_000


def past(
    truth: list[float], seed: int = 1, layers: int = 1, true_layer: int = 0, leads: int = LEADS
) -> Past:
    """Leads for whom each rule holds at random, and who win by what the rules are truly worth (points, 20 to a log-odd)."""
    rng = np.random.default_rng(seed)
    sums = [
        rng.binomial(1, 0.3, (leads, len(truth))) * rng.uniform(0.2, 1, (leads, len(truth)))
        for _ in range(layers)
    ]
    chance = 1 / (1 + np.exp(2 - sums[true_layer] @ np.array(truth) / 10))
    return Past(sums, np.arange(leads), rng.random(leads) < chance)


def columns(*points: float, tried: int = 1) -> list[RuleColumn]:
    return [RuleColumn(f"heat.r{n}", "heat", p, tried=tried) for n, p in enumerate(points)]


def test_points_that_are_truly_worth_more_are_given_more() -> None:
    """Two rules of 20 points each; one is worth four times the other."""
    found = tune(past([40.0, 10.0]), columns(20, 20))
    assert found.points["heat.r0"] > 2.5 * found.points["heat.r1"] > 0
    assert all(p == int(p) for p in found.points.values())


def test_right_points_stay() -> None:
    """The rules are worth what they say, relative to each other: the playbook is as good as can be told."""
    found = tune(past([30.0, 15.0, -10.0]), columns(30, 15, -10))
    assert found.points == pytest.approx({"heat.r0": 30, "heat.r1": 15, "heat.r2": -10}, rel=0.3)


def test_noise_moves_little_and_does_not_pass_the_judge() -> None:
    """Nobody wins because of anything; what the past seems to say is not so of later leads."""
    moved = 0
    for seed in range(6):
        found = tune(past([0.0, 0.0, 0.0], seed), columns(20, 10, 5))
        moved += found.points != {"heat.r0": 20, "heat.r1": 10, "heat.r2": 5}
        later = past([0.0, 0.0, 0.0], seed + 100)
        new, old = (later.sums[0] @ np.array(p) for p in (list(found.points.values()), [20, 10, 5]))
        low = (
            areas({"new": new, "old": old}, later.won, later.lead, rounds=100)
            .above("new", "old")
            .low
        )
        assert low is not None
        assert low <= 0
    assert moved <= 2


def test_a_half_life_that_tells_more_is_found() -> None:
    """What counts is how the activities had faded under the third candidate."""
    found = tune(past([30.0, 20.0], layers=4, true_layer=2), columns(30, 20, tried=4))
    assert found.chosen == {"heat": 2}


def test_signs_are_kept() -> None:
    """A rule that takes points, of something that in truth speaks for a lead: it takes less, and never gives."""
    found = tune(past([30.0, 20.0]), columns(20, -10))
    assert found.points["heat.r0"] > 0
    assert -5 <= found.points["heat.r1"] <= 0


def test_a_rule_without_points_may_get_some_either_way() -> None:
    found = tune(past([30.0, -20.0]), columns(20, 0))
    assert found.points["heat.r1"] < -5


def test_the_same_rows_and_seed_give_the_same_answer() -> None:
    assert tune(past([40.0, 10.0]), columns(20, 20), seed=3) == tune(
        past([40.0, 10.0]), columns(20, 20), seed=3
    )


@pytest.mark.parametrize("won", [True, False])
def test_one_class_moves_nothing(won: bool) -> None:
    rows = past([30.0, 10.0], leads=50)
    found = tune(Past(rows.sums, rows.lead, np.full(50, won)), columns(20, 20))
    assert not found.is_changed
    assert found.points == {"heat.r0": 20, "heat.r1": 20}


def test_rules_that_held_for_nobody_or_for_everybody_keep_their_points() -> None:
    rows = past([40.0, 10.0])
    wide = np.column_stack([rows.sums[0], np.zeros(LEADS), np.ones(LEADS)])
    found = tune(Past([wide], rows.lead, rows.won), columns(20, 20, 7, 9))
    assert found.untouched == ("heat.r2", "heat.r3")
    assert (found.points["heat.r2"], found.points["heat.r3"]) == (7, 9)


def test_a_cap_counts_as_it_does_in_a_score() -> None:
    """Ten activities count as two: without the cap the rule would look worthless."""
    rng = np.random.default_rng(2)
    times = rng.choice([0, 1, 10], LEADS).astype(float)
    won = rng.random(LEADS) < 1 / (1 + np.exp(2 - np.minimum(times, 2)))
    other = rng.binomial(1, 0.5, LEADS).astype(float)
    rows = Past([np.column_stack([times, other])], np.arange(LEADS), won)
    found = tune(rows, [RuleColumn("heat.a", "heat", 10, most=2), RuleColumn("heat.b", "heat", 10)])
    assert found.points["heat.a"] > 3 * found.points["heat.b"]


@pytest.mark.parametrize(
    ("points", "before", "said"),
    [
        (0.1, None, 0),
        (1.3, None, 1.5),
        (13.4, None, 13),
        (33, None, 35),
        (31, 30, 30),
        (-47, -20, -45),
        (240, 40, 100),
    ],
)
def test_points_are_rounded_as_people_write_them(
    points: float, before: float | None, said: float
) -> None:
    assert round_points(points, before) == said


def test_a_threshold_keeps_its_share() -> None:
    """A tenth of the leads stood at 30 or more; by the new points it is a tenth that stands at 60 or more."""
    before = np.arange(1_000) / 1_000 * 33.3
    met = (before >= 30).mean()
    moved = same_share(before, before * 2, ">=", 30)
    assert moved == pytest.approx(60, abs=2)
    assert (before * 2 >= moved).mean() == pytest.approx(met, rel=0.12)


def test_a_threshold_nobody_met_stays_and_none_is_put_out_of_reach() -> None:
    before = np.r_[np.zeros(990), np.full(10, 40.0)]
    assert same_share(before, before / 4, ">=", 50) == 50
    assert same_share(before, before / 4, ">=", 40) == 10
    assert same_share(np.array([]), np.array([]), ">=", 40) == 40


def test_areas_of_a_perfect_a_chance_and_an_upside_down_ranking() -> None:
    won = np.arange(400) % 4 == 0
    score = won.astype(float)
    found = areas(
        {"best": score, "none": np.zeros(400), "worst": -score}, won, np.arange(400), rounds=50
    )
    assert [found.of(n).value for n in ("best", "none", "worst")] == [1.0, 0.5, 0.0]
    difference = found.above("best", "none")
    assert difference.low == difference.high == 0.5


def test_areas_of_one_class_or_of_nobody_cannot_be_told() -> None:
    for rows in (0, 5):
        found = areas(
            {"any": np.arange(rows, dtype=float)}, np.zeros(rows, bool), np.arange(rows), rounds=5
        )
        assert found.of("any").value is None
