"""The channel of a lead, by the rules of Google Analytics 4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadlight.facts.channels import CHANNELS, channel_of

RULES = [
    # source, medium, campaign, channel: a row or more for each rule, in its order
    ("(direct)", "(none)", None, "Direct"),
    ("(direct)", "(not set)", None, "Direct"),
    ("google", "cpc", "Spring cross-network", "Cross-network"),
    ("google", "cpc", "eshop", "Paid Shopping"),
    ("ebay.com", "ppc", None, "Paid Shopping"),
    ("google", "cpc", "workshop", "Paid Search"),
    ("Bing", "CPC", None, "Paid Search"),
    ("google", "cpm", None, "Paid Search"),
    ("facebook", "paid_social", None, "Paid Social"),
    ("m.facebook.com", "cpc", None, "Paid Social"),
    ("youtube.com", "retargeting", None, "Paid Video"),
    ("example.com", "cpm", None, "Display"),
    ("example.com", "banner", None, "Display"),
    ("example.com", "ppc", None, "Paid Other"),
    ("amazon.co.uk", "referral", None, "Organic Shopping"),
    ("example.com", None, "shop-sale", "Organic Shopping"),
    ("example.com", None, "photoshop", "Unassigned"),
    ("example.com", None, "bishop", "Unassigned"),
    ("linkedin", "social", None, "Organic Social"),
    ("x.com", "referral", None, "Organic Social"),
    ("example.com", "sm", None, "Organic Social"),
    ("vimeo.com", "referral", None, "Organic Video"),
    ("example.com", "online video", None, "Organic Video"),
    ("google", "organic", None, "Organic Search"),
    ("google.co.uk", "referral", None, "Organic Search"),
    ("example.com", "organic", None, "Organic Search"),
    ("newsletter", "e-mail", None, "Email"),
    ("e mail", "x", None, "Email"),
    ("example.com", "affiliate", None, "Affiliates"),
    ("chatgpt.com", "referral", None, "AI Assistants"),
    ("example.com", "referral", None, "Referral"),
    ("spotify", "audio", None, "Audio"),
    ("sms", "x", None, "SMS"),
    ("example.com", "web push", None, "Mobile Push Notifications"),
    ("firebase", "x", None, "Mobile Push Notifications"),
    ("Trade fair", None, None, "Unassigned"),
    # what CRMs write
    ("ORGANIC_SEARCH", None, None, "Organic Search"),
    ("Paid Social", "", None, "Paid Social"),
    ("Google Ads", None, None, "Paid Search"),
    ("Facebook Ads", None, None, "Paid Social"),
    ("Facebook", None, None, "Organic Social"),
    ("Direct traffic", None, None, "Direct"),
    ("Referrals", None, None, "Referral"),
    # nothing is known: that is not Direct
    (None, None, None, "(unknown)"),
    (" ", "", None, "(unknown)"),
    # the words of a domain are not the domain
    ("ask.example.com", "referral", None, "Referral"),
    ("video.example.com", "referral", None, "Referral"),
]


@pytest.mark.parametrize(("source", "medium", "campaign", "channel"), RULES)
def test_a_touch_has_the_channel_of_the_first_rule_that_holds(
    source: str | None, medium: str | None, campaign: str | None, channel: str
) -> None:
    assert channel_of(source, medium, campaign) == channel


def test_every_channel_stands_in_the_table() -> None:
    assert {channel for *_, channel in RULES} == set(CHANNELS)


@given(st.text(), st.text(), st.text())
def test_whatever_stands_there_has_a_channel_whatever_its_case(s: str, m: str, c: str) -> None:
    """A source is a stranger's text."""
    assert channel_of(s, m, c) in CHANNELS
    assert channel_of(f" {s.upper().lower()} ", m, c) == channel_of(s.upper().lower(), m, c)
