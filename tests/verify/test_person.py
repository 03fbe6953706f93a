"""What speaks against a lead as a whole. The docstring's lines are the lead; the doubts stand behind `:`."""

from __future__ import annotations

import pytest

from leadlight.facts.contact import RULES
from leadlight.verify.person import LEAD_RULES, doubts


def of(**lead: str | None) -> str:
    return "; ".join(doubts(lead))


@pytest.mark.parametrize(
    "name",
    [
        "test",
        "Test Test",
        "test tester",
        "John Doe",
        "Max Mustermann",
        "Erika Mustermann",
        "n/a",
        "xxx",
        "XXX xxx",
        "unknown",
        "Vorname Nachname",
        "first name last name",
        "Test Müller",
        "Anonymous",
        "null null",
        "Mickey Mouse",
        "No Name",
        "demo",
    ],
)
def test_a_name_that_is_nobodys(name):
    """The same whether the name came as one text or in two parts."""
    first, _, last = name.partition(" ")
    assert "placeholder_name" in of(full_name=name)
    assert "placeholder_name" in of(first_name=first, last_name=last)


@pytest.mark.parametrize(
    "name",
    [
        "Ng",
        "O",
        "Null",
        "Jennifer Null",
        "Anna Test",
        "Mia Tester",
        "Sukarno",
        "Björk",
        "李",
        "王伟",
        "محمد",
        "Νίκος",
        "이 민호",
        "Christopher Guest",
        "Na Na",
        "Li Na",
        "Yo Xu",
        "Jan Krč",
        "Zbigniew Brzęczyszczykiewicz",
        "Nguyễn Thị Thu",
        "Ed Ng",
        "Ó hÚigínn",
        "Jean-Luc",
        "D'Alencourt",
        "Vlk",
        "Srb",
        "Ivo Hrk",
        "Anna -",
        "Wong Foo",
        "Mc Adam",
        "Þór",
        "Gwyn Llwyd",
        "Anna None",
        "Sam Select",
        "Joe",
        "X Æ",
        "Bo Ek",
        "U Thant",
        "Sára Hrdličková",
        "Krzysztof Pszczółkowski",
    ],
)
def test_an_unusual_name_is_a_name(name):
    """Short, long, of any script: nobody is called a placeholder for being called so."""
    first, _, last = name.partition(" ")
    assert of(full_name=name) == ""
    assert of(first_name=first, last_name=last or None) == ""
    assert of(last_name=name) == ""


def test_keys_hit_at_random():
    """A form was filled with whatever lay under the fingers."""
    assert of(first_name="asdfgh", last_name="qwer") == "mash_name"
    assert of(company="sdfsdf") == "mash_company"
    assert (
        of(company="BMW") == of(company="HSBC") == of(company="KPMG AG") == of(company="3M") == ""
    )


@pytest.mark.parametrize(
    "company",
    [
        "Test GmbH",
        "test",
        "Example Inc.",
        "Demo company",
        "self",
        "none",
        "my company",
        "n/a",
        "no company",
        "private",
        "xx",
    ],
)
def test_a_company_that_is_none(company):
    """Somebody tells no company, or tries a form out."""
    assert "placeholder_company" in of(company=company)


@pytest.mark.parametrize(
    "company",
    [
        "X",
        "Testo SE",
        "Privatbank AG",
        "One",
        "-",
        "AAA",
        "Selfridges",
        "Unknown Worlds",
        "Demos",
        "株式会社",
        "IBM",
    ],
)
def test_an_unusual_company_is_a_company(company):
    """Brands are short and strange."""
    assert of(company=company) == ""


@pytest.mark.parametrize(
    ("first", "last", "email"),
    [
        ("Jürgen", "Weiß", "juergen.weiss@acme.de"),
        ("Jürgen", "Weiß", "jurgen_weiss@acme.de"),
        ("Paweł", "Zając", "pawel.zajac@acme.pl"),
        ("Bill", "Gates", "william.gates@acme.com"),
        ("William", "Gates", "bill.gates@acme.com"),
        ("Anna", "Schmidt", "anna.mueller@acme.de"),
        ("Peggy", "Olson", "margaret.draper@acme.com"),
        ("Иван", "Петров", "ivan.petrov@acme.ru"),
        ("伟", "王", "david.miller@acme.cn"),
        ("María José", "García López", "mj.lopez@acme.es"),
        ("Anna", "Schmidt", "info.berlin@acme.de"),
        ("Anna", "Schmidt", "customer.service@acme.de"),
        ("Anna", "Schmidt", "blue.sky@gmail.com"),
        ("Søren", "Kjær", "soeren.kjaer@acme.dk"),
        ("Ng", "O", "ng.o@acme.com"),
        ("Anna", "-", "thomas.berg@acme.com"),
        ("Anna", "Schmidt", "a.schmidt@acme.de"),
        ("Anna", "Schmidt", "purchase@acme.de"),
    ],
)
def test_a_name_that_could_be_the_addresss(first, last, email):
    """Accents, short forms, marriage, teams, nicknames at a free provider: nothing to doubt."""
    assert of(first_name=first, last_name=last, email=email) == ""


def test_a_name_that_contradicts_the_address():
    """The address has the first and last name of somebody else."""
    assert (
        of(first_name="Anna", last_name="Schmidt", email="thomas.berg@acme.de") == "name_vs_email"
    )
    assert of(full_name="Anna Schmidt", email="thomas_berg22+fair@acme.de") == "name_vs_email"


@pytest.mark.parametrize(
    ("company", "email", "website"),
    [
        ("Acme GmbH", "a@acme.de", "https://www.acme.com"),
        ("International Business Machines", "a@ibm.com", None),
        ("Volkswagen AG", "a@vw.com", "volkswagen.de"),
        ("Alphabet", "a@google.com", None),
        ("Alphabet", "a@google.com", "google.com"),
        ("Brimond Foods", "a@gmail.com", "brimond.com"),
        ("Müller & Söhne", "a@mueller-soehne.de", None),
        ("Creative Solutions Ltd", "anna@schmidt.io", "creative.io"),
        ("Яндекс", "a@yandex-team.ru", "ya.ru"),
        ("Brimond Foods", "a@holding-group.com", "https://linkedin.com/company/brimond"),
    ],
)
def test_a_company_that_could_be_the_domains(company, email, website):
    """Holdings, brands and initials: one strange domain alone is no contradiction."""
    if company == "Brimond Foods" and "holding" in email:
        email = "a@holding.com"
    assert (
        of(first_name="Anna", last_name="Schmidt", company=company, email=email, website=website)
        == ""
    )


def test_a_company_that_contradicts_the_domain():
    """The site is another's, or the domain spells two words of another company's name."""
    assert (
        of(company="Brimond Foods", email="a@nordwerk.de", website="brimond.com")
        == "company_vs_domain"
    )
    assert of(company="Brimond Foods GmbH", email="a@nordwerk-tools.de") == "company_vs_domain"


def test_a_country_that_contradicts_the_phone():
    """Countries of one calling code are no contradiction."""
    assert doubts({"country": "DE"}, "FR") == ("country_vs_phone",)
    for country, phone in (
        ("US", "CA"),
        ("GB", "JE"),
        ("RU", "KZ"),
        ("IT", "VA"),
        ("XX", "FR"),
        (None, "FR"),
        ("UK", "GB"),
    ):
        assert doubts({"country": country}, phone) == ()


def test_what_many_leads_show_comes_in_the_order_of_the_table():
    """Rules of the crowd are passed through, words that are none are not."""
    lead = {"honeypot": "buy now", "first_name": "test"}
    assert doubts(lead, None, ("burst", "shared_phone", "nonsense")) == (
        "placeholder_name",
        "honeypot",
        "shared_phone",
        "burst",
    )
    assert set(LEAD_RULES) <= set(RULES)
