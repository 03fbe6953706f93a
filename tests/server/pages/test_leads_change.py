"""The list of leads as a tool: its filter, columns, views, export, edits and changes of many."""

from __future__ import annotations

import re
from html import unescape

import httpx

from tests.server.conftest import Served, wait_for
from tests.server.pages.conftest import post
from tests.server.pages.test_leads import hot as hot  # the fixture


def rows(page: httpx.Response) -> int:
    return page.text.count("<tr data-row")


def field(page: httpx.Response, name: str) -> str:
    return unescape(re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', page.text)[0])


def test_a_filter_is_written_as_rules_are(person: httpx.Client, hot: str) -> None:
    found = person.get("/leads", params={"filter": "employees >= 60", "col": "employees"})
    assert rows(found) == 2
    assert "<td>700</td>" in found.text
    wrong = person.get("/leads", params={"filter": "employes >= 60"})
    assert wrong.status_code == 409
    assert "Did you mean &#x27;employees&#x27;" in wrong.text
    assert field(wrong, "filter") == "employes >= 60"
    assert re.search(r"hot \(\d\)", person.get("/leads").text)


def test_an_edit_is_a_fact_and_who_was_faster_is_seen(person: httpx.Client, hot: str) -> None:
    """Two tabs edit one lead: the second one sees both values, and saves the one that is right."""
    params = {"filter": "lead_id = 'L2'", "col": "employees", "edit": "L2"}
    tab = person.get("/leads", params=params)
    form = {"lead": "L2", "query": field(tab, "query"), "seen.employees": "700"}
    saved = post(person, "/leads", tab.text, {**form, "set.employees": "800"})
    assert "<td>800</td>" in saved.text
    late = post(person, "/leads", tab.text, {**form, "set.employees": "900"})
    assert late.status_code == 409
    assert "Stands now: 800" in late.text
    assert (field(late, "set.employees"), field(late, "seen.employees")) == ("900", "800")
    again = {**form, "seen.employees": "800", "set.employees": "900"}
    assert "<td>900</td>" in post(person, "/leads", late.text, again).text
    wrong = post(
        person, "/leads", tab.text, {**again, "seen.employees": "900", "set.employees": "x"}
    )
    assert "no whole number" in wrong.text


def test_leads_of_a_filter_are_changed_and_it_is_taken_back(person: httpx.Client, hot: str) -> None:
    page = person.get("/leads", params={"filter": "employees >= 60", "col": "owner"})
    form = {"query": field(page, "query"), "which": "all", "attribute": "owner", "value": "Bo"}
    begun = post(person, "/change-leads", page.text, form)
    done = wait_for(lambda: (p := person.get(begun.url)).text.count("change_id") and p)
    assert "2 leads: owner = Bo." in done.text
    assert person.get("/leads", params={"filter": "owner = 'Bo'"}).text.count("<tr data-row") == 2
    undo = {"change_id": field(done, "change_id"), "query": field(done, "query")}
    back = post(person, "/change-leads/undo", done.text, undo)
    assert "taken back" in back.text
    assert rows(person.get("/leads", params={"filter": "owner = 'Bo'"})) == 0
    nobody = post(person, "/change-leads", page.text, {**form, "which": "chosen"})
    assert nobody.status_code == 409


def test_an_export_runs_no_formula_and_is_in_the_audit_log(
    person: httpx.Client, served: Served, hot: str
) -> None:
    served.send("identify", {"userId": "f1", "traits": {"firstName": "=1+1", "email": "f@fco.com"}})
    wait_for(lambda: "<tr data-row" in person.get("/leads?q=f@fco.com").text)
    file = person.get(
        "/leads.csv", params={"col": ["temperature", "email"], "filter": "lead_id = 'f1'"}
    )
    assert file.headers["content-type"].startswith("text/csv")
    lines = file.text.lstrip("\ufeff").splitlines()
    assert lines == ["lead_id,name,company,temperature,email", "f1,'=1+1,,cold,f@fco.com"]
    log = person.get("/settings/audit", params={"what": "export leads"})
    assert "export leads" in log.text or log.status_code == 404


def test_a_view_is_saved_shared_and_removed(person: httpx.Client, hot: str) -> None:
    page = person.get("/leads", params={"filter": "employees >= 60"})
    form = {"query": field(page, "query"), "name": "<b>Large</b>", "is_shared": "1"}
    saved = post(person, "/views", page.text, form)
    assert "&lt;b&gt;Large&lt;/b&gt;" in saved.text
    assert "<b>Large" not in saved.text
    (url,) = re.findall(r'<a href="([^"]+)" aria-current="true">&lt;b', saved.text)
    assert rows(person.get(unescape(url))) == 2
    removed = post(person, "/views", saved.text, {"query": "", "remove": field(saved, "remove")})
    assert "Large" not in removed.text
