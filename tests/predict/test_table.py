"""Columns of any kind as features."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.facts.protected_attributes import protected_names
from leadlight.predict.columns import Cell, SetAside, TableColumn
from leadlight.predict.features import Feature, bins_of, cuts_of, features_of, roundest


def one(cells: list[Cell], outcomes: int = 100, name: str = "x") -> Feature | SetAside:
    """What a column becomes."""
    made, aside = features_of([TableColumn(name, name, cells)], range(len(cells)), outcomes)
    return (*made, *aside)[0]


finite = st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 4))


@given(finite, finite)
def test_a_cut_is_round_and_parts_the_same_values(a: float, b: float) -> None:
    """Between 12.3 and 17.9 a person writes 13 or 15, and nobody moves to the other side."""
    if a == b:
        return
    low, high = sorted((a, b))
    assert low < roundest(low, high) <= high


def test_round_cuts() -> None:
    """Examples a person would choose."""
    assert roundest(12.3, 17.9) in (13.0, 14.0, 15.0, 16.0, 17.0)
    assert roundest(0.0312, 0.0391) in (0.032, 0.033, 0.034, 0.035, 0.036, 0.037, 0.038, 0.039)
    assert roundest(90, 150) == 100
    assert roundest(-3, 2) == 0


@given(st.lists(finite, min_size=2, max_size=200), st.integers(1, 500))
def test_cuts_go_upwards_and_part_values(values: list[float], outcomes: int) -> None:
    """Whatever the numbers are, each cut has leads on both sides."""
    cuts = cuts_of(np.array(values), outcomes)
    assert list(cuts) == sorted(set(cuts))
    for cut in cuts:
        assert min(values) < cut <= max(values)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([None] * 50, "empty"),
        (["a"] * 50, "constant"),
        ([7] * 50, "constant"),
        ([f"id-{n}" for n in range(500)], "id"),
        (list(range(660_000, 661_000)), "id"),
        ([f"2026-01-{n % 28 + 1:02d}" for n in range(100)], "date"),
        ([datetime(2026, 1, 1) + timedelta(hours=n) for n in range(100)], "date"),
    ],
)
def test_columns_that_say_nothing_are_set_aside(cells: list[Cell], code: str) -> None:
    """Empty, the same for everybody, an id, a date as a date and as text: set aside with a reason."""
    found = one(cells)
    assert isinstance(found, SetAside)
    assert found.code == code
    assert found.why


def test_a_name_or_an_address_is_never_learned() -> None:
    """A model must not know people by their names."""
    found = one(["ana@example.com", "bob@example.com"] * 50, name="email")
    assert isinstance(found, SetAside)
    assert found.code == "personal"


def test_rare_words_are_pooled_and_unseen_ones_join_them() -> None:
    """'web' and 'mail' stand for themselves; 'fax' was seen twice, 'pigeon' never: both are the rest; blank is unknown."""
    found = one(["Web "] * 60 + ["mail"] * 40 + ["fax"] * 2 + [None] * 10)
    assert isinstance(found, Feature)
    assert found.words == ("web", "mail")
    told = found.bin_of(TableColumn("x", "x", ["WEB", "mail", "fax", "pigeon", None]))
    assert told.tolist() == [1, 2, 3, 3, 0]


def test_ten_thousand_categories() -> None:
    """Ten thousand words of which a few are frequent: those stay, the rest is pooled; with all of them rare it is no feature."""
    rng = np.random.default_rng(0)
    often = [f"w{n}" for n in rng.zipf(1.5, 40_000) % 10_000]
    found = one(often, 1_000)
    assert isinstance(found, Feature)
    assert 3 < len(found.words) <= 120
    rare = one([f"w{n % 10_000}" for n in range(30_000)], 1_000)
    assert isinstance(rare, SetAside)


def test_numbers_and_words_mixed() -> None:
    """A column of numbers with a stray word is words; yes and no are words; odd numbers are unknown."""
    mixed = one([1, 2, "x"] * 50)
    assert isinstance(mixed, Feature)
    assert mixed.kind == "words"
    yes_no = one([True, False, None] * 50)
    assert isinstance(yes_no, Feature)
    assert set(yes_no.words) == {"true", "false"}
    odd = one([1.0, 2.0, float("inf"), float("nan")] * 50)
    assert isinstance(odd, Feature)
    assert odd.bin_of(TableColumn("x", "x", [1.0, 2.0, float("inf"), float("nan")])).tolist() == [
        1,
        2,
        0,
        0,
    ]


def test_no_rows() -> None:
    """A table without rows has no features and is no crash."""
    columns = [TableColumn("a", "A", []), TableColumn("b", "B", [])]
    made, aside = features_of(columns, [], 0)
    assert not made
    assert len(aside) == 2
    assert bins_of(made, columns).shape == (0, 0)


def test_what_the_law_protects() -> None:
    """Age and gender, under their names; not the page or the agent."""
    assert protected_names(["Age", "gender", "customer_age", "page", "language", "agent"]) == [
        "Age",
        "gender",
        "customer_age",
    ]


def test_what_the_law_protects_in_other_languages() -> None:
    """The same in German, Spanish, Portuguese and French, whatever the accents; words that only look alike are free."""
    told = [
        "Geschlecht",
        "Altersgruppe",
        "Geburtsdatum",
        "Anrede",
        "Nationalität",
        "Edad",
        "Género",
        "Fecha de nacimiento",
        "Religión",
        "Sexe",
        "Âge",
        "Civilité",
        "Date de naissance",
        "Idade",
        "Data de nascimento",
        "customerAge",
    ]
    assert protected_names(told) == told
    assert (
        protected_names(
            [
                "Vertragsalter",
                "Seite",
                "Étape",
                "Mensaje",
                "Generator",
                "Anredebot",
                "Alternative",
                "Village",
            ]
        )
        == []
    )
