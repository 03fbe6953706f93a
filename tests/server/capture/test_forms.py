"""Forms: shown, checked, confirmed, delivered; and what machines and forgers get."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leadlight.desk.wiring import clock
from leadlight.server.capture.links import LIFE, make_link
from leadlight.server.secret import load_secret
from tests.server.capture.conftest import Visitors, text_of
from tests.server.conftest import wait_for


def test_from_a_form_to_a_hot_lead(visitors: Visitors) -> None:
    """
    sent               a mail waits, nobody is a lead yet, nothing is delivered
    link opened        nothing happens: machines open links
    button pressed     a lead, hot, with consent and its wording; the offer is there
    pressed again      the same lead, nothing twice
    """
    sent = visitors.send(
        "guide", email="ann@lakeshore.org", first_name="Ann", agree="yes", utm_source="news"
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/f/guide/mail")
    (mail,) = visitors.mails()
    assert mail.to == "ann@lakeshore.org"
    path = visitors.link_of(mail)
    shown = visitors.open(path)
    assert shown.status_code == 200
    assert "heat pumps" in text_of(shown)
    assert visitors.leads("lakeshore") == []
    pressed = visitors.served.client.post(path)
    thanks = visitors.open(pressed.headers["location"])
    assert "It is yours." in text_of(thanks)
    lead = visitors.lead("lakeshore")
    wait_for(lambda: visitors.lead("lakeshore")["labels"]["temperature"] == "hot")  # type: ignore[index]
    again = visitors.served.client.post(path)
    assert again.status_code == 303
    offer = visitors.served.client.get(pressed.headers["location"].replace("/thanks?g=", "/offer/"))
    assert offer.content == b"%PDF-1.4 the guide"
    facts = visitors.facts(lead["lead_id"])
    assert facts["kinds"] == ["consent_given", "demo_requested"]
    assert facts["consent"] is True


def test_a_call_back_is_a_fact_at_once(visitors: Visitors) -> None:
    """
    no consent asked, no offer     no mail; the lead is there with what it wrote
    """
    sent = visitors.send(
        "call",
        email="bo@lakeshore.org",
        phone="+44 20 7183 8750",
        notes="<script>alert(1)</script>",
    )
    assert sent.headers["location"] == "/f/call/thanks"
    assert visitors.mails() == []
    visitors.lead("bo@lakeshore.org")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"email": ""}, "Please fill this in."),
        ({"email": "ann@gmial.com"}, "Do you mean ann@gmail.com"),
        ({"email": "no address"}, "malformed"),
        ({"email": "ann@lakeshore.org", "phone": "12"}, "phone"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    visitors: Visitors, fields: dict[str, str], says: str
) -> None:
    """Nothing that was typed is lost, and nothing is kept."""
    page = visitors.send("guide", first_name="Ann & Co", **fields)
    assert page.status_code == 422
    assert says.lower() in " ".join(text_of(page).split()).lower()
    assert 'value="Ann &amp; Co"' in page.text
    assert visitors.mails() == []


def test_a_proposal_is_taken_by_a_press(visitors: Visitors) -> None:
    """The address as it was meant, by the button beside the fault."""
    visitors.send("guide", email="ann@gmial.com", repair="ann@gmail.com", agree="yes")
    assert [m.to for m in visitors.mails()] == ["ann@gmail.com"]


@pytest.mark.parametrize(
    ("form", "more", "ago"),
    [
        ("guide", {"homepage_2": "http://spam.example"}, 30.0),
        ("guide", {}, 0.0),
        ("guide", {}, 90_000.0),
        ("guide", {"begun": "forged:x"}, 30.0),
    ],
)
def test_machines_make_no_lead(
    visitors: Visitors, form: str, more: dict[str, str], ago: float
) -> None:
    """
    the trap is filled in      thanked, and nothing is kept
    sent at once               asked to press again
    sent a day later           the same, with what was typed
    a forged token             the same
    """
    page = visitors.send(form, ago, email="ann@lakeshore.org", agree="yes", **more)
    assert page.status_code == (303 if "homepage_2" in more else 422)
    assert visitors.mails() == []
    assert visitors.leads("lakeshore") == []


def test_links_cannot_be_forged_and_end(visitors: Visitors) -> None:
    """
    a letter changed       refused
    of another purpose     refused
    too old                refused
    of another form        refused
    """
    secret, now = load_secret(visitors.folder), clock.now()
    good = make_link(secret, "offer", {"form": "guide"}, now)
    assert visitors.open(f"/f/guide/offer/{good}").status_code == 200
    old = make_link(secret, "offer", {"form": "guide"}, now - LIFE["offer"] - timedelta(minutes=1))
    swapped = good[:-1] + ("A" if good[-1] != "A" else "B")
    for bad in (swapped, old, make_link(secret, "lead", {"form": "guide"}, now), "x", "a:b"):
        assert visitors.open(f"/f/guide/offer/{bad}").status_code == 410
    assert visitors.open(f"/f/call/offer/{good}").status_code == 410
    assert visitors.open("/f/guide/offer/../../server.key").status_code in (404, 410)


def test_who_is_known_is_asked_the_next_question(visitors: Visitors) -> None:
    """
    by a link of their own   the first question without an answer, and no address is asked or shown
    answered                 the next one
    """
    visitors.send("call", email="cy@lakeshore.org", phone="+44 20 7183 8750")
    lead = str(visitors.lead("cy@lakeshore.org")["lead_id"])
    me = make_link(load_secret(visitors.folder), "lead", {"lead": lead}, clock.now())
    page = visitors.open("/f/guide", me=me)
    assert "What do you want to solve?" in text_of(page)
    assert "lakeshore" not in page.text
    sent = visitors.send("guide", me=me, question="need", need="A warm house")
    assert sent.headers["location"] == "/f/guide/thanks"
    wait_for(lambda: "When do you want to start?" in text_of(visitors.open("/f/guide", me=me)))


def test_no_more_mails(visitors: Visitors) -> None:
    """
    GET               shows, changes nothing
    one click (POST)  no more mails, as a fact, at once
    a forged link     refused
    """
    visitors.send("call", email="di@lakeshore.org", phone="+44 20 7183 8750")
    lead = str(visitors.lead("di@lakeshore.org")["lead_id"])
    token = make_link(load_secret(visitors.folder), "leave", {"lead": lead}, clock.now())
    assert "No more mails" in text_of(visitors.open(f"/u/{token}"))
    done = visitors.served.client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    wait_for(lambda: bool(visitors.facts(lead).get("do_not_email")))
    assert visitors.open(f"/u/{token}x").status_code == 410


def test_a_storm_is_held_back(visitors: Visitors) -> None:
    """Ten at once of one address, and then no more for a while."""
    codes = [visitors.send("guide", homepage_2="x").status_code for _ in range(14)]
    assert codes.count(303) <= 11
    assert codes[-1] == 429


def test_a_form_with_a_fault_is_not_shown(visitors: Visitors) -> None:
    """Neither is one that is not there, nor a file elsewhere."""
    (visitors.folder / "forms/broken.yml").write_text("title: [")
    for path in ("/f/broken", "/f/none", "/f/..%2Fserver", "/f/", "/u/"):
        assert visitors.open(path).status_code in (404, 410)


def test_the_policy_of_a_form(visitors: Visitors) -> None:
    """Markup in a title stays text; a form may be framed, a link's page may not."""
    page = visitors.open("/f/guide", utm_source='"><script>')
    assert "<script>alert" not in page.text
    assert "The buyer&#39;s guide &lt;b&gt;" in page.text
    assert '"&gt;&lt;script&gt;' not in page.headers["content-security-policy"]
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    token = make_link(load_secret(visitors.folder), "leave", {"lead": "L1"}, clock.now())
    framed = visitors.open(f"/u/{token}").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in framed


def test_what_belongs_to_no_form_speaks_the_browsers_language(visitors: Visitors) -> None:
    """
    de-AT      a forged link is refused in German
    cy, *      in English
    """
    client = visitors.served.client
    german = client.get("/u/forged", headers={"accept-language": "cy, de-AT;q=0.9"})
    assert '<html lang="de">' in german.text
    assert "Dieser Link ist nicht von uns" in german.text
    welsh = client.get("/u/forged", headers={"accept-language": "cy, *;q=0.1"})
    assert "This link is not ours" in welsh.text


def test_a_link_of_a_mail_leads_on(visitors: Visitors) -> None:
    """
    ours                     on to the address in it; HEAD too
    forged, no web, posted   a page that says so, and leads nowhere
    """
    secret, now = load_secret(visitors.folder), clock.now()

    def path(address: str) -> str:
        subject = {"lead": "L1", "track": "cold", "mail": "m", "to": address}
        return f"/c/{make_link(secret, 'click', subject, now)}"

    good = path("https://acme.com/guide?a=1")
    for answer in (visitors.open(good), visitors.served.client.head(good)):
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "https://acme.com/guide?a=1",
        )
    dead = [visitors.open(p) for p in (good[:-2], path("javascript:alert(1)"), path("//evil"))]
    dead.append(visitors.served.client.post(good))
    assert [(a.status_code, "location" in a.headers) for a in dead] == [(410, False)] * 4
