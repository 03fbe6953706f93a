"""How often a page asks the database of the desk: at most five times, however much it shows."""

from __future__ import annotations

import httpx

from tests.server.desk import URL, Served, served, whole_desk  # noqa: F401 - the fixtures

MOST = 5
PAGES = (
    "/segments",
    "/segments/build?when=employees+%3E+5",
    "/data-quality",
    "/data-quality/repairs",
    "/data-quality/twins",
    "/data-quality/imports",
    "/data-quality/imports/i1",
    "/settings",
    "/settings/keys",
    "/settings/endpoints",
    "/settings/backups",
    "/settings/persons?lead=ana",
    "/settings/audit",
)


def client_of(desk: Served) -> httpx.Client:
    """A client in which an admin is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from leadlight.server.access.people import add_person

    people = [add_person(f"counted{n}", "a long pass phrase", "admin") for n in range(3)]
    store = SessionStore()
    store[SESSION_KEY] = str(people[0].pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = people[0].get_session_auth_hash()
    store.create()
    client = desk.client()
    client.cookies.set("sessionid", str(store.session_key))
    return client


def test_a_page_asks_little_of_the_database(served: Served) -> None:  # noqa: F811
    """Three users, leads, imports: no page asks for each of them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with client_of(served) as client:
        for path in PAGES:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path)
            assert answer.status_code == 200, path
            told = [query["sql"] for query in asked.captured_queries]
            assert 0 < len(told) <= MOST, (path, told)
