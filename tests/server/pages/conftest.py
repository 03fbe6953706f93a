"""A person who is logged in at a served workspace, without and with a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.conftest import HOSTILE, NO_TLS, Served, hot_leads, pattern_after, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME, WORD = "eve", "a long pass phrase"
#: The id of the lead that is full of markup.
MARKED = "u<1>/?&#"


@pytest.fixture(scope="session")
def marked_pattern(pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company after a lead came in who is hot and full of markup."""

    def ask(served: Served) -> None:
        traits = {
            "email": "zed@zedco.com",
            "firstName": HOSTILE,
            "company": {"name": HOSTILE},
            "title": HOSTILE,
            "website": "javascript:alert(1)",
            "phone": "+44 20 7183 8750",
        }
        asked = {"userId": MARKED, "event": "Demo Requested", "properties": {"url": HOSTILE}}
        served.send("identify", {"userId": MARKED, "traits": traits})
        served.send("track", asked)
        wait_for(lambda: hot_leads(served) == 1)

    return pattern_after(pattern, tmp_path_factory.mktemp("marked"), ask)


@pytest.fixture
def person(served: Served) -> Iterator[httpx.Client]:
    """The first admin, logged in by the first link, as a browser without JavaScript."""
    link = served.server.welcome().login
    assert link is not None
    path = urlsplit(link).path
    with httpx.Client(
        base_url=served.url, timeout=60, follow_redirects=True, verify=NO_TLS
    ) as client:
        page = client.get(path)
        fields = {"username": NAME, "password1": WORD, "password2": WORD}
        post(client, path, page.text, fields)
        yield client


@pytest.fixture
def tab(served: Served, browser: Browser) -> Iterator[Page]:
    """A browser's tab in which the first admin is logged in."""
    link = served.server.welcome().login
    assert link is not None
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(served.url + urlsplit(link).path)
    page.fill("[name=username]", NAME)
    page.fill("[name=password1]", WORD)
    page.fill("[name=password2]", WORD)
    page.click("main button")
    yield page
    page.close()


def post(client: httpx.Client, path: str, page: str, fields: dict[str, str]) -> httpx.Response:
    """Send a form of a page, as its button does."""
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    headers = {"referer": str(client.base_url.join(path))}
    data = {"csrfmiddlewaretoken": token, **fields}
    return client.post(path, data=data, headers=headers)
