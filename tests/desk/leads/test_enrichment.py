"""Plug-ins that add facts: shipped ones, an example, and some that fail or lie."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.adapters.enrichment import plugins
from leadlight.desk.leads.enrichment import (
    EnrichersRequest,
    EnrichRequest,
    enrich,
    enrichers,
)
from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.lead_list import attributes_of_lead
from leadlight.desk.leads.undo import ImportsRequest, UndoRequest, imports, undo
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.enrich.enricher import Finding
from leadlight.problems import CannotDo
from leadlight.results.text.enrichment import render_enrichers, render_enrichment
from leadlight.results.text.explanation import render_explanation
from tests.prepared import HERE, prepare

NOW = datetime(2026, 11, 2, 9)
DAY = timedelta(days=1)
LEADS = """lead_id,email,job_title,company,postal_code,country,department
a,ana@acme-labs.com,Head of Sales,,75018,FR,
b,bo@gmail.com,Accountant,Bolt,,,Own words
c,cy@cole-works.com,,Cole Works,,,
d,dia@dome-works.com,asd,Velwicka Shop Ltd,,,
"""
EXAMPLE = Path(__file__).parents[3] / "examples" / "enricher"


@pytest.fixture(params=["folder"])
def session(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """Four leads, in a folder or on a server."""
    monkeypatch.chdir(tmp_path)
    where = HERE if request.param == "folder" else request.getfixturevalue("address")
    with Session(prepare(company, tmp_path, where)) as opened:
        yield opened


def company(where: str) -> None:
    init(Session(), InitRequest(NOW, where, "b2b-saas"))
    Path("leads.csv").write_text(LEADS, encoding="utf-8")
    import_files(Session(where), ImportRequest((Path("leads.csv"),), NOW, verify=False))


@pytest.mark.parametrize("session", ["folder", "server"], indirect=True)
def test_what_a_title_and_a_domain_say_becomes_facts(session: Session) -> None:
    """
    a  head of sales of acme-labs.com in Paris
    b  an accountant of a department that the company calls by its own words
    """
    found = enrich(session, EnrichRequest(NOW + DAY))
    titles, domains, places = found.enrichers[:3]
    assert (titles.enriched, titles.values, titles.left_out) == (
        2,
        {"seniority": 2, "department": 1},
        1,
    )
    assert domains.values == {"website": 3, "company": 1}
    assert places.values == {"region": 1, "country": 0}
    ana, bo = (attributes_of_lead(session, lead, NOW + 2 * DAY) for lead in "ab")
    assert (ana["seniority"], ana["department"], ana["company"]) == (
        "director",
        "sales",
        "Acme Labs",
    )
    assert ana["region"] == "Île-de-France"
    assert ana["titles_provenance"] == (
        "seniority: title: head of, 90%; department: title: sales, 85%"
    )
    assert (bo["seniority"], bo["department"]) == ("staff", "Own words")
    why = explain(session, ExplainRequest("a", NOW + 2 * DAY))
    lines = list(render_explanation(why))
    assert any("seniority: title: head of, 90%" in line for line in lines)
    again = enrich(session, EnrichRequest(NOW + 2 * DAY))
    assert [report.import_id for report in again.enrichers] == [None, None, None]
    assert any("get a value" in str(line) for line in render_enrichment(found))


def test_whatever_somebody_says_outweighs_it(session: Session, tmp_path: Path) -> None:
    """A later file, an old file as backfill, and neither the plug-in when it is asked again"""
    enrich(session, EnrichRequest(NOW + DAY, ("titles",)))
    for n, backfill in enumerate((False, True)):
        more = tmp_path / f"more{n}.csv"
        more.write_text(f"lead_id,{('seniority', 'department')[n]}\na,their word\n")
        import_files(
            session, ImportRequest((more,), NOW + 2 * DAY, backfill=backfill, verify=False)
        )
    for day in (3, 5):
        said = attributes_of_lead(session, "a", NOW + day * DAY)
        assert (said["seniority"], said["department"]) == ("their word", "their word")
        enrich(session, EnrichRequest(NOW + (day + 1) * DAY, ("titles",)))


def test_it_is_taken_back_like_an_import(session: Session) -> None:
    """And nobody knew it before"""
    (report,) = enrich(session, EnrichRequest(NOW + DAY, ("titles",))).enrichers
    assert attributes_of_lead(session, "a", NOW).get("seniority") is None
    undo(session, UndoRequest(report.import_id or "", NOW + 2 * DAY))
    assert attributes_of_lead(session, "a", NOW + 3 * DAY).get("seniority") is None


def test_a_value_that_is_found_no_more_is_taken_back(session: Session, tmp_path: Path) -> None:
    """The title becomes one that says nothing"""
    enrich(session, EnrichRequest(NOW + DAY, ("titles",)))
    more = tmp_path / "more.csv"
    more.write_text("lead_id,job_title\na,asd\n")
    import_files(session, ImportRequest((more,), NOW + 2 * DAY, verify=False))
    (report,) = enrich(session, EnrichRequest(NOW + 3 * DAY, ("titles",))).enrichers
    assert report.taken_back
    assert attributes_of_lead(session, "a", NOW + 4 * DAY).get("seniority") is None
    assert attributes_of_lead(session, "b", NOW + 4 * DAY)["seniority"] == "staff"


def test_a_dry_run_adds_nothing(session: Session) -> None:
    """It shows examples"""
    before = imports(session, ImportsRequest(NOW))
    found = enrich(session, EnrichRequest(NOW + DAY, dry_run=True))
    assert found.enrichers[0].examples[0].values == {"seniority": "director", "department": "sales"}
    assert imports(session, ImportsRequest(NOW)) == before


def test_a_file_gets_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside those that it has; an output may be written again"""
    monkeypatch.chdir(tmp_path)
    file, out = tmp_path / "leads.csv", tmp_path / "out.csv"
    file.write_text(LEADS, encoding="utf-8")
    for _ in range(2):
        found = enrich(Session(), EnrichRequest(NOW, file=file, out=out))
    assert found.file is not None
    with out.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.DictReader(written))
    assert [row["seniority"] for row in rows] == ["director", "staff", "", ""]
    assert [row["department"] for row in rows] == ["", "Own words", "", ""]
    assert [row["leadlight_department"] for row in rows] == ["sales", "", "", ""]


def test_the_example_is_a_plug_in(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The company register of the examples adds a number, with the day of its source"""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    install(monkeypatch, "company-register", "company_register:CompanyRegister")
    (report,) = enrich(session, EnrichRequest(NOW + DAY, ("company-register",))).enrichers
    assert report.values == {"industry": 1, "employees": 1, "register_number": 1}
    dia = attributes_of_lead(session, "d", NOW + 2 * DAY)
    assert (dia["employees"], dia["register_number"]) == (42, "GB 0815")
    assert "of 2026-03-31" in str(dia["company_register_provenance"])
    sys.modules.pop("company_register", None)


class Bad:
    """A plug-in whose answer a test chooses."""

    name, about, reads = "bad", "Lies.", ("job_title",)
    adds = {"seniority": "text", "employees": "whole"}  # noqa: RUF012

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def enrich(self, rows: object) -> object:
        return self.answer(rows) if callable(self.answer) else self.answer


def fail(rows: object) -> object:
    raise RuntimeError("ana@acme.com")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fail, "RuntimeError"),
        (lambda rows: [[]], "ValueError"),
        (lambda rows: None, "ValueError"),
        (lambda rows: sys.exit(3), "SystemExit"),
        (lambda rows: time.sleep(9), "too long"),
    ],
)
def test_a_plug_in_that_fails_costs_its_own_facts_only(
    session: Session, monkeypatch: pytest.MonkeyPatch, answer: object, said: str
) -> None:
    """It raises, answers too little or nothing, ends the process, hangs: a sentence, without a
    lead's data, and the others go on
    """
    install_object(monkeypatch, Bad(answer))
    wanted = EnrichRequest(NOW + DAY, ("titles", "bad"), within=timedelta(seconds=1))
    titles, bad = enrich(session, wanted).enrichers
    assert titles.import_id is not None
    assert bad.import_id is None
    assert said in (bad.fault or "")
    assert "ana@" not in (bad.fault or "")


@pytest.mark.parametrize(
    ("finding", "why"),
    [
        (Finding("seniority", 3), "no text"),
        (Finding("employees", "3"), "no whole"),
        (Finding("employees", True), "no whole"),
        (Finding("employees", 2**80), "no whole"),
        (Finding("seniority", "x" * 600), "no text"),
        (Finding("seniority", "x", confidence=7), "confidence"),
        (Finding("seniority", "x", confidence=float("nan")), "confidence"),
        (Finding("email", "x@y.example"), "did not announce"),
        ("seniority", "no finding"),
    ],
)
def test_an_answer_of_the_wrong_sort_is_not_taken(
    session: Session, monkeypatch: pytest.MonkeyPatch, finding: object, why: str
) -> None:
    """A type, a size, a confidence or an attribute that it did not announce"""
    install_object(monkeypatch, Bad(lambda rows: [[finding] for _ in rows]))
    (bad,) = enrich(session, EnrichRequest(NOW + DAY, ("bad",))).enrichers
    assert bad.enriched == 0
    assert any(why in refusal.because for refusal in bad.refusals)


def test_hostile_text_is_one_harmless_line(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQL, control characters and line breaks are text"""
    evil = "x'; DROP TABLE leads; --\n\x1b[31m<script>"
    install_object(
        monkeypatch, Bad(lambda rows: [[Finding("seniority", evil, evil)] for _ in rows])
    )
    enrich(session, EnrichRequest(NOW + DAY, ("bad",)))
    said = attributes_of_lead(session, "a", NOW + 2 * DAY)
    assert said["seniority"] == "x'; DROP TABLE leads; -- [31m<script>"
    assert "\n" not in str(said["bad_provenance"])


@pytest.mark.parametrize(
    ("adds", "why"),
    [
        ({"email": "text"}, "only the lead"),
        ({"consent": "yes_no"}, "only the lead"),
        ({"source": "text"}, "only the lead"),
        ({"x y": "text"}, "name of no attribute"),
        ({"employees": "text"}, "whole"),
        ({"thing": "json"}, "type"),
        ({"engagement": "number"}, "playbook"),
        ({}, "adds"),
    ],
)
def test_a_plug_in_may_not_add_everything(
    session: Session, monkeypatch: pytest.MonkeyPatch, adds: dict[str, str], why: str
) -> None:
    """Who a lead is and what it allows, only it and the company say"""
    bad = Bad(lambda rows: [[] for _ in rows])
    bad.adds = adds
    install_object(monkeypatch, bad)
    (report,) = enrich(session, EnrichRequest(NOW + DAY, ("bad",))).enrichers
    assert why in (report.fault or "")


def test_what_cannot_be_loaded_is_listed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sentence; a name that is not installed is refused with the nearest one"""
    install(monkeypatch, "gone", "no_such_module:Thing")
    lines = {line.name: line for line in enrichers(session, EnrichersRequest(NOW)).enrichers}
    assert "cannot be loaded" in (lines["gone"].fault or "")
    assert lines["titles"].adds == ("seniority", "department")
    assert list(render_enrichers(enrichers(session, EnrichersRequest(NOW))))
    with pytest.raises(CannotDo, match="titles"):
        enrich(session, EnrichRequest(NOW, ("title",)))


def install(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """As if a package with this entry point were installed."""
    from importlib.metadata import EntryPoint

    point = EntryPoint(name, value, plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [point])


def install_object(monkeypatch: pytest.MonkeyPatch, enricher: object) -> None:
    """The same of an object of this module."""
    monkeypatch.setattr(sys.modules[__name__], "STANDING", enricher, raising=False)
    install(monkeypatch, "bad", f"{__name__}:STANDING")
