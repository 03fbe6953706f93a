"""A full disk: what was asked for is there whole or not at all, and what is said of it is true."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ACME = ROOT / "examples" / "acme"
#: The program in a process whose files cannot grow beyond so many bytes, as on a disk that is full.
LIMITED = (
    "import resource, signal, sys; from leadlight.cli import main; most = int(sys.argv.pop(1));"
    " signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE,"
    " (most, most)); main()"
)
Limited = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def limited(tmp_path: Path) -> Limited:
    """limited(40_000, "init", "ws") -> the finished process, in the folder."""

    def go(most: int, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "400"}
        command = [sys.executable, "-c", LIMITED, str(most), *words]
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    return go


def names(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


@pytest.mark.parametrize("most", [2_000, 40_000, 300_000])
def test_a_workspace_that_has_no_room_is_not_half_made(
    limited: Limited, tmp_path: Path, most: int
) -> None:
    """`init a/ws` with 40 KB left: "leadlight made a mistake (TransactionException)", and a playbook stayed behind."""
    ended = limited(most, "init", "a/ws")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "full" in ended.stderr or "too large" in ended.stderr.lower()
    assert names(tmp_path) == set()
    assert limited(1_000_000_000, "init", "a/ws").returncode == 0


def test_a_workspace_keeps_the_playbook_that_was_there(limited: Limited, tmp_path: Path) -> None:
    """Where `init` fails, what was there before it is there after it."""
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "playbook.yml").write_text("leadlight: 1\nname: mine\n")
    assert limited(40_000, "init", "ws").returncode == 2
    assert names(tmp_path) == {"ws", "ws/playbook.yml"}
    assert (tmp_path / "ws" / "playbook.yml").read_text() == "leadlight: 1\nname: mine\n"


def test_an_import_says_of_each_file_whether_it_is_in(limited: Limited, tmp_path: Path) -> None:
    """`import leads.csv log.csv`, no room for the second: "nothing was changed", though 380 leads had come in."""
    lines = [
        f"A-{n % 900:06d},page_viewed,2026-01-01T00:{n % 60:02d}:00,/{n * 2654435761}"
        for n in range(60_000)
    ]
    (tmp_path / "log.csv").write_text("\n".join(["lead_id,kind,occurred_at,url", *lines]) + "\n")
    shutil.copy(ACME / "leads.csv", tmp_path)
    assert limited(1_000_000_000, "init", "ws").returncode == 0
    ended = limited(2_200_000, "-w", "ws", "import", "leads.csv", "log.csv")
    assert ended.returncode == 2
    assert "380 imported as i1" in ended.stdout
    assert "Not imported. The disk" in ended.stdout
    assert "nothing was changed" not in ended.stdout + ended.stderr
    again = limited(1_000_000_000, "-w", "ws", "import", "leads.csv", "log.csv")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "0 imported + 380 unchanged" in again.stdout
    assert "60,000 rows of activities read = 60,000 imported" in again.stdout


@contextmanager
def no_room(part: str) -> Iterator[None]:
    """Within, no file whose name has this part can be written."""
    write, room = Path.write_text, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full(self: Path, text: str, *rest: object, **named: object) -> int:
        if part in self.name:
            write(self, text[: len(text) // 2])
            raise room
        return write(self, text, *rest, **named)  # type: ignore[arg-type]

    patch = pytest.MonkeyPatch()
    patch.setattr(Path, "write_text", full)
    try:
        yield
    finally:
        patch.undo()


def run(*words: str) -> tuple[int, str]:
    from typer.testing import CliRunner

    from leadlight.cli import app

    ended = CliRunner().invoke(app, list(words))
    return ended.exit_code, f"{ended.output}{ended.exception or ''}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ACME / "leads.csv", tmp_path)
    draw = random.Random(7)
    rows = ["lead_id,visits,converted"]
    for n in range(600):
        visits = draw.randrange(12)
        rows.append(f"t{n},{visits},{'yes' if draw.random() < 0.05 + 0.06 * visits else 'no'}")
    (tmp_path / "table.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_the_list_and_the_report_come_together(here: Path) -> None:
    """`qualify leads.csv`, no room for the report: the list of today stood beside the report of yesterday."""
    before = names(here)
    with no_room("leads-report.html"):
        code, said = run("qualify", "leads.csv")
    assert code != 0
    assert "No space left" in said
    assert names(here) == before


def test_learn_leaves_all_its_files_or_none(here: Path) -> None:
    """`learn`, no room for the page: a model and a playbook without the leads, and the next `learn` refused them."""
    before = names(here)
    with no_room("converted_soon-report.html"):
        code, said = run("learn", "table.csv", "--label", "converted")
    assert code != 0
    assert "No space left" in said
    assert "Learned from 600" in said  # the verdict is not lost
    assert names(here) == before
    code, said = run("learn", "table.csv", "--label", "converted")
    assert code == 0, said
    assert (
        len(names(here) - before) == 5
    )  # the folder, the model, the playbook, the leads, the page


def test_a_run_without_its_report_is_no_run(here: Path) -> None:
    """`qualify` in a workspace, no room for the report: the run was kept, and the next one did not say what had changed."""
    assert run("init", "ws")[0] == 0
    assert run("-w", "ws", "import", "leads.csv", "--no-verify")[0] == 0
    with no_room("report.html"):
        code, said = run("-w", "ws", "qualify")
    assert code != 0
    assert "No space left" in said
    code, said = run("-w", "ws", "qualify")
    assert code == 0, said
    assert "This is the first run" in said
    assert names(here / "ws") == {"leadlight.duckdb", "playbook.yml", "report.html"}


def test_the_facts_of_an_import_are_in_whatever_its_rejects_do(here: Path) -> None:
    """The folder of rejects is somebody's file: "Not imported" was said, though the rows had come in."""
    (here / "log.csv").write_text(
        "lead_id,kind,occurred_at\nA-1,page_viewed,\nA-1,page_viewed,2026-01-01\n"
    )
    assert run("init", "ws")[0] == 0
    (here / "ws" / "rejects").write_text("mine")
    code, said = run("-w", "ws", "import", "log.csv")
    assert code == 2
    assert "1 imported as i1" in said
    assert "rejects-not-written" in said
    assert "Not imported" not in said
    assert (here / "ws" / "rejects").read_text() == "mine"


def test_a_start_is_moved_whole_or_not_at_all(here: Path) -> None:
    """`learn --check m.yml --move-start`, no room: half a model was left, and the one that was there was gone."""
    assert run("learn", "table.csv", "--label", "converted", "--out", "m.yml")[0] == 0
    rows = [f"n{n},{n % 12},{'yes' if n % 15 == 0 else 'no'}" for n in range(600)]
    (here / "new.csv").write_text("\n".join(["lead_id,visits,converted", *rows]) + "\n")
    before, model = names(here), (here / "m.yml").read_text()
    move = ("learn", "new.csv", "--label", "converted", "--check", "m.yml", "--move-start")
    with no_room("m.yml"):
        code, said = run(*move)
    assert code != 0
    assert "No space left" in said
    assert (here / "m.yml").read_text() == model
    assert names(here) == before
    code, said = run(*move)
    assert code == 0, said
    assert (here / "m.yml").read_text() != model
