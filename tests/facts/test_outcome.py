"""Which column says who bought."""

from __future__ import annotations

import pytest

from leadlight.facts.catalog import Type
from leadlight.facts.evidence import ColumnProfile
from leadlight.facts.outcome import outcome_of
from tests.facts.test_evidence import ROWS, number, words


def yes_no(header: str, name: str | None = None) -> ColumnProfile:
    slug = name or header.lower().replace(" ", "_")
    return ColumnProfile(slug, header, Type.YES_NO, ROWS, ROWS, 0, 1)


def whole(header: str) -> ColumnProfile:
    return ColumnProfile(header.lower(), header, Type.WHOLE, ROWS, ROWS, 0, 1)


@pytest.mark.parametrize(
    "header", ["Purchase", "converted within 90 days", "Won", "Gekauft", "is customer", "Revenue"]
)
def test_a_column_of_yes_and_no_that_speaks_of_buying(header: str) -> None:
    found = outcome_of([yes_no(header)])
    assert found is not None
    assert found.header == header


@pytest.mark.parametrize(
    "header",
    [
        "Cross sale",
        "poutcome",
        "previous outcome",
        "Purchase intention",
        "Newsletter",
        "conversion page",
        "purchased last year",
    ],
)
def test_a_column_that_says_something_else(header: str) -> None:
    assert outcome_of([yes_no(header)]) is None


def test_one_and_nought_are_yes_and_no() -> None:
    found = outcome_of([whole("Sold")])
    assert found is not None
    assert (found.won, found.lost) == ("sold = 1", "sold = 0")


def test_an_amount_is_no_outcome() -> None:
    assert outcome_of([number("Purchase", 0, 400)]) is None


def test_won_and_lost_in_words_of_a_column_of_its_own() -> None:
    found = outcome_of([words("Deal outcome", "Closed won", "Closed lost")])
    assert found is not None
    assert found.won == "deal_outcome in ('Closed won')"
    assert found.is_final


def test_who_is_lost_is_lost_and_the_others_are_open() -> None:
    columns = [
        yes_no("Status", "converted"),
        words("Status", "Customer", "New", "Lost", name="crm_status"),
    ]
    found = outcome_of(columns)
    assert found is not None
    assert found.lost == "not converted and (crm_status in ('Lost'))"
    assert {"converted", "crm_status", "dropped_reason"} <= set(found.columns)


def day(header: str, name: str, filled: int) -> ColumnProfile:
    return ColumnProfile(name, header, Type.MOMENT, filled, ROWS)


def test_a_day_of_the_sale_says_who_bought() -> None:
    """Won date: who has none did not buy, or not yet"""
    found = outcome_of([day("Won date", "converted_at", ROWS // 4)])
    assert found is not None
    assert found.header == "Won date"
    assert found.won == "days_since(converted_at) >= 0"
    assert not found.is_final
    noted = outcome_of(
        [
            day("Won date", "converted_at", ROWS // 4),
            words("Status", "New", "Lost", name="crm_status"),
        ]
    )
    assert noted is not None
    assert noted.is_final
    assert noted.lost.endswith("and (crm_status in ('Lost'))")


@pytest.mark.parametrize("filled", [0, ROWS])
def test_a_day_that_all_or_none_have_says_nothing(filled: int) -> None:
    assert outcome_of([day("Won date", "converted_at", filled)]) is None


def test_the_plainest_header_is_taken() -> None:
    found = outcome_of([yes_no("Purchase"), yes_no("Converted lead", "converted_lead")])
    assert found is not None
    assert found.header == "Converted lead"
