"""A person objects to profiling: no verb qualifies it from then on, in a folder and on a server."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import leadlight
from leadlight.desk.leads.replay import ReplayRequest, replay
from leadlight.desk.persons.objection import ObjectionRequest, record_objection
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.text.persons import render_objection
from tests.adapters.ledger.test_postgres import (
    LATER,
    LEADS,
    Both,
    Company,
    both,
    both_with_leads,
    both_with_log,
)
from tests.verbs import decide, run

__all__ = ["both", "both_with_leads", "both_with_log"]


def objection(company: Company, lead: str, *, withdraw: bool = False) -> object:
    """What a person is answered, and what the terminal says of it."""
    company.day += timedelta(days=1)
    with Session(company.place) as session:
        found = record_objection(session, ObjectionRequest(lead, company.day, withdraw))
    return found, [str(part) for part in render_objection(found)]


def ids(company: Company, **how: object) -> list[object]:
    return sorted(str(row["lead_id"]) for row in company.run(**how)[0])


def refusal(company: Company, lead: str) -> str:
    with pytest.raises(CannotDo) as found:
        company.explain(lead)
    return str(found.value)


def test_an_objector_is_gone_from_every_run(both_with_log: Both) -> None:
    """the newest run has lead 1; it objects; then only what is new is looked at, then all"""
    assert "1" in both_with_log(ids)  # type: ignore[operator]
    said = both_with_log(lambda c: objection(c, "1"))
    assert "objects to profiling since" in said[1][0]  # type: ignore[index]

    def touch(company: Company) -> object:
        rows, receipt = company.run(touched=True)
        return rows, receipt.gone_leads

    assert both_with_log(touch) == ([], 1)
    assert both_with_log(ids) == ["2", "3", "4", "5", "6", "8"]
    assert "objected to profiling on 2026-01-" in both_with_log(lambda c: refusal(c, "1"))  # type: ignore[operator]


def test_an_objection_is_withdrawn_by_the_person_only(both_with_leads: Both) -> None:
    """it objects; the CRM's next export says that nobody objects; the person takes it back"""
    both_with_leads(lambda c: objection(c, "2"))
    both_with_leads(
        lambda c: c.brings("lead_id,employees,profiling_objected\n2,9,no\n3,5,yes\n", "crm.csv")
    )
    assert both_with_leads(ids) == ["1", "4", "5", "6", "8"]
    both_with_leads(lambda c: c.brings("lead_id,profiling_objected\n2,no\n3,no\n", "crm.csv"))
    assert both_with_leads(ids) == ["1", "3", "4", "5", "6", "8"]
    said = both_with_leads(lambda c: objection(c, "2", withdraw=True))
    assert "does not object to profiling any more" in said[1][0]  # type: ignore[index]
    assert "2" in both_with_leads(ids)  # type: ignore[operator]
    again = both_with_leads(lambda c: objection(c, "2", withdraw=True))
    assert again[0].import_id is None  # type: ignore[index]
    assert "Nothing was changed" in again[1][0]  # type: ignore[index]


def test_what_one_lead_of_a_person_says_holds_for_all(both_with_leads: Both) -> None:
    """2 and 3 are one person; 3 objects, by its address"""
    both_with_leads(lambda c: decide(c.place, c.day, [("2", "3", "made")], "eve"))
    said = both_with_leads(lambda c: objection(c, "élodie@EXÄMPLE.com"))
    assert said[0].leads == ("3", "2")  # type: ignore[index]
    assert both_with_leads(ids) == ["1", "4", "5", "6", "8"]


def test_an_address_of_two_persons_is_asked_back(both_with_leads: Both) -> None:
    """ana@example.com is the address of 1 and 5, which nobody linked"""

    def refused(company: Company) -> str:
        with pytest.raises(CannotDo) as found:
            objection(company, "ana@example.com")
        return str(found.value)

    assert "2 leads have that address: 1, 5" in both_with_leads(refused)  # type: ignore[operator]
    with pytest.raises(CannotDo, match="There is no lead 'nobody'"):
        both_with_leads(lambda c: objection(c, "nobody"))


def test_a_replay_ends_a_leads_label_where_it_objected(both_with_log: Both) -> None:
    """lead 1 was warm until it objected; the stretch before stays as it was"""
    both_with_log(lambda c: objection(c, "1"))

    def moved(company: Company) -> object:
        out = company.folder / "moved.csv"
        request = ReplayRequest(
            company.day + timedelta(days=9),
            since=company.day - timedelta(hours=6),
            until=company.day + timedelta(days=1),
            playbook=str(company.folder / "playbook.yml"),
            out=out,
        )
        with Session(company.place) as session:
            replay(session, request)
        lines = [line.split(",") for line in out.read_text().splitlines()]
        head = lines[0]
        return [
            (row[head.index("before")], row[head.index("after")], row[head.index("at")])
            for row in lines[1:]
            if row[head.index("scale")] == "temperature"
        ]

    (found,) = both_with_log(moved)  # type: ignore[misc]
    assert found[:2] == ("warm", "")
    assert found[2].startswith("2026-01-04")


@pytest.mark.parametrize("yes", ["yes", "true", "1", "x"])
def test_a_file_says_who_objected(yes: str, tmp_path: Path) -> None:
    """a CSV with the column, qualified as it is, without a workspace"""
    file = tmp_path / "leads.csv"
    file.write_text(
        f"lead_id,email,Objected to profiling\nA1,a@b.com,{yes}\nA2,c@d.com,no\nA3,e@f.com,\n"
    )
    found = leadlight.qualify(file)
    assert found.to_arrow()["lead_id"].to_pylist() == ["A2", "A3"]
    assert found.summary.leads == 2
    with pytest.raises(CannotDo, match="The lead A1 objected to profiling: it is not scored"):
        found.explain("A1")


@pytest.mark.parametrize(("yes", "no"), [(True, False), (1, 0), ("yes", "no"), (1.0, 0.0)])
def test_a_typed_file_says_it_in_any_type(yes: object, no: object, tmp_path: Path) -> None:
    """the column of a data frame holds yes and no, numbers, or words"""
    frame = pa.table({"lead_id": ["A1", "A2", "A3"], "profiling_objected": [yes, no, None]})
    found = leadlight.qualify(frame)
    assert found.to_arrow()["lead_id"].to_pylist() == ["A2", "A3"]


def test_an_export_has_the_objectors_row_with_its_id_and_without_labels(both: Both) -> None:
    """the company's own rows come back: that of lead 1 says nothing of it"""
    both(lambda c: c.brings(LEADS.replace("lead_id", "Record ID"), "leads.csv"))
    both(lambda c: objection(c, "1"))

    def exported(company: Company) -> object:
        out = company.folder / "out.csv"
        with run(company.place, playbook=str(company.folder / "playbook.yml"), as_of=LATER) as ran:
            ran.local_qualifications.export(out)
        with out.open(encoding="utf-8-sig") as file:
            found = {row["lead_id"]: row["temperature"] for row in csv.DictReader(file)}
        return found["1"], found["2"]

    assert both(exported) == ("", "cold")
