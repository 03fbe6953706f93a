"""What a program asks by HTTP, and what it is answered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.results.data import to_data
from tests.server.desk import NOW, URL, Served, serve

PLAYBOOK = """leadlight: 1
name: small
scores:
  fit: [{when: employees >= 50, add: 20}]
scales:
  temperature: [{hot: fit > 0}, {cold: otherwise}]
"""

POINTS = b'{"points": [{"name": "Form", "type": "form.submit", "delta": 10}]}'


@pytest.fixture(scope="module")
def own_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workspace that these tests change."""
    yield from serve(tmp_path_factory.mktemp("api") / "desk")


@pytest.fixture
def own(own_desk: Served) -> Served:
    own_desk.take_over()
    return own_desk


@pytest.fixture
def api(own: Served) -> Iterator[httpx.Client]:
    """A program that may do anything."""
    with own.client(own.key("admin")) as client:
        client.base_url = httpx.URL("http://127.0.0.1:8000/api/v1/")
        yield client


def test_a_lead_is_explained_as_at_the_terminal(own: Served, api: httpx.Client) -> None:
    said = explain(own.session, ExplainRequest("ana", NOW, NOW))
    told = api.get("leads/ana", params={"as_of": "2026-11-30T09:00:00Z"})
    assert told.json() == json.loads(json.dumps(to_data(said)))
    by_verb = api.post("verbs/explain", json={"lead": "ana", "as_of": "2026-11-30T10:00:00+01:00"})
    assert by_verb.json() == told.json()
    assert told.headers["cache-control"] == "no-store"


def test_leads_are_filtered_and_come_in_pages(api: httpx.Client) -> None:
    first = api.get("leads", params={"limit": 2}).json()
    assert first["total"] == 3
    rest = api.get("leads", params={"limit": 2, "after": first["next"]}).json()
    assert first["leads"][0]["lead_id"] == "ana"
    assert len(first["leads"] + rest["leads"]) == 3
    labels = [("label", "temperature:hot"), ("label", "temperature:warm")]
    assert [x["lead_id"] for x in api.get("leads", params=labels).json()["leads"]] == ["ana"]
    assert api.get("leads", params={"text": "berg"}).json()["leads"][0]["lead_id"] == "bob"


def test_a_lead_at_a_moment_and_what_became_of_it(api: httpx.Client) -> None:
    before = api.get("leads/ana/qualification", params={"as_of": "2026-11-27"}).json()
    now = api.get("leads/ana/qualification", params={"as_of": "2026-11-30"}).json()
    assert before["labels"]["temperature"] != now["labels"]["temperature"] == "hot"
    became = api.get("leads/ana/comparison", params={"since": "2026-11-27"}).json()
    assert became["lead_id"] == "ana"


def test_rules_are_checked_compared_published_and_signed(api: httpx.Client) -> None:
    signed = PLAYBOOK + "sign_off: [sales]\n"
    assert api.post("playbook/check", json={"playbook": signed}).json()["problems"] == []
    wrong = api.post("playbook/check", json={"playbook": PLAYBOOK + "colour: red\n"}).json()
    assert wrong["problems"][0]["place"] == {"file": "playbook.yml", "line": 7, "column": 1}
    same = api.post("playbook/diff", json={"new": signed, "old": signed}).json()
    assert same["same"] is True
    made = api.post("playbook/publish", json={"playbook": signed, "note": "by hand"}).json()
    assert made["version"]["author"].startswith("key ")
    assert made["state"]["missing"] == ["sales"]
    done = api.post("playbook/sign", json={"role": "sales"}).json()
    assert done["state"]["word"] == "in force"
    assert api.get("playbook/versions/v1").json()["text"] == signed
    assert len(api.get("playbook/versions").json()["versions"]) == 1
    rehearsed = api.post("playbook/rehearse", json={"new": "b2b-saas"})
    assert rehearsed.status_code == 200
    by_version = api.get("leads/ana/qualification", params={"playbook": "1"}).json()
    assert by_version["labels"] == {"temperature": "hot"}


def test_who_signs_is_who_asks(api: httpx.Client) -> None:
    forged = api.post("playbook/publish", json={"playbook": PLAYBOOK, "by": "the boss"})
    assert forged.status_code == 422
    assert forged.json()["field"] == "by"


def wait_for(api: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    for _ in range(300):
        task: dict[str, Any] = api.get(f"{URL}{answer.headers['location']}").json()
        if task["state"] != "running":
            return task
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_files_are_imported_in_the_background_and_undone(own: Served, api: httpx.Client) -> None:
    files = [
        ("files", ("../../etc/more.csv", b"Lead ID,Email\ndi,di@delta-works.example\n")),
        ("files", ("bad.csv", b"")),
    ]
    task = wait_for(api, api.post("imports", files=files, data={"request": '{"verify": false}'}))
    assert task["state"] == "done"
    good, bad = task["result"]["files"]
    assert (good["file"], good["receipt"]["imported"]) == ("more.csv", 1)
    assert bad["refusal"]["message"]
    newest = api.get("imports", params={"newest": 1}).json()["imports"][0]
    assert newest["file"] == "more.csv"
    assert api.get("leads/di/qualification").status_code == 200
    gone = api.delete(f"imports/{newest['import_id']}")
    assert gone.json()["leads_gone"] == 1
    assert api.delete(f"imports/{newest['import_id']}").status_code == 409
    assert api.delete("imports/i999").status_code == 404
    assert api.get("leads/di/qualification").status_code == 404
    with own.client(own.key("act")) as other:  # a task is told to who began it
        assert other.get(f"/api/v1/tasks/{task['task_id']}").status_code == 404


def test_a_verb_that_takes_long_runs_on_when_it_is_asked_to(api: httpx.Client) -> None:
    later = {"Prefer": "respond-async"}
    body = {"since": "2026-11-20", "scale": "temperature"}
    task = wait_for(api, api.post("verbs/replay", json=body, headers=later))
    assert task["result"]["scale"] == "temperature"
    failed = wait_for(api, api.post("verbs/replay", json={"scale": "luck"}, headers=later))
    assert failed["state"] == "failed"
    assert failed["fault"]["status"] == 422
    assert "luck" in failed["fault"]["detail"]
    refused = api.post("verbs/replay", json={"until": 5}, headers=later)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("check", {"playbook": "/etc/passwd"}, "playbook"),
        ("check", {"playbook": "../desk/playbook.yml"}, "playbook"),
        ("diff", {"new": "playbook.yml"}, "new"),
        ("explain", {"lead": "ana", "playbook": "playbook.yml"}, "playbook"),
        ("explain", {"lead": "ana", "leads": "/etc/passwd"}, "leads"),
        ("qualify", {"out": "/tmp/x.csv"}, "out"),
        ("qualify", {"report": "x.html"}, "report"),
        ("import", {"files": ["/etc/passwd"]}, "files"),
        ("import", {"folder": "/"}, "folder"),
        ("lookalikes", {"like": "/etc/passwd"}, "like"),
        ("check-model", {"model": "../../etc/passwd.yml"}, "model"),
        ("learn", {"name": "../x"}, "name"),
        ("test", {"junit": "/tmp/x.xml"}, "junit"),
        ("test", {"cases": ["/etc/passwd"]}, "cases"),
        ("customers", {"table": "/etc/passwd"}, "table"),
        ("plan", {"playbook": "b2b-saas", "dbt": "/tmp/x"}, "dbt"),
        ("translate", {"files": ["/etc/passwd"]}, "files"),
        ("persona", {"table": {"file": "/etc/passwd", "label": {"column": "x"}}}, "table.file"),
    ],
)
def test_no_request_names_a_path_of_the_server(
    api: httpx.Client, verb: str, body: dict[str, Any], field: str
) -> None:
    refused = api.post(f"verbs/{verb}", json=body)
    assert refused.status_code == 422, refused.text
    assert refused.json()["field"] == field
    assert "root:" not in refused.text


def test_no_answer_tells_where_things_lie(own: Served, api: httpx.Client) -> None:
    table = ("t.csv", b"Name,Bought\na,yes\n")
    answers = [
        api.post("verbs/check", json={}),
        api.post("verbs/check", json={"playbook": "x: ["}),
        api.post("verbs/uplift", files={"table": table}, data={"request": "{}"}),
        api.post("verbs/verify-file", files={"file": ("a/b/l.csv", b"id,email\n1,a@b.example\n")}),
        api.post("verbs/diff", json={"new": "x: ["}),
        api.get("leads/ana", params={"playbook": "b2c-shop"}),
        api.post("verbs/translate", files={"files": ("p.json", POINTS)}),
        api.post("verbs/translate", files={"files": ("p.json", POINTS[:9])}),
    ]
    for answer in answers:
        assert answer.status_code in (200, 422)
        assert "/tmp" not in answer.text
        assert str(own.folder) not in answer.text
        assert "leadlight-private" not in answer.text
    assert answers[3].json()
    assert [c["became"] for c in answers[6].json()["carried"]] == ["points"]
    assert answers[7].status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "verbs/check", {"content": b"{"}, 400),
        ("POST", "verbs/check", {"content": b"[" * 100_000}, 400),
        ("POST", "verbs/check", {"content": b"[]"}, 422),
        ("POST", "verbs/check", {"content": b'{"playbook": "\\ud800\\n"}'}, 422),
        ("POST", "verbs/explain", {"content": b'{"lead": "\\u0000"}'}, 422),
        ("POST", "verbs/check", {"content": b" " * (5 * 1024 * 1024)}, 413),
        ("POST", "verbs/leads", {"json": {"limit": 10**30}}, 422),
        ("POST", "verbs/leads", {"json": {"limit": True}}, 422),
        ("POST", "verbs/dedupe", {"content": b'{"make": NaN}'}, 422),
        ("POST", "verbs/segments", {"json": {"as_of": "0001-01-01"}}, 422),
        ("POST", "verbs/check", {"json": {"playbook": "a: b\n" * 80_000}}, 422),
        ("POST", "verbs/check", {"files": {"playbook": ("p.yml", b"leadlight: 1\n")}}, 422),
        ("GET", "leads", {"params": {"colour": "red"}}, 422),
        ("GET", "leads", {"params": {"label": "hot"}}, 422),
        ("GET", "leads/nobody", {}, 404),
        ("GET", "playbook/versions/v99", {}, 404),
        ("GET", "nothing", {}, 404),
        ("GET", "verbs/check", {}, 405),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_sentence(
    api: httpx.Client, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = api.request(method, path, **options)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text
    if status != 405:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        assert problem["detail"].endswith((".", "?"))


def test_a_request_that_is_sent_again_is_done_once(api: httpx.Client) -> None:
    body = {"playbook": PLAYBOOK.replace("20", "30")}
    key = {"Idempotency-Key": "k1"}
    first = api.post("playbook/publish", json=body, headers=key)
    again = api.post("playbook/publish", json=body, headers=key)
    assert first.status_code == 200
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    other = api.post("playbook/publish", json={**body, "note": "x"}, headers=key)
    assert other.status_code == 422
    refused = api.post(
        "playbook/publish", json={"playbook": "x: ["}, headers={**key, "Idempotency-Key": "k2"}
    )
    assert refused.status_code == 422
    assert "idempotent-replayed" not in refused.headers
    assert len(api.get("playbook/versions").json()["versions"]) <= 2


def test_files_that_are_sent_again_are_imported_once(api: httpx.Client) -> None:
    def send(text: bytes) -> httpx.Response:
        files = {"files": ("gil.csv", text)}
        data = {"request": '{"verify": false}'}
        return api.post("imports", files=files, data=data, headers={"Idempotency-Key": "gil"})

    first = send(b"Lead ID,Email\ngil,gil@green-hill.example\n")
    wait_for(api, first)
    again = send(b"Lead ID,Email\ngil,gil@green-hill.example\n")
    assert again.json()["task_id"] == first.json()["task_id"]
    assert send(b"Lead ID,Email\ngus,gus@green-hill.example\n").status_code == 422
    imports = api.get("imports").json()["imports"]
    assert [i["file"] for i in imports].count("gil.csv") == 1


def test_a_request_that_is_under_way_is_not_done_again(api: httpx.Client) -> None:
    """The sender gives up waiting and sends it again while the first one still runs"""
    from leadlight.server.access.models import StoredAnswer

    key = {"Idempotency-Key": "k3"}
    assert api.post("verbs/object", json={"lead": "cy"}, headers=key).status_code == 200
    StoredAnswer.objects.filter(key="k3").update(status=None)
    waits = api.post("verbs/object", json={"lead": "cy"}, headers=key)
    assert waits.status_code == 409
    assert waits.headers["retry-after"] == "1"


def test_who_looks_at_a_lead_is_written_down(api: httpx.Client) -> None:
    api.get("leads/bob", headers={"X-Forwarded-For": "6.6.6.6"})
    api.get("report")
    lines = api.get("audit", params={"limit": 2}).json()["lines"]
    assert [(line["what"], line["subject"]) for line in lines] == [
        ("report", ""),
        ("explain", "bob"),
    ]
    assert all(line["who"].startswith("key ") for line in lines)
    of_bob = api.get("audit", params={"subject": "bob"}).json()["lines"]
    assert {line["subject"] for line in of_bob} == {"bob"}


def test_keys_and_users_are_made_by_admins(own: Served, api: httpx.Client) -> None:
    made = api.post("keys", json={"scopes": ["read"], "name": "crm"})
    assert made.status_code == 201
    with own.client(made.json()["token"]) as client:
        assert client.get("/api/v1/me").json() == {"name": "key crm", "scopes": ["read"]}
        assert made.json()["token"] not in api.get("keys").text
        assert api.delete(f"keys/{made.json()['key_id']}").status_code == 200
        assert client.get("/api/v1/me").status_code == 401
    assert api.delete(f"keys/{made.json()['key_id']}").status_code == 404
    user = {"name": "zoe", "password": "a long word 42", "role": "rep"}
    assert api.post("users", json=user).json()["roles"] == ["rep"]
    assert api.post("users", json=user).status_code == 422
    assert api.post("users", json={**user, "name": "yan", "password": "1"}).status_code == 422
    assert "password" not in api.get("users").text


def test_a_person_is_shown_its_facts_and_forgotten(own: Served, api: httpx.Client) -> None:
    files = {"files": ("eva.csv", b"Lead ID,Email\neva,eva@eden-garden.example\n")}
    key = {"Idempotency-Key": "of eva"}
    wait_for(api, api.post("imports", files=files, data={"request": '{"verify": false}'}))
    assert api.post("verbs/object", json={"lead": "eva"}, headers=key).status_code == 200
    facts = api.get("leads/eva/facts")
    assert "eva@eden-garden.example" in facts.text
    with own.client(own.key("read", "act", "rules")) as rep:
        assert rep.delete("/api/v1/leads/eva").status_code == 403
    gone = api.delete("leads/eva")
    assert gone.json()["leads"] == ["eva"]
    assert api.get("leads/eva/facts").status_code == 404
    again = api.post("verbs/object", json={"lead": "eva"}, headers=key)
    assert "idempotent-replayed" not in again.headers  # its answer named her


def test_users_and_keys_are_no_facts(own: Served, api: httpx.Client, tmp_path: Path) -> None:
    """Somebody deletes desk.sqlite3, and no lead is qualified otherwise"""
    from leadlight.server.web import make_web

    moment = {"as_of": "2026-11-30T09:00:00Z"}
    before = [
        api.get(f"leads/{lead}/qualification", params=moment).json() for lead in ("ana", "bob")
    ]
    from django.db import connections

    connections.close_all()
    own.web.keys.close()
    for file in own.folder.glob("desk.sqlite3*"):
        file.unlink()
    anew = Served(own.folder, own.session, make_web(own.session))
    with anew.client(anew.key("read")) as client:
        after = [
            client.get(f"/api/v1/leads/{lead}/qualification", params=moment).json()
            for lead in ("ana", "bob")
        ]
    assert after == before
