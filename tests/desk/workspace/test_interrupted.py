"""A command that is ended in the middle: what was done stands, it is said, and the next command
does the rest.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads import import_
from leadlight.desk.workspace.workspace import LEDGER, Place, find_workspace
from leadlight.problems import CannotDo
from tests.desk.workspace.test_workspace import child
from tests.verbs import import_files, imports, init, repairs

NOW = datetime.fromisoformat("2026-01-01 10:32")
LEADS = "lead_id,email\n1,ana@gmial.com\n2,bob@firm.de\n"
#: Imports a file, and dies before it could verify anything.
KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from leadlight.desk.leads import import_
from tests.verbs import import_files
import_.verify_due = lambda *_: os._exit(9)
import_files(Path(sys.argv[1]), [Path(sys.argv[2])], datetime(2026, 1, 1, 10, 32))
"""


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A workspace in a folder, and one on a server."""
    monkeypatch.chdir(tmp_path)
    where = request.getfixturevalue("address") if request.param == "server" else "."
    init(where, NOW)
    return find_workspace(where)


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def wrote(place: Place) -> list[str]:
    """The imports that brought anything, the newest first."""
    return [i.what for i in imports(place, NOW) if i.imported]


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_checks_that_an_ended_import_could_not_make_are_made_by_the_next(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Ctrl-C (or kill -9) when the leads are in and their contacts are being verified. The same file
    is imported again:
    it changes nothing, and the contacts get their checks; the time after that nothing at all
    happens.
    """
    leads = written(tmp_path, "leads.csv", LEADS)
    with monkeypatch.context() as patch:
        patch.setattr(import_, "verify_due", stop)
        with pytest.raises(KeyboardInterrupt):
            import_files(place, [leads], NOW)
    assert wrote(place) == ["leads"]
    again = import_files(place, [leads], NOW)[0]
    assert again.receipt
    assert again.receipt.imported == 0
    assert again.verified
    assert again.verified.leads == 2
    assert wrote(place) == ["checks", "leads"]
    assert [r.proposed for r in repairs(place, NOW)] == ["ana@gmail.com"]
    assert import_files(place, [leads], NOW)[0].verified is None
    assert wrote(place) == ["checks", "leads"]


def test_what_came_in_before_a_fault_is_said(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files are in when the connection is lost: "nothing half-done was written" is no whole
    truth without them.
    """
    leads = written(tmp_path, "leads.csv", LEADS)
    log = written(tmp_path, "log.csv", "lead_id,occurred_at,kind\n1,2025-12-01,page_viewed\n")

    def lost(*_: object) -> None:
        raise CannotDo("The connection was lost.")

    monkeypatch.setattr(import_, "verify_due", lost)
    brought = import_files(place, [leads, log], NOW)
    assert [one.receipt.import_id for one in brought if one.receipt] == ["i1", "i2"]
    (problem,) = brought[-1].not_done
    assert problem.message == "What came in is not verified. The connection was lost."
    assert [i.import_id for i in imports(place, NOW)] == ["i2", "i1"]


def test_a_fault_behind_the_files_names_those_that_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both files are in when something else fails: the fault says so."""
    leads = written(tmp_path, "leads.csv", LEADS)
    log = written(tmp_path, "log.csv", "lead_id,occurred_at,kind\n1,2025-12-01,page_viewed\n")
    init(tmp_path / "w", NOW)

    def lost(*_: object) -> None:
        raise CannotDo("The connection was lost.")

    monkeypatch.setattr(import_, "_verify", lost)
    files = r"Imported before that, and complete: .*leads.csv \(as i1\), .*log.csv \(as i2\)"
    with pytest.raises(CannotDo, match=rf"lost\. {files}"):
        import_files(tmp_path / "w", [leads, log], NOW)


@pytest.mark.parametrize("harm", ["removed", "cut"])
def test_an_import_is_not_lost_with_the_log_of_a_killed_process(tmp_path: Path, harm: str) -> None:
    """kill -9 after the file was imported; then somebody tidies up and removes (or cuts)
    leadlight.duckdb.wal
    """
    init(tmp_path / "w", NOW)
    leads = written(tmp_path, "leads.csv", LEADS)
    with child(KILLED, str(tmp_path / "w"), str(leads)) as process:
        assert process.wait() == 9
    wal = tmp_path / "w" / f"{LEDGER}.wal"
    if harm == "removed":
        wal.unlink(missing_ok=True)
    elif wal.exists():
        os.truncate(wal, wal.stat().st_size // 2)
    assert [i.imported for i in imports(tmp_path / "w", NOW)] == [2]


def test_a_damaged_log_is_named_and_what_to_do_with_it_works(tmp_path: Path) -> None:
    """A bit of leadlight.duckdb.wal is another one: moving that file away is enough, nothing must
    be imported anew.
    """
    folder = tmp_path / "w"
    init(folder, NOW)
    import_files(folder, [written(tmp_path, "leads.csv", LEADS)], NOW)
    code = (
        "import duckdb, os, sys\ncon = duckdb.connect(sys.argv[1])\ncon.execute('INSERT INTO undos"
        " SELECT range, now()::TIMESTAMP FROM range(100, 5000)')\nos._exit(9)\n"
    )
    with child(code, str(folder / LEDGER)) as process:
        assert process.wait() == 9
    wal = folder / f"{LEDGER}.wal"
    content = bytearray(wal.read_bytes())
    content[len(content) // 2] ^= 4
    wal.write_bytes(content)
    with pytest.raises(
        CannotDo, match=r"leadlight\.duckdb\.wal in .* is damaged.*Move that file away"
    ):
        imports(folder, NOW)
    wal.unlink()
    assert len(imports(folder, NOW)) == 2


@pytest.mark.parametrize("left", [100, 20_000, 1_000_000])
def test_a_ledger_that_was_cut_is_said_to_be_damaged(tmp_path: Path, left: int) -> None:
    """leadlight.duckdb of 100 or 1,000,000 bytes: a copy that was broken off"""
    init(tmp_path / "w", NOW)
    lines = "".join(f"L{n},{n * 2654435761 % 4294967296}\n" for n in range(50_000))
    import_files(
        tmp_path / "w",
        [written(tmp_path, "many.csv", f"lead id,notes\n{lines}")],
        NOW,
        verify=False,
    )
    assert (tmp_path / "w" / LEDGER).stat().st_size > left
    os.truncate(tmp_path / "w" / LEDGER, left)
    with pytest.raises(CannotDo, match="damaged"):
        imports(tmp_path / "w", NOW)


SLOW = """
import sys
from leadlight.adapters.db import duckdb
from leadlight.cli import main
from leadlight.desk.wiring import bases, db
from leadlight import qualify
def slow(*_, **__):
    print("begins", file=sys.stderr, flush=True)
    con = db.connect()
    con.execute("SET threads = 1")
    con.execute("SELECT count(*) FROM range(100000000000) WHERE hash(range) = 1")
bases.base_of_files = slow
sys.argv = ["leadlight", *sys.argv[1:]]
main()
"""


def _as_a_terminal() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("words", [("qualify",), ("verify",)])
def test_ctrl_c_inside_a_statement_ends_as_ctrl_c_does(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Ctrl-C while a long statement runs: 130 and "Stopped", not a mistake of ours."""
    leads = written(tmp_path, "leads.csv", LEADS)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "LEADLIGHT_MEMORY": "1GB",
    }
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, *words, str(leads)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=env,
        text=True,
        cwd=tmp_path,
        preexec_fn=_as_a_terminal,
    ) as process:
        assert process.stderr
        assert process.stderr.readline() == "begins\n"
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait() == 130, said
    assert "Stopped. What was under way was not written." in said
