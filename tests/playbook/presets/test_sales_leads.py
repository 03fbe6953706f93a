"""Article E, "What are leads in sales": its definitions as cases."""

from __future__ import annotations

from functools import partial

import pytest


@pytest.fixture
def at(qualify):
    """at(lead, day): the lead as this article sees it."""
    return partial(qualify, preset="sales-leads")


def test_who_came_by_social_media_or_a_form_is_at_a_very_early_stage(at):
    """
    2026-01-05  ana  source = Facebook
    2026-01-05  ana  social_engaged
    2026-01-05  bob  form_submitted
    """
    assert at("ana", "2026-01-06").temperature == "cold"
    assert at("bob", "2026-01-06").temperature == "cold"


def test_who_researches_solutions_is_warm(at):
    """
    2026-01-05  ana  webinar_attended
    2026-01-06  ana  pricing_viewed
    2026-01-05  bob  need = 'payroll errors', created_at = 2026-01-05
    """
    assert at("ana", "2026-01-07").temperature == "warm"
    assert at("bob", "2026-01-07").temperature == "warm"


def test_a_contact_form_makes_hot(at):
    """
    2026-01-05  ana  contact_requested
    """
    assert at("ana", "2026-01-06").temperature == "hot"


def test_who_was_sent_by_a_customer_and_is_interested_is_hot(at):
    """
    2026-01-05  ana  referred_by = 'Jo at Acme'
    2026-01-05  ana  webinar_attended
    2026-01-06  ana  pricing_viewed
    2026-01-07  ana  product_viewed product=planning
    2026-01-05  bob  referred_by = 'Jo at Acme'
    """
    assert at("ana", "2026-01-08").temperature == "hot"
    assert at("bob", "2026-01-08").temperature == "cold"


def test_a_lead_turns_cold_again_when_it_forgets_its_need(at):
    """
    2026-01-05  ana  contact_requested
    """
    assert at("ana", "2026-01-06").temperature == "hot"
    assert at("ana", "2026-02-06").temperature == "warm"
    assert at("ana", "2026-05-06").temperature == "cold"


def test_a_lead_turns_cold_again_when_it_rethinks_the_budget(at):
    """
    2026-01-05  ana  contact_requested
    2026-01-08  ana  budget = 0
    """
    assert at("ana", "2026-01-07").temperature == "hot"
    ana = at("ana", "2026-01-09")
    assert ana.temperature == "cold"
    assert "turned_cold_again" in ana.segments


def test_a_lead_turns_cold_again_when_a_competitor_convinces_it(at):
    """
    2026-01-05  ana  contact_requested
    2026-01-09  ana  lost result=competitor
    """
    assert at("ana", "2026-01-08").temperature == "hot"
    assert at("ana", "2026-01-10").temperature == "cold"


AGREED = """
    2026-01-05  ana  email = ana@acme.io, industry = software, employees = 300
    2026-01-05  ana  revenue = 9000000, budget = 20000, authority = decision_maker, timeline = this_quarter
"""


def test_sales_ready_is_high_interest_and_the_agreed_criteria(at):
    """Neither alone is enough."""
    interest = "2026-01-05  ana  contact_requested"
    assert at("ana", "2026-01-06", facts=AGREED + interest).stage == "sales_ready"
    assert at("ana", "2026-01-06", facts=AGREED).stage != "sales_ready"
    alone = at("ana", "2026-01-06", facts="2026-01-05  ana  email = ana@acme.io\n" + interest)
    assert alone.stage != "sales_ready"
    assert "ask_more" in alone.segments


def test_the_agreed_criteria_say_how_much_is_known(at):
    """What a call teaches is known from the call on."""
    ana = at("ana", "2026-01-06", facts=AGREED)
    assert (ana.agreed, ana.agreed_known) == (100, 100)
    assert "ideal" in ana.segments


def test_product_qualified_is_interested_in_one_of_several_products(at):
    """
    2026-01-05  ana  product_viewed product=planning
    2026-01-06  ana  product_viewed product=planning
    """
    ana = at("ana", "2026-01-07")
    assert (ana.stage, ana.product_seen) == ("product_qualified", "planning")


def test_relevant_content_moves_an_information_qualified_lead_on(at):
    """
    2026-01-05  ana  email = ana@acme.io
    2026-01-05  ana  content_downloaded
    2026-01-12  ana  content_downloaded
    """
    first = at("ana", "2026-01-06")
    assert first.stage == "information_qualified"
    assert first.next_step == "The next piece of content that follows what it took"
    assert at("ana", "2026-01-13").stage == "marketing_qualified"


def test_an_sql_gets_more_follow_ups_than_an_mql(at):
    """
    2026-01-01  ana  email = ana@acme.io, budget = 5000, authority = decision_maker
    2026-01-05  ana  meeting_held
    2026-01-05  bob  email = bob@acme.io
    2026-01-05  bob  webinar_attended
    2026-01-06  bob  email_clicked
    """
    ana, bob = at("ana", "2026-01-30"), at("bob", "2026-01-07")
    assert (ana.stage, bob.stage) == ("sales_qualified", "marketing_qualified")
    assert (ana.temperature, bob.temperature) == ("warm", "warm")
    assert (ana.next_step, bob.next_step.split("; ")[-1]) == (
        "Follow up by mail twice a week until it decides",
        "follow up every two weeks",
    )


def test_how_it_may_be_contacted(at):
    """
    2026-01-05  ana  email = ana@acme.io, do_not_email = true, phone = '+49 151 23456789'
    """
    found = at("ana", "2026-01-06").segments
    assert "by_phone" in found
    assert "by_mail" not in found
