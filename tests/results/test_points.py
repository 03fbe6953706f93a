"""Points as a person reads them: two decimals, which still add up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from leadlight.results.text.points import PointsText, points_text, signed_points

POINTS = st.decimals(-1000, 1000, places=9)
SHOW, EXACT = PointsText(), PointsText(exact=True)


@given(st.lists(POINTS, min_size=1, max_size=30))
def test_the_parts_that_are_shown_add_up_to_the_sum_that_is_shown(values: list[Decimal]) -> None:
    total = SHOW.total(sum(values, Decimal(0)))
    shown = SHOW.parts(values, total)
    assert sum(shown, Decimal(0)) == total
    assert all(abs(s - v) <= Decimal("0.01") for s, v in zip(shown, values, strict=True))
    assert all(len(points_text(s).partition(".")[2]) == 2 for s in shown)


@given(st.lists(POINTS, min_size=1, max_size=30))
def test_every_digit_on_demand(values: list[Decimal]) -> None:
    total = EXACT.total(sum(values, Decimal(0)))
    assert total == sum(values, Decimal(0))
    assert EXACT.parts(values, total) == values


@given(POINTS, st.decimals(-1000, 1000, places=2))
def test_a_sum_never_looks_as_if_it_had_reached_a_threshold(value: Decimal, least: Decimal) -> None:
    """29.999 is not 30: whoever reads 30.00 sees a lead that is hot from 30 on."""
    assert (SHOW.total(value) >= least) == (value >= least)


def test_whole_numbers_stay_as_they_are() -> None:
    shown = SHOW.parts([Decimal(20), Decimal("-7.5")], Decimal("12.5"))
    assert [signed_points(s) for s in shown] == ["+20.00", "-7.50"]
    assert SHOW.factor(Decimal("0.97165944")) == "0.972"
    assert EXACT.factor(Decimal("0.97165944")) == "0.97165944"
    assert SHOW.factor(Decimal(1)) == "1"
