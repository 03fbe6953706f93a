"""A lead's story as its page shows it: a strip for each scale, and sentences in the page's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from leadlight.results.story import Climb, Recycling, Silence, Spell, Stay, Story, Trend
from leadlight.server.desk_database import DeskDatabase
from leadlight.server.web_settings import set_up

SINCE, UNTIL = datetime(2026, 1, 1), datetime(2026, 7, 20)  # two hundred days
MARCH, JUNE = datetime(2026, 3, 2), datetime(2026, 6, 10)


def spell(label: str, since: datetime, until: datetime | None) -> Spell:
    return Spell("temperature", label, since, until)


STORY = Story(
    SINCE,
    UNTIL,
    (
        Stay("temperature", "hot", 100.0, (spell("hot", MARCH, JUNE),)),
        Stay(
            "temperature", "cold", 100.0, (spell("cold", SINCE, MARCH), spell("cold", JUNE, None))
        ),
    ),
    (Climb("temperature", "cold", "hot", MARCH, 60.0),),
    (Silence(JUNE, None, 40.0),),
    (Recycling(JUNE, "no budget"), Recycling(UNTIL, None)),
    Trend("declining", "engagement", 42.0, 1.5),
)


@pytest.fixture(scope="module", autouse=True)
def _pages(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Django, which has the words of the pages."""
    database = DeskDatabase(tmp_path_factory.mktemp("words") / "desk.sqlite3")
    set_up(database, b"words of the pages")


def rows(language: str, story: Story = STORY) -> dict[str, Any]:
    from leadlight.server.pages.story_text import story_rows

    with translation.override(language):
        return {row.head: row for row in story_rows(story)}


def test_each_stretch_of_a_label_is_drawn_where_it_was() -> None:
    """60 days of cold, 100 of hot, 40 of cold: 300, 500 and 200 thousandths, side by side."""
    strip = sorted(rows("en")["temperature"].strip, key=lambda part: part.x)
    assert [(p.label, p.x, p.width, p.place) for p in strip] == [
        ("cold", 0, 300, 1),
        ("hot", 300, 500, 0),
        ("cold", 800, 200, 1),
    ]
    assert strip[1].says == "hot: 2026-03-02 to 2026-06-10"


def test_the_sentences_are_in_the_language_of_the_page() -> None:
    english, german = rows("en"), rows("de")
    assert english["Known"].sentences == ("since 2026-01-01, 200 days",)
    assert english["temperature"].sentences == (
        "hot once, 100 days: 2026-03-02 to 2026-06-10",
        "cold 2 times, 100 days: 2026-01-01 to 2026-03-02, since 2026-06-10",
    )
    assert german["temperature"].sentences[1] == (
        "cold 2-mal, 100 Tage: 2026-01-01 bis 2026-03-02, seit 2026-06-10"
    )
    assert english["Given back"].sentences == (
        "by sales on 2026-07-20, without a reason",
        "by sales on 2026-06-10: no budget",
    )
    assert german["Zurückgegeben"].sentences[1] == "vom Vertrieb am 2026-06-10: no budget"
    assert german["Schlaf"].sentences == ("schläft seit 2026-06-10, 40 Tage",)
    assert english["Trend"].sentences == (
        "declining: engagement 42.00 thirty days before, 1.50 now",
    )


def test_of_a_lead_that_came_today_two_lines_are_told() -> None:
    stay = Stay("temperature", "cold", 0.0, (spell("cold", UNTIL, None),))
    new = Story(UNTIL, UNTIL, (stay,), (), (), (), Trend("not enough facts"))
    assert list(rows("en", new)) == ["Known", "Trend"]
    assert rows("en", new)["Known"].sentences == ("since 2026-07-20, less than a day",)


@given(st.lists(st.integers(0, 4800), min_size=2, max_size=12, unique=True))
def test_nothing_is_drawn_outside_the_picture(hours: list[int]) -> None:
    """Whatever the moments, and however short the stretches: an hour too is seen."""
    moments = [SINCE + timedelta(hours=h) for h in sorted(hours)]
    spells = tuple(spell("hot", a, b) for a, b in zip(moments, [*moments[1:], None], strict=True))
    stays = (Stay("temperature", "hot", 1.0, spells),)
    story = Story(moments[0], UNTIL, stays, (), (), (), Trend("not enough facts"))
    from leadlight.server.pages.story_text import WIDTH

    for part in rows("en", story)["temperature"].strip:
        assert part.width > 0 <= part.x <= part.x + part.width <= WIDTH
