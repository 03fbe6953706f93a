"""Settings of a role on PostgreSQL: whatever they are, the answers are those of a workspace in a
folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from tests.attack.base import AS_OF
from tests.attack.names import copy
from tests.attack.room import Room
from tests.attack.workshop import workshop
from tests.servers.postgres import NoServerError, database

SETTINGS = (
    ("datestyle", "SQL, DMY"),
    ("datestyle", "German"),
    ("datestyle", "Postgres, MDY"),
    ("intervalstyle", "iso_8601"),
    ("standard_conforming_strings", "off"),
    ("backslash_quote", "on"),
    ("escape_string_warning", "off"),
    ("bytea_output", "escape"),
    ("timezone", "Asia/Kathmandu"),
    ("extra_float_digits", "-15"),
    ("transform_null_equals", "on"),
    ("array_nulls", "off"),
    ("search_path", "public"),
    ("default_transaction_isolation", "serializable"),
    ("client_encoding", "LATIN1"),
    ("work_mem", "64kB"),
    ("lc_numeric", "C"),
    ("lc_time", "C"),
    ("quote_all_identifiers", "on"),
    ("enable_hashjoin", "off"),
    ("jit", "on"),
    ("xmloption", "document"),
    ("statement_timeout", "600s"),
    ("idle_session_timeout", "600s"),
    ("geqo", "off"),
    ("default_text_search_config", "pg_catalog.german"),
)


def attack(room: Room) -> None:
    """A role with settings of its own qualifies what a workspace in a folder holds."""
    copy(workshop(), room.folder)
    try:
        with database() as url:
            _compare(room, url)
    except NoServerError:
        return  # no server is at hand: nothing to attack


def _compare(room: Room, url: str) -> None:
    settings = room.pick.sample(SETTINGS, room.pick.randint(1, 4))
    _set(url, settings)
    room.secrets = tuple(s for s in (urlsplit(url).password,) if s)
    if room.run("copy", "ws", url).code:
        room.find(f"with {settings} the workspace could not be copied to the server")
        return
    answers = [
        _answers(room, place, f"out{n}.csv", settings) for n, place in enumerate(("ws", url))
    ]
    if answers[0] != answers[1]:
        room.find(f"with {settings} the server answers otherwise than the folder")
    for words in (("dedupe",), ("verify",), ("explain", "A-000001"), ("undo",)):
        if room.thorough and room.run("-w", url, *words).code:
            room.find(f"with {settings} the command is refused")


def _answers(room: Room, place: str, out: str, settings: object) -> bytes:
    words = (
        "-w",
        place,
        "qualify",
        "--as-of",
        AS_OF,
        "--known",
        "now",
        "--no-report",
        "--columns",
        "qualification",
        "--out",
        out,
    )
    if room.run(*words).code:
        room.find(f"with {settings} {place} does not answer")
    written = Path(room.folder / out)
    return written.read_bytes() if written.exists() else b""


def _set(url: str, settings: list[tuple[str, str]]) -> None:
    """Whoever connects to this database has these settings: as a role's own have, and nobody
    else's."""
    import psycopg
    from psycopg import sql

    name = sql.Identifier(urlsplit(url).path.lstrip("/"))
    with psycopg.connect(url, autocommit=True) as con:
        for key, value in settings:
            con.execute(
                sql.SQL("ALTER DATABASE {} SET {} TO {}").format(
                    name, sql.Identifier(key), sql.SQL(value if "," in value else f"'{value}'")
                )
            )
