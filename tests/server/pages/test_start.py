"""From a file that is dropped to the first leads, without a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import chdir
from html import unescape
from pathlib import Path

import httpx
import pytest

from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.desk.workspaces.init import InitRequest, init
from tests.server.conftest import Served, make_accounts, serve
from tests.server.pages.conftest import NAME, WORD, post

ROWS = "".join(
    f"P{n},p{n}@firm{n}.com,{n * 7 % 30},{'yes' if n % 5 == 0 else 'no'},<b>x</b>\n"
    for n in range(1, 81)
)
FILE = f"Id,E-mail,Page Views,Won,Odd\n{ROWS}"


pytestmark = pytest.mark.usefixtures("new_pattern")


@pytest.fixture(scope="module")
def new_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace, in which nothing is yet."""
    made = tmp_path_factory.mktemp("new")
    with chdir(made):
        init(Session(), InitRequest(clock.now(), "."))
        make_accounts(made)
    return made


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    with serve(str(folder)) as it:
        yield it


def drop(person: httpx.Client, content: bytes, name: str = "fair 2026.csv") -> httpx.Response:
    """Choose a file and press the button."""
    page = person.get("/start")
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0]
    return person.post(
        "/start",
        data={"csrfmiddlewaretoken": token},
        files={"file": (name, content)},
        headers={"referer": str(person.base_url.join("/start"))},
    )


def choices(page: str) -> dict[str, str]:
    """The fields of the mapping as they stand on the page."""
    hidden = re.findall(r'<input type="hidden" name="((?:header|was)-\d+)" value="([^"]*)"', page)
    fields = {name: unescape(value) for name, value in hidden}
    for number, body in re.findall(
        r'<select id="[^"]+" name="(name-\d+)">(.*?)</select>', page, re.S
    ):
        fields[number] = re.findall(r'<option value="([^"]*)" selected', body)[0]
    return fields


def test_a_file_becomes_leads_by_its_own_evidence(
    served: Served, person: httpx.Client, folder: Path
) -> None:
    looked = drop(person, FILE.encode())
    assert looked.status_code == 200
    assert "80 rows" in looked.text
    assert "<b>x</b>" not in looked.text
    fields = choices(looked.text)
    assert fields["name-1"] == "email"
    assert "By which rules?" in looked.text
    path = looked.url.path
    done = post(person, path, looked.text, {**fields, "rules": "evidence"})
    assert done.url.path == "/leads"
    assert "80 of 80 rows came in (i1)" in done.text
    assert "says who bought" in unescape(done.text)  # on what the order rests, before anybody calls
    assert done.text.count("data-row") == 50
    assert "page views" in (folder / "playbook.yml").read_text(encoding="utf-8").lower().replace(
        "_", " "
    )
    assert not list((folder / ".uploads").iterdir())


def test_a_broken_row_is_told_before_anything_is_kept(person: httpx.Client) -> None:
    """One row is too short, one has a stray quote: both are counted, the others are read."""
    looked = drop(person, (FILE + 'P90\nP91,"p91@x.com,3,no\n').encode())
    assert looked.status_code == 200
    assert "that cannot be read" in looked.text


def test_a_mapping_is_mended_before_anything_is_kept(
    served: Served, person: httpx.Client, folder: Path
) -> None:
    """The column Odd is a note; the preset of education is chosen."""
    looked = drop(person, FILE.encode())
    fields = choices(looked.text)
    done = post(
        person, looked.url.path, looked.text, {**fields, "name-4": "notes", "rules": "education"}
    )
    assert done.url.path == "/leads"
    with served.server.session.read("test", clock.now()) as workspace:
        held = workspace.ledger.holdings().attributes
    assert "notes" in held
    assert "odd" not in held
    again = drop(person, FILE.encode())
    assert "By which rules?" not in again.text
    assert "80 known already" in again.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "empty.csv", "empty"),
        (b"\x00\x01\x02\xff" * 50, "../../x.xlsx", "cannot be read|not|no "),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    person: httpx.Client, content: bytes, name: str, sentence: str
) -> None:
    answer = drop(person, content, name)
    assert answer.status_code in (409, 200)
    assert re.search(sentence, answer.text)


def test_nobody_reads_a_file_of_another_token(served: Served, person: httpx.Client) -> None:
    for token in ("x" * 32, "y", "%2e%2e%2f%2e%2e"):
        assert person.get(f"/start/{token}").status_code in (404, 409)


def test_a_viewer_may_not(served: Served, person: httpx.Client) -> None:
    from django.contrib.auth.models import User

    from leadlight.server.access.people import give_role

    give_role(User.objects.get(username=NAME), "viewer")
    assert WORD
    assert person.get("/start").status_code == 403
    assert "New file" not in person.get("/leads").text


LOG = "activity_id,lead_id,kind,occurred_at\nX1,P3,demo_requested,2026-11-20 10:00\n"


def test_a_log_after_a_first_answer_offers_rules_that_read_it(
    person: httpx.Client, folder: Path
) -> None:
    """The first answer knows columns only: with a log a preset is proposed, and the rules may stay
    as well. A first file that is a log has no columns to go by.
    """
    assert 'value="evidence"' not in drop(person, LOG.encode(), "log.csv").text
    plain = re.sub(r",(yes|no),", ",,", FILE)
    looked = drop(person, plain.encode())
    fields = {**choices(looked.text), "rules": "evidence"}
    post(person, looked.url.path, looked.text, fields)
    written = (folder / "playbook.yml").read_text(encoding="utf-8")
    assert "First answer" in written
    looked = drop(person, LOG.encode(), "log.csv")
    assert 'value="b2b-saas" checked' in looked.text
    post(person, looked.url.path, looked.text, {**choices(looked.text), "rules": "keep"})
    assert (folder / "playbook.yml").read_text(encoding="utf-8") == written
    looked = drop(person, LOG.replace("X1,P3", "X2,P4").encode(), "log.csv")
    post(person, looked.url.path, looked.text, {**choices(looked.text), "rules": "b2b-saas"})
    assert "First answer" not in (folder / "playbook.yml").read_text(encoding="utf-8")
    assert "hot" in person.get("/leads/P4").text


@pytest.mark.parametrize("path", ["/today", "/leads", "/ladder", "/channels", "/segments"])
def test_a_page_without_leads_leads_to_the_start(person: httpx.Client, path: str) -> None:
    """Before the first file each page says how to begin."""
    page = person.get(path).text
    if path == "/today":
        assert "Or make one of a segment" in person.get("/tracks").text
    assert 'href="/start">Bring in a file of leads' in page


def test_a_file_without_a_contact_says_so_before_it_is_kept(person: httpx.Client) -> None:
    """Nobody can be called by names alone; a file with addresses says nothing of that."""
    sentence = "nobody can be called or written to"
    assert sentence in drop(person, b"Id,Name,City\n1,Ann Lee,Bonn\n2,Bo Ray,Ulm\n").text
    plain = drop(person, FILE.encode()).text
    assert sentence not in plain
    assert "Column=attribute" not in plain
    twice = drop(person, b"Id,E-mail,City,Company City\n1,a@b.de,Bonn,Ulm\n").text
    assert "Company City=city" in twice
    assert "Column=attribute" in twice
