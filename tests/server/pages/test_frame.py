"""What all pages have in common: languages, the palette, and that everybody can use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.server.conftest import Served, wait_for
from tests.server.pages.conftest import post
from tests.server.pages.test_today import hot  # noqa: F401 - the fixture

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_language_of_the_browser_and_of_a_choice(person: httpx.Client) -> None:
    """
    a browser that wants German    German, and says so
    one that wants Welsh           English
    a click on English             English from then on, on the same page
    """
    german = person.get("/start", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<html lang="de">' in german.text
    assert "Wen Sie heute anrufen" in german.text
    welsh = person.get("/start", headers={"Accept-Language": "cy"})
    assert '<html lang="en">' in welsh.text
    again = post(person, "/language", german.text, {"language": "en", "next": "/start"})
    assert again.url.path == "/start"
    chosen = person.get("/start", headers={"Accept-Language": "de"})
    assert '<html lang="en">' in chosen.text


@pytest.mark.usefixtures("hot")
def test_the_palette_finds_leads(person: httpx.Client) -> None:
    """
    a word of a name      the lead, with its address
    nothing                 nothing
    nobody's letters        nothing
    """
    found = person.get("/find", params={"q": "zimmer"}).json()["leads"]
    assert [lead["url"] for lead in found] == ["/leads/zed"]
    assert found[0]["name"] == "Zed Zimmer"
    assert person.get("/find", params={"q": " "}).json() == {"leads": []}
    assert person.get("/find", params={"q": "zzzz"}).json() == {"leads": []}


@pytest.mark.usefixtures("hot")
def test_the_palette_by_keys(served: Served, tab: Page) -> None:
    """
    Ctrl K, "ladd", Enter    the page Ladder
    Ctrl K, "zed zi", Enter    the lead
    Ctrl K, "zz"             nothing fits, and that is said
    """
    tab.goto(served.url + "/leads")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("ladd")
    tab.wait_for_selector("#goals li[aria-selected=true] >> text=Ladder")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/ladder")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("zed zi")
    tab.wait_for_selector("#goals li >> text=Zed Zimmer")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/leads/zed")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("zz")
    tab.wait_for_selector("#goals-none:visible")


def places(page: Page) -> list[str]:
    """Every page of the bar."""
    links = page.locator("nav [data-go]").all()
    return [href for link in links if (href := link.get_attribute("href"))]


@pytest.mark.usefixtures("hot")
def test_no_page_shuts_anybody_out(served: Served, tab: Page) -> None:
    """axe has no complaint of a page of the bar, nor of a lead; none is wider than a phone, and
    nothing breaks the policy.
    """
    complaints: list[str] = []
    tab.on("pageerror", lambda fault: complaints.append(str(fault)))
    tab.on("console", lambda m: "policy" in m.text.lower() and complaints.append(m.text))
    tab.goto(served.url + "/leads")
    for path in [*places(tab), "/leads/zed", "/password"]:
        tab.goto(served.url + path)
        width = tab.evaluate("document.documentElement.scrollWidth")
        if width > 375:
            complaints.append(f"{path}: {width} px wide")
        # In the dark only the colours are others.
        for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = Axe().run(tab, options={"resultTypes": ["violations"], **rules})
            complaints += [
                f"{path} ({scheme}): {v['id']}: {n['html'][:120]}"
                for v in found.response["violations"]
                for n in v["nodes"]
            ]
    assert not complaints, "\n".join(complaints)


def test_after_log_out_back_shows_nothing(served: Served, tab: Page) -> None:
    """A list of leads, log out, Back: the log-in, and no lead."""
    headers = {"authorization": f"Bearer {served.read}"}
    wait_for(lambda: served.client.get("/api/v1/leads", headers=headers).json().get("total") == 3)
    tab.goto(served.url + "/leads")
    assert tab.locator("[data-row]").count() == 3
    tab.click("text=Log out")
    tab.wait_for_url("**/log-in**")
    tab.go_back()
    tab.wait_for_load_state()
    assert tab.locator("[data-row]").count() == 0
    assert tab.locator("[name=password]").count() == 1


def test_a_page_is_light(person: httpx.Client) -> None:
    """What a page carries, compressed: the first visit at most 150 KB, of it 30 KB of script."""
    page = person.get("/today")
    scripts = styles = 0
    for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
        size = len(person.get(path).content)
        scripts += size if path.endswith(".js") else 0
        styles += size if path.endswith(".css") else 0
    assert 0 < scripts <= 30_000
    assert len(page.content) + scripts + styles <= 150_000
