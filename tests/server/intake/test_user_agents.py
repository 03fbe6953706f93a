"""Browsers that no person uses."""

from __future__ import annotations

import pytest

from leadlight.server.intake.user_agents import agent_reason, method_reason
from tests.server.intake.arrivals import PERSON

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
OUTLOOK = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; Microsoft Outlook 16.0.17328; ms-office; MSOffice 16)"
THUNDERBIRD = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.1.0"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize("agent", [PERSON, IPHONE, OUTLOOK, THUNDERBIRD, None, ""])
@pytest.mark.parametrize("kind", ["email_opened", "email_clicked", "page_viewed"])
def test_nothing_speaks_against_a_person(agent: str | None, kind: str) -> None:
    assert agent_reason(agent, kind) is None


@pytest.mark.parametrize(
    ("agent", "kind", "reason"),
    [
        ("Mozilla/5.0", "email_opened", "proxy"),  # Apple's mail
        (GMAIL, "email_opened", "proxy"),
        ("YahooMailProxy; https://help.yahoo.com/kb/", "email_opened", "proxy"),
        ("Mozilla/5.0", "email_clicked", "crawler"),
        ("Barracuda Sentinel (EE)", "email_clicked", "scanner"),
        (f"{PERSON} Mimecast", "email_clicked", "scanner"),
        ("python-requests/2.32", "email_clicked", "crawler"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", "page_viewed", "crawler"),
        ("Mozilla/5.0 (X11; Linux) HeadlessChrome/130.0", "pricing_viewed", "crawler"),
        ("bot" * 100_000, "page_viewed", "crawler"),
        ("Googlebot/2.1", "demo_requested", None),  # nothing that a scanner does
    ],
)
def test_what_is_no_person(agent: str, kind: str, reason: str | None) -> None:
    assert agent_reason(agent, kind) == reason


def test_a_head_loads_nothing() -> None:
    assert method_reason("HEAD", "email_clicked") == "head"
    assert method_reason("HEAD", "won") is None
    assert method_reason("GET", "email_clicked") is None
    assert method_reason(None, "email_clicked") is None
