"""What is known of a person, for the person: all of it, with where it came from."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from leadlight.desk.persons.objection import ObjectionRequest, record_objection
from leadlight.desk.persons.record import PersonRequest, person
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.data import schema_of, to_json
from leadlight.results.persons import PersonRecord
from tests.adapters.ledger.test_postgres import Both, Company, both_with_leads, both_with_log
from tests.verbs import decide, imports, undo

__all__ = ["both_with_leads", "both_with_log"]


def record(company: Company, lead: str, out: Path | None = None) -> PersonRecord:
    with Session(company.place) as session:
        return person(session, PersonRequest(lead, company.day + timedelta(days=300), out))


def plain(company: Company, lead: str) -> dict[str, object]:
    """The record as JSON, without the moments of runs, which this computer's clock gives."""
    found = json.loads(to_json(record(company, lead)))
    jsonschema.Draft202012Validator(schema_of(PersonRecord)).validate(found)
    return dict(found)


def test_every_fact_is_told_with_its_source(both_with_log: Both) -> None:
    """lead 3 has a statement, a correction, an import that was undone, a log, a check and a label"""
    both_with_log(lambda c: c.brings("lead_id,employees,colour\n3,7,\n", "more.csv"))
    both_with_log(lambda c: c.brings("lead_id,employees\n3,8\n", "wrong.csv"))
    both_with_log(lambda c: undo(c.place, imports(c.place, c.day, 1)[0].import_id, c.day))
    both_with_log(lambda c: len(c.run()[0]))
    found = both_with_log(lambda c: plain(c, "élodie@exämple.com"))
    facts = found["facts"]  # type: ignore[index]
    assert [s["values"] for s in facts["statements"]] == [
        {
            "email": "élodie@exämple.com",
            "first_name": "Élodie",
            "last_name": "Petit",
            "phone": "030 901820",
            "industry": "software",
            "country": "FR",
            "created_at": "2025-12-03T00:00:00Z",
            "colour": "a,b",
        },
        {"employees": 7},
        {"employees": 8},
    ]
    sources = [(s["provenance"]["file"], s["provenance"]["row"]) for s in facts["statements"]]
    assert sources == [("leads.csv", 3), ("more.csv", 1), ("wrong.csv", 1)]
    undone = [s["provenance"]["undone_at"] is not None for s in facts["statements"]]
    assert undone == [False, False, True]
    assert [(a["kind"], a["occurred_at"]) for a in facts["activities"]] == [
        ("email_bounced", "2025-12-14T00:00:00Z")
    ]
    assert facts["checks"][0]["values"]["email"] == "élodie@exämple.com"
    assert facts["labels"][0]["values"]["label_temperature"] == "warm"
    qualification = found["qualification"]  # type: ignore[index]
    assert qualification["explanation"]["playbook"] == "Two stores"
    assert any("fit" in line for line in qualification["lines"])


def test_consent_is_that_of_the_strictest_lead(both_with_leads: Both) -> None:
    """2 allows mail and 3 refuses it; they are one person"""
    both_with_leads(
        lambda c: c.brings("lead_id,consent,do_not_email\n2,yes,no\n3,no,yes\n", "consent.csv")
    )
    both_with_leads(lambda c: decide(c.place, c.day, [("2", "3", "made")], "eve"))
    found = both_with_leads(lambda c: plain(c, "2"))
    assert found["leads"] == ["2", "3"]  # type: ignore[index]
    assert found["consent"] == {  # type: ignore[index]
        "consent": False,
        "ads_consent": None,
        "do_not_email": True,
        "do_not_call": None,
        "profiling_objected": None,
    }
    (link,) = found["facts"]["links"]  # type: ignore[index]
    assert (link["lead_a"], link["lead_b"], link["by"]) == ("2", "3", "eve")


def test_an_objector_is_told_why_it_has_no_label(both_with_leads: Both) -> None:
    """lead 1 objected"""

    def objected(company: Company) -> object:
        with Session(company.place) as session:
            record_objection(session, ObjectionRequest("1", company.day))
        return record(company, "1").qualification.why_none

    assert "objected to profiling" in str(both_with_leads(objected))


def test_the_file_is_replaced_only_by_its_like(both_with_leads: Both, tmp_path: Path) -> None:
    """the record is written twice; over a file of somebody else's it is not"""
    out, theirs = tmp_path / "one.json", tmp_path / "theirs.json"
    theirs.write_text('{"a": 1}')

    def write(company: Company) -> object:
        for _ in range(2):
            record(company, "1", out)
        with pytest.raises(CannotDo):
            record(company, "1", theirs)
        return json.loads(out.read_text())["leads"]

    assert both_with_leads(write) == ["1"]
    assert theirs.read_text() == '{"a": 1}'
