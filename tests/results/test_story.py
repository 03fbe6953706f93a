"""One lead's story from its spells: labels, climbs, silences, what sales gave back, and the trend."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leadlight.playbook.read import must_read
from leadlight.results.story import (
    Recycling,
    Spell,
    Story,
    Trend,
    ladder_of,
    score_of,
    story,
    trend,
)
from leadlight.results.text.story import render_story

BOOK = must_read("""
signals:
  heat: {points: {demo_requested: 40}, half_life: 14d, at_least: 0, at_most: 100}
  awake: {woken: any, after: 60d, within: 14d}
scores:
  fit: [{when: employees > 5, add: 10}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 5}, {cold: otherwise}]
  stage: [{customer: converted}, {sql: fit > 5}, {mql: engagement > 0}, {recycled: awake, aside: yes}, {raw: otherwise}]
""")
SINCE, UNTIL = datetime(2026, 1, 1), datetime(2026, 7, 1)


def day(month: int, of_month: int) -> datetime:
    return datetime(2026, month, of_month)


def of(
    spells: list[Spell], acted: list[datetime] | None = None, back: list[Recycling] | None = None
) -> Story:
    return story(BOOK, spells, acted or [], back or [], Trend("not enough facts"), SINCE, UNTIL)


def test_it_was_hot_twice() -> None:
    """From the 3rd to the 9th of March, and from June on; two months and a half in all but days."""
    hot = [
        Spell("temperature", "hot", day(3, 3), day(3, 9)),
        Spell("temperature", "hot", day(6, 1), None),
    ]
    cold = [
        Spell("temperature", "cold", SINCE, day(3, 3)),
        Spell("temperature", "cold", day(3, 9), day(6, 1)),
    ]
    s = of([*cold, *hot])
    first = s.stays[0]
    assert (first.label, len(first.spells), first.days) == ("hot", 2, 36)
    assert any(
        line.endswith("hot twice, 36 days: 2026-03-03 to 2026-03-09, since 2026-06-01")
        for line in render_story(s)
    )
    assert sum(stay.days for stay in s.stays) == (UNTIL - SINCE).days


def test_how_fast_it_climbed() -> None:
    """Only a better label than ever before counts, and one that stands aside is no step."""
    path = [
        ("raw", day(1, 1)),
        ("mql", day(1, 11)),
        ("recycled", day(2, 1)),
        ("mql", day(2, 10)),
        ("sql", day(3, 1)),
        ("raw", day(4, 1)),
    ]
    ends = [at for _, at in path[1:]] + [None]
    s = of([Spell("stage", label, at, end) for (label, at), end in zip(path, ends, strict=True)])
    assert [(c.before, c.after, c.days) for c in s.climbs] == [
        ("raw", "mql", 10),
        ("mql", "sql", 49),
    ]


def test_silences_are_as_long_as_the_playbook_asks() -> None:
    """83 days end with a visit; 59 are none; the last one lasts still."""
    acted = [day(1, 1), day(1, 1) + timedelta(days=83), day(1, 1) + timedelta(days=83 + 59)]
    until = acted[-1] + timedelta(days=60)
    s = story(BOOK, [], acted, [], Trend("not enough facts"), SINCE, until)
    assert [(x.days, x.until) for x in s.silences] == [(83, acted[1]), (60, None)]
    lines = "\n".join(render_story(s))
    assert "woke up on 2026-03-25 after 83 days of silence" in lines
    assert "asleep since 2026-05-23, 60 days" in lines


def test_what_sales_gave_back_is_told_with_its_reason() -> None:
    """The newest first; a reason that is none is said to be none."""
    lines = render_story(
        of([], [], [Recycling(day(3, 1), "no budget\x1b[31m"), Recycling(day(5, 1), None)])
    )
    assert [line.split("recycled")[-1].strip() for line in lines if "gave it back" in line] == [
        "sales gave it back on 2026-05-01, and said not why",
        "sales gave it back on 2026-03-01: no budget",
    ]


@pytest.mark.parametrize(
    ("before", "now", "facts", "known", "word"),
    [
        (20.0, 30.0, 2, 30, "improving"),
        (20.0, 29.9, 2, 30, "steady"),
        (30.0, 20.0, 5, 300, "declining"),
        (0.0, 90.0, 1, 300, "not enough facts"),
        (0.0, 90.0, 9, 29, "not enough facts"),
        (None, 90.0, 9, 300, "not enough facts"),
    ],
)
def test_a_trend_is_a_tenth_of_the_range_in_thirty_days(
    before: float | None, now: float, facts: int, known: int, word: str
) -> None:
    """Of a score kept between 0 and 100 that is ten points."""
    assert trend(BOOK, "engagement", before, now, facts, timedelta(days=known)).word == word


def test_a_lead_known_for_one_import_has_little_to_tell() -> None:
    """One line since when, and that there are not enough facts."""
    s = story(
        BOOK,
        [Spell("temperature", "cold", UNTIL, None)],
        [],
        [],
        Trend("not enough facts"),
        UNTIL,
        UNTIL,
    )
    assert render_story(s) == [
        "known         since 2026-07-01, less than a day",
        "trend         not enough facts",
    ]


def test_what_is_climbed_and_what_has_a_trend() -> None:
    """The scale called stage, and the score of points."""
    ladder = ladder_of(BOOK)
    assert ladder is not None
    assert (ladder.name, score_of(BOOK)) == ("stage", "engagement")
    bare = must_read("scales:\n  t: [{a: employees > 1}, {b: otherwise}]\n")
    assert (ladder_of(bare), score_of(bare)) == (None, None)
    assert trend(bare, None, None, None, 0, timedelta()).word == "not enough facts"
