"""Lots, comparisons that may be looked at every day, and tracks that stop themselves."""

from __future__ import annotations

import random

import pytest

from leadlight.nurture.comparison import Group, best_variant, compare_groups
from leadlight.nurture.lots import is_held_out, variant_index
from leadlight.nurture.self_stop import stop_reason


def test_a_tenth_is_held_out_and_stays_held_out() -> None:
    """Of 10,000 leads about 1,000 are the control of a track, and others are that of another"""
    leads = [f"A-{n}" for n in range(10_000)]
    held = {lead for lead in leads if is_held_out(lead, "cold", 10)}
    assert 900 < len(held) < 1100
    assert held == {lead for lead in leads if is_held_out(lead, "cold", 10)}
    other = {lead for lead in leads if is_held_out(lead, "warm", 10)}
    assert 60 < len(held & other) < 140
    assert not any(is_held_out(lead, "cold", 0) for lead in leads)
    shares = [variant_index(lead, "cold", 1, ["a", "b", "c"]) for lead in leads]
    assert all(3000 < shares.count(n) < 3700 for n in range(3))


def test_looking_every_day_finds_no_difference_where_there_is_none() -> None:
    """Two equal variants, looked at 50 times each: one in twenty comparisons is wrong at most"""
    draw, wrong, rounds = random.Random(7), 0, 200
    for _ in range(rounds):
        ones = others = size = 0
        for _look in range(50):
            size += 100
            ones += sum(draw.random() < 0.05 for _ in range(100))
            others += sum(draw.random() < 0.05 for _ in range(100))
            if compare_groups(Group(size, ones), Group(size, others)).is_certain:
                wrong += 1
                break
    assert wrong <= rounds * 0.05


def test_a_real_difference_is_found() -> None:
    """3 % against 6 % of 4,000 leads each: the better variant is named, of 100 leads none is"""
    assert best_variant([Group(4000, 120), Group(4000, 240)]) == 1
    assert best_variant([Group(100, 3), Group(100, 6)]) is None
    assert best_variant([Group(4000, 120), Group(4000, 240), Group(4000, 238)]) is None


@pytest.mark.parametrize(
    ("sent", "complaints", "bounces", "stops"),
    [
        (1000, 3, 0, True),
        (1001, 3, 0, False),
        (10, 1, 0, False),  # one person's click is no verdict
        (100, 0, 5, True),
        (101, 0, 5, False),
        (20, 0, 4, False),
        (0, 0, 0, False),
    ],
)
def test_a_track_stops_before_the_providers_stop_it(
    sent: int, complaints: int, bounces: int, stops: bool
) -> None:
    """From 0.3 % complaints or 5 % bounces on, and it says why"""
    said = stop_reason(sent, complaints, bounces)
    assert (said is not None) is stops
    assert said is None or "resume the track" in said
