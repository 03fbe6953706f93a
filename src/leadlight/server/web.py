"""The web side of the server: users, pages and the API, as one WSGI application on a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from leadlight.desk.session import Session
from leadlight.server.desk_database import DeskDatabase, desk_database
from leadlight.server.keys import KeyRing
from leadlight.server.secret import load_secret
from leadlight.server.web_settings import WebAddress, set_up
from leadlight.server.wsgi_names import KEYS, SESSION

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]


class Web:
    """The WSGI application of a workspace: log-in, administration and the API.

    `keys` are the keys of programs; intake goes by the same ring.
    """

    def __init__(self, session: Session, address: WebAddress, database: DeskDatabase) -> None:
        from django.core.wsgi import WSGIHandler

        self.address, self.database = address, database
        self.keys = KeyRing(database.key_table())
        self._session, self._handler = session, WSGIHandler()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ[SESSION], environ[KEYS] = self._session, self.keys
        answer: Iterable[bytes] = self._handler(environ, start_response)
        return answer

    def first_login_link(self, base_url: str | None = None) -> str | None:
        """A link that makes the first admin: it works once, for an hour. None where somebody can
        log in already.
        """
        from django.contrib.auth.models import User
        from django.db import connections

        from leadlight.server.access.links import make_link

        try:
            if User.objects.filter(is_superuser=True, is_active=True).exists():
                return None
            return f"{(base_url or self.address.url).rstrip('/')}/first-log-in/{make_link()}"
        finally:
            connections.close_all()

    def make_key(self, scope: str, name: str, by: str = "leadlight serve") -> str:
        """A new key with a scope. It is told here and never again."""
        from django.db import connections

        from leadlight.server.access.key_list import make_key

        try:
            token, _ = make_key([scope], name=name, by=by)
            return token
        finally:
            connections.close_all()

    def record(self, who: str, what: str, subject: str) -> None:
        """Add a line to the audit log."""
        from django.db import connections

        from leadlight.server.access.audit import write_line

        try:
            write_line(who, what, subject)
        finally:
            connections.close_all()

    def propose(self, who: str, text: str, note: str) -> str:
        """Keep a playbook's text as a draft in the name of `who`; where people find it."""
        from django.db import connections

        from leadlight.server.drafts.proposals import propose

        try:
            return propose(who, text, note)
        finally:
            connections.close_all()

    def first_key(self) -> str | None:
        """A key to send events with, for a server that has no key yet; else None."""
        from django.db import connections

        from leadlight.server.access.key_list import list_keys

        try:
            has_one = bool(list_keys())
        finally:
            connections.close_all()
        return None if has_one else self.make_key("write", "first key")

    def close(self) -> None:
        """Let go of the files, once the imports that run are done."""
        from leadlight.server.api.tasks import TASKS

        TASKS.finish()
        self.keys.close()


def make_web(session: Session, address: WebAddress = WebAddress()) -> Web:
    """The web side of a session's workspace. Its users and keys are kept in `desk.sqlite3`, which
    is made in its folder when there is none; on PostgreSQL in a schema beside the ledger's.
    """
    place = session.place
    database = set_up(desk_database(place), load_secret(place.folder), address)
    return Web(session, address, database)
