"""A manager changes the rules in a real browser: edit, rehearse, sign, publish, under the strict
policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from tests.desk.live.conftest import PLAYBOOK
from tests.server.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page


def complaints_of(page: Page) -> list[str]:
    """What axe has against a page as it stands, and whether it is wider than a phone."""
    found = [
        f"{v['id']}: {n['html'][:120]}"
        for v in Axe().run(page).response["violations"]
        for n in v["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth") > 375
    return [*found, *([f"{page.url}: wide"] if wide else [])]


def test_a_change_of_rules(served: Served, tab: Page) -> None:
    """
    g p e            the editor
    a slip of the pen  its line in the text is found by a button; "fi", Ctrl Space: fit
    mended            the draft is kept without a button, and two leads turn warm, before any is moved
    rehearse          who moves, of the whole base
    publish           waits for sales; signed by a click, it is in force
    """
    complaints: list[str] = []
    tab.on("pageerror", lambda fault: complaints.append(str(fault)))
    tab.on("console", lambda m: "policy" in m.text.lower() and complaints.append(m.text))
    tab.goto(served.url + "/today")
    tab.keyboard.press("g")
    tab.keyboard.press("p")
    tab.wait_for_url("**/playbook")
    tab.keyboard.press("e")
    tab.wait_for_url("**/playbook/edit")
    signed = f"sign_off: [sales]\n{PLAYBOOK}"
    tab.fill("#text", signed.replace("{warm: engagement >= 10}", "{warm: fitt >= 20}"))
    tab.click("text=Line 11")
    selected = "text.value.slice(text.selectionStart, text.selectionEnd)"
    assert "fitt >= 20" in tab.evaluate(selected)
    tab.fill("#text", signed.partition("{warm: ")[0] + "{warm: fi")
    tab.wait_for_selector("[data-completion] button >> text=fit")
    tab.keyboard.press("Control+Space")
    tab.keyboard.type(" >= 20}, {cold: otherwise}]")
    tab.wait_for_selector(".tried .moves .label.warm")
    assert tab.locator(".tried .moves").count() == 2
    complaints += complaints_of(tab)
    tab.reload()
    assert "{warm: fit >= 20}" in tab.input_value("#text")
    tab.click("button[value=rehearse]")
    tab.click("text=Rehearse my draft")
    tab.wait_for_selector("text=2 of 3 leads move.")
    complaints += complaints_of(tab)
    tab.click("text=Back to the draft")
    tab.fill("[name=note]", "fit says more")
    tab.click("button[value=publish]")
    tab.wait_for_selector("text=waits for sales to sign")
    tab.click("text=Sign v1 as sales")
    tab.wait_for_selector("text=v1 is signed as sales: in force since")
    assert tab.inner_text(".note") == "fit says more"
    complaints += complaints_of(tab)
    assert complaints == []
