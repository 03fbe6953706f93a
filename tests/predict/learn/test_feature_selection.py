"""Few outcomes teach about few columns."""

from __future__ import annotations

import numpy as np

from leadlight.predict.columns import TableColumn
from leadlight.predict.features import bins_of, features_of
from leadlight.predict.learn.boosting import Choice
from leadlight.predict.learn.feature_selection import at_most, select_features
from leadlight.predict.learn.model_selection import fit


def test_the_telling_ones_are_kept_and_an_echo_is_not() -> None:
    """
    60 wins of 400, forty columns: two tell, a third says the same as the first in other units, the rest are noise. Twenty are
    looked at, the telling ones among them, the echo not; all forty stand in the model's shape, the others add nothing.
    """
    rng = np.random.default_rng(4)
    days, size = rng.gamma(2, 10, 400), rng.integers(1, 500, 400)
    odds = -2.2 - 0.12 * (days - 20) + 1.2 * (size > 250)
    won = (rng.random(400) < 1 / (1 + np.exp(-odds))).astype(float)
    columns = [
        TableColumn("days", "days", days.tolist()),
        TableColumn("hours", "hours", (days * 24).tolist()),
        TableColumn("size", "size", size.tolist()),
        *(TableColumn(f"n{n}", f"n{n}", rng.normal(size=400).tolist()) for n in range(37)),
    ]
    features, _ = features_of(columns, range(400), int(won.sum()))
    bins = bins_of(features, columns)
    kept = [features[n].name for n in select_features(features, bins, won)]
    assert len(kept) == at_most(won) < 40
    assert ("days" in kept) != ("hours" in kept)
    assert "size" in kept
    found = fit(features, bins, won, choice=Choice(share=0.5), also_regressed=True)
    assert [f.name for f in found.features] == [f.name for f in features]
    assert {f.name for f, t in zip(features, found.tables, strict=True) if (t != 0).any()} <= set(
        kept
    )
    assert found.log_odds(bins).shape == (400,)
    assert found.regressed is not None
    assert len(found.regressed.tables) == len(features)


def test_enough_outcomes_look_at_everything() -> None:
    """A third of the rarer outcome, at least fifteen."""
    rng = np.random.default_rng(5)
    won = np.array([1.0] * 150 + [0.0] * 450)
    columns = [TableColumn(f"n{n}", f"n{n}", rng.normal(size=600).tolist()) for n in range(50)]
    features, _ = features_of(columns, range(600), 150)
    bins = bins_of(features, columns)
    assert select_features(features, bins, won) == list(range(50))
    assert len(select_features(features, bins, np.array([1.0] * 30 + [0.0] * 570))) == 15
