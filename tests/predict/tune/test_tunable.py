"""What of a playbook is tuned, and how its text is changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leadlight.playbook.amendments import Amendments, amend, move_thresholds, thresholds
from leadlight.playbook.read import must_read
from leadlight.predict.tune.periods import periods
from leadlight.predict.tune.tunable_parts import DAY, point_scores, tunable
from leadlight.problems import CannotDo

BOOK = """\
# Ours.
leadlight: 1
name: Small
signals:
  heat:   # what they did
    half_life: 28d
    points: {form_submitted: 5}     # short
    rules:
      demo:  {on: demo_requested, points: 40,   at_most: 60, half_life: 14d}   # aligned by hand
      left:  {on: unsubscribed, points: -20, half_life: never}
  plain: {points: {won: 10}}
scores:
  fit:
    rules:
      large:  {when: employees >= 50, add: 20}
      rival:  {when: "contains(tags, 'competitor')", add: -200}
  engagement: heat
  loyalty: plain
scales:
  temperature:
    - hot: >-
        engagement >= 30 and
        fit > 10 and employees >= 30
    - warm: "fit + engagement >= 15 or 2 * engagement >= 30"
    - cold: otherwise
"""


def test_only_the_numbers_named_change_and_every_other_character_stays() -> None:
    new = amend(
        BOOK,
        Amendments(
            {"heat.demo": "55", "heat.form_submitted": "2.5", "fit.large": "15"},
            {"heat.demo": "85"},
            {"heat": 60 * DAY, "heat.demo": 30 * DAY, "plain": 90 * DAY},
        ),
    )
    changed = [(a, b) for a, b in zip(BOOK.splitlines(), new.splitlines(), strict=True) if a != b]
    assert [b.strip() for _, b in changed] == [
        "half_life: 60d",
        "points: {form_submitted: 2.5}     # short",
        (
            "demo:  {on: demo_requested, points: 55,   at_most: 85, half_life: 30d}   # aligned by"
            " hand"
        ),
        "plain: {half_life: 90d, points: {won: 10}}",
        "large:  {when: employees >= 50, add: 15}",
    ]
    heat = must_read(new).signal("heat")
    assert [rule.half_life for rule in heat.rules] == [60 * DAY, 30 * DAY, None]  # type: ignore[union-attr]


def test_thresholds_are_found_in_folded_and_quoted_text_and_not_in_arithmetic() -> None:
    found = thresholds(BOOK, {"engagement", "fit", "heat"})
    assert [(t.names, t.sign, t.number) for t in found] == [
        (("engagement",), ">=", "30"),
        (("fit",), ">", "10"),
        (("fit", "engagement"), ">=", "15"),
    ]
    new = move_thresholds(BOOK, {found[0]: "35", found[2]: "9"})
    assert "engagement >= 35 and\n" in new
    assert '"fit + engagement >= 9 or 2 * engagement >= 30"' in new


def test_a_veto_is_not_tuned_and_a_rule_that_never_fades_goes_on_so() -> None:
    book = must_read(BOOK)
    rules = {r.name: r for r in tunable(book, point_scores(book))}
    assert rules["fit.rival"].veto
    assert not rules["fit.large"].veto
    assert set(rules["heat.left"].half_lives) == {None}
    demo, form = rules["heat.demo"].half_lives, rules["heat.form_submitted"].half_lives
    assert (demo[0], form[0]) == (14 * DAY, 28 * DAY)
    assert [d < f for d, f in zip(demo[2:], form[2:], strict=True)].count(True) >= 6, (
        "it fades faster under each candidate"
    )


def test_a_score_that_is_none_is_refused_with_the_nearest() -> None:
    book = must_read(BOOK)
    assert point_scores(book, ["engagement"]) == ["engagement"]
    with pytest.raises(CannotDo, match="Did you mean 'engagement'"):
        point_scores(book, ["engagment"])


def test_no_horizon_of_the_past_reaches_beyond_the_split() -> None:
    """A year of facts and ninety days ahead; then facts that cover too little."""
    first, horizon = datetime(2025, 11, 1), timedelta(days=90)
    found = periods(first, datetime(2026, 11, 1), horizon, 9)
    assert max(found.past) + horizon <= found.split <= min(found.later)
    assert max(found.later) + horizon <= datetime(2026, 11, 1)
    assert len(found.past) == 6
    with pytest.raises(CannotDo, match="--horizon"):
        periods(first, datetime(2026, 3, 1), horizon)


def test_rules_in_a_list_are_called_by_their_places() -> None:
    book = """\
leadlight: 1
name: Lists
signals:
  heat:
    rules:
      - {on: demo_requested, points: 40}
      - {on: won, points: 5, half_life: 7d}
scores:
  fit: [{when: employees >= 50, add: 20}, {when: employees < 5, add: -5}]
  engagement: heat
"""
    read = must_read(book)
    assert [r.name for r in tunable(read, ["fit", "engagement"])] == [
        "heat.heat_1",
        "heat.heat_2",
        "fit.fit_1",
        "fit.fit_2",
    ]
    new = amend(
        book,
        Amendments(
            {"heat.heat_1": "30", "fit.fit_2": "-9"},
            half_lives={"heat": 60 * DAY, "heat.heat_2": 60 * DAY},
        ),
    )
    assert "points: 30}" in new
    assert "add: -9}" in new
    assert "points: 5, half_life: 60d}" in new
    heat = must_read(new).signal("heat")
    assert [r.half_life for r in heat.rules] == [
        None,
        60 * DAY,
    ], "what never faded does not begin to"  # type: ignore[union-attr]
