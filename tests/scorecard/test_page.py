"""The pages of the scorecard: figures between marks, and a line of history for each measurement."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.scorecard_figures import GROUPS, Figure
from benchmarks.scorecard_page import (
    BEGIN,
    END,
    FIGURE,
    PAGE,
    STORY,
    TITLES,
    Record,
    fill,
    history,
    of_line,
    renew,
    to_line,
)

FIRST = Record(
    "0.1.0",
    "abc1234",
    "2026-11-29",
    "1 draws",
    {
        f.key: f
        for f in (
            Figure("without.x_education", "x_education", 0.581, "lift 1.04 | 8 places", ">= .72"),
            Figure("with.olist", "olist", None, "not measured: no such column", ">= .68"),
            Figure("time.with", "9,240 rows", 12.345, "CPU 9.0 s", "<= 15"),
        )
    },
)
NOW = replace(
    FIRST,
    commit="def5678",
    figures={**FIRST.figures, "with.olist": Figure("with.olist", "olist", 0.69, "", ">= .68")},
)


def test_the_page_shows_the_first_and_the_newest_figure_beside_what_was_asked() -> None:
    page = renew(f"Before.\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", [FIRST, NOW])
    assert page.startswith("Before.")
    assert page.endswith("After.\n")
    assert "old" not in page
    assert "| x_education | .581 | **.581** | >= .72 | lift 1.04 / 8 places |" in page
    assert "| olist | - | **.690** | >= .68 |  |" in page
    assert "| 9,240 rows | 12.3 | **12.3** |" in page
    assert "--only with`" in page
    assert renew(page, [FIRST, NOW]) == page


def test_a_line_of_history_says_all_that_was_measured() -> None:
    assert of_line(to_line(FIRST)) == FIRST


def test_a_sentence_takes_its_figure_from_the_newest_measurement() -> None:
    text = "It is <!-- figure without.x_education pairs -->?<!-- / --> of 100, and <!-- figure with.olist percent -->77 %<!-- / -->."
    filled = fill(text, FIRST)
    assert "pairs -->58<!-- / -->" in filled
    assert "percent -->-<!-- / -->" in filled
    assert "percent -->69 %<!-- / -->" in fill(filled, NOW)


def test_the_pages_in_the_docs_are_those_of_the_newest_measurement() -> None:
    """Nobody wrote a figure by hand."""
    records = history()
    assert records
    assert renew(PAGE.read_text("utf-8"), records) == PAGE.read_text("utf-8")
    assert fill(STORY.read_text("utf-8"), records[-1]) == STORY.read_text("utf-8")


def test_every_figure_that_the_story_names_was_measured() -> None:
    known = history()[-1].figures
    assert {key for key, _ in FIGURE.findall(STORY.read_text("utf-8"))} <= set(known)


def test_every_group_has_a_title() -> None:
    assert set(GROUPS) == set(TITLES)
