"""Settings: an admin lets people and programs in, sees what was done, and keeps no secret twice."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import httpx

from tests.server.conftest import Served, wait_for
from tests.server.pages.conftest import NAME, post

HOSTILE = "<script>alert(1)</script>"
PARTS = (
    "/settings",
    "/settings/keys",
    "/settings/endpoints",
    "/settings/connections",
    "/settings/backups",
    "/settings/persons",
    "/settings/audit",
)


def send(person: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Press a button of a page."""
    return post(person, path, person.get(path).text, fields)


def secret_of(page: httpx.Response) -> str:
    """What a page shows once."""
    return unescape(re.findall(r'id="once" class="secret" readonly value="([^"]+)"', page.text)[0])


def test_somebody_is_invited_by_a_link_that_works_once(
    served: Served, person: httpx.Client
) -> None:
    """
    eve invites ana, who chooses a password by the link and sees no Settings; the second time the
    link lets nobody in; shut out, ana is nobody any more
    """
    invited = send(person, "/settings", do="invite", name="ana", role="rep")
    link = urlsplit(secret_of(invited)).path
    assert link not in person.get("/settings").text
    with httpx.Client(base_url=served.url, timeout=60, follow_redirects=True) as ana:
        form = ana.get(link)
        word = "quite another phrase"
        fields = {"new_password1": word, "new_password2": word}
        assert "ana" in post(ana, urlsplit(str(form.url)).path, form.text, fields).text
        assert 'href="/settings"' not in ana.get("/leads").text
        for path in (
            *PARTS,
            "/settings/audit/file",
            "/settings/backups/x",
            "/settings/persons/file",
        ):
            assert ana.get(path).status_code == 403, path
        assert "lets nobody in" in httpx.get(served.url + link, follow_redirects=True).text
        assert send(person, "/settings", do="role", name="ana", role="manager").status_code == 200
        send(person, "/settings", do="shut-out", name="ana")
        assert "/log-in" in str(ana.get("/leads").url)
        assert send(person, "/settings", do="link", name="ana").status_code == 409
        send(person, "/settings", do="let-in", name="ana")
        assert "/log-in" not in str(ana.get("/leads").url)


def test_an_admin_does_not_lock_himself_out(person: httpx.Client) -> None:
    for fields in ({"do": "shut-out"}, {"do": "role", "role": "viewer"}):
        refused = send(person, "/settings", name=NAME, **fields)
        assert refused.status_code == 409
        assert "Another admin can" in refused.text
    assert person.get("/settings").status_code == 200


def test_a_form_that_fails_keeps_what_was_typed(person: httpx.Client) -> None:
    taken = send(person, "/settings", do="invite", name=NAME, role="manager")
    assert taken.status_code == 409
    assert f'name="name" value="{NAME}"' in taken.text
    assert "<option selected>manager</option>" in taken.text
    key = send(person, "/settings/keys", do="make", scope="read", name="crm", rate="many")
    assert key.status_code == 409
    assert 'name="name" value="crm"' in key.text
    assert re.search(r'value="read" checked', key.text)
    target = send(person, "/settings/endpoints", do="add", target="ftp://x.example", name="crm")
    assert target.status_code == 409
    assert 'value="ftp://x.example"' in target.text
    assert send(person, "/settings", do="fly").status_code == 409


def test_a_key_is_shown_once_and_revoked_at_once(served: Served, person: httpx.Client) -> None:
    token = secret_of(send(person, "/settings/keys", do="make", scope="read", name=HOSTILE))
    assert token not in person.get("/settings/keys").text
    headers = {"authorization": f"Bearer {token}"}
    assert served.client.get("/api/v1/leads", headers=headers).status_code == 200
    page = person.get("/settings/keys").text
    assert HOSTILE not in page
    row = next(r for r in re.findall(r"<tr data-row>.*?</tr>", page, re.S) if token[:9] in r)
    number = re.findall(r'name="key" value="(\d+)"', row)[0]
    send(person, "/settings/keys", do="revoke", key=number)
    assert served.client.get("/api/v1/leads", headers=headers).status_code == 401


def test_an_endpoint_is_added_paused_and_removed(person: httpx.Client) -> None:
    path = "/settings/endpoints"
    added = send(person, path, do="add", target="https://crm.example/hook", name=HOSTILE)
    assert secret_of(added).startswith("whsec_")
    assert HOSTILE not in added.text
    assert secret_of(send(person, path, do="rotate", endpoint="e1")) != secret_of(added)
    assert "paused" in send(person, path, do="pause", endpoint="e1").text
    assert "0 deliveries" in send(person, path, do="replay", endpoint="e1").text
    assert "Nobody is told." in send(person, path, do="remove", endpoint="e1").text
    assert person.get(path, params={"state": "dead"}).status_code == 200


def test_a_backup_is_made_listed_and_fetched(person: httpx.Client) -> None:
    page = send(person, "/settings/backups", do="make")
    name = re.findall(r"leadlight-\d{8}-\d{6}\.zip", page.text)[0]
    assert person.get(f"/settings/backups/{name}").content[:2] == b"PK"
    for wrong in ("leadlight-20200101-000000.zip", "ledger.duckdb", "..%2fplaybook.yml"):
        assert person.get(f"/settings/backups/{wrong}").status_code == 404


def test_a_person_objects_and_is_forgotten(person: httpx.Client) -> None:
    """
    bob is looked up, objects, takes it back; a slip of the pen forgets nobody; then he is gone
    """
    path = "/settings/persons"
    wait_for(lambda: "data-row" in person.get("/leads").text)  # the first run is made meanwhile
    lead = re.findall(r'href="/leads/([^"?]+)', person.get("/leads").text)[0]
    known = person.get(path, params={"lead": lead})
    assert known.status_code == 200
    assert "What would go" in known.text
    assert person.get(f"{path}/file", params={"lead": lead}).json()["leads"] == [lead]
    assert "is not profiled" in post(person, path, known.text, {"do": "object", "lead": lead}).text
    objecting = person.get(path, params={"lead": lead}).text
    assert 'value="withdraw"' in objecting
    post(person, path, objecting, {"do": "withdraw", "lead": lead})
    slip = post(person, path, objecting, {"do": "forget", "lead": lead, "confirm": "somebody"})
    assert slip.status_code == 409
    assert 'name="confirm" value="somebody"' in slip.text
    assert person.get(path, params={"lead": lead}).status_code == 200
    post(person, path, objecting, {"do": "forget", "lead": lead, "confirm": lead})
    assert person.get(path, params={"lead": lead}).status_code == 409


def test_the_audit_log_is_filtered_and_taken_along(person: httpx.Client) -> None:
    """A key's name that would be a formula in a spreadsheet is text in the file."""
    send(person, "/settings/keys", do="make", scope="write", name="=1+1")
    found = person.get("/settings/audit", params={"who": NAME, "subject": "=1+1"})
    assert len(re.findall("<tr data-row>", found.text)) == 1
    file = person.get("/settings/audit/file", params={"what": "make a key"})
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.startswith("number,at,who,what,subject,address\n")
    assert "make a key,'=1+1" in file.text
    assert "export the audit log" in person.get("/settings/audit").text
    for wrong in ({"since": "soon"}, {"before": "x"}, {"before": "9" * 30}):
        assert person.get("/settings/audit", params=wrong).status_code == 409


def test_who_is_not_logged_in_is_sent_to_the_log_in(served: Served) -> None:
    for path in PARTS:
        assert served.client.get(path).headers["location"].startswith("/log-in"), path
