"""Text from anywhere, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.presentable import presentable, shown_number
from tests.adapters.destinations import hostile


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ana", "Ana"),
        ("  Ana \n Keller\t", "Ana Keller"),
        ("Zoë O'Neill 李雷 نور", "Zoë O'Neill 李雷 نور"),
        ("family 👩‍👩‍👧", "family 👩‍👩‍👧"),
        (hostile.TURNED, "invoicegnp.exe"),
        (hostile.COLOURED, "red link"),
        (hostile.CONTROL, "abcd f g"),
        ("0\r\x7f\r¡", "0 ¡"),
        (None, ""),
        (12, "12"),
    ],
)
def test_what_is_shown(text: object, said: str) -> None:
    """Names of all languages stay; colours, links, control characters and marks that turn words round go."""
    assert presentable(text) == said


def test_a_long_cell_is_cut() -> None:
    """10,000 characters: the first 49 and an ellipsis."""
    assert presentable(hostile.LONG, 50) == hostile.LONG[:49] + "…"


def test_accents_do_not_climb() -> None:
    """A letter with 200 accents keeps a few."""
    assert len(presentable(hostile.STACKED)) < 8


@given(st.text(max_size=400))
def test_nothing_steers_a_terminal(text: str) -> None:
    """Whatever comes in, one line without control characters or direction marks comes out; twice is as once."""
    said = presentable(text)
    assert len(said) <= 300
    turning = "\u202a\u202b\u202d\u202e\u2066\u2067\u2028"
    assert not any(unicodedata.category(c) in ("Cc", "Cs") or c in turning for c in said)
    assert presentable(said) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.464583333333333, "3.46"),
        (120.0, "120"),
        (0.0, "0"),
        (0.00416, "0.0042"),
        (-2.5, "-2.5"),
        (7, 7),
        (True, True),
        ("3.464583", "3.464583"),
    ],
)
def test_a_measured_number_is_shown_by_the_digits_that_count(value: object, shown: object) -> None:
    assert shown_number(value) == shown
