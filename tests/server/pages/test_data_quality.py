"""Data quality: repairs and twins are decided by a click, and whatever a lead says stays text."""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.session import Session
from leadlight.results.data_quality import DataQualityResult
from leadlight.server.pages.kept_answers import KeptAnswers
from tests.desk.live.conftest import NOW, make_workspace
from tests.server.conftest import Served, make_accounts
from tests.server.pages.conftest import NAME, post

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = "<script>alert(1)</script>"
LEADS = f"""lead id,first name,last name,email,company,city,source,{HOSTILE}
a,Ana,"{HOSTILE}",ana@gmial.com,"{HOSTILE}",Bonn,"{HOSTILE}",x
b,Ana,Kuhn,ana.kuhn@acme.com,"{HOSTILE}",Bonn,web,y
c,"{HOSTILE}",,n/a,,,"{HOSTILE}",z
"""
LOG = f'lead id,when,what,page\na,2026-10-01 10:00,page_viewed,/a\nb,"{HOSTILE}",page_viewed,/b\n'
#: Four links of one mail within a second: no person clicks so.
LOG += "".join(f"a,2026-10-20 10:00:00,email_clicked,/{n}{HOSTILE}\n" for n in range(4))
PAGES = (
    "/data-quality",
    "/data-quality/repairs",
    "/data-quality/repairs?only=email",
    "/data-quality/twins",
    "/data-quality/twins?state=refused",
    "/data-quality/twins?state=made",
    "/data-quality/twins/preview?one=a&other=b",
    "/data-quality/scanners?since=2026-01-01",
    "/data-quality/scanners?since=2026-01-01",
    "/data-quality/imports",
)


pytestmark = pytest.mark.usefixtures("quality_pattern")


@pytest.fixture(scope="module")
def quality_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with hostile leads: one mistyped, two that may be one, one empty, a bad row."""
    made = tmp_path_factory.mktemp("quality")
    with chdir(made):
        make_workspace(made)
        make_accounts(made)
        (made / "hostile.csv").write_text(LEADS)
        (made / "log.csv").write_text(LOG)
        files = (made / "hostile.csv", made / "log.csv")
        import_files(Session("."), ImportRequest(files, NOW))
        qualify(Session("."), QualifyRequest(NOW))
    return made


def send(person: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Press a button of a page."""
    return post(person, path, person.get(path).text, fields)


def test_nobody_who_was_forgotten_stands_in_a_kept_answer(
    served: Served, person: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The overview is kept for a minute and names an empty lead; she is forgotten: she is gone."""
    kept: KeptAnswers[DataQualityResult] = KeptAnswers(quick=0)
    monkeypatch.setattr("leadlight.server.pages.data_quality._KEPT", kept)
    assert 'href="/leads/c"' in person.get("/data-quality").text
    session = served.server.session
    forget(session, ForgetRequest("c", served.server.now(), "eve"))
    assert 'href="/leads/c"' not in person.get("/data-quality").text


def test_nothing_of_a_lead_is_markup_and_nothing_is_inline(person: httpx.Client) -> None:
    send(person, "/data-quality/twins", do="different", one="a", other="b")
    imports = re.findall(r'href="(/data-quality/imports/i\d+)"', person.get(PAGES[-1]).text)
    assert len(imports) >= 3
    seen = ""
    for path in (*PAGES, *imports):
        page = person.get(path)
        assert page.status_code == 200, path
        assert HOSTILE not in page.text, path
        assert "unsafe" not in page.headers["content-security-policy"]
        assert not re.search(r"<[^>]+ (style|on\w+)=|<style|javascript:", page.text), path
        seen += page.text
    assert seen.count("&lt;script&gt;alert(1)") > 5


def test_an_import_shows_its_rejected_rows_and_is_taken_back(person: httpx.Client) -> None:
    listed = person.get("/data-quality/imports").text
    log = re.findall(
        r'href="(/data-quality/imports/i\d+)">i\d+</a><span class="sub">log.csv', listed
    )[0]
    page = person.get(log)
    assert "1 were rejected" in page.text
    file = person.get(f"{log}/rejects")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.text.startswith("line,reason,text\n")
    done = post(person, log, page.text, {"do": "undo"})
    assert "is taken back" in done.text
    assert "Taken back on" in person.get(log).text
    assert post(person, log, page.text, {"do": "undo"}).status_code == 409
    assert person.get("/data-quality/imports/i99").status_code == 409


def test_what_is_chosen_is_kept_and_nothing_chosen_is_said(person: httpx.Client) -> None:
    path = "/data-quality/repairs"
    none = send(person, path, do="accept")
    assert none.status_code == 409
    assert "Nothing was chosen" in none.text
    gone = send(person, path, do="decline", repair="nobody:email")
    assert gone.status_code == 409
    assert "nothing was accepted" in gone.text
    declined = send(person, path, do="decline", repair="a:email")
    assert "1 declined" in declined.text
    assert 'value="a:email"' not in person.get(path).text
    assert send(person, "/data-quality/twins", do="same", one="a", other="gone").status_code == 409


def test_what_scanners_did_is_set_apart(person: httpx.Client) -> None:
    """
    four links of a mail in a second   they count no more, and their import says what it is
    """
    path = "/data-quality/scanners?since=2026-01-01"
    page = person.get(path)
    assert "4 opens and clicks of 1 leads" in page.text
    done = post(person, path, page.text, {"do": "apply"})
    import_id = re.findall(r"4 are set apart; [^.]* stands in (i\d+) now", done.text)[0]
    again = person.get(path)
    assert "0 opens and clicks of 0 leads look" in again.text
    assert "Nothing was left to set apart" in post(person, path, again.text, {"do": "apply"}).text
    assert "takes all of that away" in person.get(f"/data-quality/imports/{import_id}").text


def test_a_viewer_looks_and_decides_nothing(person: httpx.Client) -> None:
    from django.contrib.auth.models import User

    from leadlight.server.access.people import give_role

    forms = {
        path: person.get(path).text for path in ("/data-quality/repairs", "/data-quality/twins")
    }
    give_role(User.objects.get(username=NAME), "viewer")
    for path, page in forms.items():
        assert person.get(path).status_code == 200
        assert 'name="do"' not in person.get(path).text
        assert post(person, path, page, {"do": "accept:a:email"}).status_code == 403
    assert person.get("/data-quality/imports/i1/rejects").status_code == 403
    assert person.get("/data-quality/scanners").status_code == 403
    assert "/data-quality/scanners" not in person.get("/data-quality").text


def test_a_repair_is_accepted_and_twins_are_merged_and_taken_apart(
    served: Served, tab: Page
) -> None:
    """
    accept ana@gmail.com       the lead has it
    the preview, They are one  a and b are one lead
    Put together, Take apart   they are two again
    """
    alerts: list[str] = []
    tab.on("dialog", lambda dialog: alerts.append(dialog.message))
    tab.goto(served.url + "/data-quality/repairs")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375
    tab.click("button[aria-label='Accept ana@gmail.com for a']")
    tab.wait_for_selector("text=1 accepted")
    tab.goto(served.url + "/leads/a")
    assert tab.locator("text=ana@gmail.com").count()
    tab.goto(served.url + "/data-quality/twins/preview?one=a&other=b")
    tab.click("text=They are one")
    tab.wait_for_selector("text=a and b are one")
    tab.click("text=Put together")
    tab.wait_for_selector(".pair >> text=Kuhn")
    tab.goto(served.url + "/leads/b")
    assert tab.locator("text=One person in 2 leads").count()
    tab.goto(served.url + "/data-quality/twins?state=made")
    tab.click("button[aria-label='a and b are two']")
    tab.wait_for_selector("text=a and b are two")
    tab.goto(served.url + "/leads/b")
    assert not tab.locator("text=One person in").count()
    assert alerts == []
