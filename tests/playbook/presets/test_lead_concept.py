"""Article B, "The concept of lead and lead generation, its classification and types": its definitions as cases."""

from __future__ import annotations

from functools import partial

import pytest


@pytest.fixture
def at(qualify):
    """at(lead, day): the lead as this article sees it."""
    return partial(qualify, preset="lead-concept")


def test_a_lead_showed_interest_and_left_its_contacts(at):
    """
    2026-01-05  ana  email = ana@acme.io
    2026-01-05  ana  page_viewed
    2026-01-05  bob  page_viewed
    """
    assert at("ana", "2026-01-06").stage == "lead"
    assert at("bob", "2026-01-06").stage == "non_qualified"


def test_no_clear_interest_yet_is_cold(at):
    """
    2026-01-05  ana  email = ana@acme.io
    2026-01-05  ana  email_opened
    """
    assert at("ana", "2026-01-06").temperature == "cold"


@pytest.mark.parametrize(
    "step", ["page_viewed", "survey_answered", "newsletter_subscribed", "event_attended"]
)
def test_earlier_in_the_funnel_is_warm(at, step):
    """The steps the article names: visited, filled in a feedback form, subscribed, took part in a campaign."""
    facts = f"2026-01-05  ana  {step}"
    assert at("ana", "2026-01-06", facts=facts).temperature == "warm"


@pytest.mark.parametrize(
    "step",
    [
        "chat_held",
        "email_replied",
        "application_filled",
        "contact_requested",
        "demo_requested",
        "checkout_started",
    ],
)
def test_who_asks_applies_leaves_its_number_or_orders_is_hot(at, step):
    """The steps the article names for a hot lead."""
    facts = f"2026-01-05  ana  {step}"
    assert at("ana", "2026-01-06", facts=facts).temperature == "hot"


def test_a_hot_lead_is_answered_within_minutes(at):
    """
    2026-01-05  ana  email = ana@acme.io
    2026-01-05  ana  contact_requested
    """
    ana = at("ana", "2026-01-05 00:10")
    assert (ana.department, ana.respond_within) == ("sales", 5 * 60)


def test_without_a_fast_answer_it_is_lost_within_the_week(at):
    """
    2026-01-05  ana  contact_requested
    """
    assert at("ana", "2026-01-08").temperature == "hot"
    assert at("ana", "2026-01-14").temperature == "warm"
    assert at("ana", "2026-05-14").temperature == "cold"


def test_who_has_no_means_to_pay_is_non_target_and_serves_market_research(at):
    """
    2026-01-05  ana  email = ana@acme.io, budget = 0
    2026-01-05  bob  email = bob@acme.io
    """
    ana = at("ana", "2026-01-06")
    assert (ana.audience, ana.department) == ("non_target", "market research")
    assert "cannot_pay" in ana.segments
    assert at("bob", "2026-01-06").audience == "target"


def test_empty_are_those_whose_details_are_unusable(at):
    """
    2026-01-05  none   first_name = Ana
    2026-01-05  typo   email = ana_at_acme.io
    2026-01-05  fake   email = test@test.com, phone = 1234567890
    2026-01-05  short  phone = 12345
    2026-01-05  old    email = ana@acme.io
    2026-01-06  old    email_bounced
    2026-01-05  mail   email = zoë@müller.example.de
    2026-01-05  call   phone = '+49 (151) 2345-6789'
    2026-01-05  mob    email = nonsense, mobile = 015123456789
    """
    for lead in ("none", "typo", "fake", "short", "old"):
        said = at(lead, "2026-01-07")
        assert (lead, said.contact, said.department) == (lead, "empty", "data desk")
    for lead in ("mail", "call", "mob"):
        assert (lead, at(lead, "2026-01-07").contact) == (lead, "reachable")


def test_an_empty_lead_that_is_updated_is_reachable_again(at):
    """
    2026-01-05  ana  email = ana_at_acme.io
    2026-02-05  ana  email = ana@acme.io
    """
    assert at("ana", "2026-01-06").contact == "empty"
    assert at("ana", "2026-02-06").contact == "reachable"


def test_leads_are_cut_by_source_geography_demography_and_behaviour(at):
    """
    2026-01-05  ana  source = 'Facebook Ads', country = FR, city = Lyon, gender = female, age = 31, income = 90000
    2026-01-05  ana  interests = cycling
    2026-01-05  ana  product_viewed product=bikes
    2026-01-06  ana  product_viewed product=bikes
    2026-01-07  ana  searched
    """
    found = at("ana", "2026-01-08").segments
    assert {"from_social", "europe", "has_region", "women", "age_25_to_44", "high_income"} <= found
    assert {"told_interests", "browsers", "knows_product"} <= found
