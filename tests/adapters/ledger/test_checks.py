"""Checks of contacts: a verdict counts while the value is the one that was checked."""

from __future__ import annotations

import pytest

from leadlight.adapters.ledger.checks import verdicts_by_value
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import TableName
from tests.adapters.conftest import Desk, day

FINE = {
    "email_verdict": "reachable",
    "phone_verdict": "risky",
    "phone_line": "mobile",
    "doubts": "burst",
}


@pytest.fixture
def checked(desk: Desk) -> Desk:
    """
    day 1  ana  ana@acme.com, phone 1      bo  bo@acme.com
    day 2  both are checked
    """
    desk.brings(
        "leads",
        [
            {"lead_id": "ana", "email": "ana@acme.com", "phone": "1"},
            {"lead_id": "bo", "email": "bo@acme.com"},
        ],
        day(1),
    )
    desk.checks(
        [
            {"lead_id": "ana", "_email": "ana@acme.com", "_phone": "1", **FINE},
            {
                "lead_id": "bo",
                "_email": "bo@acme.com",
                "email_verdict": "unreachable",
                "email_because": "typo",
            },
        ],
        day(2),
    )
    return desk


def due(desk: Desk, n: float, **how: object) -> dict[object, tuple[object, object]]:
    found = desk.select(desk.ledger.due_checks(now=day(n), **how))  # type: ignore[arg-type]
    assert all({"email", "honeypot", "created_at"} <= r.keys() for r in found)
    return {r["lead_id"]: (r["bounced"], r["complained"]) for r in found}


def test_a_verdict_is_an_attribute_from_the_check_on(checked: Desk) -> None:
    """day 1: nothing is known; day 2: ana can be reached"""
    assert checked.leads(day(1))["ana"]["email_verdict"] is None
    ana = checked.leads(day(2))["ana"]
    assert {k: ana[k] for k in FINE} == FINE
    assert ana["checked_at"] == day(2)
    assert checked.ledger.catalog().present >= set(FINE)


def test_a_changed_value_has_no_verdict(checked: Desk) -> None:
    """day 3: ana has another phone number"""
    checked.brings("leads", [{"lead_id": "ana", "phone": "2"}], day(3))
    before, after = checked.leads(day(2.5))["ana"], checked.leads(day(3))["ana"]
    assert (before["phone_verdict"], after["phone_verdict"], after["phone_line"]) == (
        "risky",
        None,
        None,
    )
    assert (after["email_verdict"], after["doubts"], after["checked_at"]) == (
        "reachable",
        None,
        None,
    )


def test_the_newest_check_counts_and_the_past_stays(checked: Desk) -> None:
    """day 5: ana's address is found to be unreachable; day 7: that check is taken back"""
    again = checked.checks(
        [
            {
                "lead_id": "ana",
                "_email": "ana@acme.com",
                "_phone": "1",
                "email_verdict": "unreachable",
            }
        ],
        day(5),
    )
    verdicts = [checked.leads(day(n))["ana"]["email_verdict"] for n in (2, 4, 5, 6)]
    assert verdicts == ["reachable", "reachable", "unreachable", "unreachable"]
    assert checked.leads(day(6))["ana"]["phone_verdict"] is None
    assert checked.leads(day(6))["bo"]["email_because"] == "typo"
    undone = checked.ledger.undo(again.import_id, now=day(7))
    assert (undone.what, undone.facts) == ("checks", 1)
    assert checked.leads(day(7))["ana"]["email_verdict"] == "reachable"
    assert checked.leads(day(6))["ana"]["email_verdict"] == "unreachable"
    assert [line.what for line in checked.ledger.imports()] == ["checks", "checks", "leads"]


def test_some_leads_and_moments_are_checked_alike(checked: Desk) -> None:
    """ana's phone changes, she is checked again; asked of one lead and of pairs"""
    checked.brings("leads", [{"lead_id": "ana", "phone": "2"}], day(3))
    checked.checks(
        [{"lead_id": "ana", "_email": "ana@acme.com", "_phone": "2", "phone_verdict": "unknown"}],
        day(4),
    )
    checked.con.execute("CREATE TEMP TABLE asked AS SELECT 'ana' AS lead_id")
    checked.con.execute(
        "CREATE TEMP TABLE pairs AS SELECT lead_id, TIMESTAMP '2026-01-01' + to_days(d::INT) AS"
        " as_of FROM (VALUES ('ana'), ('bo')) l(lead_id), range(6) d(d)"
    )
    many = checked.leads(Moments(TableName("pairs")))
    for n in range(6):
        everyone = checked.leads(day(n))
        assert {k[0]: v for k, v in many.items() if k[1] == day(n)} == everyone  # type: ignore[index]
        assert checked.leads(Some(day(n), "asked")) == {
            k: v for k, v in everyone.items() if k == "ana"
        }


def test_whoever_is_new_changed_or_long_unchecked_is_due(checked: Desk) -> None:
    """day 3: cy is new and bo has another address; day 92: all are due again"""
    assert due(checked, 2) == {}
    checked.brings(
        "leads",
        [
            {"lead_id": "cy", "email": "cy@x.de"},
            {"lead_id": "bo", "email": "bob@acme.com"},
            {"lead_id": "ana", "first_name": "Ana"},
        ],
        day(3),
    )
    assert due(checked, 3).keys() == {"bo", "cy"}
    assert due(checked, 3, everything=True).keys() == {"ana", "bo", "cy"}
    assert due(checked, 91).keys() == {"bo", "cy"}
    assert due(checked, 93).keys() == {"ana", "bo", "cy"}
    assert due(checked, 10, every_days=5).keys() == {"ana", "bo", "cy"}


def test_a_bounce_makes_an_address_due_once(checked: Desk) -> None:
    """day 3: a mail to ana came back; day 4: she is checked; day 5: bo complained"""
    checked.brings(
        "activities", [{"lead_id": "ana", "occurred_at": day(1.5), "kind": "email_bounced"}], day(3)
    )
    assert due(checked, 3) == {"ana": (True, False)}
    checked.checks(
        [
            {
                "lead_id": "ana",
                "_email": "ana@acme.com",
                "_phone": "1",
                "email_verdict": "unreachable",
            }
        ],
        day(4),
    )
    assert due(checked, 4) == {}
    assert due(checked, 4, everything=True) == {"ana": (True, False), "bo": (False, False)}
    checked.brings(
        "activities", [{"lead_id": "bo", "occurred_at": day(5), "kind": "email_complained"}], day(5)
    )
    assert due(checked, 5) == {"bo": (False, True)}


def test_a_new_address_has_not_bounced(checked: Desk) -> None:
    """
    day 3  a mail to ana came back
    day 4  ana has another address      day 5  and says it again
    day 6  a mail to that one came back, too
    """
    checked.brings(
        "activities", [{"lead_id": "ana", "occurred_at": day(3), "kind": "email_bounced"}], day(3)
    )
    checked.brings("leads", [{"lead_id": "ana", "email": "ana@new.com"}], day(4))
    assert due(checked, 4) == {"ana": (False, False)}
    checked.brings("leads", [{"lead_id": "ana", "email": "ana@new.com", "age": 9}], day(5))
    checked.brings(
        "activities", [{"lead_id": "ana", "occurred_at": day(4.5), "kind": "email_bounced"}], day(6)
    )
    assert due(checked, 6) == {"ana": (True, False)}


def test_a_bounce_that_was_taken_back_is_none(checked: Desk) -> None:
    """the log was wrong"""
    wrong = checked.brings(
        "activities", [{"lead_id": "ana", "occurred_at": day(3), "kind": "email_bounced"}], day(3)
    )
    checked.ledger.undo(wrong.import_id, now=day(4))
    assert due(checked, 4) == {}


def test_a_person_has_the_verdicts_of_the_values_that_won(checked: Desk) -> None:
    """
    day 3  ana2: ana@new.com, no phone    day 4  checked    day 5  ana2 is ana    day 6  ana is checked as she is
    """
    checked.brings("leads", [{"lead_id": "ana2", "email": "ana@new.com"}], day(3))
    checked.checks(
        [{"lead_id": "ana2", "_email": "ana@new.com", "email_verdict": "risky", "doubts": "other"}],
        day(4),
    )
    checked.links([("ana", "ana2")], {"ana2": "ana"}, at=day(5))
    ana = checked.leads(day(5))["ana"]
    assert (ana["email"], ana["phone"], ana["email_verdict"], ana["phone_verdict"]) == (
        "ana@new.com",
        "1",
        "risky",
        "risky",
    )
    assert (ana["doubts"], ana["checked_at"], ana["phone_line"]) == (None, None, "mobile")
    assert checked.leads(day(5))["bo"]["email_verdict"] == "unreachable"
    assert due(checked, 5).keys() == {"ana"}
    checked.checks(
        [
            {
                "lead_id": "ana",
                "_email": "ana@new.com",
                "_phone": "1",
                "email_verdict": "reachable",
                "doubts": None,
            }
        ],
        day(6),
    )
    ana = checked.leads(day(6))["ana"]
    assert (ana["email_verdict"], ana["phone_verdict"], ana["checked_at"]) == (
        "reachable",
        None,
        day(6),
    )
    assert due(checked, 6) == {}
    assert checked.leads(Everyone(day(4.5)))["ana2"]["doubts"] == "other"


def test_mail_to_a_twins_other_address_has_not_bounced(checked: Desk) -> None:
    """ana2's old address came back; the person goes by ana's"""
    checked.brings("leads", [{"lead_id": "old", "email": "old@x.de", "changed_at": day(0)}], day(3))
    checked.brings(
        "activities", [{"lead_id": "old", "occurred_at": day(2), "kind": "email_bounced"}], day(3)
    )
    assert due(checked, 3) == {"old": (True, False)}
    checked.links([("ana", "old")], {"old": "ana"}, at=day(5))
    assert due(checked, 5) == {}


def test_what_a_value_was_last_said_to_be_is_said_whole(checked: Desk) -> None:
    """
    day 2  bo@acme.com is unreachable, for a typo
    day 3  bo@acme.com is checked again and is reachable, for no rule spoke: the typo is not said of it any more
    """
    checked.checks(
        [{"lead_id": "bo", "_email": "bo@acme.com", "email_verdict": "reachable"}], day(3)
    )
    said = {
        r["value"]: (r["verdict"], r["because"]) for r in checked.select(verdicts_by_value("email"))
    }
    assert said == {"ana@acme.com": ("reachable", None), "bo@acme.com": ("reachable", None)}
