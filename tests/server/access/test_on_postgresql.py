"""A workspace in a database of PostgreSQL: users and keys lie beside it, for all its servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.desk.session import Session
from leadlight.server.web import make_web
from leadlight.server.web_settings import WebAddress
from tests.adapters.conftest import address, server_database
from tests.desk.live.conftest import make_workspace
from tests.server.access.test_log_in import PASSWORD, post
from tests.server.desk import URL, Served

__all__ = ["address", "server_database"]


def test_users_and_keys_lie_beside_the_ledger(
    address: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path, str(address))
    with Session(str(address)) as session:
        one, other = (make_web(session, WebAddress(URL)) for _ in range(2))
        desk = Served(tmp_path, session, one)
        link = one.first_login_link()
        assert link
        with desk.client() as client:
            path = link.removeprefix(URL)
            made = post(client, path, username="ana", password1=PASSWORD, password2=PASSWORD)
            assert made.status_code == 302
            assert client.get("/admin/").status_code == 200
        token = desk.key("read")
        with desk.client(token) as client:
            assert client.get("/api/v1/leads").json()["leads"] == []
            assert client.get("/api/v1/leads/L1/qualification").status_code == 200
        holder = other.keys.find(token)  # another server on the same database
        assert holder
        assert holder.scopes == {"read"}
        _the_audit_log_stays()
        one.close()
        other.close()
    assert not list(tmp_path.glob("desk.sqlite3*"))


def _the_audit_log_stays() -> None:
    from django.db import DatabaseError, connection, connections, transaction

    for statement in ("DELETE FROM access_auditline", "UPDATE access_auditline SET who = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    connections.close_all()
