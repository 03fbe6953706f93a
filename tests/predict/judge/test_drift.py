"""Drift: two samples of the same leads are no alarm, another base rate is, and a moved start says on average what came."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.playbook.model import Model, NumberSide, Term, WordSide
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.predict.judge.drift import (
    Share,
    by_chance,
    comparable_groups,
    input_drift,
    place_counts,
    place_of,
    rate_drift,
    stability,
    state_of,
)
from leadlight.predict.judge.recalibration import (
    advice,
    calibration,
    shift_probabilities,
    start_shift,
    with_start,
)
from leadlight.predict.judge.training_stats import (
    LEARNED_FROM,
    rate_then,
    score_drift,
    stats_of,
    training_stats,
)
from leadlight.problems import CannotDo

VISITS = Term(
    ("visits",),
    (NumberSide((Decimal(3), Decimal("7.5"))),),
    (-5_000_000, 0, 9_000_000, 0),
    "visits",
    (0.5, 0.3, 0.2, 0.0),
)
SOURCE = Term(
    ("source",), (WordSide(("web", "fair")),), (0, 3_000_000, 0, 0), "", (0.6, 0.3, 0.05, 0.05)
)


def model(**changed: object) -> Model:
    told = {
        "leads": 1000,
        "rows": 1000,
        "with_outcome": 100,
        "said": 0.1,
        "cuts": [0.05, 0.1, 0.3],
        "seen": [0.4, 0.3, 0.2, 0.1],
    }
    made = {"learned": date(2026, 1, 1), "verdict": {LEARNED_FROM: told}, **changed}
    return Model("soon", -10_000_000, (VISITS, SOURCE), **made)  # type: ignore[arg-type]


def drawn(rng: random.Random, shares: Sequence[float], leads: int) -> list[float]:
    counts = [0.0] * len(shares)
    for group in rng.choices(range(len(shares)), shares, k=leads):
        counts[group] += 1
    return [c / leads for c in counts]


@pytest.mark.parametrize(("then", "now"), [(1000, 300), (200, 2000), (80, 60)])
def test_samples_of_the_same_leads_hardly_ever_alarm(then: int, now: int) -> None:
    """Of 400 pairs of samples one in a hundred may look as if something moved; with few leads the index itself is large."""
    rng, shares = random.Random(then), [0.02, 0.05, 0.08, 0.1, 0.1, 0.1, 0.15, 0.2, 0.2]
    pairs = [(drawn(rng, shares, then), drawn(rng, shares, now)) for _ in range(400)]
    found = [stability(a, b, then, now) for a, b in pairs]
    assert sum(state_of(psi, by_chance(len(shares), then, now)) != "steady" for psi in found) <= 11
    if now == 60:
        assert sum(psi > 0.25 for psi in found) > 100, "without the guard they would alarm"


def test_an_input_that_moved_is_named_with_where_and_what_it_adds() -> None:
    """Visits of 7.5 and more: 20 % then, 70 % now"""
    line = input_drift(VISITS, [100, 200, 700, 0], 1000, 1000, 2)
    assert line.state == "moved"
    assert "7.5 and more 20.0% then, 70.0% now" in line.said
    assert line.figures["log_odds"] == pytest.approx((0.1 - 0.5) * -0.5 + 0.5 * 0.9)
    assert input_drift(VISITS, [500, 300, 200, 0], 1000, 1000, 2).state == "steady"
    hardly = input_drift(
        replace(VISITS, add=(-20_000, 0, 30_000, 0)), [100, 200, 700, 0], 1000, 1000, 2
    )
    assert (hardly.state, hardly.figures["psi"]) == ("moved, unused", line.figures["psi"])
    assert "hardly changes what the model says" in hardly.said
    assert input_drift(VISITS, [0, 0, 0, 1000], 1000, 1000, 2).figures["group"] == "unknown", (
        "a column that is gone"
    )
    assert "too few" in input_drift(VISITS, [10, 0, 0, 0], 1000, 10).said
    assert (
        input_drift(Term(("a",), VISITS.sides, VISITS.add), [1, 2, 3, 4], 1000, 1000).state
        == "cannot be told"
    )


def test_groups_are_large_enough_and_hold_every_place_once() -> None:
    """Thirty cuts make at most ten groups; rare words stand with the rest; unknown alone."""
    side = NumberSide(tuple(Decimal(n) for n in range(1, 31)))
    groups, names = comparable_groups(side, [1 / 31] * 31 + [0.0])
    assert sorted(p for g in groups for p in g) == list(range(32))
    assert len(groups) == len(names) <= 11
    groups, names = comparable_groups(WordSide(("a", "b")), [0.9, 0.01, 0.05, 0.04])
    assert (groups, names) == ([[0], [1, 2], [3]], ["'a'", "anything else", "unknown"])


def test_a_doubled_base_rate_alarms_and_chance_does_not() -> None:
    """100 of 1,000 then"""
    then = Share(100, 1000)
    assert rate_drift(then, Share(200, 1000)).state == "moved"
    assert rate_drift(then, Share(50, 1000)).state == "moved"
    assert rate_drift(then, Share(11, 100)).state == "steady"
    assert rate_drift(then, Share(4, 20)).state == "steady", "so few may be chance"
    assert rate_drift(Share(10_000, 100_000), Share(11_000, 100_000)).state == "moved a little", (
        "sure, but a tenth only"
    )
    assert rate_drift(then, Share(600, 4000, 100)).state == "steady", (
        "4,000 rows of 100 leads are 100 leads"
    )
    assert rate_drift(None, Share(4, 20)).state == "cannot be told"
    assert rate_drift(then, Share(0, 0)).state == "cannot be told"
    rng = random.Random(2)
    drawn_again = [
        rate_drift(then, Share(sum(rng.random() < 0.1 for _ in range(500)), 500)).state
        for _ in range(200)
    ]
    assert drawn_again.count("moved") <= 5


@given(
    st.lists(st.floats(0.001, 0.999), min_size=120, max_size=200),
    st.floats(0.3, 0.7),
    st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_with_its_start_moved_it_says_on_average_what_came(
    said: list[float], share: float, seed: int
) -> None:
    rng = random.Random(seed)
    came = [n < 35 or (n < len(said) - 35 and rng.random() < share) for n in range(len(said))]
    moved = shift_probabilities(said, start_shift(said, came))
    assert sum(moved) / len(moved) == pytest.approx(sum(came) / len(came), abs=1e-6)
    assert all(
        (a <= b) == (x <= y) or math.isclose(x, y)
        for a, b, x, y in zip(said, said[1:], moved, moved[1:], strict=False)
    )


def test_a_start_is_not_moved_by_few() -> None:
    """29 with the outcome"""
    with pytest.raises(CannotDo, match="29 of 500 leads had the outcome"):
        start_shift([0.1] * 500, [n < 29 for n in range(500)])


def test_calibration_tells_a_shift_from_an_order_that_is_lost() -> None:
    """What it said moved by one and the same log-odds: move the start. What it said turned round: learn again."""
    rng = random.Random(1)
    said = [rng.uniform(0.02, 0.5) for _ in range(3000)]
    as_said = [rng.random() < p for p in said]
    less = [rng.random() < p for p in shift_probabilities(said, -1.0)]
    round_ = [rng.random() < 0.52 - p for p in said]
    assert [line.state for line in calibration(said, as_said, 3000)] == ["steady", "steady"]
    states = list(calibration(said, less, 3000))
    assert [line.state for line in states] == ["moved", "steady"]
    assert "--check soon --move-start" in advice(states, [], "soon", True)
    turned = list(calibration(said, round_, 3000))
    assert turned[1].state == "moved"
    assert advice(turned, [], "soon", True).startswith("Learn it again")
    assert [line.state for line in calibration(said[:40], [False] * 40, 40)] == ["moved"], (
        "nobody at all where a quarter was said"
    )


def test_the_text_keeps_what_the_model_was_learned_from() -> None:
    """Shares beside what each place adds, and the moves of the start; a text without them is read as before."""
    moved = with_start(model(), 0.5, date(2026, 6, 1), 0.1, Share(150, 1000), Share(160, 900, 800))
    text = model_text(moved)
    assert "seen: 500 300 200 0\n" in text
    read, problems = read_model(text, "soon.yml")
    assert read is not None, problems
    assert read.terms == moved.terms
    assert read.start == -5_000_000
    assert read_model(model_text(read), "soon.yml")[0] == read
    assert rate_then(read) == Share(160, 900, 800)
    assert rate_then(model()) == Share(100, 1000, 1000)
    plain = "\n".join(line for line in text.splitlines() if "seen:" not in line)
    bare, problems = read_model(plain, "soon.yml")
    assert bare is not None, problems
    assert [t.seen for t in bare.terms] == [(), ()]
    assert [t.add for t in bare.terms] == [t.add for t in moved.terms]
    _, problems = read_model(text.replace("seen: 500 300 200 0", "seen: 500 300 200"), "soon.yml")
    assert ["each of its 4 places" in p.message for p in problems] == [True]
    listed, problems = read_model(
        text.replace("seen: 500 300 200 0", "seen: [500, 300, 200, 0]"), "soon.yml"
    )
    assert listed is not None, problems
    assert listed.terms == moved.terms


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (None, 3),
        ("", 3),
        (float("nan"), 3),
        (float("inf"), 3),
        ("five", 3),
        ("5", 1),
        (5, 1),
        (Decimal("7.5"), 2),
        (True, 0),
    ],
)
def test_values_stand_where_a_run_would_put_them(value: object, place: int) -> None:
    """cuts at 3 and 7.5; what is no number is unknown"""
    assert place_of(VISITS.sides[0], value) == place
    assert place_counts(VISITS.sides[0], [(value, 7)])[place] == 7


def test_what_a_model_says_of_a_run_alarms_when_it_clearly_moved() -> None:
    """40, 30, 20 and 10 % of the leads get up to 5, 10, 30 % and more"""
    assert score_drift(model(), [400, 300, 200, 100]) is None
    said = score_drift(model(), [100, 100, 300, 500])
    assert said is not None
    assert "80.0% get 10.0% or more; 30.0% did" in said
    assert score_drift(model(), [10, 10, 30, 50]) is None, "a hundred leads"
    assert score_drift(model(verdict={}), [1000]) is None
    told = {**model().verdict[LEARNED_FROM], "awake": {"count": "any"}}
    assert score_drift(model(verdict={LEARNED_FROM: told}), [9000, 300, 200, 100]) is None, (
        "those who sleep are no drift"
    )
    moved = stats_of(with_start(model(), 1.0, date(2026, 6, 1), 0.1, Share(1, 2), Share(1, 2)))
    assert moved is not None
    assert moved.cuts[0] == pytest.approx(0.12518, abs=1e-4)


@pytest.mark.parametrize(
    "told",
    [
        [],
        "x",
        {"leads": "many"},
        {"leads": 0, "rows": 1, "with_outcome": 1},
        {"leads": 1, "rows": 1, "with_outcome": 2},
        {"leads": 1, "rows": 1, "with_outcome": 1, "cuts": ["a"], "seen": []},
        {"leads": 1, "rows": 1, "with_outcome": 1, "cuts": 7},
    ],
)
def test_a_text_that_a_person_broke_says_nothing(told: object) -> None:
    """what drift is told by is no number, or not all there"""
    broken = model(verdict={LEARNED_FROM: told})
    assert stats_of(broken) is None
    assert rate_then(broken) is None
    assert score_drift(broken, [1000, 0]) is None
    half = {"leads": 10, "rows": 10, "with_outcome": 1, "cuts": [0.5], "seen": [1.0]}
    assert score_drift(model(verdict={LEARNED_FROM: half}), [1000]) is None
    assert rate_then(model(moved=({"on": "yesterday"},))) is None


def test_what_was_learned_from_is_counted_in_tenths() -> None:
    """A hundred leads of 0.01 to 1.00; and one probability for all"""
    told = training_stats([n / 100 for n in range(1, 101)], [float(n > 80) for n in range(100)], 60)
    assert (told["leads"], told["rows"], told["with_outcome"], told["said"]) == (60, 100, 19, 0.505)
    assert told["seen"] == [0.1] * 10
    assert training_stats([0.2] * 50, [1.0] + [0.0] * 49, 50)["seen"] == [0.0, 1.0]
