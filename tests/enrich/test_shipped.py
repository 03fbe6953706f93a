"""Domains and places: what is shipped beside the titles."""

from __future__ import annotations

import pytest

from leadlight.desk.leads.enrichers import company_domain, number_parts, shipped_enrichers
from leadlight.enrich.acceptance import fault_of
from leadlight.enrich.company_domains import DomainEnricher
from leadlight.enrich.places import PlaceEnricher, area_state, region_of_code


@pytest.mark.parametrize(
    ("address", "site", "company"),
    [
        ("ana@acme-labs.com", "https://acme-labs.com", "Acme Labs"),
        ("ana@mail.acmelabs.co.uk", "https://acmelabs.co.uk", "Acmelabs"),
        ("ana@ibm.com", "https://ibm.com", "IBM"),
    ],
)
def test_a_domain_is_the_company_s(address: str, site: str, company: str) -> None:
    """The site and a guess at the name"""
    (found,) = DomainEnricher(company_domain).enrich([{"email": address}])
    assert [f.value for f in found] == [site, company]


@pytest.mark.parametrize(
    "address",
    ["ana@gmail.com", "ana@gmx.de", "ana@mailinator.com", "ana@example.com", "ana@", "", "x@y@"],
)
def test_a_provider_s_domain_says_nothing(address: str) -> None:
    """Mail providers, disposable and reserved domains, and what is none"""
    assert DomainEnricher(company_domain).enrich([{"email": address}]) == [[]]


@pytest.mark.parametrize(
    ("code", "country", "region"),
    [
        ("75018", "FR", "Île-de-France"),
        ("97410", "FR", "La Réunion"),
        ("08001", "ES", "Cataluña"),
        ("K1A 0B1", "CA", "Ontario"),
        ("3000", "AU", "Victoria"),
        ("94035-1234", "US", "California"),
        ("10115", "DE", None),
        ("7501", "FR", None),
        ("", "US", None),
        ("99999", "ES", None),
    ],
)
def test_a_postal_code_says_its_region(code: str, country: str, region: str | None) -> None:
    """Only where all places with the code lie in it"""
    assert region_of_code(code, country) == region


def test_a_number_says_its_country_and_an_area_code_its_state() -> None:
    """The prefix of a number, where the lead says no country; 650 is in California"""
    places = PlaceEnricher(number_parts)
    (found,) = places.enrich([{"phone": "+1 650 253 0000", "country": None}])
    assert {f.attribute: f.value for f in found} == {"country": "US", "region": "California"}
    assert places.enrich([{"phone": "030 1234567"}, {"mobile": "+x"}]) == [[], []]
    assert area_state("000") is None


def test_what_is_shipped_may_be_used() -> None:
    """By the rules for plug-ins"""
    for enricher in shipped_enrichers():
        assert fault_of(enricher, {}) is None
