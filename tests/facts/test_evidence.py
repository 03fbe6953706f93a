"""Which columns are evidence of interest, by their headers and cells."""

from __future__ import annotations

import pytest

from leadlight.facts.catalog import Type
from leadlight.facts.evidence import (
    ColumnProfile,
    RankedEvidence,
    StatedEvidence,
    evidence_of,
    says,
)

ROWS = 100


def number(header: str, low: float = 0, high: float = 50) -> ColumnProfile:
    return ColumnProfile(_slug(header), header, Type.NUMBER, ROWS, ROWS, low, high)


def words(header: str, *each: str, name: str | None = None) -> ColumnProfile:
    counted = dict.fromkeys(each, ROWS // len(each))
    return ColumnProfile(name or _slug(header), header, Type.TEXT, ROWS, ROWS, words=counted)


def _slug(header: str) -> str:
    """About what a column of that header is called; `column` where it has no Latin letter."""
    found = "".join(c if c.isascii() and c.isalnum() else "_" for c in header.lower())
    return found if found.strip("_") else "column"


def ranked(*columns: ColumnProfile) -> dict[str, str]:
    return {e.name: e.expression for e in evidence_of(columns) if isinstance(e, RankedEvidence)}


def stated(*columns: ColumnProfile) -> dict[str, tuple[str, int]]:
    found = (e for e in evidence_of(columns) if isinstance(e, StatedEvidence))
    return {e.name: (e.when, e.points) for e in found}


@pytest.mark.parametrize(
    "header",
    [
        "Total Time Spent on Website",
        "time_on_site",
        "session_duration_seconds",
        "Verweildauer (Sek.)",
        "Czas na stronie",
        "滞在時間",
    ],
)
def test_time_on_the_site_is_found_in_any_unit_and_language(header: str) -> None:
    assert list(ranked(number(header))) == ["time_spent"]


@pytest.mark.parametrize(
    "header", ["Call duration", "response time", "Contract duration", "Average session duration"]
)
def test_other_times_are_none(header: str) -> None:
    assert not ranked(number(header))


def test_several_durations_are_added_unless_one_is_their_total() -> None:
    apart = ranked(number("Blog_Duration"), number("Shop_Duration"))
    assert apart["time_spent"] == "coalesce(blog_duration, 0) + coalesce(shop_duration, 0)"
    total = ranked(number("Blog_Duration"), number("Total time spent"))
    assert total["time_spent"] == "total_time_spent"


def test_a_count_beside_its_duration_counts_pages() -> None:
    found = ranked(number("ProductRelated"), number("ProductRelated_Duration"))
    assert found["pages_seen"] == "productrelated"


def test_recency_is_that_of_the_last_step_and_not_of_the_first() -> None:
    assert ranked(number("days_since_last_touch"))["recency"] == "-days_since_last_touch"
    assert not ranked(number("days_since_first_touch"))


def test_what_a_lead_is_is_no_evidence() -> None:
    assert not ranked(number("Employees"), number("Annual revenue"), number("income"))
    assert not stated(words("Job title", "CEO", "Clerk"), words("Industry", "Retail", "Software"))


def test_answers_speak_for_and_against() -> None:
    found = stated(words("Budgt_alloc", "Yes", "No", "Unknown"))
    assert found["budget_allocated"] == ("budgt_alloc in ('Yes')", 10)
    assert found["budget_allocated_not"] == ("budgt_alloc in ('No')", -10)


def test_a_column_of_other_words_is_no_answer() -> None:
    assert not stated(words("Need", "Faster invoices", "Fewer clicks", "A better price"))


def test_referral_is_a_recommendation_unless_the_web_is_meant() -> None:
    person = stated(words("Lead source", "Referral", "Trade fair", name="source"))
    assert person["recommended"] == ("source in ('Referral')", 30)
    web = stated(words("Lead source", "referral", "organic_search", "direct", name="source"))
    assert "recommended" not in web


def test_a_yes_or_no_under_referral_is_no_recommender() -> None:
    """`Referral` = Yes / No says whether, not who: "No" is nobody's name."""
    assert "recommended_by" not in stated(words("Referral", "Yes", "No", name="referred_by"))
    assert "recommended_by" in stated(words("Referral", "Ana Lee", "Bo Li", name="referred_by"))


def test_a_column_of_one_value_is_none() -> None:
    assert not ranked(number("time on site", 3, 3))


def test_what_says_the_outcome_is_left_out() -> None:
    columns = [number("time on site"), number("Activity count")]
    found = evidence_of(columns, leave_out={"time_on_site"})
    assert [e.name for e in found] == ["activities"]


def test_a_quote_in_a_cell_stays_in_it() -> None:
    found = stated(words("Lead source", "Friend", "O'Brien's list", name="source"))
    assert found["recommended"][0] == "source in ('Friend')"


def test_words_of_a_header_are_told_apart() -> None:
    assert says("ProductRelated_Duration", "time_spent")
    assert says("Durée de la visite", "time_spent")
    assert not says("endurance", "time_spent")
