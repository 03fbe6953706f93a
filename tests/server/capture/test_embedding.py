"""A form in a page of one's own, in a real browser: by a script, by a frame, by a link."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.capture.conftest import Visitors, text_of
from tests.server.pages.conftest import person as person

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser, Frame, Page


#: Two seconds would be waited out for each way; that machines are quicker than these is a test of the forms.
SOONEST = timedelta(seconds=0.5)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadlight.server.capture.capture.SOONEST", SOONEST)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A site of somebody else: its folder, and where it is."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://localhost:{server.server_port}"
        server.shutdown()


def fill_in(place: Page | Frame, email: str) -> None:
    """As a person does: nobody is done in less than the form allows."""
    place.wait_for_selector("#email")
    place.wait_for_timeout(1_000 * SOONEST.total_seconds() + 50)
    place.fill("#email", email)
    place.fill("#phone", "+44 20 7183 8750")
    place.click("form p:last-child button")
    place.wait_for_selector("text=Thank you.")


@pytest.mark.parametrize("way", ["script", "frame", "link"])
def test_each_way_keeps_the_first_touch(
    visitors: Visitors, browser: Browser, site: tuple[Path, str], way: str
) -> None:
    """
    script   the campaign of the page around it, and the page
    frame    the campaign of its own address
    link     the same
    """
    folder, url = site
    form = f"{visitors.served.url}/f/call"
    page = browser.new_page()
    if way == "link":
        page.goto(f"{form}?utm_source=fair")
        place: Page | Frame = page
    else:
        code = {
            "script": f'<script src="{form}/embed.js" defer></script>',
            "frame": f'<iframe src="{form}?utm_source=fair" title="Call"></iframe>',
        }[way]
        (folder / "offer.html").write_text(f"<!doctype html><title>Ours</title>{code}")
        page.goto(f"{url}/offer.html?utm_source=fair&gclid=abc")
        page.wait_for_selector("iframe")
        page.wait_for_function("window.frames.length === 1")
        frame = next(f for f in page.frames if f.parent_frame is not None)
        frame.wait_for_url("**/f/call*")
        place = frame
    fill_in(place, f"{way}@lakeshore.org")
    page.close()
    lead = str(visitors.lead(f"{way}@lakeshore.org")["lead_id"])
    known = visitors.attributes(lead)
    assert known["utm_source"] == "fair"
    if way == "script":
        assert known["landing_page"] == f"{url}/offer.html"


def test_the_page_of_forms(visitors: Visitors, person: httpx.Client) -> None:
    """
    each form, what came of it, and the code for a page of one's own; a fault with its line
    """
    (visitors.folder / "forms/broken.yml").write_text("title: x\nfields: {shoe_size: }\n")
    page = person.get("/forms")
    words = text_of(page)
    assert "Nobody has sent it yet." in words
    assert f'<script src="{visitors.served.url}/f/guide/embed.js" defer></script>' in words
    assert "forms/broken.yml:2" in words
