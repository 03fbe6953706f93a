"""What a model may claim."""

from __future__ import annotations

import numpy as np
import pytest

from leadlight.predict.judge import metrics
from leadlight.predict.judge.verdict import (
    BASE_RATE,
    NO_SIGNAL,
    RECENCY,
    Split,
    judge,
    split_at_random,
    split_by_order,
    wilson,
)

RNG = np.random.default_rng(3)
SCORE = RNG.random(600)
WON = (RNG.random(600) < SCORE).astype(float)
EVERYBODY = Split(((np.arange(0), np.arange(600)),), "All judge", False)
NOBODY = np.arange(0)


def test_the_figures_are_those_of_judging() -> None:
    """AUC, gain and lift as `judging` counts them from the leads in their places."""
    rounded = np.round(SCORE, 2)
    v = judge(EVERYBODY, WON, rounded, {}, taught=NOBODY)
    bins = [
        (int((1 - WON[rounded == s]).sum()), int(WON[rounded == s].sum()))
        for s in np.unique(rounded)
    ]
    assert v.model.auc.value == pytest.approx(metrics.auc(bins))
    assert v.model.gain.value == pytest.approx(metrics.gain(bins))
    assert v.model.lift_at_tenth.value == pytest.approx(metrics.lift_at(bins, 0.1))
    assert v.model.brier is not None
    assert v.model.brier.value == pytest.approx(float(((rounded - WON) ** 2).mean()))


def test_the_interval_is_that_of_hanley_and_mcneil() -> None:
    """The bootstrap's width is near that of the formula of 1982."""
    v = judge(EVERYBODY, WON, SCORE, {}, taught=NOBODY)
    a, w, x = v.model.auc.value or 0, WON.sum(), (1 - WON).sum()
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    error = np.sqrt((a * (1 - a) + (w - 1) * (q1 - a * a) + (x - 1) * (q2 - a * a)) / (w * x))
    assert v.model.auc.low is not None
    assert v.model.auc.high is not None
    assert v.model.auc.high - v.model.auc.low == pytest.approx(2 * 1.96 * error, rel=0.2)


def test_leads_drawn_together_widen_the_interval() -> None:
    """Each lead looked at five times: drawn as one, or the interval would claim five times the knowledge."""
    five = np.tile(np.arange(120), 5)
    split = Split(((NOBODY, np.arange(600)),), "", False)
    alone = judge(split, WON[five], SCORE[five], {}, taught=NOBODY).model.auc
    together = judge(
        split, WON[five], SCORE[five], {}, taught=NOBODY, groups=[int(f) for f in five]
    ).model.auc
    assert together.high - together.low > 1.7 * (alone.high - alone.low)  # type: ignore[operator]


def test_chance_is_refused() -> None:
    """A score that has nothing to do with the outcome."""
    v = judge(EVERYBODY, WON, RNG.random(600), {}, taught=NOBODY)
    assert v.refused is not None
    assert v.refused.startswith(NO_SIGNAL)


def test_not_better_than_recency_is_refused() -> None:
    """What recency alone does as well needs no model."""
    v = judge(
        EVERYBODY,
        WON,
        np.clip(SCORE + RNG.normal(0, 0.3, 600), 0, 1),
        {RECENCY: SCORE},
        taught=NOBODY,
    )
    assert v.refused is not None
    assert "recency" in v.refused
    assert v.against(RECENCY) is not None


def test_probabilities_worse_than_the_base_rate_are_refused() -> None:
    """It ranks well and says 0.999 and 0.98 where one in three comes."""
    said = 0.98 + 0.019 * SCORE
    v = judge(EVERYBODY, WON * (SCORE > 0.5), said, {BASE_RATE: np.full(600, 0.36)}, taught=NOBODY)
    assert v.refused is not None
    assert "base rate" in v.refused


def test_good_ones_are_not_refused_and_say_what_came() -> None:
    """A score that is the very chance: not refused, off by little, the gains curve above the diagonal."""
    v = judge(
        EVERYBODY,
        WON,
        SCORE,
        {BASE_RATE: np.full(600, WON.mean()), RECENCY: RNG.random(600)},
        taught=NOBODY,
    )
    assert v.refused is None
    assert v.off < 0.07
    assert all(found >= share - 1e-9 for share, found in v.gains)
    assert sum(c.leads for c in v.calibration) == 600


@pytest.mark.parametrize("won", [np.zeros(50), np.ones(50)])
def test_one_outcome_only_cannot_be_judged(won: np.ndarray) -> None:  # type: ignore[type-arg]
    """Among those who judge all won, or none: a sentence, no division by zero."""
    v = judge(Split(((NOBODY, np.arange(50)),), "", False), won, SCORE[:50], {}, taught=NOBODY)
    assert v.model.auc.value is None
    assert v.refused is not None


def test_the_newest_judge_and_moments_stay_together() -> None:
    """Nothing newer teaches what judges; leads of one day are on one side; leads without a day teach."""
    order: list[int | None] = [n // 10 for n in range(600)]
    order[5] = None
    split = split_by_order(order, WON, "By day")
    teach, judges = split.parts[0]
    assert max(o for i in teach if (o := order[i]) is not None) < min(
        o for i in judges if (o := order[i]) is not None
    )
    assert 5 in teach
    assert len(teach) + len(judges) == 600
    assert len(judges) == pytest.approx(120, abs=10)


def test_more_than_a_fifth_judges_where_few_won() -> None:
    """With 60 wins in 600 the newest fifth holds a dozen: half of the leads judge instead."""
    won = np.array([n % 10 == 0 for n in range(600)], float)
    split = split_by_order(list(range(600)), won, "By day")
    assert won[split.judges].sum() >= 30


def test_groups_stand_on_one_side() -> None:
    """At random, and by groups: no group both teaches and judges, each row judges once, wins are dealt out evenly."""
    groups = [n // 3 for n in range(600)]
    split = split_at_random(WON, groups, 0, "At random")
    assert sorted(split.judges.tolist()) == list(range(600))
    for teach, judges in split.parts:
        assert not {groups[i] for i in teach} & {groups[i] for i in judges}
        assert WON[judges].mean() == pytest.approx(WON.mean(), abs=0.1)


def test_a_share_and_its_interval() -> None:
    """Wilson: 0 of 10 is not surely 0."""
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-3)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)


def test_parts_that_judge_in_turn_are_less_sure() -> None:
    """What judges one part taught the others: the same rankings are told with an interval half as wide again as when rows judge
    that never taught. Of sixty tables of noise (20 columns, 300 leads) four were published without that, one with it.
    """
    chance = np.random.default_rng(3)
    won = (chance.random(300) < 0.3).astype(float)
    score = np.clip(0.3 + 0.1 * won + chance.normal(0, 0.2, 300), 0.01, 0.99)
    rows = np.arange(300)
    parts = tuple((rows[rows % 5 != k], rows[rows % 5 == k]) for k in range(5))
    turns = Split(parts, "in turn", False)
    once = Split(((rows, turns.judges),), "once", True)
    found = [judge(s, won, score[turns.judges], {}, taught=rows).model for s in (once, turns)]
    for one, other in zip(*((j.auc, j.gain, j.brier) for j in found), strict=True):
        assert one is not None
        assert other is not None
        assert one.value == other.value
        assert one.low is not None
        assert one.high is not None
        assert other.low is not None
        assert other.high is not None
        assert other.high - other.low == pytest.approx(1.5 * (one.high - one.low))
