"""A CRM is one declaration, and a fault in it is told with its place."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.crm.declaration import FieldRule
from leadlight.crm.read import SHIPPED, read_declaration, shipped_text
from leadlight.crm.values import (
    field_value,
    fill,
    ids_at,
    moment_of,
    moment_text,
    value_at,
    value_of_type,
)
from leadlight.crm.write_back import decide, reason_sentence, same_value
from leadlight.facts.catalog import Type
from leadlight.facts.crm import PushFact
from leadlight.problems import CannotDo


@pytest.mark.parametrize("crm", SHIPPED)
def test_what_comes_with_leadlight_is_correct(crm: str) -> None:
    """its scopes are named, it writes to no field but ours"""
    d = read_declaration(shipped_text(crm), f"{crm}.yml")
    assert d.scopes
    assert "eadlight" in d.write.key
    assert "email" in d.people.facts


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("first_name: properties.firstname", "frist_name: x", "did you mean first_name"),
        ("rate: 10", "rate: many", "rate must be a number"),
        ("people:\n  id: id", "people:\n  idd: id", "Did you mean 'id'?"),
        ("batch: 100", "batsh: 100", "Did you mean 'batch'?"),
        ("crm: hubspot", "crm: Hub Spot", "is not a name"),
        ("    moment: {type: datetime, fieldType: date}\n", "", "shape.moment is missing"),
        ("crm: hubspot", "crm: [", "is not YAML"),
        ("/oauth/v1/token ", "http://x.example/token ", "refresh_url must begin with https://"),
    ],
)
def test_a_fault_names_its_place(old: str, new: str, sentence: str) -> None:
    """hubspot.yml with a slip of the pen"""
    text = shipped_text("hubspot")
    assert old in text
    with pytest.raises(CannotDo) as fault:
        read_declaration(text.replace(old, new, 1), "mine.yml")
    told = [str(fault.value), *(str(p.message) for p in fault.value.problems)]
    assert any(sentence in t for t in told), told


@pytest.mark.parametrize(
    "text", ["", "[]", "a", "{}", "crm: x", "!!python/object:os.system x", "&a [*a]"]
)
def test_a_hostile_text_is_refused(text: str) -> None:
    """nothing, a list, a tag that would run something, a text that holds itself"""
    with pytest.raises(CannotDo):
        read_declaration(text, "mine.yml")


def test_values_stand_at_paths() -> None:
    """a.b, lists by number and all of them, keys with dots"""
    record = {"a": {"b": [{"c": 1}, {"c": 2}]}, "x.y": 3, "no": None}
    assert value_at(record, "a.b.1.c") == 2
    assert value_at(record, "a.b.*.c") == [1, 2]
    assert value_at(record, "x..y") == 3
    assert value_at(record, "a.b.7.c") is None
    assert value_at(record, "no.more") is None
    assert field_value(record, FieldRule("a.b.0.c", {"1": "one"}), {}) == "one"
    assert field_value({"a": True}, FieldRule("a", not_=True), {}) == "false"
    assert fill({"{values}": "own", "id": "{id}"}, {"id": 7, "values": {"k": 1}}) == {
        "k": 1,
        "id": 7,
    }


def test_an_id_may_be_any_text() -> None:
    """Frappe calls a record by its name; only semicolons part several of them"""
    assert ids_at({"a": "Acme, Inc."}, "a") == ["Acme, Inc."]
    assert ids_at({"a": "7; 8;9"}, "a") == ["7", "8", "9"]
    assert ids_at({"a": ["A b", 7, None, "007"]}, "a.*") == ["A b", "7", "007"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1500", 1500),
        ("1,500,000", 1_500_000),
        ("1,500.25", 1500.25),
        ("12,5", 12.5),
        ("-0,75", -0.75),
        ("1.500.000", None),
        ("1,50,000", 150_000),
        ("0,125", None),
        ("1,5,", None),
        ("many", None),
    ],
)
def test_a_comma_is_read_as_it_was_meant(text: str, number: float | None) -> None:
    """a deal of 12,5 is not one of 125"""
    assert value_of_type(text, Type.NUMBER) == number


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01T10:00:00.000Z", datetime(2026, 11, 1, 10)),
        ("2026-11-01T10:00:00.000+0000", datetime(2026, 11, 1, 10)),
        ("2026-11-01T12:00:00+02:00", datetime(2026, 11, 1, 10)),
        ("1793527200000", datetime(2026, 11, 1, 10)),
        ("1793527200", datetime(2026, 11, 1, 10)),
        ("2026-11-01", datetime(2026, 11, 1)),
        ("9999999999999999", None),
        ("0001-01-01T00:00:00+02:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_moments_of_crms(text: str, moment: datetime | None) -> None:
    """each CRM writes them otherwise"""
    assert moment_of(text) == moment


@pytest.mark.parametrize("form", ["iso", "seconds", "offset", "text", "milliseconds"])
def test_a_moment_is_read_as_it_was_written(form: str) -> None:
    """in every form that a declaration may ask for"""
    at = datetime(2026, 11, 1, 10, 30)
    assert moment_of(moment_text(at, form)) == at


def test_reasons_are_one_sentence() -> None:
    """without points, for whoever calls; never longer than a field of a CRM"""
    reasons = ("Met with us +44.04, A large company +20.00", "Works in IT +5.00")
    assert reason_sentence(reasons) == "Met with us, a large company, works in IT."
    assert len(reason_sentence(("word " * 100,))) <= 251
    assert reason_sentence(("a\x00\x1b[2J\nb",)) == "A [2J b."


def test_the_same_value_in_another_form_is_no_change() -> None:
    """62.2 and 62.20, one moment in two zones, a day; but no and 0 differ"""
    assert same_value("score", "62.2", "62.20")
    assert same_value("as_of", "2026-11-01T10:00:00Z", "2026-11-01T12:00:00+02:00")
    assert same_value("as_of", "2026-11-01", "2026-11-01")
    assert not same_value("as_of", "2026-11-01T10:00:00Z", "2026-11-01T10:00:01Z")
    assert not same_value("score", "0", "")
    assert not same_value("reason", "1.0", "1.00")


def test_what_was_on_its_way_and_stands_there_is_ours() -> None:
    """a push that was killed after the CRM took it: no hand was in it"""
    fact = PushFact(1, "7", "x", "sending", given={"stage": "a"}, sending={"stage": "b"})
    arrived = decide({"stage": "c"}, fact, {"stage": "b"})
    assert (arrived.write, arrived.differs) == ({"stage": "c"}, {})
    lost = decide({"stage": "c"}, fact, {"stage": "a"})
    assert (lost.write, lost.differs) == ({"stage": "c"}, {})
    hand = decide({"stage": "c"}, fact, {"stage": "mine"})
    assert (hand.write, hand.differs) == ({}, {"stage": "mine"})
