"""No route answers without its scope, whoever asks and however."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from leadlight.desk.verbs import VERBS
from leadlight.server.api.offers import NOT_OFFERED, OFFERS
from leadlight.server.scopes import ROLES, SCOPES
from tests.server.access.test_log_in import PASSWORD, form_token, post
from tests.server.desk import Served

PATHS = {
    "path:lead_id": "ana",
    "version": "v1",
    "import_id": "i1",
    "task_id": "x",
    "int:key_id": "1",
}


def routes() -> Iterator[tuple[str, str, Any]]:
    """Every route of the API: method, path, and its guard."""
    from leadlight.server.api.api import api

    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                (guard,) = operation.auth_callbacks
                for name, value in PATHS.items():
                    path = path.replace(f"{{{name}}}", value)
                for method in operation.methods:
                    yield method, f"/api/v1{path}", guard


def ask(client: httpx.Client, method: str, path: str) -> httpx.Response:
    return client.request(method, path, json={} if method == "POST" else None)


def test_every_verb_is_offered_or_it_is_said_why_not() -> None:
    """A new verb was added, and nobody thought of who may call it"""
    assert set(OFFERS) | set(NOT_OFFERED) >= set(VERBS), "server/api/offers.py says who may"
    assert not set(OFFERS) & set(NOT_OFFERED)


def test_a_route_answers_nobody_without_its_scope(served: Served) -> None:
    keys = {scope: served.key(scope) for scope in SCOPES}
    found = list(routes())
    assert len(found) > 50
    for method, path, guard in found:
        assert "{" not in path
        for token in (None, "ll_" + "x" * 32):
            with served.client(token) as client:
                answer = ask(client, method, path)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"
        for scope, token in keys.items():
            if not guard.lets(frozenset({scope})):
                with served.client(token) as client:
                    assert ask(client, method, path).status_code == 403, (method, path, scope)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_its_scopes_say(served: Served, role: str) -> None:
    from django.contrib.auth.models import User

    from leadlight.server.access.people import add_person

    User.objects.filter(username=role).delete()
    add_person(role, PASSWORD, role)
    with served.client() as client:
        assert post(client, "/log-in", username=role, password=PASSWORD).status_code == 302
        token = client.cookies["csrftoken"]
        client.headers["X-CSRFToken"] = token
        for method, path, guard in routes():
            if not guard.lets(ROLES[role]):
                assert ask(client, method, path).status_code == 403, (method, path)
        assert set(client.get("/api/v1/me").json()["scopes"]) == set(ROLES[role])


def test_a_person_changes_nothing_without_the_token_of_a_page(served: Served) -> None:
    """Another site has the browser of somebody who is logged in send a request"""
    from django.contrib.auth.models import User

    from leadlight.server.access.people import add_person

    User.objects.filter(username="mia").delete()
    add_person("mia", PASSWORD, "manager")
    with served.client() as client:
        post(client, "/log-in", username="mia", password=PASSWORD)
        refused = client.post("/api/v1/verbs/check", json={})
        assert refused.status_code == 403
        assert "X-CSRFToken" in refused.json()["detail"]
        token = form_token(client.get("/me"))
        allowed = client.post("/api/v1/verbs/check", json={}, headers={"X-CSRFToken": token})
        assert allowed.status_code == 200
        User.objects.filter(username="mia").update(is_active=False)
        assert client.get("/api/v1/me").status_code == 401


def test_every_page_but_the_log_in_asks_who_comes(served: Served) -> None:
    with served.client() as client:
        for path in ("/", "/me", "/password", "/admin/", "/admin/access/key/", "/admin/auth/user/"):
            answer = client.get(path)
            assert answer.status_code == 302, path
            assert "log" in answer.headers["location"]


def test_a_key_that_is_too_fast_is_told_when_to_come_again(served: Served) -> None:
    with served.client(served.key("read", rate=1)) as client:
        answers = [client.get("/api/v1/me") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert answers[2].headers["content-type"] == "application/problem+json"
