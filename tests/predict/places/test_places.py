"""Blocks of ground, the cut of a place, which buildings to label, and how many of a list are right.

The property behind all: labels of a place change the cut and the number, never the order.
"""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.predict.places.blocks import WANTED, blocks
from leadlight.predict.places.label_choice import least_sure
from leadlight.predict.places.list_length import expectation_of_model, list_precision
from leadlight.predict.places.local_cut import LocalFit, chance, cut_of, fit_local

lots = random.Random(7)


def town(count=2_000, shift=0.0, stretch=1.0, seed=1):
    """Log-odds of a model, and labels of a place where these are wrong by a shift and a stretch."""
    draw = random.Random(seed)
    seen = [draw.gauss(-2, 2.5) for _ in range(count)]
    return seen, [draw.random() < chance(shift + stretch * one) for one in seen]


def test_a_block_holds_neighbours_and_blocks_are_enough():
    """
    400 houses on a square of four kilometres
    -> twenty blocks or more, and houses ten metres apart in one (but at an edge)
    """
    x = [8.5 + lots.random() * 0.052 for _ in range(400)]
    y = [47.4 + lots.random() * 0.036 for _ in range(400)]
    names, side = blocks(x, y)
    assert len(set(names)) >= WANTED
    assert 300 < side < 2_000
    near, _ = blocks([*x, x[0] + 1e-9], [*y, y[0] + 1e-9])
    assert near[0] == near[-1]


def test_blocks_of_one_street_are_as_small_as_a_house():
    """Two houses on the same spot: one block of the smallest side, and no endless search."""
    names, side = blocks([8.5, 8.5], [47.4, 47.4])
    assert len(set(names)) == 1
    assert side <= 50
    assert blocks([], []) == ([], side)


def test_the_shift_of_a_place_is_found():
    """A place with far fewer green roofs, seen as brighter: shift -1.5, stretch 0.7."""
    seen, labels = town(4_000, -1.5, 0.7)
    fit = fit_local(seen, labels)
    assert fit.shift == pytest.approx(-1.5, abs=0.25)
    assert fit.stretch == pytest.approx(0.7, abs=0.1)


def test_fifty_labels_set_the_cut():
    """F1 with the cut of fifty labels is within .05 of the best that this order allows."""
    seen, labels = town(3_000, -1.5, 0.8)
    chosen = least_sure([chance(s) for s in seen], 50)
    fit = fit_local([seen[n] for n in chosen], [labels[n] for n in chosen])
    here = [chance(fit.log_odds(s)) for s in seen]
    cut = cut_of(here).probability
    best = max(f1(here, labels, c / 50) for c in range(1, 50))
    assert f1(here, labels, cut) > best - 0.05
    assert f1([chance(s) for s in seen], labels, 0.5) < f1(here, labels, cut)


def f1(chances, labels, cut):
    hit = sum(p >= cut and y for p, y in zip(chances, labels, strict=True))
    return 2 * hit / max(1, sum(p >= cut for p in chances) + sum(labels))


def test_the_number_of_right_ones_is_inside_its_interval():
    """Of 40 places, the interval of the best hundred holds in nearly all (chance: 38)."""
    held = 0
    for seed in range(40):
        seen, labels = town(1_000, -1.0, 0.8, seed)
        chosen = least_sure([chance(s) for s in seen], 50, seed)
        fit = fit_local([seen[n] for n in chosen], [labels[n] for n in chosen])
        top = sorted(range(len(seen)), key=lambda n: -seen[n])[:100]
        found = expectation_of_model([seen[n] for n in top], fit, [None] * 100, seed)
        held += found.low <= sum(labels[n] for n in top) <= found.high
        assert 0 <= found.low <= found.right <= found.high <= 100
    assert held >= 35


def test_what_somebody_looked_at_counts_as_it_is():
    """Three of three labelled: the number is exact."""
    found = expectation_of_model([0.0, 0.0, 5.0], LocalFit(0, 1), [True, False, True])
    assert (found.right, found.low, found.high) == (2, 2, 2)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-40, 40), min_size=2, max_size=40),
    st.lists(st.booleans(), min_size=2, max_size=40),
)
def test_labels_never_change_the_order(seen, labels):
    """Whatever somebody labels, even all yes: a building above another one stays above it."""
    size = min(len(seen), len(labels))
    fit = fit_local(seen[:size], labels[:size])
    ordered = sorted(seen)
    moved = [fit.log_odds(one) for one in ordered]
    assert moved == sorted(moved)
    assert all(math.isfinite(m) for m in moved)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=30))
def test_a_cut_takes_equals_whole(chances):
    """Buildings that are equally likely are on one side of the cut."""
    cut = cut_of(chances)
    assert cut.buildings == sum(p >= cut.probability for p in chances)
    assert cut.right == pytest.approx(sum(p for p in chances if p >= cut.probability))


def test_a_list_longer_than_half_of_the_buildings_is_not_judged():
    """Of 50 buildings, the best 20 are a list, the best 50 are everybody."""
    rows = [n % 4 == 0 for n in range(50)]
    found = list_precision([float(y) for y in rows], rows)
    assert [p.length for p in found] == [20]
    assert found[0].right == 13
    assert found[0].found == 1.0


def test_the_least_sure_are_drawn_by_lot():
    """
    of 1,000 sure and 100 unsure buildings: mostly unsure ones, some sure ones, none twice, and the
    same for the same seed
    """
    chances = [0.001] * 1_000 + [0.5] * 100
    drawn = least_sure(chances, 50)
    assert drawn == least_sure(chances, 50)
    assert len(set(drawn)) == 50
    assert 25 <= sum(n >= 1_000 for n in drawn) < 50
    assert sorted(least_sure([0.2, 0.4], 50)) == [0, 1]
