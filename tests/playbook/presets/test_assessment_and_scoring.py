"""Article C, "Leads are there: assessment, qualification and scoring": its definitions as cases."""

from __future__ import annotations

from functools import partial

import pytest


@pytest.fixture
def at(qualify):
    """at(lead, day): the lead as this article sees it."""
    return partial(qualify, preset="assessment-and-scoring")


def test_who_visited_and_took_a_magnet_barely_knows_us(at):
    """
    2026-01-05  ana  page_viewed
    2026-01-05  ana  content_downloaded
    """
    ana = at("ana", "2026-01-06")
    assert (ana.temperature, ana.stage) == ("cold", "information_qualified")


def test_warm_left_a_request_and_has_not_decided(at):
    """
    2026-01-05  ana  contact_requested
    """
    ana = at("ana", "2026-01-06")
    assert (ana.temperature, ana.stage) == ("warm", "information_qualified")


def test_hot_knows_exactly_which_product(at):
    """
    2026-01-05  ana  quote_requested
    2026-01-05  ana  pricing_viewed
    2026-01-05  bob  quote_requested product=planning
    2026-01-05  bob  pricing_viewed
    """
    assert at("ana", "2026-01-06").temperature == "warm"
    assert at("bob", "2026-01-06").temperature == "hot"


def test_hot_is_here_and_now(at):
    """
    2026-01-05  bob  quote_requested product=planning
    2026-01-05  bob  pricing_viewed
    """
    assert at("bob", "2026-01-06").temperature == "hot"
    assert at("bob", "2026-02-06").temperature == "warm"
    assert at("bob", "2026-06-06").temperature == "cold"


def test_sales_accepted_wants_to_buy_but_not_to_pay_now(at):
    """
    2026-01-05  ana  quote_requested
    2026-01-07  ana  offer_sent
    """
    ana = at("ana", "2026-01-20")
    assert ana.stage == "sales_accepted"
    assert at("ana", "2026-05-20").stage != "sales_accepted"


def test_sales_qualified_is_hot_or_ready(at):
    """
    2026-01-05  ana  email = ana@acme.io
    2026-01-05  ana  checkout_started product=planning
    """
    ana = at("ana", "2026-01-06")
    assert (ana.temperature, ana.stage, ana.department) == ("hot", "sales_qualified", "sales")


def test_who_does_not_need_the_product_is_non_qualified(at):
    """
    2026-01-05  ana  content_downloaded
    2026-01-05  ana  job_title = Student
    2026-01-05  bob  webinar_attended
    2026-01-05  bob  need = none
    """
    assert at("ana", "2026-01-06").stage == "non_qualified"
    assert at("bob", "2026-01-06").stage == "non_qualified"


def test_explicit_scoring_asks_for_bant_industry_size_and_position(at):
    """
    2026-01-05  ana  industry = Software
    2026-01-06  ana  employees = 300
    2026-01-07  ana  job_title = 'Head of Finance'
    2026-01-08  ana  budget = 5000
    2026-01-09  ana  need = 'payroll errors'
    2026-01-10  ana  timeline = this_quarter
    """
    fits = [at("ana", f"2026-01-{day:02d}").fit for day in range(5, 11)]
    assert fits == sorted(set(fits))  # every answer adds
    assert fits[-1] == 100


def test_implicit_scoring_counts_pages_favourites_and_products(at):
    """
    2026-01-05  ana  page_viewed
    2026-01-06  ana  product_viewed product=planning
    2026-01-07  ana  product_favourited product=planning
    """
    scores = [at("ana", f"2026-01-{day:02d} 12:00").engagement for day in (5, 6, 7)]
    assert scores == sorted(set(scores))


def test_the_product_viewed_most_is_known(at):
    """
    2026-01-05  ana  product_viewed product=planning
    2026-01-06  ana  product_viewed product=planning
    2026-01-07  ana  product_viewed product=planning
    """
    ana = at("ana", "2026-01-08")
    assert ana.chosen == "planning"
    assert {"knows_product", "one_product"} <= ana.segments


def test_warm_that_turns_hot_keeps_its_stage_though_nobody_can_reach_it(at):
    """
    2026-01-05  bob  email = nobody@nowhere, product = planning
    2026-01-05  bob  pricing_viewed
    2026-01-05  bob  contact_requested
    2026-01-06  bob  demo_requested
    """
    warm, hot = at("bob", "2026-01-05 12:00"), at("bob", "2026-01-06 12:00")
    assert (warm.temperature, warm.contact, warm.stage) == (
        "warm",
        "empty",
        "information_qualified",
    )
    assert (hot.temperature, hot.contact, hot.stage) == ("hot", "empty", "information_qualified")


def test_what_was_returned_is_not_what_it_wants(at):
    """
    2026-01-05  ana  quote_requested
    2026-01-05  ana  pricing_viewed
    2026-01-06  ana  returned product=planning
    """
    assert at("ana", "2026-01-05 12:00").temperature == "warm"
    assert at("ana", "2026-01-06 12:00").temperature == "warm"
