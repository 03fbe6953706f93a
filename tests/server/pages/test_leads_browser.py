"""A manager's list in a real browser: filter, save, share, change many, undo, under the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server.conftest import Served
from tests.server.pages.test_leads import hot as hot  # the fixture

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_filter_save_share_change_and_undo(served: Served, tab: Page, hot: str) -> None:
    """On a phone: the page is as wide as the screen, x chooses the lead that has the focus."""
    complaints: list[str] = []
    tab.on("pageerror", lambda fault: complaints.append(str(fault)))
    tab.on("console", lambda m: "policy" in m.text.lower() and complaints.append(m.text))
    tab.goto(served.url + "/leads")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375
    tab.fill("[name=filter]", "large or temp")
    offers = tab.eval_on_selector_all("#filter-words option", "all => all.map(o => o.value)")
    assert "large or temperature = 'hot'" in offers
    tab.fill("[name=filter]", "employees >= 60")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**filter=employees**")
    assert tab.locator("[data-row]").count() == 2
    tab.click("text=Save this view")
    tab.fill(".tools [name=name]", "Large ones")
    tab.check("[name=is_shared]")
    tab.click(".tools form button:text('Save')")
    tab.wait_for_selector(".views [aria-current]")
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    assert tab.inner_text("[data-chosen]") == "(1)"
    tab.select_option("[name=attribute]", "owner")
    tab.fill("[name=value]", "Bo")
    tab.click(".bulk button")
    tab.wait_for_selector("[name=change_id]", state="attached", timeout=20_000)
    assert "1 lead: owner = Bo." in tab.inner_text("main")
    tab.keyboard.press("z")
    tab.wait_for_selector("text=The change is taken back.")
    assert complaints == []
