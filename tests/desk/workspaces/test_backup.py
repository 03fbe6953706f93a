"""A workspace is backed up while it is in use, and comes back as it was or not at all."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.adapters.backup.archive import MANIFEST
from leadlight.adapters.journal.journal import FileJournal
from leadlight.desk.session import Session
from leadlight.desk.workspace.pause import pause_reason, resume_deliveries
from leadlight.desk.workspaces.backup import BackupRequest, RestoreRequest, backup, restore
from leadlight.problems import CannotDo
from leadlight.results.text.workspace import render_backup, render_restoration
from leadlight.results.workspace import RestoredWorkspace
from tests.adapters.ledger.test_postgres import LEADS, Both, Company, both_with_log
from tests.prepared import prepare
from tests.verbs import dedupe, import_files, init, opened, refusal

__all__ = ["both_with_log"]
NOW = datetime(2026, 3, 1)


def save(place: object, file: Path, now: datetime = NOW) -> object:
    with Session(place) as session:  # type: ignore[arg-type]
        return backup(session, BackupRequest(file, now))


def bring_back(file: Path, folder: Path) -> RestoredWorkspace:
    with Session() as session:
        return restore(session, RestoreRequest(file, str(folder), NOW + timedelta(days=1)))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with leads, a model and accounts."""
    folder = tmp_path / "ws"
    prepare(company, folder)
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as con:
        con.execute("PRAGMA journal_mode = wal")
        con.execute("CREATE TABLE users (name TEXT)")
        con.execute("INSERT INTO users VALUES ('ana')")
        con.commit()
    return folder


def company(where: str) -> None:
    init(where, NOW)
    leads = Path("leads.csv")
    leads.write_text(LEADS)
    import_files(Path(where), [leads], NOW, verify=False)
    leads.unlink()
    Path("models").mkdir()
    Path("models/soon.yml").write_text("leadlight-model: 1\n")
    Path("server.key").write_text("secret")


def test_a_restored_workspace_says_the_same(both_with_log: Both) -> None:
    """leads, a log, checks, links and a run; in a folder and on a server"""
    both = both_with_log
    both(lambda c: bool(dedupe(c.place, c.day)))
    rows = both(lambda c: c.run()[0])

    def again(company: Company) -> object:
        file, folder = company.folder / "b.zip", company.folder / "again"
        save(company.place, file, company.day)
        found = bring_back(file, folder)
        (folder / "book.yml").write_text((company.folder / "playbook.yml").read_text())
        company.place, company.folder = found.where, folder  # type: ignore[assignment]
        return {n: r for n, r in found.rows.items() if n != "run_changes"}

    counts = both(again)
    assert counts["attribute_facts"] == 7  # type: ignore[index]
    assert both(lambda c: c.run()[0]) == rows
    both(lambda c: c.facts("SELECT * EXCLUDE (_row) FROM link_facts ORDER BY ALL"))


def test_it_holds_all_of_the_workspace(workspace: Path, tmp_path: Path) -> None:
    """users, the secret, the playbook and its models; only its owner may read the archive"""
    found = save(workspace, tmp_path / "b.zip")
    assert set(found.files) == {  # type: ignore[attr-defined]
        "leadlight.duckdb",
        "desk.sqlite3",
        "server.key",
        "playbook.yml",
        "models/soon.yml",
    }
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    assert "7 rows" not in "".join(render_backup(found))  # type: ignore[arg-type]
    restored = bring_back(tmp_path / "b.zip", tmp_path / "again")
    for name in ("server.key", "playbook.yml", "models/soon.yml"):
        assert (tmp_path / "again" / name).read_bytes() == (workspace / name).read_bytes()
    with closing(sqlite3.connect(tmp_path / "again" / "desk.sqlite3")) as con:
        assert con.execute("SELECT * FROM users").fetchall() == [("ana",)]
    assert restored.moment == NOW


def test_deliveries_wait_until_they_are_resumed(workspace: Path, tmp_path: Path) -> None:
    """the restored one says since when; then somebody says that it is the one in use"""
    save(workspace, tmp_path / "b.zip")
    restored = bring_back(tmp_path / "b.zip", tmp_path / "again")
    assert "are paused" in "".join(map(str, render_restoration(restored)))
    assert "restored on 2026-03-02 00:00 UTC from a backup of 2026-03-01" in str(
        pause_reason(tmp_path / "again")
    )
    assert pause_reason(workspace) is None
    assert resume_deliveries(tmp_path / "again")
    assert pause_reason(tmp_path / "again") is None
    assert not resume_deliveries(tmp_path / "again")


def test_a_backup_while_others_write_is_of_one_moment(workspace: Path, tmp_path: Path) -> None:
    """imports of ten leads each go on while three backups are made: each has whole imports only"""
    stop, count = threading.Event(), [0]

    def write(session: Session) -> None:
        while not stop.is_set():
            n = count[0] = count[0] + 1
            file = tmp_path / f"more{n}.csv"
            file.write_text("lead_id,city\n" + "".join(f"N{n}-{i},Rome\n" for i in range(10)))
            from leadlight.desk.leads.import_ import ImportRequest
            from leadlight.desk.leads.import_ import import_files as run

            run(session, ImportRequest((file,), NOW + timedelta(minutes=n), verify=False))

    with Session(workspace, shared=True) as session:
        writer = threading.Thread(target=write, args=(session,))
        writer.start()
        try:
            for n in range(3):
                backup(session, BackupRequest(tmp_path / f"b{n}.zip", NOW))
        finally:
            stop.set()
            writer.join()
    for n in range(3):
        rows = bring_back(tmp_path / f"b{n}.zip", tmp_path / f"again{n}").rows
        assert rows["attribute_facts"] == 7 + 10 * (rows["imports"] - 1)


def test_what_arrived_and_was_not_taken_comes_along(workspace: Path, tmp_path: Path) -> None:
    """three events are in the journal, one of which was taken; the last write was cut"""
    journal = FileJournal(workspace / "intake")
    journal.append([b"one", b"two", b"three"])
    journal.take(1)
    (segment,) = (workspace / "intake").glob("*.journal")
    with segment.open("ab") as file:
        file.write(b"LLj1half a record")
    save(workspace, tmp_path / "b.zip")
    journal.close()
    bring_back(tmp_path / "b.zip", tmp_path / "again")
    again = FileJournal(tmp_path / "again" / "intake")
    assert [r.body for r in again.read(1_000)] == [b"two", b"three"]
    assert (again.last, again.damages) == (3, [])
    again.close()


def test_a_flipped_bit_or_a_cut_restores_nothing(workspace: Path, tmp_path: Path) -> None:
    """sixty archives, each damaged at another place: it is refused, or what is restored is the same"""
    save(workspace, tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()
    chance, refused = random.Random(7), 0
    bring_back(tmp_path / "b.zip", tmp_path / "right")
    right = contents(tmp_path / "right")
    ends = [len(whole) - n for n in (1, 40, 300, 900)]
    for n in range(60):
        place = chance.choice([chance.randrange(len(whole)), *ends])
        damaged = bytearray(whole)
        if n % 3:
            damaged[place] ^= 1 << chance.randrange(8)
        else:
            del damaged[place:]
        (tmp_path / "bad.zip").write_bytes(damaged)
        again = tmp_path / f"again{n}"
        said = None
        try:
            bring_back(tmp_path / "bad.zip", again)
        except CannotDo as fault:
            said, refused = str(fault), refused + 1
        assert again.exists() is (said is None)
        if said is None:
            assert contents(again) == right
        else:
            assert str(tmp_path / "bad.zip") in said
    assert refused >= 40
    assert not list(tmp_path.glob(".*.new"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()
    }


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/outside", "models/../../x.yml", "run.py", "intake/../x"]
)
def test_no_name_leaves_the_folder(name: str, workspace: Path, tmp_path: Path) -> None:
    """somebody made an archive with a file of another name, and its right checksum"""
    save(workspace, tmp_path / "b.zip")
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(tmp_path / "b.zip") as good, zipfile.ZipFile(bad, "w") as made:
        manifest = json.loads(good.read(MANIFEST))
        manifest["files"][name] = manifest["files"]["server.key"]
        for info in good.infolist():
            if info.filename != MANIFEST:
                made.writestr(info.filename, good.read(info.filename))
        made.writestr(name, b"secret")
        made.writestr(MANIFEST, json.dumps(manifest))
    with pytest.raises(CannotDo, match="holds files that are no part of a workspace"):
        bring_back(bad, tmp_path / "deep" / "again")
    assert not (tmp_path / "deep" / "again").exists()
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("text", [b"", b"lead_id\n1\n", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_no_backup(text: bytes, tmp_path: Path) -> None:
    """an empty file, a CSV, an empty ZIP; and no file at all"""
    file = tmp_path / "b.zip"
    file.write_bytes(text)
    with pytest.raises(CannotDo, match=r"no backup of a workspace|not a whole archive"):
        bring_back(file, tmp_path / "again")
    with pytest.raises(CannotDo, match="There is no file"):
        bring_back(tmp_path / "none.zip", tmp_path / "again")


def test_nothing_of_somebody_elses_is_replaced(workspace: Path, tmp_path: Path) -> None:
    """a file that is no backup stands there; a folder holds something; a backup may be replaced"""
    theirs = tmp_path / "theirs.zip"
    with zipfile.ZipFile(theirs, "w") as archive:
        archive.writestr("a.txt", "a")
    before = theirs.read_bytes()
    with pytest.raises(CannotDo, match="it is no backup of a workspace"):
        save(workspace, theirs)
    assert theirs.read_bytes() == before
    save(workspace, tmp_path / "b.zip")
    save(workspace, tmp_path / "b.zip")
    with pytest.raises(CannotDo, match="is not empty"):
        bring_back(tmp_path / "b.zip", workspace)
    empty = tmp_path / "empty"
    empty.mkdir()
    bring_back(tmp_path / "b.zip", empty)
    with opened(empty, "check", NOW) as found:
        assert found.con.execute("SELECT count(*) FROM attribute_facts").fetchall() == [(7,)]


def test_a_database_is_restored_by_way_of_a_folder(tmp_path: Path) -> None:
    """somebody names the URL of a database"""
    with pytest.raises(CannotDo) as fault, Session() as session:
        restore(session, RestoreRequest(tmp_path / "b.zip", "postgresql://a:secret@h/d", NOW))
    said = refusal(fault.value)
    assert "leadlight copy" in said
    assert "secret" not in said
