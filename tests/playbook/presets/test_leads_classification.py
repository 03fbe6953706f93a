"""Article A, "Leads Classification": its definitions as cases."""

from __future__ import annotations

from functools import partial

import pytest


@pytest.fixture
def at(qualify):
    """at(lead, day): the lead as this article sees it."""
    return partial(qualify, preset="leads-classification")


def test_who_left_its_contacts_for_a_tip_sheet_is_information_qualified(at):
    """
    2026-01-05  ana  content_downloaded
    """
    assert at("ana", "2026-01-06").stage == "information_qualified"


def test_an_information_qualified_lead_without_a_further_step_is_cold_and_contacted_later(at):
    """
    2026-01-05  ana  email = ana@acme.io
    2026-01-05  ana  content_downloaded
    """
    ana = at("ana", "2026-02-06")
    assert (ana.stage, ana.temperature) == ("information_qualified", "cold")
    assert "to_contact_later" in ana.segments
    assert ana.next_step == "Follow-up mail with more on what it took; contact it later"


def test_cold_turns_warm_as_it_takes_one_free_offering_after_the_other(at):
    """
    2026-01-05  ana  content_downloaded
    2026-01-19  ana  email_opened
    2026-02-02  ana  webinar_attended
    """
    assert at("ana", "2026-01-20").temperature == "cold"
    assert at("ana", "2026-02-03").temperature == "warm"


def test_a_free_webinar_makes_a_lead_marketing_qualified(at):
    """
    2026-01-05  ana  webinar_attended
    2026-01-05  bob  trial_started
    """
    assert at("ana", "2026-01-06").stage == "marketing_qualified"
    assert at("bob", "2026-01-06").stage == "marketing_qualified"


def test_marketing_qualified_follows_information_qualified_and_is_like_warm(at):
    """
    2026-01-05  ana  content_downloaded
    2026-01-12  ana  webinar_attended
    """
    assert at("ana", "2026-01-06").stage == "information_qualified"
    ana = at("ana", "2026-01-13")
    assert (ana.stage, ana.temperature) == ("marketing_qualified", "warm")


def test_hot_is_budget_responsible_person_demand_and_time(at):
    """
    2026-01-05  ana  budget = 40000, authority = decision_maker, need = 'replace spreadsheets', timeline = now
    2026-01-05  ana  created_at = 2026-01-05
    2026-01-05  bob  budget = 40000, created_at = 2026-01-05
    """
    ana = at("ana", "2026-01-07")
    assert (ana.temperature, ana.bant) == ("hot", 100)
    assert (ana.bant_budget, ana.bant_authority, ana.bant_need, ana.bant_timeline) == ("yes",) * 4
    bob = at("bob", "2026-01-07")
    assert bob.temperature == "cold"
    assert (bob.bant, bob.bant_known, bob.bant_timeline) == (25, 25, "unknown")


def test_answers_get_old_too(at):
    """
    2026-01-05  ana  budget = 40000, authority = decision_maker, need = 'replace spreadsheets', timeline = now
    2026-01-05  ana  created_at = 2026-01-05
    """
    assert at("ana", "2026-01-07").temperature == "hot"
    assert at("ana", "2026-04-07").temperature == "warm"
    assert at("ana", "2026-12-07").temperature == "cold"


def test_warm_without_a_budget_yet(at):
    """
    2026-01-05  ana  webinar_attended
    2026-01-06  ana  budget = 0
    2026-01-07  ana  contact_requested
    2026-01-07  ana  email_replied
    """
    assert at("ana", "2026-01-08").temperature == "warm"


def test_a_warm_lead_sleeps_and_suddenly_wakes_up_and_buys(at):
    """
    2026-01-05  ana  webinar_attended
    2026-06-20  ana  quote_requested
    2026-06-22  ana  won value=900
    """
    assert at("ana", "2026-01-06").temperature == "warm"
    asleep = at("ana", "2026-05-20")
    assert asleep.temperature == "cold"
    assert "sleeping" in asleep.segments
    awake = at("ana", "2026-06-21")
    assert awake.temperature == "hot"
    assert "woke_up" in awake.segments
    assert at("ana", "2026-06-23").stage == "customer"


def test_who_turns_to_a_salesperson_is_sales_ready_without_a_guarantee(at):
    """
    2026-01-05  ana  contact_requested
    """
    assert at("ana", "2026-01-06").stage == "sales_ready"
    assert at("ana", "2026-03-06").stage == "non_qualified"


def test_sales_qualified_comes_after_the_conversation(at):
    """
    2026-01-05  ana  contact_requested
    2026-01-06  ana  call_held result=interested
    """
    assert at("ana", "2026-01-05 23:00").stage == "sales_ready"
    assert at("ana", "2026-01-07").stage == "sales_qualified"


def test_a_lost_lead_steps_back(at):
    """
    2026-01-05  ana  contact_requested
    2026-01-06  ana  call_held
    2026-01-20  ana  lost result='no budget'
    2026-02-20  ana  contact_requested
    """
    assert at("ana", "2026-01-10").stage == "sales_qualified"
    lost = at("ana", "2026-01-21")
    assert (lost.stage, lost.temperature) == ("non_qualified", "cold")
    assert at("ana", "2026-02-21").stage != "non_qualified"


def test_a_consumer_who_joined_a_subscription_lately_is_a_member_service_request(at):
    """
    2026-01-05  ana  subscription_started
    """
    assert at("ana", "2026-01-20").stage == "member_service_request"
    assert at("ana", "2026-03-20").stage == "customer"
