"""What is believed of a base before and after it was counted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.dedupe.beliefs import blend, in_level_order, match_prior, without_matches

shares = st.lists(st.floats(0.001, 1), min_size=3, max_size=3)


@given(shares, shares)
def test_a_better_level_never_speaks_less_than_a_worse_one(m: list[float], u: list[float]) -> None:
    levelled = in_level_order(m, u)
    says = [a / b for a, b in zip(levelled, u, strict=True)]
    assert all(better >= worse * (1 - 1e-9) for better, worse in pairwise(says))
    assert sum(levelled) == pytest.approx(sum(m))


@given(shares, shares, st.floats(0, 1e4))
def test_expectations_give_way_to_what_was_counted(
    counted: list[float], expected: list[float], twins: float
) -> None:
    made = blend(counted, expected, twins, 20)
    assert sum(made) == pytest.approx(1)
    for got, a, b in zip(made, counted, expected, strict=True):
        low, high = sorted((a / sum(counted), b / sum(expected)))
        assert low - 1e-9 <= got <= high + 1e-9


def test_twins_among_strangers_are_taken_out() -> None:
    """1 % of the pairs are twins, who agree nine times in ten; strangers agree once in a thousand."""
    seen = 0.99 * 0.001 + 0.01 * 0.9
    assert without_matches([seen, 1 - seen], [0.9, 0.1], 0.01)[0] == pytest.approx(0.001)


def test_somebody_is_believed_to_have_a_twin_where_nobody_agrees() -> None:
    assert match_prior(0, 50) == pytest.approx(0.25 / 1225)
    assert match_prior(0, 1) == match_prior(0, 0) == 0
