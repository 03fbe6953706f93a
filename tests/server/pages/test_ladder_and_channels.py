"""Ladder and Channels: the numbers of managers and of marketing, as pages that need no script."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import HOSTILE, Served, hot_leads, pattern_after, wait_for


@pytest.fixture(scope="module")
def moved_pattern(pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lead came in by an advertisement and is hot; its source and campaign are hostile text."""

    def move(served: Served) -> None:
        served.send(
            "identify",
            {
                "userId": "u1",
                "traits": {"email": "zed@zedco.com", "source": HOSTILE, "campaign": HOSTILE},
                "context": {"campaign": {"source": HOSTILE, "medium": "cpc", "name": HOSTILE}},
            },
        )
        served.send("track", {"userId": "u1", "event": "Demo Requested"})
        wait_for(lambda: hot_leads(served) == 1)

    return pattern_after(pattern, tmp_path_factory.mktemp("moved"), move)


@pytest.fixture
def moved(moved_pattern: Path, served: Served) -> Served:
    assert hot_leads(served) == 1
    return served


def test_a_manager_sees_who_stands_where_and_clicks_through(
    person: httpx.Client, moved: Served
) -> None:
    page = person.get("/ladder")
    assert page.status_code == 200
    row = re.search(r'<tr data-row><th scope="row"><a href="([^"]+)">.*?hot.*?</tr>', page.text)
    assert row is not None
    assert re.findall(r'<td class="numbers">([^<]*)</td>', row[0])[0] == "1"
    assert person.get(unescape(row[1])).text.count("data-row") == 1
    assert page.text.count('<svg role="img"') == 1
    assert 'fill="#1d2730"' not in page.text  # the words are to be read in the dark as well
    split = person.get("/ladder", params={"by": "segment"})
    assert "/leads?temperature=cold&amp;segment=large" in split.text


def test_marketing_sees_what_each_channel_brings(person: httpx.Client, moved: Served) -> None:
    page = person.get("/channels", params={"by": "source", "touch": "last"})
    assert page.status_code == 200
    assert page.text.count("<tr data-row>") == 2
    assert '<option value="source" selected>' in page.text
    assert "too few to judge" in page.text
    first = person.get("/channels", params={"by": "source"})
    links = re.findall(r'<th scope="row"><a href="([^"]+)">', first.text)
    assert sorted(person.get(unescape(u)).text.count("<tr data-row>") for u in links) == [1, 3]
    assert page.text.count('<svg role="img"') == 1


def test_nothing_of_a_lead_is_markup_and_nothing_is_inline(
    person: httpx.Client, moved: Served
) -> None:
    for path in ("/ladder?by=source", "/channels", "/channels?by=source", "/channels?by=campaign"):
        page = person.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "unsafe" not in page.headers["content-security-policy"]
        assert not re.search(r"<[^>]+ (style|on\w+)=|<style|javascript:", page.text)


def test_what_cannot_be_asked_is_told(person: httpx.Client, moved: Served) -> None:
    for path in ("/ladder?by=x", "/channels?by=x", "/channels?touch=x", "/ladder?since=soon"):
        page = person.get(path)
        assert page.status_code == 409
        assert "That cannot be done" in page.text
    assert "the first is of" in person.get("/ladder?until=2020-01-01").text


@pytest.mark.parametrize("path", ["/ladder", "/channels"])
def test_who_is_not_logged_in_is_sent_to_the_log_in(served: Served, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/log-in")
