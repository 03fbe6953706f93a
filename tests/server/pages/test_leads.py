"""The list of leads and the page of one: what verbs answer, as pages that need no script."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import Served, hot_leads, wait_for
from tests.server.pages.conftest import MARKED


@pytest.fixture
def hot(marked_pattern: Path, served: Served) -> str:
    """A lead who is hot and carries markup wherever a sender may put some."""
    assert hot_leads(served) == 1
    return MARKED


def test_the_hottest_comes_first_and_its_page_says_why(
    served: Served, person: httpx.Client, hot: str
) -> None:
    page = person.get("/leads")
    assert page.status_code == 200
    rows = re.findall(r'<tr data-row><th scope="row"><a href="([^"]+)">', page.text)
    assert len(rows) == 4
    lead = person.get(unescape(rows[0]))
    assert lead.status_code == 200
    assert "Asked for a demo" in lead.text or "demo requested" in lead.text
    assert 'href="mailto:zed@zedco.com"' in lead.text
    assert 'href="tel:+442071838750"' in lead.text


def test_nothing_of_a_lead_is_markup(person: httpx.Client, hot: str) -> None:
    for path in ("/leads", "/leads?q=" + "%3Cscript%3E", "/leads/u%3C1%3E/%3F&%23"):
        page = person.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "javascript:" not in page.text.replace(unescape("javascript:alert(1)</dd>"), "")
        assert "{{7*7}}" in page.text or path == "/leads?q=%3Cscript%3E"
        policy = page.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert page.headers["cache-control"].startswith("no-store")


def test_filters_stand_in_the_url(person: httpx.Client, hot: str) -> None:
    page = person.get("/leads", params={"temperature": "hot"})
    assert page.text.count("data-row") == 1
    assert '<option value="hot" selected>' in page.text
    assert (
        person.get("/leads", params={"temperature": "hot", "q": "nobody"}).text.count("data-row")
        == 0
    )
    assert person.get("/leads", params={"segment": "large"}).text.count("data-row") == 1
    assert person.get("/leads", params={"sort": "nothing"}).status_code == 409


def test_a_lead_has_neighbours_in_its_list(person: httpx.Client, hot: str) -> None:
    page = person.get("/leads?sort=lead_id")
    rows = [
        unescape(r)
        for r in re.findall(r'<tr data-row><th scope="row"><a href="([^"]+)">', page.text)
    ]
    second = person.get(rows[1])
    (after,) = re.findall(r'<a href="([^"]+)" data-after>', second.text)
    (before,) = re.findall(r'<a href="([^"]+)" data-before>', second.text)
    assert person.get(unescape(after)).url.path == httpx.URL(rows[2]).path
    assert person.get(unescape(before)).url.path == httpx.URL(rows[0]).path


def test_the_page_of_a_moment(person: httpx.Client, hot: str) -> None:
    """Before it was known it was not there; a moment that is none is told."""
    assert person.get("/leads/L1", params={"as_of": "2026-11-01T09:30"}).status_code == 200
    missing = person.get("/leads/nobody")
    assert missing.status_code == 404
    assert "nobody" in missing.text
    assert person.get("/leads/L1", params={"as_of": "soon"}).status_code == 404


@pytest.mark.parametrize("path", ["/leads", "/leads/L1"])
def test_who_is_not_logged_in_is_sent_to_the_log_in(served: Served, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/log-in")


def test_after_log_out_nothing_is_shown(served: Served, person: httpx.Client) -> None:
    from tests.server.pages.conftest import post

    page = person.get("/leads")
    post(person, "/log-out", page.text, {})
    assert person.get("/leads").url.path == "/log-in"


def test_who_has_not_consented_is_no_link(served: Served, person: httpx.Client) -> None:
    """As on Today: the address stands there, with why it is not used."""
    traits = {"email": "nora@norco.com", "consent": False, "phone": "+44 20 7183 8750"}
    served.send("identify", {"userId": "u5", "traits": traits})
    page = wait_for(lambda: (p := person.get("/leads/u5")).status_code == 200 and p)
    assert "nora@norco.com" in page.text
    assert "mailto:" not in page.text
    assert "tel:" not in page.text
    assert "Has not consented" in page.text
