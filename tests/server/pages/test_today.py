"""Today: the queue, outcomes as forms, what is missing, conflicts, undo, and who may act."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import HOSTILE, Served, hot_leads
from tests.server.pages.conftest import post


@pytest.fixture
def hot(hot_pattern: Path, served: Served) -> None:
    """Two who asked for a demo, one of them full of markup."""
    assert hot_leads(served) == 2


def names(page: httpx.Response) -> list[str]:
    """Who waits, in order."""
    return [unescape(n) for n in re.findall(r"<li data-row[^>]*><a [^>]*>([^<]*)</a>", page.text)]


def field(page: httpx.Response, name: str) -> str:
    return unescape(re.findall(rf'name="{name}" value="([^"]*)"', page.text)[-1])


def send(client: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    hidden = {n: field(page, n) for n in ("lead", "next", "queue_owner", "seen")}
    return post(client, "/today", page.text, {**hidden, **fields})


def test_an_outcome_brings_the_next_lead_and_undo_brings_it_back(
    person: httpx.Client, hot: None
) -> None:
    """
    two wait; the first does not pick up: the second is in focus; undo: the first is again
    """
    page = person.get("/today")
    assert page.status_code == 200
    assert sorted(names(page)) == sorted([HOSTILE, "Zed Zimmer"])
    assert "left</strong>" in page.text
    assert 'href="tel:+442071838750"' in page.text
    first = field(page, "lead")
    after = send(person, page, outcome="no_answer", note="rang twice")
    assert after.url.path == "/today"
    assert len(names(after)) == 1
    assert field(after, "lead") != first
    assert "No answer is logged" in after.text
    undo = {"outcome_id": field(after, "outcome_id"), "lead": first}
    again = post(person, "/today/undo", after.text, undo)
    assert field(again, "lead") == first
    assert len(names(again)) == 2


def test_nothing_that_was_typed_is_lost(person: httpx.Client, hot: None) -> None:
    """Not now, and no word of when: asked for, with the note as it was."""
    page = person.get("/today")
    asked = send(person, page, outcome="not_now", note=HOSTILE, budget="9000", timeline="later")
    assert asked.status_code == 409
    assert "when is a better time?" in asked.text
    assert HOSTILE in unescape(asked.text)
    assert 'value="9000"' in asked.text
    assert 'value="later" checked' in asked.text
    assert "<script>alert" not in asked.text
    done = send(person, asked, outcome="not_now", next_in="7d")
    assert done.status_code == 200
    assert len(names(done)) == 1


def test_two_people_on_one_lead(person: httpx.Client, hot: None) -> None:
    """The same page is sent twice, as two people would: the second is told, and may insist."""
    page = person.get("/today")
    send(person, page, outcome="reached")
    told = send(person, page, outcome="lost", because="price", note="mine")
    assert told.status_code == 409
    assert "by eve: reached" in told.text
    assert ">mine</textarea>" in told.text
    hidden = {n: field(told, n) for n in ("lead", "next", "queue_owner")}
    fields = {**hidden, "outcome": "lost", "because": "price"}
    assert post(person, "/today", told.text, fields).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "nothing"},
        {"outcome": "reached", "budget": "much"},
        {"outcome": "reached", "next_day": "soon"},
        {"outcome": "reached", "authority": "x"},
        {"outcome": "reached", "lead": "nobody"},
        {"outcome": "reached", "lead": ""},
    ],
)
def test_what_is_no_outcome_is_told(
    person: httpx.Client, hot: None, fields: dict[str, str]
) -> None:
    page = person.get("/today")
    answer = send(person, page, **fields)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert len(names(person.get("/today"))) == 2


def test_nothing_of_a_lead_is_markup(person: httpx.Client, hot: None) -> None:
    for path in ("/today", "/today?lead=u%3C1%3E%2F%3F%26%23", "/today?of_owner=%3Cscript%3E"):
        page = person.get(path)
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert "unsafe" not in page.headers["content-security-policy"]


def test_a_viewer_sees_and_does_not_act(served: Served, person: httpx.Client, hot: None) -> None:
    from django.contrib.auth.models import Group, User

    eve = User.objects.get(username="eve")
    page = person.get("/today")
    eve.is_superuser = False
    eve.save()
    eve.groups.set([Group.objects.get(name="viewer")])
    seen = person.get("/today")
    assert len(names(seen)) == 2
    assert 'name="outcome"' not in seen.text
    assert send(person, page, outcome="reached").status_code == 403
    assert post(person, "/today/undo", page.text, {"outcome_id": "x"}).status_code == 403


def test_a_form_from_elsewhere_is_refused(person: httpx.Client, hot: None) -> None:
    assert person.post("/today", data={"outcome": "won", "lead": "zed"}).status_code == 403
