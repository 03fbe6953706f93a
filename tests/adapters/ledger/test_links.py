"""Links between leads: who is one person, since when, and how it is taken back."""

from __future__ import annotations

import pytest

from leadlight.facts.catalog import Type
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import TableName
from tests.adapters.conftest import Desk, day


@pytest.fixture
def twins(desk: Desk) -> Desk:
    """
    day 1  ana   ana@acme.com, consent = yes      day 2  ana   demo_requested
    day 3  ana2  phone = 1, consent = no          day 4  ana2  pricing_viewed
    day 1  bo    bo@acme.com                      day 2  bo    demo_requested
    """
    desk.brings(
        "leads",
        [
            {"lead_id": "ana", "email": "ana@acme.com", "consent": True, "created_at": day(0)},
            {"lead_id": "bo", "email": "bo@acme.com", "consent": True},
        ],
        day(1),
    )
    desk.brings(
        "leads",
        [{"lead_id": "ana2", "phone": "1", "consent": False, "created_at": day(0.5)}],
        day(3),
    )
    desk.brings(
        "activities",
        [
            {"lead_id": "ana", "occurred_at": day(2), "kind": "demo_requested", "url": "/x"},
            {"lead_id": "bo", "occurred_at": day(2), "kind": "demo_requested"},
            {"lead_id": "ana2", "occurred_at": day(4), "kind": "pricing_viewed"},
        ],
        day(4),
    )
    return desk


def test_two_leads_are_one_person_since_they_were_linked(twins: Desk) -> None:
    """day 10: ana2 is ana"""
    before = twins.leads(day(9))
    receipt = twins.links([("ana2", "ana")], {"ana2": "ana"}, at=day(10))
    assert (receipt.what, receipt.read, receipt.imported) == ("links", 1, 1)
    assert twins.leads(day(9)) == before
    assert set(twins.leads(day(9))) == {"ana", "ana2", "bo"}
    found = twins.leads(day(10))
    assert set(found) == {"ana", "bo"}
    assert found["ana"] == {
        "email": "ana@acme.com",
        "phone": "1",
        "consent": False,
        "created_at": day(0),
    }
    assert found["bo"] == before["bo"]
    assert sorted(a["lead_id"] for a in twins.activities(day(10))) == ["ana", "ana", "bo"]  # type: ignore[type-var]
    assert sorted(a["lead_id"] for a in twins.activities(day(9))) == ["ana", "ana2", "bo"]  # type: ignore[type-var]


def test_a_link_that_was_taken_back_leaves_two_leads(twins: Desk) -> None:
    """day 10 linked, day 12 undone"""
    before = twins.leads(day(9)), twins.activities(day(9))
    receipt = twins.links([("ana", "ana2")], {"ana2": "ana"}, at=day(10))
    undone = twins.ledger.undo(receipt.import_id, now=day(12))
    assert (undone.what, undone.facts, undone.leads_gone) == ("links", 1, 0)
    assert (twins.leads(day(12)), twins.activities(day(12))) == before
    assert set(twins.leads(day(11))) == {"ana", "bo"}


def test_a_wrong_link_is_undone_by_one_more_fact(twins: Desk) -> None:
    """day 10: ana2 is ana; day 11: no"""
    before = twins.leads(day(9)), twins.activities(day(9))
    twins.links([("ana", "ana2")], {"ana2": "ana"}, at=day(10))
    twins.links([("ana", "ana2", "refused")], {"ana2": "ana2"}, at=day(11))
    assert (twins.leads(day(11)), twins.activities(day(11))) == before
    assert [r["state"] for r in twins.select(twins.ledger.links("person"))] == ["refused"]
    assert twins.select(twins.ledger.links("person", "made")) == []
    assert twins.select(twins.ledger.members()) == []


def test_links_stand_as_they_were_said_last(twins: Desk) -> None:
    """a pair in either order is one pair; a lead is no twin of itself"""
    twins.links([("bo", "ana", "waiting"), ("bo", "bo")], {}, at=day(10))
    twins.links([("ana", "bo", "made")], {"bo": "ana"}, at=day(11))
    (link,) = twins.select(twins.ledger.links())
    assert (link["lead_a"], link["lead_b"], link["state"], link["recorded_at"]) == (
        "ana",
        "bo",
        "made",
        day(11),
    )
    members = {str(r["lead_id"]): r["group_id"] for r in twins.select(twins.ledger.members())}
    assert members == {"ana": "ana", "bo": "ana"}


def test_a_known_contact_outranks_an_anonymous_visitor(desk: Desk) -> None:
    """
    day 1  ana      ana@acme.com, country = DE
    day 5  visitor  country = FR, language = fr
    """
    desk.brings("leads", [{"lead_id": "ana", "email": "ana@acme.com", "country": "DE"}], day(1))
    desk.brings("leads", [{"lead_id": "visitor", "country": "FR", "language": "fr"}], day(5))
    desk.links([("ana", "visitor")], {"visitor": "ana"}, at=day(6))
    assert desk.leads(day(6)) == {
        "ana": {"email": "ana@acme.com", "country": "DE", "language": "fr"}
    }


@pytest.mark.parametrize("name", ["do_not_email", "do_not_call", "email_bounced"])
def test_whoever_refuses_refuses_for_both(desk: Desk, name: str) -> None:
    """ana said no on day 1 and ana2 says yes on day 3; but ana may change her own mind on day 8"""
    desk.brings("leads", [{"lead_id": "ana", name: True, "email": "a@b.de"}], day(1))
    desk.brings("leads", [{"lead_id": "ana2", name: False, "email": "a@b.de"}], day(3))
    desk.links([("ana", "ana2")], {"ana2": "ana"}, at=day(6))
    assert desk.leads(day(6))["ana"][name] is True
    desk.brings("leads", [{"lead_id": "ana", name: False}], day(8))
    assert desk.leads(day(8))["ana"][name] is False


def test_an_activity_from_two_systems_is_one(desk: Desk) -> None:
    """
    ana   10:00:00.3  page_viewed /a    page_viewed /a    webinar value = 3
    ana2  10:00:00.0  page_viewed /a    page_viewed       webinar /b       and call_held
    """
    at = day(1)
    desk.brings(
        "leads",
        [{"lead_id": "ana", "email": "a@b.de"}, {"lead_id": "ana2", "email": "a@b.de"}],
        day(0),
    )
    desk.brings(
        "activities",
        [
            {
                "lead_id": "ana",
                "occurred_at": at,
                "kind": "page_viewed",
                "url": "/a",
                "subject": "ours",
            },
            {"lead_id": "ana", "occurred_at": at, "kind": "page_viewed", "url": "/a"},
            {"lead_id": "ana", "occurred_at": at, "kind": "webinar_attended", "value": 3.0},
        ],
        day(2),
    )
    desk.brings(
        "activities",
        [
            {
                "lead_id": "ana2",
                "occurred_at": day(1 + 0.3 / 86400),
                "kind": "page_viewed",
                "url": "/a",
                "result": "read",
            },
            {"lead_id": "ana2", "occurred_at": at, "kind": "page_viewed"},
            {"lead_id": "ana2", "occurred_at": at, "kind": "webinar_attended", "url": "/b"},
            {"lead_id": "ana2", "occurred_at": at, "kind": "call_held"},
        ],
        day(2),
    )
    desk.links([("ana", "ana2")], {"ana2": "ana"}, at=day(6))
    found = desk.activities(day(6))
    assert sorted(str(a["kind"]) for a in found) == [
        "call_held",
        "page_viewed",
        "page_viewed",
        "webinar_attended",
    ]
    webinar = next(a for a in found if a["kind"] == "webinar_attended")
    assert (webinar["url"], webinar["value"]) == ("/b", 3.0)
    assert {(a["subject"], a["result"]) for a in found if a["kind"] == "page_viewed"} == {
        ("ours", "read"),
        (None, None),
    }


def test_a_different_page_in_the_same_second_is_another(desk: Desk) -> None:
    """ana looks at /a, ana2 at /b"""
    desk.brings(
        "leads",
        [{"lead_id": "ana", "email": "a@b.de"}, {"lead_id": "ana2", "email": "a@b.de"}],
        day(0),
    )
    desk.brings(
        "activities",
        [
            {"lead_id": i, "occurred_at": day(1), "kind": "page_viewed", "url": u}
            for i, u in (("ana", "/a"), ("ana2", "/b"), ("ana2", None))
        ],
        day(2),
    )
    desk.links([("ana", "ana2")], {"ana2": "ana"}, at=day(6))
    assert len(desk.activities(day(6))) == 2  # what ana2 told without a page may well be ana's


def test_companies_are_an_attribute(twins: Desk) -> None:
    """ana and bo work for one company; ana2 is ana"""
    twins.links([("ana", "bo")], {"ana": "bo"}, kind="company", at=day(5))
    assert {k: v["account"] for k, v in twins.leads(day(6)).items()} == {
        "ana": "bo",
        "bo": "bo",
        "ana2": None,
    }
    assert twins.ledger.catalog().present >= {"account"}
    twins.links([("ana", "ana2")], {"ana": "ana2"}, at=day(7))
    assert {k: v["account"] for k, v in twins.leads(day(7)).items()} == {"ana2": "bo", "bo": "bo"}


def test_an_import_compares_with_the_lead_and_not_with_the_person(twins: Desk) -> None:
    """ana2's own file again, and ana2's address as of its own file"""
    twins.links([("ana", "ana2")], {"ana2": "ana"}, at=day(10))
    again = [{"lead_id": "ana2", "phone": "1", "consent": False, "created_at": day(0.5)}]
    assert twins.brings("leads", again, day(11)).unchanged == 1
    assert (
        twins.brings("leads", [{"lead_id": "ana2", "email": "ana@acme.com"}], day(12)).imported == 1
    )


def test_some_and_moments_say_the_same_as_everyone(twins: Desk) -> None:
    """linked, unlinked, linked the other way round, one of them taken back; asked of a member, and of pairs"""
    twins.links([("ana", "ana2")], {"ana2": "ana"}, at=day(5))
    wrong = twins.links([("ana", "ana2", "refused")], {"ana2": "ana2"}, at=day(7))
    twins.links([("ana", "bo")], {"ana": "bo"}, at=day(9))
    twins.ledger.undo(wrong.import_id, now=day(11))
    twins.con.execute("CREATE TEMP TABLE asked AS SELECT 'ana2' AS lead_id")
    twins.con.execute(
        "CREATE TEMP TABLE pairs AS SELECT lead_id, TIMESTAMP '2026-01-01' + to_days(d::INT) AS"
        " as_of FROM (VALUES ('ana'), ('ana2'), ('bo')) l(lead_id), range(14) d(d)"
    )
    persons = [set(twins.leads(day(n))) for n in (6, 8, 10, 12)]
    assert persons == [{"ana", "bo"}, {"ana", "ana2", "bo"}, {"ana2", "bo"}, {"bo"}]
    many, acts = (
        twins.leads(Moments(TableName("pairs"))),
        twins.activities(Moments(TableName("pairs"))),
    )
    for n in range(14):
        everyone = twins.leads(day(n))
        asked = twins.leads(Some(day(n), "asked"))
        assert {k[0]: v for k, v in many.items() if k[1] == day(n)} == everyone  # type: ignore[index]
        here = [{k: v for k, v in a.items() if k != "as_of"} for a in acts if a["as_of"] == day(n)]
        assert sorted(map(str, here)) == sorted(map(str, twins.activities(day(n))))
        assert asked.items() <= everyone.items()
        assert len(asked) == (n >= 3)


def test_names_that_go_in_a_circle_are_one_group(twins: Desk) -> None:
    """b is a, then not, then a is b; what said "not" is taken back"""
    twins.links([("ana", "bo")], {"bo": "ana"}, at=day(5))
    no = twins.links([("ana", "bo", "refused")], {"bo": "bo"}, at=day(6))
    twins.links([("ana", "bo")], {"ana": "bo"}, at=day(7))
    twins.ledger.undo(no.import_id, now=day(8))
    assert set(twins.leads(day(8))) == {"ana", "ana2"}
    assert set(twins.leads(Everyone(day(7.5)))) == {"bo", "ana2"}


def test_a_link_is_no_statement_of_a_file(desk: Desk) -> None:
    """a file with the columns "account" and "email_verdict" """
    desk.brings(
        "leads", [{"lead_id": "ana", "age": 3, "account": "Acme", "email_verdict": "fine"}], day(1)
    )
    assert desk.leads(day(1)) == {"ana": {"age": 3}}
    assert desk.ledger.holdings().attributes.keys() == {"age"}
    assert desk.ledger.holdings().attributes["age"].type is Type.WHOLE
