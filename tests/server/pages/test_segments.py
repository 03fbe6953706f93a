"""Segments: in numbers, built by words, sent somewhere; and whatever a lead says stays text."""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from tests.desk.leads.test_segments import LEADS, LOG, PLAYBOOK
from tests.desk.live.conftest import NOW, make_workspace
from tests.server.conftest import Served, make_accounts
from tests.server.pages.conftest import NAME, post

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = "<script>alert(1)</script>"
PAGES = ("/segments", "/segments/build?when=employees+%3E+1", "/segments/research")


pytestmark = pytest.mark.usefixtures("segments_pattern")


@pytest.fixture(scope="module")
def segments_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with segments, whose leads are hostile text."""
    made = tmp_path_factory.mktemp("segments")
    with chdir(made):
        make_workspace(made)
        make_accounts(made)
        (made / "playbook.yml").write_text(PLAYBOOK)
        leads = LEADS.replace("lessons", HOSTILE).replace(",Bo,", f",{HOSTILE},")
        (made / "hostile.csv").write_text(leads)
        (made / "log.csv").write_text(LOG.replace("payroll", HOSTILE))
        files = (made / "hostile.csv", made / "log.csv")
        import_files(Session("."), ImportRequest(files, NOW, verify=False))
        qualify(Session("."), QualifyRequest(NOW, learn=False))
    return made


def test_marketing_sees_its_segments_and_nothing_of_a_lead_is_markup(person: httpx.Client) -> None:
    for path in PAGES:
        page = person.get(path)
        assert page.status_code == 200, path
        assert HOSTILE not in page.text, path
        assert not re.search(r"<[^>]+ (style|on\w+)=|<style|javascript:", page.text), path
    page = person.get("/segments", params={"since": "2026-10-01", "until": "2027-06-01"}).text
    row = next(r for r in re.findall(r"<tr data-row>.*?</tr>", page, re.S) if "schools" in r)
    assert "&lt;script&gt;" in row
    assert re.findall(r'<td class="numbers">([^<]*)<', row)[0] == "2"
    assert person.get("/leads?segment=schools").text.count("<tr data-row>") == 2
    assert "2 leads are outside" in person.get("/segments/research").text
    for wrong in ("/segments?since=soon", "/segments?since=2026-01-02&until=2026-01-01"):
        answer = person.get(wrong)
        assert answer.status_code == 409 or "ends before it begins" in answer.text


def test_a_segment_is_a_file_and_goes_into_the_draft(person: httpx.Client) -> None:
    """
    employees >= 500 is a line of my draft, and its leads are a file; who took it is kept
    """
    path = "/segments/build?when=employees+%3E%3D+500&name=huge"
    page = person.get(path)
    assert "3 of 6 leads" in page.text
    file = person.get("/segments/file", params={"when": "employees >= 500"})
    assert file.headers["content-type"].startswith("text/csv")
    assert "a,new_segment,'=1+1," in file.text
    assert "employees &gt;= 500: 3 leads" in person.get("/settings/audit?what=export-seg").text
    draft = post(
        person, path, page.text, {"do": "draft", "when": "employees >= 500", "name": "huge"}
    )
    assert str(draft.url).endswith("/playbook/edit")
    assert "huge: &quot;employees &gt;= 500&quot;" in draft.text
    again = {"do": "draft", "when": "employees >= 600", "name": "giant"}
    both = post(person, path, page.text, again).text
    assert "huge:" in both
    assert "giant:" in both
    track = post(person, path, page.text, {**again, "do": "track", "name": "mailed"}).text
    assert "mailed: {when: &quot;employees &gt;= 600&quot;, steps: [{content: mailed}]}" in track
    assert "content/mailed.md" in track
    broken = post(person, path, page.text, {"do": "draft", "when": "employees >", "name": "a b"})
    assert broken.status_code == 409
    assert 'value="a b"' in broken.text
    assert person.get("/segments/file?segment=gone").status_code == 409


def test_a_segment_is_sent_to_an_endpoint_by_a_manager(person: httpx.Client) -> None:
    from django.contrib.auth.models import User

    from leadlight.server.access.people import give_role

    ends = "/settings/endpoints"
    added = {"do": "add", "target": "https://crm.example/hook", "name": "crm"}
    post(person, ends, person.get(ends).text, added)
    page = person.get("/segments").text
    fields = {"do": "send", "segment": "schools", "endpoint": "crm"}
    assert (
        "2 leads of schools are on their way to crm" in post(person, "/segments", page, fields).text
    )
    gone = post(person, "/segments", page, {**fields, "endpoint": "gone"})
    assert gone.status_code == 409
    give_role(User.objects.get(username=NAME), "rep")
    assert 'value="send"' not in person.get("/segments").text
    assert post(person, "/segments", page, fields).status_code == 403
    give_role(User.objects.get(username=NAME), "viewer")
    assert person.get("/segments/file?segment=schools").status_code == 403
    assert "download" not in person.get("/segments").text


def test_leads_are_counted_as_one_types(served: Served, tab: Page) -> None:
    """
    employees >= 500        3 of 6
    ... and need = 'x'      0 of 6, and the address says so
    ... and nee             what is wrong
    """
    alerts: list[str] = []
    tab.on("dialog", lambda dialog: alerts.append(dialog.message))
    tab.goto(served.url + "/segments/build")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375
    tab.fill("textarea", "employees >= 500")
    tab.wait_for_selector("text=3 of 6 leads")
    tab.fill("textarea", "employees >= 500 and need = 'x'")
    tab.wait_for_selector("text=0 of 6 leads")
    assert "need" in tab.url
    tab.fill("textarea", "employees >= 500 and nee")
    tab.wait_for_selector("#count [role=alert]")
    tab.fill("textarea", "")
    tab.click("summary >> text=attribute")
    tab.click("[data-word=employees]")
    tab.keyboard.type(" < 10")
    tab.wait_for_selector("text=2 of 6 leads")
    assert alerts == []


def test_a_list_says_who_is_left_out_and_who_took_it_is_kept(
    person: httpx.Client, served: Served
) -> None:
    """Whom the channel may reach, counted by reason; the file; a line in the audit log"""
    before = person.get("/segments/list").text
    assert "Google Ads" in before
    counted = person.get("/segments/list", params={"channel": "mail", "segment": "schools"})
    assert counted.status_code == 200
    assert "It gave no consent for this purpose." in counted.text
    assert HOSTILE not in counted.text
    calls = person.get("/segments/list", params={"channel": "mail", "purpose": "service"}).text
    file = re.search(r'href="(/segments/list/file[^"]*)"', calls)
    assert file is not None
    taken = person.get(file[1].replace("&amp;", "&"))
    assert taken.status_code == 200
    assert taken.content[:2] == b"PK"
    assert "list" in person.get("/settings/audit").text
    wrong = person.get("/segments/list", params={"channel": "<script>"})
    assert "<script>" not in wrong.text.partition("<main")[2]
