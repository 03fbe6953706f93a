"""All checks of one lead in one row, and of many leads."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.verify.lead import LeadCheck, check_lead, check_leads

ANA = {
    "lead_id": "1",
    "first_name": "Ana",
    "last_name": "Núñez",
    "email": "ana.nunez@acme.es",
    "phone": "912 345 671",
    "mobile": "+34 612 345 670",
    "country": "ES",
    "company": "Acme",
}


def test_a_row_has_the_attributes_of_the_catalog():
    """Every one but the moment of the check."""
    assert LeadCheck._fields == tuple(a for a in CHECK_ATTRIBUTES if a != "checked_at")


def test_a_lead_whose_contact_is_fine():
    """A repair is proposed for the national form; there is nothing to say."""
    found = check_lead(ANA)
    assert (found.email_verdict, found.phone_verdict, found.mobile_verdict) == ("reachable",) * 3
    assert (found.phone_repair, found.mobile_repair) == ("+34912345671", None)
    assert (found.email_domain, found.phone_line, found.phone_country) == (
        "not asked",
        "mobile",
        "ES",
    )
    assert found.doubts is None
    assert found.contact_because is None


def test_why_a_lead_is_empty():
    """One sentence for people, without the values."""
    assert (
        check_lead({"email": "n/a", "phone": "-"}).contact_because
        == "No e-mail address or phone number"
    )
    assert check_lead({}).email_verdict is None
    bad = check_lead(
        {"email": "xkcd17@mailinator.com", "phone": "1234567890", "mobile": "0000000000"}
    )
    assert (
        bad.contact_because
        == "The e-mail address is a disposable one; the phone number is a placeholder; the mobile"
        " number is a placeholder"
    )
    assert bad.email_because == "disposable"


def test_doubts_and_bounces_are_told():
    """Mail bounced, the domain was asked, and the name is nobody's."""
    found = check_lead(
        ANA | {"phone": None, "mobile": None, "first_name": "test"},
        answer="accepts mail",
        bounced=True,
    )
    assert (found.email_verdict, found.email_because, found.email_domain) == (
        "unreachable",
        "bounced",
        "accepts mail",
    )
    assert found.contact_because == "Mail to the address bounced; the name is a placeholder"
    assert found.doubts == "placeholder_name"


def test_the_best_number_says_country_and_line():
    """The mobile number is a placeholder, so the other one speaks."""
    found = check_lead(ANA | {"mobile": "1111111111"})
    assert (found.phone_line, found.phone_country) == ("fixed", "ES")


def test_many_leads_are_checked_as_each_one():
    """With what domains answered, what bounced, and what the crowd shows."""
    rows = [
        ANA,
        ANA | {"lead_id": "2", "email": "bo@nomail.example.net"},
        {"lead_id": "3", "email": "x@acme.com"},
    ]
    found = list(
        check_leads(
            rows, answers={"acme.es": "no mail"}, bounced={"x@acme.com"}, crowds={"3": ("burst",)}
        )
    )
    assert found == [
        check_lead(rows[0], answer="no mail"),
        check_lead(rows[1]),
        check_lead(rows[2], bounced=True, crowd=("burst",)),
    ]
    assert found[0].email_because == "no_mail"


@settings(deadline=None)  # the first lead loads the lists
@given(
    st.dictionaries(
        st.sampled_from([*ANA, "website", "full_name", "honeypot"]),
        st.none() | st.text(max_size=30),
    )
)
def test_any_lead_ends_in_a_row_that_gives_no_value_away(lead):
    """Whatever the cells hold; the sentence is made of the rules' own."""
    found = check_lead(lead)
    assert list(check_leads([lead])) == [found]
    if any(
        p is None or p != "reachable"
        for p in (found.email_verdict, found.phone_verdict, found.mobile_verdict)
    ):
        assert found.contact_because is None or "@" not in found.contact_because


def test_another_address_that_works_stands_in_for_a_dead_one():
    """It is proposed, and said; the sentence holds no value."""
    found = check_lead(
        {"email": "ana@acme.es", "other_emails": "no; ana.nunez@gmail.com"}, bounced=True
    )
    assert (found.email_verdict, found.email_because, found.email_repair) == (
        "reachable",
        "free; other_email",
        "ana.nunez@gmail.com",
    )
    assert (
        found.contact_because
        == "Mail to the address bounced; another e-mail address of the lead is used"
    )


def test_a_first_address_that_works_stays():
    """Further ones that are as good change nothing."""
    more = {"other_emails": "ana@gmail.com", "other_phones": "+34 912 345 672"}
    assert check_lead(ANA | more) == check_lead(ANA)


def test_who_complained_is_not_written_to_elsewhere():
    """A person, not an address, said no."""
    lead = {"email": "ana@acme.es", "other_emails": "ana@gmail.com"}
    assert check_lead(lead, complained=True).email_because == "complained"


def test_a_lead_is_unreachable_only_when_no_point_works():
    """The first address speaks then."""
    found = check_lead({"email": "ana@mailinator.com", "other_emails": "x@example.com"})
    assert (found.email_verdict, found.email_because) == ("unreachable", "disposable")


def test_another_number_that_works_stands_in():
    """Both kinds of numbers, with and without an extension."""
    found = check_lead({"phone": "123", "other_phones": "000; 909-583-6164", "country": "US"})
    assert (found.phone_verdict, found.phone_because, found.phone_repair) == (
        "reachable",
        "other_phone",
        "+19095836164",
    )


def test_a_number_takes_its_country_from_what_stands_around_it():
    """The lead's other number, the ending of its site or address, and most leads; a country of the
    lead's own says nothing, and a number that fits none stays unknown.
    """

    def read(usual=None, **more):
        found = check_lead({"phone": "030 12345678"} | more, usual_country=usual)
        return found.phone_because, found.phone_repair

    assumed = ("assumed_country", "+493012345678")
    assert read(mobile="+49 171 1234567") == assumed
    assert read(website="https://www.firma.de/kontakt") == assumed
    assert read(email="ana@firma.de") == assumed
    assert read(usual="DE") == assumed
    assert read(country="DE") == (None, "+493012345678")
    assert read(email="ana@firma.io") == ("no_country", None)
    assert read(usual="IS") == ("no_country", None)
