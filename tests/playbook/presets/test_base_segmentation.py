"""Article D, "Why segment the lead base": its definitions as cases."""

from __future__ import annotations

from functools import partial

import pytest


@pytest.fixture
def at(qualify):
    """at(lead, day): the lead as this article sees it."""
    return partial(qualify, preset="base-segmentation")


def test_little_recent_interest_is_cold(at):
    """
    2026-01-05  ana  webinar_attended
    2026-01-06  ana  content_downloaded
    """
    assert at("ana", "2026-01-07").temperature == "warm"
    assert at("ana", "2026-04-07").temperature == "cold"


def test_visits_and_opened_mails_are_some_interest(at):
    """
    2026-01-05  ana  page_viewed
    2026-01-06  ana  email_opened
    """
    ana = at("ana", "2026-01-07")
    assert (ana.temperature, ana.stage) == ("warm", "non_qualified")


@pytest.mark.parametrize(
    "step", ["content_downloaded", "newsletter_subscribed", "webinar_attended"]
)
def test_downloaded_subscribed_or_attended_is_marketing_qualified(at, step):
    """The three signs the article names."""
    assert at("ana", "2026-01-06", facts=f"2026-01-05  ana  {step}").stage == "marketing_qualified"


def test_warm_leads_are_less_engaged_than_qualified_ones(at):
    """
    2026-01-05  ana  page_viewed
    2026-01-05  ana  email_opened
    2026-01-05  bob  webinar_attended
    2026-01-05  cyd  demo_requested
    2026-01-05  cyd  email = cyd@acme.io
    """
    ana, bob, cyd = (at(lead, "2026-01-06") for lead in ("ana", "bob", "cyd"))
    assert (ana.stage, bob.stage, cyd.stage) == (
        "non_qualified",
        "marketing_qualified",
        "sales_qualified",
    )
    assert ana.engagement < bob.engagement < cyd.engagement


def test_hot_is_very_close_to_a_purchase(at):
    """
    2026-01-05  ana  demo_requested
    2026-01-06  ana  meeting_booked
    2026-01-06  ana  pricing_viewed
    """
    assert at("ana", "2026-01-07").temperature == "hot"
    assert at("ana", "2026-01-30").temperature == "warm"


def test_the_base_is_cut_by_industry_and_behaviour(at):
    """
    2026-01-05  ana  industry = SaaS, employees = 900, source = Google, country = US
    2026-01-05  ana  email_opened
    2026-01-06  ana  email_opened
    2026-01-06  ana  email_clicked
    """
    found = at("ana", "2026-01-07").segments
    assert {
        "software",
        "enterprise",
        "from_search",
        "north_america",
        "opens_mails",
        "clicks_mails",
    } <= found


def test_a_customer_who_looks_again_is_offered_more(at):
    """
    2025-11-05  ana  won value=1500
    2025-11-05  ana  email = ana@acme.io
    2026-01-05  ana  product_viewed product=planning
    2026-01-06  ana  product_viewed product=planning
    """
    ana = at("ana", "2026-01-07")
    assert {"cross_sell", "up_sell"} <= ana.segments
    assert ana.next_step == "Offer by mail the product it looks at"
