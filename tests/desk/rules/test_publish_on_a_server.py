"""The same agreement in a workspace on PostgreSQL, where people sign from several computers at once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from leadlight.adapters.ledger.postgres import migrate
from leadlight.desk.workspace.workspace import Place, find_workspace
from leadlight.problems import CannotDo
from tests.desk.rules.test_publish_and_sign import BOOK, EASIER
from tests.servers.postgres import database, or_say, server
from tests.verbs import history, init, opened, publish, sign, version_text

NOW = datetime.fromisoformat("2026-03-01 10:00")
HOUR = timedelta(hours=1)
_SCHEMAS = itertools.count(1)


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    or_say(server)
    with database() as url:
        yield url


@pytest.fixture
def address(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a workspace that is not there yet; its playbook lies in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "playbook.yml").write_text(BOOK, "utf-8")
    return f"{database_url}?schema=a{next(_SCHEMAS)}"


def made(address: str) -> Place:
    init(address, NOW)
    return find_workspace(address)


def at_once(*things: Callable[[], object]) -> list[object]:
    """What each answers, or refuses with, when all are begun in the same moment."""
    found: list[object] = []

    def do(thing: Callable[[], object]) -> None:
        try:
            found.append(thing())
        except CannotDo as fault:
            found.append(fault)

    threads = [threading.Thread(target=copy_context().run, args=(do, thing)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_versions_on_a_server(address: str, tmp_path: Path) -> None:
    """published and signed; another folder, without a playbook.yml, runs it all the same"""
    place = made(address)
    publish(place, None, NOW, by="Ada", note="100 % ours")
    sign(place, "marketing", NOW + HOUR, by="Ada")
    sign(place, "sales", NOW + 2 * HOUR, by="Bo")
    (tmp_path / "playbook.yml").unlink()
    with opened(place, "test", NOW + 3 * HOUR) as workspace:
        agreed = workspace.agreed_playbook()
    assert (agreed.version_name, agreed.text, version_text(place, "v1", NOW)) == ("v1", BOOK, BOOK)
    (standing,) = history(place, NOW + 3 * HOUR).versions
    assert standing.version.note == "100 % ours"


def test_two_who_sign_at_once_both_count(address: str) -> None:
    """marketing and sales press return in the same second; and sales twice"""
    place = made(address)
    publish(place, None, NOW, by="Ada")
    found = at_once(
        lambda: sign(place, "marketing", NOW + HOUR, by="Ada"),
        lambda: sign(place, "sales", NOW + HOUR, by="Bo"),
        lambda: sign(place, "sales", NOW + HOUR, by="Cy"),
    )
    refused = [f for f in found if isinstance(f, CannotDo)]
    assert len(found) == 3
    assert len(refused) == 1
    assert "is signed as sales already" in str(refused[0])
    (standing,) = history(place, NOW + HOUR).versions
    assert standing.state.word == "in force"


def test_two_who_publish_at_once_get_two_numbers(address: str, tmp_path: Path) -> None:
    """two texts in the same second"""
    place = made(address)
    (tmp_path / "other.yml").write_text(EASIER, "utf-8")
    at_once(
        lambda: publish(place, None, NOW, by="Ada"),
        lambda: publish(place, tmp_path / "other.yml", NOW, by="Bo"),
    )
    found = [s.version for s in history(place, NOW).versions]
    assert [v.number for v in found] == [2, 1]
    assert len({v.fingerprint for v in found}) == 2


def test_a_workspace_of_the_third_format_on_a_server(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """made by a leadlight that knew no versions"""
    steps = migrate._steps
    with monkeypatch.context() as old:
        old.setattr(migrate, "_steps", lambda half: steps(half)[:3])
        place = made(address)
    publish(place, None, NOW, by="Ada")
    assert len(history(place, NOW).versions) == 1
    url, _, schema = address.partition("?schema=")
    with psycopg.connect(url) as con:
        (version,) = con.execute(f"SELECT max(version) FROM {schema}.ledger").fetchall()[0]
    assert version == migrate.newest()
