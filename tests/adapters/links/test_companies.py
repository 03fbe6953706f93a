"""People of one company: by its own mail domain, its site, its name in one country."""

from __future__ import annotations

import duckdb
import pytest

from leadlight.adapters.links import find_company_links
from leadlight.dedupe.companies import company_key, mail_domain, site_domain
from tests.adapters.links.conftest import read, table


@pytest.mark.parametrize(
    "name",
    [
        "Acme",
        "ACME GmbH & Co. KG",
        "Acme, Inc.",
        "S.A. Acme",
        "The Acme Company",
        "acme s.r.o.",
        "Ácme Oy",
        "ACME Pty Ltd",
    ],
)
def test_the_legal_form_is_no_part_of_the_name(name: str) -> None:
    assert company_key(name) == "acme"


def test_a_name_that_is_nothing_but_a_legal_form_stays() -> None:
    assert (company_key("GmbH"), company_key(" - "), company_key(None)) == ("gmbh", None, None)


def test_domains() -> None:
    assert mail_domain("ana@Acme.com") == site_domain("https://www.acme.com/about") == "acme.com"
    assert (mail_domain("ana@gmail.com"), mail_domain("ana"), site_domain("none")) == (
        None,
        None,
        None,
    )


def companies(con: duckdb.DuckDBPyConnection, text: str) -> list[tuple[str, str, str, str]]:
    table(con, read(text))
    rows = find_company_links(con, "leads")
    return [(r.lead_a, r.lead_b, r.state, r.evidence) for r in rows]


def test_a_free_mail_domain_is_no_company(con: duckdb.DuckDBPyConnection) -> None:
    """Two addresses of one free provider have no employer in common; two of one own domain do."""
    found = companies(
        con,
        """
        a: email = ana@gmail.com
        b: email = bob@gmail.com
        c: email = cleo@acme.com
        d: email = dan@acme.com
        """,
    )
    assert found == [("c", "d", "made", "same e-mail domain")]


def test_one_name_in_one_country_is_one_company_and_two_domains_are_asked_about(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = companies(
        con,
        """
        a: company = Acme GmbH, country = DE
        b: company = ACME, country = DE
        c: company = Acme, country = FR
        d: company = Delta Inc., email = x@delta.com, country = US
        e: company = Delta, email = y@deltafaucet.com, country = US
        """,
    )
    assert found == [
        ("a", "b", "made", "same company name and country"),
        ("d", "e", "waiting", "same company name; different domains"),
    ]


def test_a_site_is_the_mail_domain_of_another(con: duckdb.DuckDBPyConnection) -> None:
    found = companies(con, "a: email = ana@acme.com\nb: website = https://www.acme.com")
    assert found[0][:3] == ("a", "b", "made")


def test_a_placeholder_is_no_company(con: duckdb.DuckDBPyConnection) -> None:
    """strangers who typed the same; a shared office; an example, as a site too"""
    found = companies(
        con,
        """
        a: email = noemail@noemail.com, company = Tate Tyres
        b: email = noemail@noemail.com, company = Vick Vans
        c: email = test@test.com
        d: email = test@test.com
        e: email = info@sharedoffice.com, company = Hall Hats
        f: email = info@sharedoffice.com, company = Jack Jams
        g: email = ana@example.com
        h: website = https://www.example.com
        i: email = noreply@mailer.de
        j: email = noreply@mailer.de
        """,
    )
    assert found == []


def test_an_office_of_one_company_is_its_own(con: duckdb.DuckDBPyConnection) -> None:
    """info@ of one firm, whose name is spelt in two ways"""
    found = companies(
        con,
        """
        a: email = info@acme.com, company = Acme
        b: email = info@acme.com, company = ACME GmbH
        """,
    )
    assert [(a, b, state) for a, b, state, _ in found] == [("a", "b", "made")]
