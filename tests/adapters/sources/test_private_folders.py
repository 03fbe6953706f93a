"""What is written down for a while holds people's data: no killed command leaves it for good."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import leadlight
from leadlight.adapters import private_folders
from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.links import find_links
from leadlight.facts.catalog import LEAD_ATTRIBUTES
from tests.adapters.sources.conftest import Read

LEADS = b"lead_id,email\n1,a@b.de\n2,c@d.de\n"


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that nobody else uses."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def aged(folder: Path) -> None:
    old = time.time() - 3_600
    os.utime(folder, (old, old))


def test_what_a_killed_reader_left(read: Read, own_temp: Path) -> None:
    """kill -9 while a file in cp1252 is read leaves a copy of all leads: the next reader clears it away"""
    for name in ("gone", "alive"):
        folder = own_temp / f"{private_folders.PREFIX}{name}"
        folder.mkdir()
        (folder / "as-utf8.txt").write_bytes(LEADS)
        (folder / private_folders._LOCK).touch()
        aged(folder)
    with (own_temp / f"{private_folders.PREFIX}alive" / private_folders._LOCK).open("w") as lock:
        private_folders.fcntl.flock(lock, private_folders.fcntl.LOCK_EX)
        read(LEADS)
        assert [f.name for f in own_temp.iterdir()] == [f"{private_folders.PREFIX}alive"]


def test_what_a_killed_dedupe_left(read: Read, own_temp: Path) -> None:
    """kill -9 inside `leadlight dedupe` left a folder that no later command cleared away."""
    con = connect()
    con.execute("CREATE TABLE leads AS SELECT unnest(['1', '2']) AS lead_id, 'a@b.de' AS email")

    def killed(_: str) -> None:
        if folders := list(own_temp.iterdir()):
            (folders[0] / "spilled.tmp").write_bytes(LEADS)
            aged(folders[0])
            os._exit(9)

    child = os.fork()
    if not child:
        find_links(con, "leads", [LEAD_ATTRIBUTES["email"]], progress=killed)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len(list(own_temp.iterdir())) == 1
    read(LEADS)
    assert not list(own_temp.iterdir())


def test_beside_a_file_too(tmp_path: Path) -> None:
    """What a run in passes puts beside its output."""
    left = tmp_path / f"{private_folders.PREFIX}left"
    left.mkdir()
    aged(left)
    with private_folders.private_folder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert not list(tmp_path.iterdir())


def test_there_are_no_other_temporary_folders() -> None:
    """The copy of a server's base, the memory of a connection, the parts of a run: all are such
    folders."""
    source = Path(leadlight.__file__).parent
    users = [p.name for p in source.rglob("*.py") if "import tempfile" in p.read_text("utf-8")]
    users += [p.name for p in source.rglob("*.py") if "from tempfile" in p.read_text("utf-8")]
    assert users == ["private_folders.py"]
