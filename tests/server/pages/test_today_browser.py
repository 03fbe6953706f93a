"""A salesperson's day in a real browser, by keys alone, under the strict policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server.conftest import Served
from tests.server.pages.test_today import hot  # noqa: F401 - the fixture

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_day_by_keys_alone(served: Served, tab: Page, hot: None) -> None:  # noqa: F811
    """
    n   nobody picks up: the next lead is in focus
    z   undo: the first one is again
    t   not now, and no word of when: asked for, and the focus is there
    """
    complaints: list[str] = []
    tab.on("pageerror", lambda fault: complaints.append(str(fault)))
    tab.on("console", lambda m: "policy" in m.text.lower() and complaints.append(m.text))
    tab.goto(served.url + "/today")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375
    first = tab.inner_text(".focus h2")
    tab.keyboard.press("n")
    tab.wait_for_selector(".done")
    second = tab.inner_text(".focus h2")
    assert second != first
    tab.keyboard.press("z")
    tab.wait_for_selector(".done", state="detached")
    assert tab.inner_text(".focus h2") == first
    tab.keyboard.press("t")
    tab.wait_for_selector("[role=alert]")
    assert tab.evaluate("document.activeElement.name") == "next_in"
    tab.click("text=in a week")
    tab.click("button[value=not_now]")
    tab.wait_for_selector(".done")
    assert tab.inner_text(".focus h2") == second
    assert complaints == []
