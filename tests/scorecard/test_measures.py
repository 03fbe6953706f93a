"""What is measured of an order, and what a table becomes before it is measured."""

from __future__ import annotations

import random

import pytest
from benchmarks.scorecard_answers import places_of
from benchmarks.scorecard_measures import LabelShare, Measures, auc, lift, measure
from benchmarks.scorecard_tables import Table, invented, with_outcome


def test_an_order_that_knows_is_one_its_opposite_none_and_a_tie_half() -> None:
    won = [True, True, False, False]
    assert auc([1, 2, 3, 4], won) == 1
    assert auc([4, 3, 2, 1], won) == 0
    assert auc([1, 1, 1, 1], won) == 0.5
    assert auc([1, 2, 2, 3], won) == 0.875


def test_the_figure_is_that_of_every_pair() -> None:
    dice = random.Random(1)
    places = [dice.randrange(9) for _ in range(200)]
    won = [dice.random() < 0.3 for _ in places]
    pairs = [
        (p < q) + (p == q) / 2
        for p, w in zip(places, won, strict=True)
        if w
        for q, v in zip(places, won, strict=True)
        if not v
    ]
    assert auc(places, won) == pytest.approx(sum(pairs) / len(pairs))


def test_an_order_cannot_be_measured_where_nobody_bought() -> None:
    with pytest.raises(ValueError, match="some bought and some did not"):
        auc([1, 2], [False, False])


def test_lift_is_one_where_all_are_tied_and_counts_the_share_of_a_tie_that_its_border_cuts() -> (
    None
):
    won = [n % 4 == 0 for n in range(40)]
    assert lift([1] * 40, won) == pytest.approx(1)
    assert lift([0 if w else 1 for w in won], won) == pytest.approx(4)
    assert lift([0, 0, 0, 0, *[1] * 36], [True, True, *[False] * 36, True, True]) == pytest.approx(
        5
    )


def test_labels_are_in_order_only_where_hot_holds_enough_to_judge() -> None:
    def of(hot: float, warm: float, cold: float, share: float = 0.1) -> Measures:
        labels = {
            "hot": LabelShare(share, hot),
            "warm": LabelShare(0.3, warm),
            "cold": LabelShare(0.6, cold),
        }
        return Measures(100, 0.3, 0.6, 1.5, 50, 1, labels)

    assert of(0.6, 0.4, 0.2).labels_in_order is True
    assert of(0.4, 0.4, 0.2).labels_in_order is False
    assert of(0.6, 0.4, 0.2, share=0.001).labels_in_order is None


def test_a_rank_is_the_place_and_who_has_none_comes_after_everybody() -> None:
    rows = [{"rank": 2}, {"rank": None}, {"rank": 1}, {"rank": None}]
    places = places_of(rows)
    assert places[2] < places[0] < places[1] == places[3]


def test_what_is_open_in_the_file_has_blank_cells_and_its_truth_stays() -> None:
    table = invented(50, 1)
    newest = table.newest_part(0.2)
    given = table.blank(newest, table.outcome)
    assert len(newest) == 10
    assert [n for n, cell in enumerate(given.cells("Converted")) if not cell] == sorted(newest)
    assert given.won == table.won
    moments = table.cells("Created Date")
    assert min(moments[n] for n in newest) >= max(
        moments[n] for n in range(50) if n not in set(newest)
    )


def test_folds_hold_every_lead_once_and_the_same_share_of_wins() -> None:
    table = invented(100, 2)
    folds = [table.fold(5, part, 1) for part in range(5)]
    assert sorted(n for fold in folds for n in fold) == list(range(100))
    wins = [sum(bool(table.won[n]) for n in fold) for fold in folds]
    assert max(wins) - min(wins) <= 1


def test_an_outcome_of_another_file_is_a_column_of_its_own() -> None:
    table = Table("t", ("id",), (("a",), ("b",), ("c",)), (True, False, None))
    assert with_outcome(table).cells("Converted") == ["Yes", "No", ""]
    assert with_outcome(table).without(with_outcome(table).outcome).header == ("id",)


def test_the_measures_of_one_answer() -> None:
    m = measure([1, 2, 2, 3], [True, True, False, False], ["hot", "warm", "warm", "cold"])
    assert (m.leads, m.base, m.auc, m.places, m.tied) == (4, 0.5, 0.875, 3, 1)
    assert m.labels["warm"] == LabelShare(0.5, 0.5)
