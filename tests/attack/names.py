"""Names for outputs and inputs: those a user means, and those that nobody should mean."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

#: What the workshop holds beside its workspace; every one of them is somebody's.
FILES = (
    "leads.csv",
    "log.csv",
    "spend.csv",
    "deals.csv",
    "mailing.csv",
    "buys.csv",
    "ids.csv",
    "small.yml",
    "old.yml",
    "small.tests.yml",
    "keep.txt",
    "keep.csv",
    "leads.json",
    "won.yml",
)
LINKS = {
    "link.csv": "leads.csv",
    "link.yml": "small.yml",
    "linked": "ws",
    "dangling.csv": "gone.csv",
    "loop.csv": "loop.csv",
}
HARD = {"hard.csv": "leads.csv", "hard.yml": "ws/playbook.yml"}
LEDGER = ("ws/leadlight.duckdb", "ws/leadlight.duckdb.wal", "ws/playbook.yml")
ODD = (
    "übersicht ☃.csv",
    "a\x1b[31mb.csv",
    "a\nb.csv",
    "a\u202eb.csv",
    "-dash.csv",
    "--out",
    "$(id).csv",
    "a;b.csv",
    "'.csv",
    '".csv',
    "noending",
    "x.docx",
    "x.CSV",
    "x" * 251 + ".csv",
    "x" * 300 + ".csv",
    ".csv",
    ".hidden.csv",
    "a?b*.csv",
    "%s.csv",
    " .csv",
    "~.csv",
    "[b]x[/b].csv",
    "{x}.csv",
    "nowhere/x.csv",
    "nowhere/deeper/x.csv",
    "sub",
    ".",
    "..",
    "sub/",
    "leads.csv/",
    "leads.csv/x.csv",
    "",
    "\udcff.csv",
)


@dataclass
class Names:
    """Draws names of a room's folder."""

    pick: Random
    folder: Path
    given: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def output(self, *endings: str) -> str:
        """A name to write to: mostly a new one, else one that stands for something else."""
        name = self._output(endings or (".csv",))
        self.given.append(name)
        return name

    def _output(self, endings: tuple[str, ...]) -> str:
        pick = self.pick
        ways: list[tuple[int, Callable[[], str]]] = [
            (6, lambda: f"out{pick.randint(1, 9)}{pick.choice(endings)}"),
            (2, lambda: f"sub/out{pick.choice(endings)}"),
            (4, lambda: pick.choice(ODD)),
            (6, lambda: pick.choice(self.read or FILES)),
            (4, lambda: pick.choice(FILES)),
            (4, lambda: pick.choice(LEDGER)),
            (
                3,
                lambda: pick.choice(
                    [*LINKS, *HARD, "linked/leadlight.duckdb", "linked/playbook.yml"]
                ),
            ),
            (1, lambda: pick.choice(self.given) if self.given else "out.csv"),
        ]
        name = pick.choices([w for _, w in ways], [n for n, _ in ways])[0]()
        return self._detour(name) if pick.random() < 0.2 else name

    def _detour(self, name: str) -> str:
        """The same file under another name."""
        ways = (
            f"./{name}",
            f"sub/../{name}",
            f"ws/../{name}",
            f"{self.folder}/{name}",
            f"../{self.folder.name}/{name}",
            f".//{name}",
        )
        return self.pick.choice(ways)

    def input(self, usual: str) -> str:
        """A name to read: mostly the one that is meant, under another name now and then."""
        draw = self.pick.random()
        if draw < 0.75:
            return usual
        if draw < 0.9:
            return self._detour(usual)
        others = [
            *FILES,
            *LINKS,
            *HARD,
            *LEDGER,
            "sub",
            "gone.csv",
            "",
            "empty.csv",
            "binary.csv",
            "\udcff.csv",
        ]
        return self.pick.choice(others)


def make_links(folder: Path) -> None:
    """What else lies there: links of both kinds, an empty file, one that is no text, a folder."""
    for name, target in LINKS.items():
        (folder / name).symlink_to(target)
    for name, target in HARD.items():
        os.link(folder / target, folder / name)
    (folder / "sub").mkdir()
    (folder / "empty.csv").touch()
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 20)
    (folder / "keep.txt").write_text("what somebody else keeps here\n", encoding="utf-8")
    (folder / "keep.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "keep.txt").chmod(0o600)


def place(cwd: Path, name: str) -> frozenset[Path]:
    """The path that a name says, and the one that its links lead to."""
    said = Path(os.path.abspath(cwd / name))
    try:
        return frozenset({said, Path(os.path.realpath(cwd / name))})
    except (OSError, ValueError):
        return frozenset({said})


def copy(source: Path, target: Path) -> None:
    """A folder with its links, into one that is there; `make_links` makes hard links anew."""
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
