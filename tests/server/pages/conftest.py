"""A person who is logged in at a served workspace, without and with a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.conftest import Served

NAME, WORD = "eve", "a long pass phrase"


@pytest.fixture
def person(served: Served) -> Iterator[httpx.Client]:
    """The first admin, logged in by the first link, as a browser without JavaScript."""
    link = served.server.welcome().login
    assert link is not None
    path = urlsplit(link).path
    with httpx.Client(base_url=served.url, timeout=60, follow_redirects=True) as client:
        page = client.get(path)
        fields = {"username": NAME, "password1": WORD, "password2": WORD}
        post(client, path, page.text, fields)
        yield client


def post(client: httpx.Client, path: str, page: str, fields: dict[str, str]) -> httpx.Response:
    """Send a form of a page, as its button does."""
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    headers = {"referer": str(client.base_url.join(path))}
    data = {"csrfmiddlewaretoken": token, **fields}
    return client.post(path, data=data, headers=headers)
