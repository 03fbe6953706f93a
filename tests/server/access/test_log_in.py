"""Who comes in, by a link, a password or not at all."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.server.desk import URL, Served

PASSWORD = "a long word 42"


def form_token(page: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found
    return found[1]


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Fill in a page's form."""
    token = form_token(client.get(path))
    return client.post(path, data={"csrfmiddlewaretoken": token, **fields})


@pytest.fixture
def nobody(served: Served) -> Served:
    """The server before anybody was let in."""
    from axes.models import AccessAttempt
    from django.contrib.auth.models import User

    User.objects.all().delete()
    AccessAttempt.objects.all().delete()
    return served


def test_the_first_link_makes_an_admin_and_works_once(nobody: Served) -> None:
    link = nobody.web.first_login_link()
    assert link
    assert link.startswith(URL)
    with nobody.client() as client:
        path = link.removeprefix(URL)
        made = post(client, path, username="ana", password1=PASSWORD, password2=PASSWORD)
        assert made.status_code == 302
        assert "ana" in client.get("/me").text
        assert client.get("/admin/").status_code == 200
    with nobody.client() as other:
        again = other.get(path)
        assert again.status_code == 410
        assert "used already" in again.text
        refused = other.post(path, data={"username": "eve"})
        assert refused.status_code == 403  # no token of a form
    assert nobody.web.first_login_link() is None


def test_a_link_is_no_longer_valid_after_an_hour_and_when_there_is_a_newer_one(
    nobody: Served,
) -> None:
    from datetime import timedelta

    from leadlight.server.access.models import LogInLink

    old, new = nobody.web.first_login_link(), nobody.web.first_login_link()
    assert old
    assert new
    with nobody.client() as client:
        assert client.get(old).status_code == 410
        assert client.get(new).status_code == 200
        link = LogInLink.objects.get(used_at=None)
        link.expires_at -= timedelta(hours=1, seconds=1)
        link.save()
        assert "hour old" in client.get(new).text


def test_a_weak_password_does_not_use_the_link_up(nobody: Served) -> None:
    link = nobody.web.first_login_link()
    assert link
    with nobody.client() as client:
        path = link.removeprefix(URL)
        weak = post(client, path, username="ana", password1="123", password2="123")
        assert weak.status_code == 200
        assert "too short" in weak.text
        made = post(client, path, username="ana", password1=PASSWORD, password2=PASSWORD)
        assert made.status_code == 302


def test_five_wrong_passwords_shut_the_log_in_of_a_name(nobody: Served) -> None:
    from leadlight.server.access.people import add_person

    add_person("rob", PASSWORD, "rep")
    add_person("sue", PASSWORD, "viewer")
    with nobody.client() as client:
        for _ in range(5):
            wrong = post(client, "/log-in", username="rob", password="wrong")
        assert wrong.status_code == 429
        assert "Too many wrong passwords" in wrong.text
        right = post(client, "/log-in", username="rob", password=PASSWORD)
        assert right.status_code == 429
        assert post(client, "/log-in", username="sue", password=PASSWORD).status_code == 302


def test_a_page_runs_no_script_of_others_and_is_kept_by_no_cache(nobody: Served) -> None:
    with nobody.client() as client:
        page = client.get("/log-in")
        assert page.headers["cache-control"] == "no-store"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script|style=|onclick", page.text)
        style = re.search(r'href="(/static/[^"]+)"', page.text)
        assert style
        assert client.get(style[1]).headers["content-type"].startswith("text/css")
        assert client.get("/log-in", headers={"Host": "evil.example"}).status_code == 400


def test_the_administration_is_for_admins(nobody: Served) -> None:
    from leadlight.server.access.people import add_person

    add_person("mia", PASSWORD, "manager")
    with nobody.client() as client:
        assert post(client, "/log-in", username="mia", password=PASSWORD).status_code == 302
        assert client.get("/admin/").status_code == 302


def test_the_audit_log_is_only_added_to(served: Served) -> None:
    from django.db import IntegrityError, connection, transaction

    from leadlight.server.access.audit import write_line
    from leadlight.server.access.models import AuditLine

    write_line("ana", "export", "leads", "127.0.0.1")
    line = AuditLine.objects.filter(what="export").get()
    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        AuditLine.objects.all().delete()
    for statement in ("DELETE FROM access_auditline", "UPDATE access_auditline SET who = 'x'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditLine.objects.filter(what="export", who="ana").count() == 1


def test_an_admin_works_in_the_administration_under_the_strict_policy(nobody: Served) -> None:
    """Every style and script of its pages is a file that is served, and nothing is inline"""
    from leadlight.server.access.people import add_person, scopes_of_person

    add_person("adele", PASSWORD, "admin")
    nobody.key("read")
    with nobody.client() as client:
        assert post(client, "/log-in", username="adele", password=PASSWORD).status_code == 302
        for path in ("/admin/", "/admin/auth/user/add/", "/admin/access/key/", "/admin/axes/"):
            page = client.get(path)
            assert page.status_code == 200, path
            assert not re.search(
                r"<script(?![^>]*(src|json))[^>]*>|<style|\sstyle=|\son\w+=", page.text
            )
            for file in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)):
                assert client.get(file).status_code == 200, file
        fields = {"username": "rita", "password1": PASSWORD, "password2": PASSWORD}
        made = post(client, "/admin/auth/user/add/", usable_password="true", **fields)
        assert made.status_code == 302, made.text
        changed = made.headers["location"]
        assert client.get(changed).status_code == 200
        assert client.get("/admin/access/auditline/add/").status_code == 403
    from django.contrib.auth.models import Group, User

    rita = User.objects.get(username="rita")
    assert scopes_of_person(rita) == frozenset()  # no role yet: she may log in, and see nothing
    rita.groups.add(Group.objects.get(name="rep"))
    assert scopes_of_person(rita) == {"read", "act"}


def test_a_password_is_changed_and_other_sessions_end(nobody: Served) -> None:
    from leadlight.server.access.people import add_person

    add_person("pia", PASSWORD, "viewer")
    with nobody.client() as here, nobody.client() as there:
        for client in (here, there):
            post(client, "/log-in", username="pia", password=PASSWORD)
        new = {"new_password1": "another word 43", "new_password2": "another word 43"}
        assert post(here, "/password", old_password=PASSWORD, **new).status_code == 302
        assert here.get("/me").status_code == 200
        assert there.get("/me").status_code == 302


def test_nobody_is_sent_elsewhere_by_the_log_in(nobody: Served) -> None:
    from leadlight.server.access.people import add_person

    add_person("olga", PASSWORD, "viewer")
    with nobody.client() as client:
        done = post(
            client, "/log-in", username="olga", password=PASSWORD, next="https://evil.example/"
        )
        assert done.headers["location"] == "/"
