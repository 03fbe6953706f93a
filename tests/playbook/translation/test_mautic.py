"""Mautic's points, triggers, stages and segments as a playbook: the points are those that Mautic gives, reckoned by hand."""

from __future__ import annotations

from typing import Any

import pytest

from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook
from leadlight.playbook.translation.mautic_points import url_condition
from leadlight.playbook.translation.remarks import Untranslatable
from tests.conftest import Qualify
from tests.playbook.translation.exports import point, translated

POINTS = {
    "total": 5,
    "points": [
        point("Opens a mail", "email.open", 2, repeatable=True),
        point("Fills in a form", "form.submit", 10),
        point(
            "Looks at prices",
            "url.hit",
            5,
            properties={"page_url": "https://acme.example/pricing*"},
        ),
        point(
            "Comes back",
            "url.hit",
            20,
            properties={
                "page_url": "https://acme.example/*",
                "page_hits": "3",
                "first_time": False,
            },
        ),
        point("Is sent a mail", "email.send", -1, repeatable=True),
    ],
}
TRIGGERS = {
    "total": 2,
    "triggers": [
        {
            "id": 1,
            "name": "Warm",
            "isPublished": True,
            "points": 10,
            "color": "ab5959",
            "events": {
                "1": {"id": 1, "type": "email.send", "name": "x", "properties": {"email": 21}}
            },
        },
        {"id": 2, "name": "Hot lead", "isPublished": True, "points": 30, "events": []},
    ],
}
STAGES = {
    "total": 2,
    "stages": [
        {"id": 4, "name": "Known", "weight": 1, "isPublished": 1},
        {"id": 5, "name": "In talks", "weight": 9, "isPublished": 1},
    ],
}


def one(field: str, operator: str, value: Any, glue: str = "and", **more: Any) -> dict[str, Any]:
    """A filter of a segment."""
    return {
        "glue": glue,
        "field": field,
        "object": "lead",
        "type": "text",
        "operator": operator,
        "properties": {"filter": value},
        **more,
    }


def segments(*filters: dict[str, Any], id_: int = 2, name: str = "Chosen") -> dict[str, Any]:
    """A segment as `GET /api/segments` lists it: in a mapping by ids."""
    return {
        "lists": {
            str(id_): {"id": id_, "name": name, "isPublished": True, "filters": list(filters)}
        }
    }


def test_points_are_those_that_mautic_gives(qualify: Qualify) -> None:
    """
    2025-01-01  ana  email_sent
    2025-01-02  ana  email_opened
    2025-01-03  ana  email_opened
    2025-01-04  ana  form_submitted
    2025-01-05  ana  form_submitted
    2025-01-06  ana  page_viewed url=https://acme.example/pricing?plan=2
    2025-01-07  ana  page_viewed url=https://acme.example/pricing
    2025-01-08  ana  page_viewed url=https://acme.example/
    2025-01-02  bob  email_opened
    2025-01-03  bob  page_viewed url=https://acme.example/
    """
    text = translated(POINTS, TRIGGERS).text
    ana = qualify("ana", "2026-06-01", playbook=text)
    # Two opens of 2, a form and the prices once, a mail sent, and 20 from the third visit on. Nothing fades in Mautic.
    assert ana.points == 2 + 2 + 10 + 5 - 1 + 20
    assert ana.level == "hot_lead"
    bob = qualify("bob", "2026-06-01", playbook=text)
    assert (bob.points, bob.level) == (2, "below")


def test_a_group_has_points_of_its_own(qualify: Qualify) -> None:
    """
    2025-01-04  ana  form_submitted
    2025-01-05  ana  email_opened
    """
    health = {"id": 3, "name": "Health"}
    actions = [
        point("Form", "form.submit", 10),
        point("Open", "email.open", 4, group=health),
    ]
    text = translated({"points": actions}).text
    ana = qualify("ana", "2026-06-01", playbook=text)
    assert (ana.points, ana.points_health) == (10, 4)


def test_an_export_is_read_like_an_answer(qualify: Qualify) -> None:
    """
    2025-01-04  ana  form_submitted
    """
    export = [
        {
            "point": [
                {
                    "id": 7,
                    "group_id": None,
                    "is_published": True,
                    "name": "Form",
                    "type": "form.submit",
                    "repeatable": False,
                    "delta": 10,
                    "properties": [],
                }
            ],
            "point_trigger": [{"id": 1, "name": "Warm", "is_published": True, "points": 10}],
        }
    ]
    assert qualify("ana", "2026-06-01", playbook=translated(export).text).level == "Warm"


def test_stages_and_segments(qualify: Qualify) -> None:
    """
    2026-01-01  ana  crm_stage = 'in talks', company = 'Beta Inc.', country = DE, email = a@acme.example
    2026-01-01  bob  crm_stage = Known, company = Other, email = b@other.example
    2026-01-01  eva  city = x, email = e@x.example
    2026-01-02  ana  email_opened
    """
    found = translated(
        POINTS,
        STAGES,
        segments(one("points", "gte", "2"), id_=1, name="Keen"),
        segments(
            one("country", "in", ["Germany", "Austria"]),
            one("companyname", "=", "beta inc.", object="company"),
            one("email", "like", "%@other.example", glue="or"),
        ),
        segments(one("leadlist", "!in", [1]), one("stage", "!=", "5"), id_=3, name="Others"),
        segments(one("company", "!=", "Other"), id_=4, name="Not Other"),
    )
    assert not found.left
    leads = {n: qualify(n, "2026-02-01", playbook=found.text) for n in ("ana", "bob", "eva")}
    assert [q.mautic_stage for q in leads.values()] == ["in_talks", "Known", "none"]
    # As in Mautic's queries, what is unknown is not equal.
    assert [set(q.segments) for q in leads.values()] == [
        {"segment_keen", "segment_chosen", "segment_not_other"},
        {"segment_chosen", "segment_others"},
        {"segment_others", "segment_not_other"},
    ]


LEFT = {
    "some mails only": (
        point("x", "email.open", 3, properties={"emails": [35]}),
        "only some emails",
    ),
    "what came before": (
        point("x", "url.hit", 3, properties={"page_url": "/a", "returns_within": 60}),
        "what came before",
    ),
    "each visit from the third on": (
        point("x", "url.hit", 3, repeatable=True, properties={"page_url": "/a", "page_hits": 3}),
        "each time from visit 3",
    ),
    "an action of a plugin": (point("x", "sms.send", 3), "no kind of activity"),
    "an action that is off": (point("x", "form.submit", 3, isPublished=False), "not published"),
    "no points": (point("x", "form.submit", 0), "no points"),
    "a damaged action": (point("x", "form.submit", 3) | {"delta": {"a": 1}}, "should be"),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_cannot_be_said_is_named_with_a_reason_and_a_way_out(case: str) -> None:
    """The action beside it is carried over."""
    broken, why = LEFT[case]
    found = translated({"points": [point("good", "form.submit", 1), broken]})
    (left,) = found.left
    assert why in left.why
    assert left.instead
    assert left.why in found.text.replace("\n#     ", " ")
    assert read_playbook(found.text, "x.yml", Catalog())[1] == []


def test_what_a_trigger_does_is_named() -> None:
    """The threshold is a label; the mail that it sends is left to a person."""
    found = translated(POINTS, TRIGGERS)
    assert [(r.rule, r.instead) for r in found.left] == [
        ("point trigger 'Warm': send an email", "Write a track that begins with this label")
    ]


SEGMENTS_LEFT = {
    "a segment without filters": ([], "no filters"),
    "a behaviour": ([one("url_title", "=", "x", object="behaviors")], "what a lead did"),
    "an unknown column": ([one("favourite_colour", "=", "red")], "no lead has a column"),
    "a pattern": ([one("email", "regexp", "^a")], "no counterpart"),
    "a segment elsewhere": ([one("leadlist", "in", [99])], "the segment 99"),
    "a number of a stage": ([one("stage", "=", "9")], "by its number"),
}


@pytest.mark.parametrize("case", SEGMENTS_LEFT)
def test_a_segment_is_whole_or_left(case: str) -> None:
    """A filter less would be another segment."""
    filters, why = SEGMENTS_LEFT[case]
    found = translated(
        POINTS, segments(one("city", "=", "Bonn"), *filters) if filters else segments()
    )
    (left,) = found.left
    assert why in left.why
    assert "segments:" not in found.text


ADDRESSES = {
    "https://a.example/x": "url = 'https://a.example/x'",
    "https://a.example/*": "starts_with(url, 'https://a.example/')",
    "*/pricing": "ends_with(url, '/pricing')",
    "*pric'ing*": "contains(url, 'pric''ing')",
    "a*b": "starts_with(url, 'a') and ends_with(url, 'b') and length(url) >= 2",
    "*": "url is not null",
    "/a?x=1&amp;y=2": "url = '/a?x=1&y=2'",
    "": None,
    "a*b*c": None,
    "a[bc]": None,
}


@pytest.mark.parametrize("pattern", ADDRESSES)
def test_addresses_with_a_star(pattern: str) -> None:
    """As the function that Mautic compares addresses by has it; what it says otherwise is left."""
    if ADDRESSES[pattern] is not None:
        assert url_condition(pattern) == ADDRESSES[pattern]
        return
    with pytest.raises(Untranslatable):
        url_condition(pattern)
