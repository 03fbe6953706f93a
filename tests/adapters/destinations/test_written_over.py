"""What may be written over: what the same verb wrote last time, and nothing else."""

from __future__ import annotations

import csv
import os
import random
import shlex
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import leadlight
from leadlight.problems import CannotDo
from tests.command import leadlight as typed

ROOT = Path(__file__).parents[3]
AS_OF = "2026-11-01"
Run = Callable[[str], subprocess.CompletedProcess[str]]

#: Every option that names a file to write, with what it takes to get there; `{}` is the file.
VERBS = {
    "out.csv": (
        "qualify leads.csv -a activities.csv -p playbook.yml --no-report --out {}",
        "-w ws qualify --no-report --out {}",
        "-w ws qualify --no-report --touched --out {}",
    ),
    "page.html": (
        "qualify leads.csv -p playbook.yml --out fresh.csv --report {}",
        "-w ws qualify --report {}",
        "-w ws report --out {}",
    ),
    "verified.csv": ("verify leads.csv --out {}",),
    "customers.csv": ("customers buys.csv --out {}", "-w ws customers --out {}"),
    "uplift.csv": ("uplift experiment.csv --treated contacted --label bought --out {}",),
    "personas.yml": ("persona table.csv --label converted --write {}",),
    "like.csv": ("persona table.csv --label converted --like ids.csv --out {}",),
    "clusters.csv": ("persona table.csv --label converted --clusters --out {}",),
    "model.yml": ("learn table.csv --label converted --yes --out {}",),
    "tuned.yml": ("tune --table table.csv --label converted -p playbook.yml --anyway --out {}",),
    "changes.csv": (
        "replay --leads leads.csv -a activities.csv -p playbook.yml --to 2026-11-01 --out {}",
    ),
    "looks.csv": (
        "replay --leads leads.csv -a activities.csv -p playbook.yml --to 2026-11-01 --states {}",
    ),
    "rehearsal.txt": (
        "rehearse playbook.yml --against b2b-saas --leads leads.csv -a activities.csv --out {}",
    ),
    "junit.xml": ("test playbook.yml --leads leads.csv --junit {}", "-w ws test --junit {}"),
}
COMMANDS = [command for commands in VERBS.values() for command in commands]
#: What no verb writes over, also under another name of it.
KEPT = (
    "leads.csv",
    "activities.csv",
    "outcomes.csv",
    "buys.csv",
    "experiment.csv",
    "table.csv",
    "ids.csv",
    "playbook.yml",
    "ws/playbook.yml",
    "ws/leadlight.duckdb",
    "ws/leadlight.duckdb.wal",
    "other/models/their_model.yml",
    "budget.xlsx",
    "hard.csv",
    "hard.duckdb",
    "soft.csv",
    "soft.duckdb",
    "./ws/../leads.csv",
    "../here/leads.csv",
)


def _tables(folder: Path) -> None:
    draw = random.Random(7)
    rows, tried, bought = (
        ["lead_id,industry,visits,converted"],
        ["lead_id,size,contacted,bought"],
        ["customer,date,value,product"],
    )
    for n in range(900):
        visits = draw.randrange(12)
        industry = draw.choice(("software", "retail", "farming"))
        won = draw.random() < 0.08 + 0.05 * visits + (0.2 if industry == "software" else 0)
        rows.append(f"t{n},{industry},{visits},{'yes' if won else 'no'}")
    for n in range(2_000):
        size, contacted = draw.choice((2, 20, 200)), draw.random() < 0.5
        took = draw.random() < 0.1 + (0.3 if contacted and size == 200 else 0)
        tried.append(f"e{n},{size},{'yes' if contacted else 'no'},{'yes' if took else 'no'}")
    for n in range(120):
        bought += [f"c{n},2026-{m:02d}-{1 + n % 27:02d},{10 + n},tea" for m in range(1, 2 + n % 8)]
    for name, lines in (
        ("table", rows),
        ("experiment", tried),
        ("buys", bought),
        ("ids", [f"t{n}" for n in range(0, 900, 20)]),
    ):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acme's files, a workspace with them, tables with outcomes, a model of somebody else, and links."""
    here = tmp_path_factory.mktemp("made") / "here"
    here.mkdir()
    acme = ROOT / "examples" / "acme"
    for name in (
        "leads.csv",
        "activities.csv",
        "outcomes.csv",
        "playbook.yml",
        "playbook.tests.yml",
    ):
        (here / name).write_bytes((acme / name).read_bytes())
    _tables(here)
    (here / "budget.xlsx").write_bytes(b"PK\x03\x04 a workbook of somebody")
    (here / "other" / "models").mkdir(parents=True)
    (here / "other" / "models" / "their_model.yml").write_text(
        "# by hand\nname: theirs\nweights: {visits: 3}\n"
    )
    with (here / "leads.csv").open(encoding="utf-8-sig") as f:
        ids = [row["Lead ID"] for row in csv.DictReader(f)][:80]
    bought = "".join(
        f"{i},purchase,2026-{m:02d}-03\n" for n, i in enumerate(ids) for m in range(1, 2 + n % 6)
    )
    (here / "purchases.csv").write_text("lead_id,kind,occurred_at\n" + bought)
    for command in (
        "init ws",
        "-w ws import leads.csv activities.csv purchases.csv",
        "-w ws test --begin",
    ):
        assert run_in(here)(command).returncode == 0
    (here / "ws" / "leadlight.duckdb.wal").write_bytes(b"")
    os.link(here / "leads.csv", here / "hard.csv")
    os.link(here / "ws" / "leadlight.duckdb", here / "hard.duckdb")
    (here / "soft.csv").symlink_to("leads.csv")
    (here / "soft.duckdb").symlink_to("ws/leadlight.duckdb")
    return here


def run_in(folder: Path) -> Run:
    def go(command: str) -> subprocess.CompletedProcess[str]:
        return typed(*shlex.split(command), cwd=folder, env={**os.environ, "COLUMNS": "100"})

    return go


def files(folder: Path) -> dict[str, bytes]:
    """Every byte of a folder; a file of several names is read once."""
    content: dict[tuple[int, int], bytes] = {}
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        its = path.stat()
        if (its.st_dev, its.st_ino) not in content:
            content[its.st_dev, its.st_ino] = path.read_bytes()
        found[str(path.relative_to(folder))] = content[its.st_dev, its.st_ino]
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_but_its_own_output_is_written_over(made: Path, command: str) -> None:
    """`customers buys.csv --out buys.csv` and `report --out ws/leadlight.duckdb` were done, exit 0, and the file was gone."""
    before = files(made)
    for kept in KEPT:
        ended = run_in(made)(command.format(kept))
        assert ended.returncode == 2, (kept, ended.stdout, ended.stderr)
        assert "Name another file" in ended.stderr or "name another file" in ended.stderr, (
            kept,
            ended.stderr,
        )
        after = files(made)
        changed = [name for name, content in after.items() if before.get(name) != content]
        assert not changed, kept
        assert after.keys() == before.keys(), kept


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The same, to write into."""
    shutil.copytree(made, tmp_path / "here", symlinks=True)
    (tmp_path / "here" / "hard.csv").unlink()
    os.link(tmp_path / "here" / "leads.csv", tmp_path / "here" / "hard.csv")
    (tmp_path / "here" / "ws" / "leadlight.duckdb.wal").unlink()
    return tmp_path / "here"


@pytest.mark.parametrize(
    ("name", "command"), [(n, c) for n, commands in VERBS.items() for c in commands]
)
def test_what_a_verb_wrote_it_writes_again(folder: Path, name: str, command: str) -> None:
    """The report of every morning is called report.html, and so is tomorrow's; it may stand in a workspace."""
    if "--touched" in command:
        assert run_in(folder)("-w ws qualify --no-report").returncode == 0
    for _ in range(2):
        before = set(files(folder))
        ended = run_in(folder)(command.format(f"ws/{name}"))
        assert ended.returncode == 0, ended.stderr
        assert (folder / "ws" / name).stat().st_size
        assert not [n for n in set(files(folder)) - before if n.endswith(".part")]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "parquet", "json", "jsonl"])
def test_each_format_is_known_again(folder: Path, ending: str) -> None:
    """The same list in every format that it can be written in, twice; and no file of somebody's in that format."""
    command = f"qualify leads.csv -p playbook.yml --no-report --out q.{ending}"
    assert [run_in(folder)(command).returncode for _ in range(2)] == [0, 0]
    made_by_them = leadlight.qualify(folder / "leads.csv").base.con
    query = "SELECT 'ana' AS name, 1 AS budget"
    theirs = folder / f"theirs.{ending}"
    if ending == "parquet":
        made_by_them.execute(f"COPY ({query}) TO '{theirs}' (FORMAT parquet)")
    else:
        theirs.write_text(
            '{"name": "ana", "budget": 1}' if "json" in ending else "name,budget\nana,1\n"
        )
    before = theirs.read_bytes()
    assert run_in(folder)(command.replace(f"q.{ending}", theirs.name)).returncode == 2
    assert theirs.read_bytes() == before


@pytest.mark.parametrize(
    "command",
    [
        "qualify leads.csv --out both.csv --report both.csv",
        "qualify leads.csv --out both.csv --report ./ws/../both.csv",
        "-w ws qualify --out both.csv --report both.csv",
        "replay --leads leads.csv -p playbook.yml --out both.csv --states both.csv",
    ],
)
def test_two_outputs_never_share_a_name(folder: Path, command: str) -> None:
    """`qualify --out both.csv --report both.csv`: both were said to be written, and the report was all there was."""
    before = files(folder)
    ended = run_in(folder)(command)
    assert (ended.returncode, "two outputs" in ended.stderr) == (2, True), ended.stderr
    assert files(folder) == before


def test_an_input_is_kept_though_the_same_verb_wrote_it(folder: Path) -> None:
    """Yesterday's list is qualified again: it is an input now, and may not be the output at once, under any name."""
    assert run_in(folder)("qualify leads.csv --no-report --out q.csv").returncode == 0
    os.link(folder / "q.csv", folder / "linked.csv")
    before = files(folder)
    for name in ("q.csv", "linked.csv"):
        ended = run_in(folder)(f"qualify q.csv --no-report --out {name}")
        assert (ended.returncode, "is an input" in ended.stderr) == (2, True), ended.stderr
    assert files(folder) == before


def test_from_python_too(folder: Path) -> None:
    """q = leadlight.qualify("leads.csv"); q.export("leads.csv"), q.report("playbook.yml")"""
    found = leadlight.qualify(folder / "leads.csv", as_of=AS_OF)
    before = files(folder)
    for name in ("leads.csv", "hard.csv", "ws/playbook.yml"):
        why = "playbook of a workspace" if "ws" in name else "is an input"
        with pytest.raises(CannotDo, match=why):
            found.report(folder / name)
        with pytest.raises(CannotDo, match="does not say which format" if "ws" in name else why):
            found.export(folder / name)
    assert files(folder) == before
    for _ in range(2):
        found.export(folder / "q.csv")
        found.report(folder / "q.html")


def test_what_is_replaced_keeps_its_rights(folder: Path) -> None:
    """`chmod 600 leads-qualified.csv`; the next run made it 644, for everybody to read."""
    out = folder / "q.csv"
    found = leadlight.qualify(folder / "leads.csv")
    for rights in (0o600, 0o640, 0o664, 0o400):
        out.touch()
        out.chmod(rights)
        for _ in range(2):
            found.export(out)
            assert stat.S_IMODE(out.stat().st_mode) == rights
        out.unlink()
    before = os.umask(0o077)
    try:
        found.export(folder / "new.csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "new.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("command", COMMANDS)
def test_no_verb_makes_folders_for_its_output(made: Path, command: str) -> None:
    """`learn --out a/b/c.yml` made the folders, and every other verb refused."""
    before = files(made)
    ended = run_in(made)(command.format("a/b/c.csv"))
    assert (ended.returncode, "does not exist" in ended.stderr) == (2, True), ended.stderr
    assert files(made) == before
    assert not (made / "a").exists()


def test_the_rejects_of_two_files_of_one_name_stand_side_by_side(folder: Path) -> None:
    """`import north/new.csv south/new.csv`: both were said to have left rejects, in one file, that of the second."""
    for part in ("north", "south"):
        (folder / part).mkdir()
        (folder / part / "new.csv").write_text(
            f"lead_id,kind,occurred_at\nA-1,{part},\nA-1,page_viewed,2026-01-01\n"
        )
    ended = run_in(folder)("-w ws import north/new.csv south/new.csv")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    left = sorted(p.name for p in (folder / "ws" / "rejects").iterdir())
    assert left == ["new.csv.2.rejects.csv", "new.csv.rejects.csv"]
    assert all(name in "".join(ended.stdout.split()) for name in left)
    texts = [(folder / "ws" / "rejects" / name).read_text("utf-8-sig") for name in left]
    assert sorted("north" if "north" in t else "south" for t in texts) == ["north", "south"]
