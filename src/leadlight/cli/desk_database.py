"""The `desk.sqlite3` of a workspace, for a command: also while a server has it open."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadlight.facts.names import ACCOUNTS
from leadlight.problems import CannotDo


@contextmanager
def open_desk_database(workspace: str | None) -> Iterator[Path]:
    """Users, keys and the audit log of a workspace, to be read and changed; its folder."""
    from leadlight.cli.answer import open_session

    place = open_session(workspace).place
    try:
        from django.db import DatabaseError, connections

        from leadlight.server.desk_database import desk_database
        from leadlight.server.web_settings import set_up
    except ModuleNotFoundError as fault:
        raise CannotDo(
            f"This needs {fault.name}, which is not installed. Install it with: pip install"
            " 'leadlight[serve]'."
        ) from fault
    try:
        # Nothing is signed here, so that the server's own secret is not needed.
        set_up(desk_database(place), secrets.token_urlsafe(48).encode())
        yield place.folder
    except DatabaseError as fault:
        raise CannotDo(f"{ACCOUNTS} of the workspace cannot be used: {fault}.") from fault
    finally:
        connections.close_all()


def who(folder: Path) -> str:
    """Who is at the keyboard, for the audit log."""
    from leadlight.desk.wiring import computer

    return computer.who(folder)[0] or "somebody at the terminal"
