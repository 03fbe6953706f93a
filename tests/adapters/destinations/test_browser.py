"""The report in a real browser: it sorts, it fits a phone and paper, and it asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leadlight.adapters.destinations.report import write_report
from leadlight.playbook.spec import Playbook
from leadlight.results.summary import Summary
from tests.adapters.destinations import hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_WIDE = "document.documentElement.scrollWidth"


class Visit:
    """A page that notes what it asked for and what it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda r: self.asked.append(r.url))
        page.on("console", lambda m: self.complaints.append(m.text))
        page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def open(self, path: Path) -> Page:
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page())
    context.close()


def column(page: Page, n: int) -> list[str]:
    """The values of the n-th column of the list of leads, as sorted on the page."""
    return page.locator(f"table.sortable tbody tr td:nth-child({n})").evaluate_all(
        "cells => cells.map(c => c.dataset.value ?? c.textContent.trim())"
    )


def test_the_report_asks_for_nothing_and_complains_of_nothing(visit: Visit, report: Path) -> None:
    """Opened from the disk: one request, for the file itself, and an empty console."""
    visit.open(report).wait_for_load_state("networkidle")
    assert visit.asked == [report.as_uri()]
    assert visit.complaints == []


def test_a_click_sorts_the_leads(visit: Visit, report: Path) -> None:
    """A click on Fit: the best first; another: the worst first. On Lead: by the alphabet. By key as by mouse."""
    page = visit.open(report)
    fit = page.get_by_role("button", name="Fit")
    fit.click()
    values = [float(v) for v in column(page, 4)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 3
    assert page.locator("th[aria-sort='descending']").count() == 1
    fit.press("Enter")
    assert [float(v) for v in column(page, 4)] == sorted(values)
    assert page.locator("th[aria-sort='ascending']").inner_text().startswith("Fit")
    page.get_by_role("button", name="Lead").click()
    names = [v.lower() for v in column(page, 1)]
    assert names[0] <= names[-1]
    assert page.locator("th[aria-sort]").count() == 1
    assert "Sorted by Lead" in page.locator("#sorted").inner_text()


def test_the_ladder_is_sorted_as_a_ladder(visit: Visit, report: Path) -> None:
    """By temperature: hot, warm, cold; not cold, hot, warm."""
    page = visit.open(report)
    page.get_by_role("button", name="Temperature").click()
    places = [int(v) for v in column(page, 2)]
    assert places == sorted(places)
    assert len(set(places)) > 1


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_pushes_the_page_sideways(visit: Visit, report: Path, width: int) -> None:
    """A phone of 375 pixels, and one of 320, show the whole width; everything opened, too."""
    page = visit.open(report)
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(_WIDE) <= width


@pytest.mark.parametrize("width", [320, 1280])
def test_the_data_quality_fits(visit: Visit, quality_report: Path, width: int) -> None:
    """Of a verified base: nothing pushed sideways, nothing asked for, and each empty lead's reason can be read."""
    page = visit.open(quality_report)
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(_WIDE) <= width
    assert visit.asked == [quality_report.as_uri()]
    assert visit.complaints == []
    cell = page.locator("#quality .stacked tbody tr td:nth-child(3)").first
    assert cell.is_visible()
    assert cell.inner_text().strip()


def test_a_phone_can_read_and_sort(visit: Visit, report: Path) -> None:
    """At 375 pixels the words in the pictures are not shrunk away, and the buttons that sort are there."""
    page = visit.open(report)
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.get_by_role("button", name="Fit").is_visible()
    text = page.locator("figure svg text").first
    assert text.bounding_box()["height"] >= 9  # type: ignore[index]


@pytest.mark.parametrize(
    "text", [hostile.SCRIPT, hostile.IMAGE, hostile.BREAKOUT, hostile.LONG, hostile.TURNED]
)
def test_hostile_text_does_not_run(
    visit: Visit, summary: Summary, verified: Summary, playbook: Playbook, tmp_path: Path, text: str
) -> None:
    """Nothing in a name runs, and a cell of 10,000 characters does not break the page of a phone."""
    told = replace(playbook, name=text, about=text)
    path = write_report(
        hostile.everywhere(replace(summary, quality=verified.quality), text),
        told,
        tmp_path / "report.html",
    )
    page = visit.open(path)
    assert "owned" not in page.title()
    assert page.locator("h1").count() == 1
    assert visit.complaints == []
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate(_WIDE) <= width


def test_without_the_script_it_is_a_plain_table(browser: Browser, report: Path) -> None:
    """Scripts forbidden: all leads, best first, and no button that does nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("table.sortable tbody tr").count() == 200
    assert page.locator("table.sortable button").count() == 0
    context.close()


def test_paper(visit: Visit, report: Path) -> None:
    """In print: black on white, nothing cut off at the side, no arrows for sorting."""
    page = visit.open(report)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 720, "height": 1000})
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(_WIDE) <= 720
    assert len(page.pdf(format="A4")) > 10_000


def test_a_dark_screen(visit: Visit, report: Path) -> None:
    """A dark screen gets light letters, in the pictures as well."""
    page = visit.open(report)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 27)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.chart svg text')).fill")
        == "rgb(230, 235, 238)"
    )
