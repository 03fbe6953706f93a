"""A workspace that is busy, damaged, foreign or full is answered with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from leadlight.adapters.ledger.faults import sentence
from leadlight.desk.workspace.workspace import LEDGER, find, find_workspace
from leadlight.problems import CannotDo
from tests.verbs import import_files, imports, init, opened, refusal

NOW = datetime.fromisoformat("2026-01-01 10:32")
HOLD = """
import sys, time
from datetime import datetime
from pathlib import Path
from leadlight.desk.session import Session
how = getattr(Session(Path(sys.argv[1])), sys.argv[2])
with how("import", datetime(2026, 1, 1, 10, 32)):
    print("open", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init(tmp_path / "acme", NOW)
    return tmp_path / "acme"


def child(code: str, *words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, env=env, text=True
    )


@pytest.mark.parametrize("how", ["write", "read"])
def test_whoever_finds_a_workspace_busy_is_told_who_holds_it(folder: Path, how: str) -> None:
    """one process imports; another one asks for the list of imports"""
    with child(HOLD, str(folder), how) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "open\n"
            with (
                pytest.raises(CannotDo, match=f"in use by process {holder.pid}") as told,
                opened(folder, "import", NOW, write=True),
            ):
                pass
            if how == "write":
                assert "(leadlight import, since 10:32 UTC)" in str(told.value)
            else:
                assert list(imports(folder, NOW)) == []  # readers do not hinder each other
        finally:
            holder.kill()
    assert list(imports(folder, NOW)) == []


def test_the_note_of_a_killed_process_says_nothing_about_the_next(folder: Path) -> None:
    """a note of a process that no longer lives"""
    (folder / f"{LEDGER}.holder").write_text(
        '{"pid": 1, "command": "leadlight import", "since": "2020-01-01"}'
    )
    with opened(folder, "import", NOW, write=True):
        pass
    assert not (folder / f"{LEDGER}.holder").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "damaged or is no DuckDB file"), (b"hello " * 5000, "damaged or is no DuckDB file")],
)
def test_a_file_that_is_no_ledger_is_said_to_be_none(
    folder: Path, content: bytes, said: str
) -> None:
    """leadlight.duckdb is empty, or something else"""
    (folder / LEDGER).write_bytes(content)
    with pytest.raises(CannotDo, match=said):
        imports(folder, NOW)


def test_a_flipped_byte_is_said(folder: Path) -> None:
    """a byte of the ledger is another one"""
    content = bytearray((folder / LEDGER).read_bytes())
    for at in range(4100, len(content), 4096):
        content[at] ^= 0xFF
    (folder / LEDGER).write_bytes(content)
    with pytest.raises(CannotDo, match="damaged"):
        imports(folder, NOW)


def test_another_programs_duckdb_file_is_left_alone(folder: Path) -> None:
    """leadlight.duckdb has one table, `orders`"""
    (folder / LEDGER).unlink()
    with duckdb.connect(str(folder / LEDGER)) as con:
        con.execute("CREATE TABLE orders (id INTEGER)").fetchall()
    with pytest.raises(CannotDo, match="not a ledger of leadlight"):
        imports(folder, NOW)


def test_a_newer_ledger_asks_for_an_upgrade(folder: Path) -> None:
    """the ledger was written by a leadlight of next year"""
    with duckdb.connect(str(folder / LEDGER)) as con:
        con.execute("INSERT INTO ledger VALUES (99, now()::TIMESTAMP)").fetchall()
    with pytest.raises(CannotDo, match="newer leadlight"):
        imports(folder, NOW)


def test_a_full_disk_changes_nothing(folder: Path) -> None:
    """the file may not grow any further while 200,000 leads are imported"""
    big = folder.parent / "big.csv"
    lines = (f"L{n},{n * 2654435761 % 4294967296},{n * 40503 % 65521}" for n in range(200_000))
    big.write_text("lead id,notes,tags\n" + "\n".join(lines))
    code = (
        "import resource, signal, sys\nfrom datetime import datetime\nfrom pathlib import"
        " Path\nfrom tests.verbs import import_files\nsignal.signal(signal.SIGXFSZ,"
        " signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000,"
        " 3_000_000))\nprint(import_files(Path(sys.argv[1]), [Path(sys.argv[2])], datetime(2026, 1,"
        " 2))[0].refusal)\n"
    )
    with child(code, str(folder), str(big)) as process:
        out = process.communicate()[0]
    assert "is full. What was under way was not kept" in out
    assert list(imports(folder, NOW)) == []
    assert import_files(folder, [big], NOW)[0].receipt


def test_other_faults_of_the_engine_are_not_talked_away() -> None:
    """a fault of ours"""
    assert sentence("Binder Error: no such column", Path("x")) is None


def test_init_never_overwrites(folder: Path) -> None:
    """init in a workspace; init where only a playbook lies"""
    with pytest.raises(CannotDo, match="a workspace already"):
        init(folder, NOW)
    (folder / LEDGER).unlink()
    (folder / "playbook.yml").write_text("mine")
    made = init(folder, NOW)
    assert made.preset is None
    assert (folder / LEDGER).exists()
    assert (folder / "playbook.yml").read_text() == "mine"


def test_a_workspace_is_found_from_within(folder: Path) -> None:
    """the current directory lies in a workspace"""
    (folder / "exports").mkdir()
    assert find(folder / "exports") == folder
    with pytest.raises(CannotDo, match="is not a workspace") as refused:
        find_workspace(folder.parent)
    assert f"leadlight init {folder.parent}" in refusal(refused.value)
