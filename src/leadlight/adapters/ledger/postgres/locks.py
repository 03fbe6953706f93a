"""Verbs that write take turns: whoever comes second waits, and is told for whom. Readers wait for
nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadlight.adapters.db.postgres import Server
from leadlight.problems import CannotDo

SPACE = 0x1EAD  # our corner among the advisory locks of a database
SOON, PATIENCE = "1s", "10min"


def take(server: Server, tell: Callable[[str], None]) -> None:
    """Take the workspace's turn and keep it until the connection ends, however it ends.

    Raises `CannotDo` when it does not come within ten minutes.
    """
    for patience, last in ((SOON, False), (PATIENCE, True)):
        if _take(server, patience):
            return
        said = f"The workspace {server.address} is in use by {_holder(server)}."
        if last:
            raise CannotDo(f"{said} Wait for it to end, or stop it.")
        tell(f"{said} Waiting for it to end.")


def _take(server: Server, patience: str) -> bool:
    import psycopg

    try:
        server.run(f"SET LOCAL lock_timeout = '{patience}'")
        server.rows("SELECT pg_advisory_lock(%s, hashtext(%s))", [SPACE, server.address.schema])
    except psycopg.errors.LockNotAvailable:
        server.con.rollback()
        return False
    server.con.commit()
    return True


def _holder(server: Server) -> str:
    found: list[tuple[Any, ...]] = server.rows(
        "SELECT a.application_name, a.usename, to_char(a.backend_start AT TIME ZONE 'UTC',"
        " 'HH24:MI') FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON"
        " d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted AND d.datname ="
        " current_database() AND l.classid::bigint = %s AND l.objid::bigint = hashtext(%s)::bigint"
        " & 4294967295",
        [SPACE, server.address.schema],
    )
    server.con.rollback()
    if not found:
        return "somebody"
    name, user, since = found[0]
    return f"{user} ({name or 'another program'}{f', since {since} UTC' if since else ''})"
