"""How well a score told who would win, and how sure that is."""

from __future__ import annotations

import time
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.predict.judge.metrics import (
    Cell,
    Estimate,
    auc,
    cumulative,
    draw,
    gain,
    judge_label,
    judge_score,
    lift_at,
)

bins = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8)


def pairs(found: list[tuple[int, int]]) -> float | None:
    """The AUC by its definition: every lead who won beside every one who did not."""
    lost = [n for n, (x, _) in enumerate(found) for _ in range(x)]
    won = [n for n, (_, w) in enumerate(found) for _ in range(w)]
    if not lost or not won:
        return None
    return sum((w > x) + (w == x) / 2 for w in won for x in lost) / len(won) / len(lost)


@given(bins)
def test_the_auc_is_that_of_every_pair(found: list[tuple[int, int]]) -> None:
    """Of a winner and another lead, how often is the winner above?"""
    assert auc(found) == (None if pairs(found) is None else pytest.approx(pairs(found)))


@given(bins)
def test_the_gain_follows_from_the_auc(found: list[tuple[int, int]]) -> None:
    """The area under the gains curve is (1 - p) AUC + p / 2, where p is the share of winners."""
    area, of_pairs = gain(found), auc(found)
    if of_pairs is None:
        assert area is None or area == pytest.approx(0.5)
        return
    p = sum(w for _, w in found) / sum(x + w for x, w in found)
    assert area == pytest.approx((1 - p) * of_pairs + p / 2)


def test_known_values() -> None:
    """Hand-made: 10 leads; of the two best one won, of the next three one, of the last five none."""
    found = [(5, 0), (2, 1), (1, 1)]
    assert auc(found) == pytest.approx((5 + 2 / 2 + 5 + 2 + 1 / 2) / 16)
    assert lift_at(found, 0.2) == pytest.approx(0.5 / 0.2)
    assert lift_at(found, 0.1) == pytest.approx(0.25 / 0.1)
    assert cumulative(found) == [(0, 0), (0.2, 0.5), (0.5, 1), (1, 1)]


def test_a_label_against_its_definition() -> None:
    """100 leads, 10 won; 20 were hot, of whom 6 won."""
    drawn = draw(
        [
            Cell(("hot",), True, 6),
            Cell(("hot",), False, 14),
            Cell(("cold",), True, 4),
            Cell(("cold",), False, 76),
        ]
    )
    hot = judge_label(drawn, "hot")
    values = [getattr(hot, n).each[0].value for n in ("share", "precision", "recall", "lift")]
    assert values == [pytest.approx(v) for v in (0.2, 0.3, 0.6, 3.0)]
    assert hot.precision.difference is None


def test_the_interval_is_that_of_a_binomial() -> None:
    """300 of 1,000 hot leads won: the precision lies within 0.3 +- 1.96 standard errors, give or take chance."""
    drawn = draw(
        [Cell(("hot",), True, 300), Cell(("hot",), False, 700), Cell(("cold",), False, 4_000)]
    )
    found = judge_label(drawn, "hot").precision.each[0]
    half = 1.96 * sqrt(0.3 * 0.7 / 1_000)
    assert found.low == pytest.approx(0.3 - half, abs=0.005)
    assert found.high == pytest.approx(0.3 + half, abs=0.005)


def test_leads_drawn_in_groups_have_the_same_interval() -> None:
    """The same leads in 200 groups by chance: the interval is about the same; and wider when each is seen four times."""
    chance = Random(1)
    each: dict[tuple[int, str, bool], int] = {}
    for _ in range(5_000):
        hot = chance.random() < 0.2
        key = (
            chance.randrange(200),
            "hot" if hot else "cold",
            chance.random() < (0.3 if hot else 0.05),
        )
        each[key] = each.get(key, 0) + 1
    grouped = judge_label(
        draw(Cell((p,), w, n, g) for (g, p, w), n in each.items()), "hot"
    ).precision.each[0]
    seen_often = judge_label(
        draw(Cell((p,), w, 4 * n, g) for (g, p, w), n in each.items()), "hot"
    ).precision.each[0]
    alone = judge_label(
        draw(Cell((p,), w, 4 * n) for (_, p, w), n in each.items()), "hot"
    ).precision.each[0]
    single = judge_label(
        draw(Cell((p,), w, n) for (_, p, w), n in each.items()), "hot"
    ).precision.each[0]
    assert _width(grouped) == pytest.approx(_width(single), rel=0.25)
    assert _width(seen_often) == pytest.approx(_width(grouped), rel=0.01)
    assert _width(alone) == pytest.approx(_width(single) / 2, rel=0.15)


def test_a_paired_difference_is_surer_than_its_parts() -> None:
    """The new rules move 40 winners into hot and take nobody out: better beyond doubt, though both intervals overlap."""
    cells = [
        Cell(("hot", "hot"), True, 100),
        Cell(("warm", "hot"), True, 15),
        Cell(("warm", "warm"), True, 185),
        Cell(("hot", "hot"), False, 200),
        Cell(("warm", "warm"), False, 2_000),
    ]
    recall = judge_label(draw(cells), "hot").recall
    before, after = recall.each
    assert before.high is not None
    assert after.low is not None
    assert before.high > after.low
    assert recall.difference is not None
    assert recall.difference.value == pytest.approx(0.05)
    assert recall.better is True


def test_the_same_rules_do_not_differ() -> None:
    """Both versions put everyone in the same place: the difference is 0, from 0 to 0, and nobody is better."""
    drawn = draw([Cell((2, 2), True, 30), Cell((1, 1), True, 20), Cell((1, 1), False, 500)])
    found = judge_score(drawn).auc
    assert found.difference == Estimate(0.0, 0.0, 0.0)
    assert found.better is None


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([], id="no lead"),
        pytest.param([Cell((1,), False, 9)], id="no win"),
        pytest.param([Cell((1,), True, 9)], id="all won"),
        pytest.param([Cell((1,), True, 1)], id="one lead who won"),
        pytest.param([Cell((1,), False, 1, 0)], id="one lead in a group"),
        pytest.param([Cell((1,), False, 0)], id="a cell of nobody"),
    ],
)
def test_what_cannot_be_told_is_not_told(cells: list[Cell]) -> None:
    """There is nothing to compare."""
    drawn = draw(cells)
    assert all(e.value is None for e in judge_score(drawn).auc.each)
    label = judge_label(drawn, "hot")
    assert all(e.value is None for e in label.precision.each)
    assert all(e.low is None for c in (label.share, label.recall, label.lift) for e in c.each)


def test_nobody_of_few_won_says_nothing_of_the_next() -> None:
    """0 of 5 hot leads won: the precision seen is 0, and no interval is claimed."""
    found = judge_label(
        draw([Cell(("hot",), False, 5), Cell(("cold",), True, 3)]), "hot"
    ).precision.each[0]
    assert found == Estimate(0.0)


def test_it_costs_the_kinds_of_lead_and_not_the_leads() -> None:
    """Two versions of a score in a hundred steps each, a hundred million leads: within seconds, and the same again."""
    chance = Random(7)
    cells = [
        Cell((a, min(99, a + chance.randrange(3))), w, chance.randrange(1, 500_000))
        for a in range(100)
        for w in (False, True)
    ]
    began = time.monotonic()
    found = judge_score(draw(cells))
    assert time.monotonic() - began < 5
    assert found == judge_score(draw(cells))
    assert found.auc.each[0].low is not None
    assert found.auc.each[0].value is not None
    assert found.auc.each[0].low < found.auc.each[0].value


def _width(found: Estimate) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low
