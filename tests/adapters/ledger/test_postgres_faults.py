"""Servers that cannot be used are told in a sentence, and no password is ever shown."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from leadlight.adapters.db.postgres import address_of
from leadlight.adapters.ledger import migrate as duckdb_schema
from leadlight.adapters.ledger.postgres import migrate
from leadlight.desk.workspace.workspace import find_workspace
from leadlight.problems import CannotDo
from tests.servers.postgres import database, or_say, server
from tests.verbs import init, opened

NOW = datetime.fromisoformat("2026-01-02")
SECRET = "hush-hush"


def with_parts(url: str, **parts: str) -> str:
    """The URL with another user, password, host, port or path."""
    found = urlsplit(url)
    of = {
        "user": found.username,
        "password": found.password,
        "host": found.hostname,
        "port": found.port,
        **parts,
    }
    where = f"{of['user']}:{of['password']}@{of['host']}:{of['port']}"
    return urlunsplit(found._replace(netloc=where, path=parts.get("path", found.path)))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"password": SECRET}, "does not take that password"),
        (
            {"user": "nobody", "password": SECRET},
            "does not take that password|knows no user of that name",
        ),
        ({"path": "/nowhere"}, "no database of that name"),
        ({"port": "1", "password": SECRET}, "Nobody answers at"),
        ({"host": "no-such-host.invalid", "password": SECRET}, "no host of that name"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told(
    server_database: str, parts: dict[str, str], said: str
) -> None:
    """a wrong password, user, database, port, host"""
    url = with_parts(server_database, **parts)
    with pytest.raises(CannotDo, match=said) as told, opened(find_workspace(url), "undo", NOW):
        pass
    shown = (
        "".join(traceback.format_exception(told.value))
        + repr(find_workspace(url))
        + str(find_workspace(url))
    )
    assert SECRET not in shown
    assert str(urlsplit(url).password) not in shown


def test_a_server_without_the_letters_of_all_languages_is_told() -> None:
    """PostgreSQL built without ICU: told when it is named, not in the middle of a run"""
    or_say(server)
    with database() as url:
        with psycopg.connect(url, autocommit=True) as con:
            con.execute("SET allow_system_table_mods = on")
            con.execute('ALTER COLLATION pg_catalog."und-x-icu" RENAME TO gone')
        with pytest.raises(CannotDo, match="built without ICU"):
            init(url, NOW)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{SECRET}/x@host:port/db",
        f"postgresql://ana:x@{SECRET}@host/db",
        f"postgresql://ana:12/{SECRET}@host/db",
        f"postgresql://ana:{SECRET}@host/db?nonsense=1",
        f"postgresql:{SECRET}",
        f"postgresql://ana:{SECRET}@[::1/db",
        f"postgresql://ana@host/db?password={SECRET}&schema=No%20Such",
    ],
)
def test_a_url_that_is_none_is_not_repeated(url: str) -> None:
    """slips of the pen in a URL with a password"""
    with pytest.raises(CannotDo) as told:
        find_workspace(url)
    assert SECRET not in "".join(traceback.format_exception(told.value))


def test_a_password_among_the_urls_words_is_not_shown() -> None:
    """?password=..."""
    address = address_of(
        f"postgresql://ana@db.example.com:5433/crm?password={SECRET}&schema=sales&sslmode=require"
    )
    assert str(address) == "postgresql://ana@db.example.com:5433/crm?schema=sales"
    assert SECRET not in repr(address)


def test_the_command_never_prints_a_password(server_database: str, tmp_path: Path) -> None:
    """leadlight with LEADLIGHT_WORKSPACE and a wrong password, and with LEADLIGHT_DEBUG"""
    url = with_parts(server_database, password=SECRET)
    env = {**os.environ, "LEADLIGHT_WORKSPACE": url, "LEADLIGHT_DEBUG": "1"}
    main = "from leadlight.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", main, "undo"], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "does not take that password" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_schema_without_a_workspace_is_said_to_have_none(address: str) -> None:
    """nobody made one"""
    with (
        pytest.raises(CannotDo, match=r"There is no workspace at .*leadlight init"),
        opened(find_workspace(address), "undo", NOW),
    ):
        pass


def test_a_workspace_is_made_once(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """init, and init again"""
    monkeypatch.chdir(tmp_path)
    init(address, NOW)
    with pytest.raises(CannotDo, match="is a workspace already; nothing was changed"):
        init(address, NOW)


def test_a_newer_ledger_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """written by a leadlight of the future"""
    monkeypatch.chdir(tmp_path)
    init(address, NOW)
    url, _, schema = address.partition("?schema=")
    with psycopg.connect(url) as con:
        con.execute(f"INSERT INTO {schema}.ledger VALUES (999, now())")
    with (
        pytest.raises(CannotDo, match="was written by a newer leadlight"),
        opened(find_workspace(address), "undo", NOW),
    ):
        pass


def test_an_older_ledger_is_brought_up_to_date(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """made by a leadlight that knew the first step only"""
    monkeypatch.chdir(tmp_path)
    steps = migrate._steps
    with monkeypatch.context() as old:
        old.setattr(migrate, "_steps", lambda half: steps(half)[:1])
        init(address, NOW)
    url, _, schema = address.partition("?schema=")
    with opened(find_workspace(address), "undo", NOW):
        pass
    with psycopg.connect(url) as con:
        (version,) = con.execute(f"SELECT max(version) FROM {schema}.ledger").fetchall()[0]
        post = con.execute(f"SELECT step FROM {schema}._post ORDER BY 1").fetchall()
        broken = con.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid").fetchall()
    assert version == migrate.newest()
    assert post == [(n,) for n, _ in steps("post")]
    assert broken == [(0,)]


def test_both_schemas_are_of_one_version() -> None:
    """a copy from one to the other is a copy of rows"""
    assert migrate.newest() == duckdb_schema.newest()


def test_a_role_that_may_not_look_into_the_schema_is_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REVOKE USAGE ON SCHEMA: the sentence on permission, for a verb and for init"""
    monkeypatch.chdir(tmp_path)
    init(address, NOW)
    url, _, schema = address.partition("?schema=")
    with psycopg.connect(url, autocommit=True) as con:
        con.execute(f"CREATE ROLE outsider_{schema} LOGIN PASSWORD '{SECRET}'")
        theirs = with_parts(url, user=f"outsider_{schema}", password=SECRET) + f"?schema={schema}"
        try:
            with (
                pytest.raises(CannotDo, match="permission denied"),
                opened(find_workspace(theirs), "undo", NOW),
            ):
                pass
            with pytest.raises(CannotDo, match="permission denied"):
                init(theirs, NOW)
        finally:
            con.execute(f"DROP ROLE outsider_{schema}")


@pytest.mark.parametrize(
    "kind", ["TABLE imports (n int)", "VIEW imports AS SELECT 1 AS n", "TYPE ledger AS ENUM ('a')"]
)
def test_a_schema_with_a_table_of_the_same_name_is_left_alone(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """leadlight init where the schema is another program's, and has a table imports"""
    monkeypatch.chdir(tmp_path)
    url, _, schema = address.partition("?schema=")
    with psycopg.connect(url, autocommit=True) as con:
        con.execute(f"CREATE SCHEMA {schema}")
        con.execute(f"CREATE {kind.split()[0]} {schema}.{kind.split(' ', 1)[1]}")
        with pytest.raises(
            CannotDo, match=r"holds \w+ already, which is not leadlight's; nothing was changed"
        ):
            init(address, NOW)
        there = con.execute(
            f"SELECT count(*) FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND"
            " relkind <> 'i'"
        )
        assert there.fetchall()[0][0] == (0 if kind.startswith("TYPE") else 1)
