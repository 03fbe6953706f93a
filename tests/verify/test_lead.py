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
