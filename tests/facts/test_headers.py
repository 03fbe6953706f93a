"""Headers as the CRMs write them, and as people do."""

from __future__ import annotations

from time import process_time

import pytest

from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    CHECK_ATTRIBUTES,
    LEAD_ATTRIBUTES,
    NEWEST_TOUCH,
    SPEND_COLUMNS,
)
from leadlight.facts.content import ColumnSample
from leadlight.facts.headers import attribute_for, looks_like
from leadlight.facts.mapping import map_columns
from leadlight.facts.vocabulary import LANGUAGES, key, language, systems

HUBSPOT = [
    "Record ID",
    "First Name",
    "Last Name",
    "Email",
    "Phone Number",
    "Mobile Phone Number",
    "Job Title",
    "Company Name",
    "Website URL",
    "City",
    "State/Region",
    "Country/Region",
    "Postal Code",
    "Lifecycle Stage",
    "Lead Status",
    "Contact owner",
    "Create Date",
    "Last Activity Date",
    "Original Source",
]


def test_every_name_that_a_header_leads_to_is_in_the_catalog() -> None:
    for code in LANGUAGES:
        sections = language(code).sections
        assert set(sections["leads"]) <= {*LEAD_ATTRIBUTES, "name"}, code
        assert set(sections["activities"]) <= set(ACTIVITY_COLUMNS), code
        assert set(sections["spend"]) <= set(SPEND_COLUMNS), code
    meant = {name for headers in systems().values() for name in headers.values()}
    assert meant - set(LEAD_ATTRIBUTES) <= {"pageviews"}


@pytest.mark.parametrize("system", sorted(systems()))
def test_each_crm_is_understood_without_a_question(system: str) -> None:
    for header, name in systems()[system].items():
        if name in LEAD_ATTRIBUTES:
            found = attribute_for(header)
            assert found is not None, header
            assert found[0] == name, header


def test_every_attribute_is_found_by_its_own_name() -> None:
    ours = {
        *CHECK_ATTRIBUTES,
        *NEWEST_TOUCH,
        "account",
    }  # what verification and duplicates say of a lead is no file's to state
    for name in LEAD_ATTRIBUTES:
        assert ((attribute_for(name) or ("",))[0] == name) is (name not in ours)
    for name in ACTIVITY_COLUMNS:
        assert (attribute_for(name, "activities") or ("",))[0] == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("\ufeffE-MAIL", "email"),
        ("  first_name ", "first_name"),
        ("FirstName", "first_name"),
        ("Prénom", "first_name"),
        ("Vorname", "first_name"),
        ("Telefonnummer", "phone"),
        ("Person - Email (Work)", "email"),
        ("Person - Phone (Home)", "phone"),
        ("Email *", "email"),
        ("Industry__c", "industry"),
        ("hs_lead_status", "crm_status"),
        ("No. of Employees", "employees"),
        ("utm_source", "utm_source"),
        ("UTM Source", "utm_source"),
        ("mql_id", "lead_id"),
        ("Discarded/Nurturing Reason", "dropped_reason"),
        ("электронная почта", "email"),
        ("TotalVisits", "visits"),
    ],
)
def test_spellings(header: str, name: str) -> None:
    found = attribute_for(header)
    assert found is not None
    assert found[0] == name


@pytest.mark.parametrize(
    "header", ["", "  ", "-", "Asymmetrique Score", "What matters most to you", "Lead Origin"]
)
def test_headers_of_ones_own(header: str) -> None:
    assert attribute_for(header) is None


def test_key_is_letters_and_digits() -> None:
    assert key("\ufeff Prénom_2 ") == "prenom2"


def test_an_export_is_recognised() -> None:
    assert looks_like(HUBSPOT) == "HubSpot"
    assert looks_like(["id", "name", "email"]) is None


def test_thousands_of_columns_are_mapped_in_a_breath() -> None:
    columns = [ColumnSample(f"Column number {i} of q{i % 97}", ("a", "b")) for i in range(5000)]
    begun = process_time()
    assert len(map_columns(columns).columns) == 5000
    assert process_time() - begun < 5  # 33 before the headers were indexed, 1.6 since
