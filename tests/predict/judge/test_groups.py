"""How well a model does for parts of the leads that judge it."""

from __future__ import annotations

import numpy as np
import pytest

from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.groups import (
    FEWEST,
    MOST,
    EvaluationRows,
    by_column,
    by_groups,
    source_of,
)

ROWS = np.arange(200)


def judging(said: list[float], won: list[int], leads: list[str] | None = None) -> EvaluationRows:
    return EvaluationRows(np.asarray(said, float), np.asarray(won, float), leads)


def test_each_source_has_its_own_figures():
    """Of the 100 referred every second came, of the 100 from the web one in ten; the model ranks the one part, not the other"""
    source = TableColumn("source", "Source", ["Referral"] * 100 + ["web"] * 100)
    won = [n % 2 for n in range(100)] + [int(n % 10 == 0) for n in range(100)]
    said = [0.7 if w else 0.3 for w in won[:100]] + [0.1] * 100
    referral, web = by_column(judging(said, won), source, ROWS)
    assert (referral.group, referral.leads, referral.came, referral.auc) == (
        "referral",
        100,
        0.5,
        1.0,
    )
    assert referral.said == pytest.approx(0.5)
    assert referral.low < 0.42 < 0.58 < referral.high
    assert referral.gains[4] == 1.0  # the best half holds all who came
    assert (web.came, web.auc) == (0.1, 0.5)
    assert web.gains == pytest.approx(
        [n / 10 for n in range(1, 11)]
    )  # all were said the same: drawing lots


def test_small_groups_are_not_told_and_many_are_cut():
    """A word that 19 leads share says nothing; of ten sources of twenty leads each the first six stand"""
    few = TableColumn("source", "Source", ["rare"] * (FEWEST - 1) + ["web"] * (200 - FEWEST + 1))
    assert [g.group for g in by_column(judging([0.5] * 200, [0, 1] * 100), few, ROWS)] == ["web"]
    many = TableColumn("source", "Source", [f"s{n // 20}" for n in range(200)])
    assert len(list(by_column(judging([0.5] * 200, [0, 1] * 100), many, ROWS))) == MOST


def test_a_lead_at_several_moments_counts_once():
    """200 rows of 25 leads: 25 leads, and the interval of 25"""
    leads = [f"L{n % 25}" for n in range(200)]
    (found,) = by_groups(
        judging([0.5] * 200, [0, 1] * 100, leads), "segments", {"all": [True] * 200}, ROWS
    )
    assert found.leads == 25
    assert found.high - found.low > 0.35
    few = judging([0.5] * 200, [0, 1] * 100, [f"L{n % 19}" for n in range(200)])
    assert not list(by_groups(few, "segments", {"all": [True] * 200}, ROWS))


def test_a_group_of_one_outcome_has_no_auc_and_a_group_of_none_no_curve():
    """Everybody came, or nobody: no division by nought"""
    flags = {
        "lost": [True] * 100 + [False] * 100,
        "won": [False] * 100 + [True] * 100,
        "nobody": [False] * 200,
    }
    lost, won = by_groups(judging([0.5] * 200, [0] * 100 + [1] * 100), "segments", flags, ROWS)
    assert lost.auc is None
    assert lost.gains == ()
    assert won.auc is None
    assert won.gains == ()
    assert won.came == 1.0


def test_two_outcomes_are_no_ranking():
    """Of 200 leads four came, at the top by luck: what came is told with its interval, how well they are ranked is not"""
    said = [0.9] * 4 + [0.1] * 196
    (few,) = by_groups(judging(said, [1] * 4 + [0] * 196), "segment", {"fair": [True] * 200}, ROWS)
    assert (few.came, few.auc, few.gains) == (0.02, None, ())
    assert few.high > 0.04


def test_where_leads_come_from_is_found_by_its_name():
    """`source` first; without it the channel, origin or industry that tells most; none at all is no fault"""
    won = np.asarray([0.0, 1.0] * 100)
    dull = TableColumn("lead_channel", "Lead Channel", ["a", "a", "b", "b"] * 50)
    telling = TableColumn("origin", "Origin", ["x", "y"] * 100)
    source = TableColumn("source", "Source", ["x", "z", "z", "z"] * 50)
    assert source_of([dull, telling, source], won) is source
    assert source_of([dull, telling], won) is telling
    assert source_of([TableColumn("visits", "Visits", [1.0, 2.0] * 100)], won) is None
