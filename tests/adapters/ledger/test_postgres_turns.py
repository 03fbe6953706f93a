"""Writers on a server take turns; whoever is cut off in the middle leaves nothing half-done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from leadlight.adapters.ledger.postgres import locks, upload
from leadlight.adapters.ledger.postgres.tables import PostgresTables
from leadlight.desk.workspace.workspace import Place, find_workspace
from leadlight.problems import CannotDo
from tests.verbs import import_files, imports, init, notices, opened, run

NOW = datetime.fromisoformat("2026-01-02 10:32")
LEADS = "lead_id,email,industry\n" + "".join(f"{n},p{n}@example.com,software\n" for n in range(50))
TABLES = (
    "imports",
    "attribute_facts",
    "activity_facts",
    "contact_facts",
    "own_attributes",
    "runs",
    "run_changes",
    "due",
)


@pytest.fixture
def place(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    init(address, NOW)
    return find_workspace(address)


@pytest.fixture
def counts(address: str) -> Callable[[], dict[str, int]]:
    """How many rows the tables have, asked beside leadlight."""
    url, _, schema = address.partition("?schema=")

    def ask() -> dict[str, int]:
        with psycopg.connect(url) as con:
            return {
                t: con.execute(f"SELECT count(*) FROM {schema}.{t}").fetchall()[0][0]
                for t in TABLES
            }

    return ask


def kill(address: str, name: str) -> None:
    """End the server's process that serves whoever has this name."""
    with psycopg.connect(address.partition("?")[0], autocommit=True) as con:
        ended = con.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database()",
            [name],
        ).fetchall()
    assert ended == [(True,)]


def brings(place: Place, folder: Path, text: str, name: str) -> object:
    (folder / name).write_text(text)
    return import_files(place, [folder / name], NOW, verify=False)[0]


def test_an_import_whose_backend_is_killed_leaves_nothing(
    place: Place,
    address: str,
    tmp_path: Path,
    counts: Callable[[], dict[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """killed when the facts are sent and the entry in the book is not; then it is repeated"""
    send = upload.send

    def killed(con: object, server: object, query: str, columns: object, table: str) -> None:
        if table == "imports":
            kill(address, "leadlight import")
        send(con, server, query, columns, table)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(upload, "send", killed)
        with pytest.raises(CannotDo, match=r"The connection to postgresql://.* was lost"):
            brings(place, tmp_path, LEADS, "leads.csv")
    assert set(counts().values()) == {0}
    brings(place, tmp_path, LEADS, "leads.csv")
    assert counts()["attribute_facts"] == 50
    assert [i.import_id for i in imports(place, NOW)] == ["i1"]


def test_a_run_whose_backend_is_killed_leaves_nothing(
    place: Place,
    address: str,
    tmp_path: Path,
    counts: Callable[[], dict[str, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """killed when the changes are written and the run is not; then it is repeated"""
    brings(place, tmp_path, LEADS, "leads.csv")
    plain = PostgresTables.run

    def killed(self: PostgresTables, sql: str, *values: object) -> None:
        if sql.startswith("INSERT INTO runs"):
            kill(address, "leadlight qualify")
        plain(self, sql, *values)

    with monkeypatch.context() as patch:
        patch.setattr(PostgresTables, "run", killed)
        with pytest.raises(CannotDo, match="was lost"), run(place, playbook="b2b-saas"):
            pass
    assert [counts()[t] for t in ("runs", "run_changes", "due")] == [0, 0, 0]
    with run(place, playbook="b2b-saas") as ran:
        assert ran.receipt.run.run_id == "r1"
    assert counts()["run_changes"] == 50


def test_two_imports_at_once_both_arrive(
    place: Place, tmp_path: Path, counts: Callable[[], dict[str, int]]
) -> None:
    """two people import the same leads and others in the same second"""
    more = LEADS + "99,new@example.com,retail\n"
    found: list[object] = []
    at_once(
        lambda: found.append(brings(place, tmp_path, LEADS, "one.csv")),
        lambda: found.append(brings(place, tmp_path, more, "two.csv")),
    )
    assert len(found) == 2
    assert counts()["attribute_facts"] == 51
    assert sorted(i.import_id for i in imports(place, NOW)) == ["i1", "i2"]


def test_two_runs_at_once_both_end(
    place: Place, tmp_path: Path, counts: Callable[[], dict[str, int]]
) -> None:
    """two people qualify in the same second: the second finds that nothing changed"""
    brings(place, tmp_path, LEADS, "leads.csv")
    changed: list[int] = []

    def qualify() -> None:
        with run(place, playbook="b2b-saas", as_of="2026-01-03") as ran:
            changed.append(ran.receipt.run.changed)

    at_once(qualify, qualify)
    assert sorted(changed) == [0, 50]
    assert counts()["runs"] == 2


def at_once(*work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=copy_context().run, args=(w,)) for w in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_the_second_writer_waits_and_is_told_for_whom(place: Place) -> None:
    """somebody dedupes; an import waits; a list of imports does not"""
    told: list[str] = []
    notices.set(told.append)
    got: list[str] = []

    def second() -> None:
        with opened(place, "import", NOW, write=True):
            got.append("its turn")

    thread = threading.Thread(target=copy_context().run, args=(second,))
    with opened(place, "dedupe", NOW, write=True):
        thread.start()
        thread.join(2)
        assert list(imports(place, NOW)) == []
        assert not got
    thread.join(20)
    assert got == ["its turn"]
    assert len(told) == 1
    assert "in use by leadlight (leadlight dedupe, since" in told[0]


def test_whoever_waits_too_long_is_told_to_look(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """somebody else's verb does not end"""
    monkeypatch.setattr(locks, "PATIENCE", "10ms")
    with (
        opened(place, "dedupe", NOW, write=True),
        pytest.raises(CannotDo, match=r"in use by .*dedupe.*Wait for it to end"),
        opened(place, "import", NOW, write=True),
    ):
        pass
