"""What moved with time is told apart from what the columns say."""

from __future__ import annotations

import numpy as np
import pytest

from leadlight.predict.columns import TableColumn
from leadlight.predict.features import bins_of, features_of
from leadlight.predict.learn.boosting import Choice, chance
from leadlight.predict.learn.model_selection import fit
from leadlight.predict.learn.trend import as_of_newest, newest_shares, period_feature, periods_of


def test_leads_of_one_moment_share_a_period() -> None:
    """Four moments of fifty leads, 100 outcomes: never more periods than moments, in the order of time."""
    order = np.repeat([3.0, 1.0, 2.0, 4.0], 50)
    found = periods_of(order, 100)
    assert found is not None
    assert [len(set(found[order == m])) for m in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert found[order == 4].max() == found.max()
    assert found[order == 1].min() == 1


def test_too_few_outcomes_make_no_periods() -> None:
    """49 outcomes: not two periods of 25."""
    assert periods_of(np.arange(1000.0), 49) is None
    assert periods_of(np.zeros(1000), 400) is None


def test_the_newest_are_the_last_period_and_as_many_more_as_it_takes() -> None:
    """Of 100 leads the newest 3 and the 20 before them stand for today; older ones do not."""
    share = newest_shares(np.array([1] * 77 + [2] * 20 + [3] * 3))
    assert share.tolist() == [0.0, 0.0, 20 / 23, 3 / 23]


def test_settled_says_of_every_lead_what_the_whole_says_as_of_the_newest_period() -> None:
    """A table of a column, one of periods and a pair of both: without periods the sum is that of a lead of the newest one."""
    periods = np.array([1] * 50 + [2] * 50)
    feature = period_feature(periods)
    assert feature.bins == 3
    tables = (np.array([0.0, 1.0, 2.0]), np.array([0.0, -1.0, 0.5]))
    cells = np.arange(9.0).reshape(3, 3)
    coarse = (np.arange(3), np.arange(3))
    start, left, pairs = as_of_newest(0.25, tables, {(0, 1): cells}, coarse, newest_shares(periods))
    assert not pairs
    assert len(left) == 1
    for b in range(3):
        assert start + left[0][b] == pytest.approx(0.25 + tables[0][b] + tables[1][2] + cells[b, 2])


def test_a_column_is_not_praised_for_good_times() -> None:
    """
    The share of wins rose from 10 to 50 % over the year, and so did the leads from the fair; the fair itself does nothing.
    Without periods the model takes the fair for good; with them it does not, and expects wins as they are now.
    """
    chance_of = np.random.default_rng(2)
    rows = 4_000
    order = np.arange(rows, dtype=float)
    rate = 0.1 + 0.4 * order / rows
    won = (chance_of.random(rows) < rate).astype(float)
    fair = chance_of.random(rows) < 0.05 + 0.9 * order / rows
    columns = [TableColumn("source", "source", ["fair" if f else "web" for f in fair])]
    features, _ = features_of(columns, range(rows), int(won.sum()))
    bins = bins_of(features, columns)
    plain = fit(features, bins, won, choice=Choice(share=0.0))
    apart = fit(features, bins, won, order=order, choice=Choice(share=0.0, trend=True))

    def praised(fitted: object) -> float:
        table = fitted.tables[0]  # type: ignore[attr-defined]
        return float(
            table[1 + features[0].words.index("fair")] - table[1 + features[0].words.index("web")]
        )

    assert praised(plain) > 0.5
    assert abs(praised(apart)) < 0.5 * praised(plain)
    assert [f.name for f in apart.features] == ["source"]
    now = float(chance(apart.log_odds(bins[-400:])).mean())
    assert abs(now - 0.48) < 0.06


def test_time_is_told_apart_only_where_that_helped() -> None:
    """
    Wins that have nothing to do with time: no periods. Wins that rise with it, judged by the newest fifth: periods.
    """
    chance_of = np.random.default_rng(2)
    rows = 3_000
    order = np.arange(rows, dtype=float)
    visits = chance_of.integers(0, 10, rows)
    columns = [TableColumn("visits", "visits", visits.tolist())]
    for drift, wanted in ((0.0, False), (3.0, True)):
        won = (chance_of.random(rows) < chance(visits * 0.3 - 3 + drift * order / rows)).astype(
            float
        )
        features, _ = features_of(columns, range(rows), int(won.sum()))
        bins = bins_of(features, columns)
        held = [(np.arange(0, 2_400), np.arange(2_400, rows))]
        assert fit(features, bins, won, held=held, order=order).choice.trend is wanted
