"""Outcomes from a lead's own page, the first page, and moments in the reader's time zone."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import httpx
import pytest

from leadlight.server.pages.templatetags.moments import moment_text
from tests.server.pages.conftest import post
from tests.server.pages.test_leads import hot as hot  # the fixture
from tests.server.pages.test_leads_change import field


def test_an_outcome_is_logged_where_the_lead_is_read(person: httpx.Client, hot: str) -> None:
    """It comes back to the same lead with its list, and is taken back there."""
    page = person.get("/leads/L1?list=sort%3Dlead_id")
    form = {n: field(page, n) for n in ("lead", "from", "list", "seen")}
    assert 'data-key="' not in page.text  # a key would press a button that nobody sees
    done = post(person, "/today", page.text, {**form, "outcome": "no_answer"})
    assert (done.url.path, done.url.params["list"]) == ("/leads/L1", "sort=lead_id")
    assert "Logged 20" in done.text
    undo = {n: field(done, n) for n in ("outcome_id", "lead", "from", "list")}
    back = post(person, "/today/undo", done.text, undo)
    assert back.url.path == "/leads/L1"
    assert "taken back" in back.text
    assert "Logged 20" not in back.text
    faulty = post(person, "/today", page.text, {**form, "outcome": "lost", "note": "left"})
    assert faulty.status_code == 409
    assert ">left</textarea>" in faulty.text
    assert field(faulty, "from") == "lead"


def test_the_first_page_leads_to_today(person: httpx.Client, hot: str) -> None:
    assert person.get("/").url.path == "/today"


def test_a_moment_is_read_where_the_reader_is(person: httpx.Client, hot: str) -> None:
    def as_of(zone: str) -> str:
        page = person.get("/leads", headers={"cookie": f"{cookies}; zone={zone}"})
        return unescape(re.findall(r"<time [^>]+>([^<]+)<", page.text)[0])

    cookies = "; ".join(f"{c.name}={c.value}" for c in person.cookies.jar)
    assert as_of("Asia/Tokyo").endswith(" JST")
    for wrong in ("../../etc/passwd", "Mars/Base", "", "%00", "a" * 300):
        assert as_of(wrong).endswith(" UTC")


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Berlin", "2026-07-01 12:00 CEST"),
        ("America/New_York", "2026-07-01 06:00 EDT"),
        ("", "2026-07-01 10:00 UTC"),
    ],
)
def test_summer_time_is_the_zone_s_own(zone: str, text: str) -> None:
    assert moment_text(datetime(2026, 7, 1, 10), zone) == text
