"""Settings, Connections: an admin sees how each CRM stands, and what to type about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
import pytest

from leadlight.crm.read import shipped_text
from leadlight.desk.crm.attempts import REASONS
from leadlight.desk.crm.connect import ConnectRequest, DisconnectRequest, connect, disconnect
from leadlight.desk.crm.push import PushRequest, push
from leadlight.desk.crm.sync import SyncRequest, sync
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.facts.crm import Connection, CrmAttempt, PushFact
from leadlight.problems import CannotDo
from tests.server.conftest import Served
from tests.server.pages.conftest import post
from tests.servers.crm.company import fill_store
from tests.servers.crm.hubspot import hubspot
from tests.servers.crm.server import serve
from tests.servers.crm.store import Store

PATH = "/settings/connections"
HOSTILE = "<script>alert(1)</script>"


def text_of(person: httpx.Client, path: str = PATH) -> str:
    """What a page says, without its tags."""
    page = person.get(path)
    assert page.status_code == 200
    return shown(page)


def shown(page: httpx.Response) -> str:
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@contextmanager
def connected(served: Served, folder: Path) -> Iterator[Store]:
    """The workspace is connected with a CRM of our own."""
    session, now = served.server.session, served.server.now
    text = shipped_text("hubspot").replace("rate: 10\n", "rate: 10000\n")
    (folder / "crm.yml").write_text(text, encoding="utf-8")
    store = fill_store(Store(), 12, 12, now())
    with serve(store, hubspot) as mock:
        request = ConnectRequest(str(folder / "crm.yml"), now(), HOSTILE, "emea", mock.url)
        connect(session, request)
        yield store


def test_without_a_connection_the_page_says_what_to_type(person: httpx.Client) -> None:
    said = text_of(person)
    assert "No CRM is connected." in said
    assert "leadlight connect hubspot" in said
    assert "Count what is owed" not in said


def test_the_page_says_what_was_read_what_is_owed_and_why_it_failed(
    served: Served, person: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    connected: never read; synced and qualified: twelve people, and what is owed; a dry run and a
    push that refuses two; the token expires; disconnected: nothing is owed, nothing to be typed
    """
    session, now = served.server.session, served.server.now
    monkeypatch.setenv("EMEA_TOKEN", "token-1")
    with connected(served, folder) as store:
        new = text_of(person)
        assert "Last read never" in new
        assert "Nobody has seen a dry run" in new
        assert "leadlight push emea --dry-run" in new
        sync(session, SyncRequest(now(), "emea", verify=False))
        qualify(session, QualifyRequest(now=now()))
        read = text_of(person)
        assert "People 12" in read
        owed = re.findall(r"The next push writes (\d+) records", read)
        assert owed == ["12"]
        push(session, PushRequest(now(), "emea", dry_run=True))
        store.faults.refuse = {"1", "2"}
        assert push(session, PushRequest(now(), "emea")).still_owed == 2
        written = text_of(person)
        assert "2 records were refused:" in written
        assert "The next push writes 2 records" in written
        assert "Last written never" not in written
        assert "--dry-run" not in written
        store.token = "token-of-tomorrow"
        with pytest.raises(CannotDo):
            sync(session, SyncRequest(now(), "emea"))
        failed = text_of(person)
        assert re.search(r"Reading failed at \S+ \S+ UTC ?:", failed)
        assert "the CRM does not accept the token" in failed
        assert "export EMEA_TOKEN=..." in failed
        assert "token-1" not in failed
        assert "token-of-tomorrow" not in failed
        assert HOSTILE in failed  # as text: who connected it
        page = person.get(PATH).text
        assert HOSTILE not in page
        requests = len(store.requests)
        text_of(person)
        assert len(store.requests) == requests
        disconnect(session, DisconnectRequest("emea", now(), "ana"))
        ended = text_of(person)
        assert "disconnected" in ended
        assert "leadlight sync" not in ended
        assert "The next push" not in ended


def test_of_many_people_it_is_counted_when_somebody_asks(
    served: Served, person: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """more people than are counted at once: a button counts, and the log has who pressed it"""
    session, now = served.server.session, served.server.now
    monkeypatch.setenv("EMEA_TOKEN", "token-1")
    monkeypatch.setattr("leadlight.server.pages.settings_connections.FEW", 11)
    with connected(served, folder):
        sync(session, SyncRequest(now(), "emea", verify=False))
        qualify(session, QualifyRequest(now=now()))
        page = person.get(PATH)
        assert "The next push" not in page.text
        counted = post(person, PATH, page.text, {"do": "count"})
        assert "emea: the next push writes 12 records." in shown(counted)
        assert "count what is owed to CRMs" in text_of(person, "/settings/audit")
        assert post(person, PATH, page.text, {"do": "push"}).status_code == 409


def test_names_and_codes_of_others_are_shown_as_text_or_not_at_all(
    served: Served, person: httpx.Client
) -> None:
    """a declaration's title and readings are markup; a refusal's code is a sentence of the CRM"""
    session, now = served.server.session, served.server.now
    text = shipped_text("hubspot").replace("title: HubSpot", f"title: '{HOSTILE}'")
    text = text.replace("  calls:\n", f"  '{HOSTILE}':\n")
    assert text.count(HOSTILE) == 2
    with session.write("test", now()) as workspace:
        crm = workspace.ledger.crm()
        crm.record_connection(
            Connection("x", "https://crm.example", text, "connected", {}, "", HOSTILE, now())
        )
        why = "ana@acme.example may not be written"
        crm.record_attempt("x", CrmAttempt("sync", "unheard of", why, now()))
        crm.record_attempt("x", CrmAttempt("push", "refused", HOSTILE, now()))
        crm.record_pushes("x", [PushFact(1, "7", "bob", "failed", status=why)], now())
    page = person.get(PATH)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "ana@acme.example" not in page.text
    said = shown(page)
    assert f"{HOSTILE} x" in said
    assert "Reading failed" in said
    assert "the command says more." in said
    assert "the CRM refuses the request." in said
    german = person.get(PATH, headers={"accept-language": "de"})
    assert "Das Lesen schlug am" in german.text


def test_every_reason_has_words_on_the_page(served: Served) -> None:
    from leadlight.server.pages.settings_connections import _REASONS

    assert {*_REASONS} == {*REASONS}
