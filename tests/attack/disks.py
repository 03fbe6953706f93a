"""A disk that is full: a sentence says so, nothing is half-written, and with room again everything
works."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.adapters.ledger import kill_loop
from tests.attack.base import AS_OF
from tests.attack.folder import changes, snapshot
from tests.attack.names import copy
from tests.attack.process import Limits
from tests.attack.room import Room
from tests.attack.settings import _mount
from tests.attack.workshop import ACME, workshop

COMMANDS: Sequence[tuple[str, ...]] = (
    ("-w", "ws", "import", "all.csv", "more.csv", "--backfill"),
    ("-w", "ws", "import", "all.csv"),
    ("-w", "ws", "qualify", "--as-of", AS_OF, "--report", "page.html", "--out", "out.csv"),
    ("-w", "ws", "verify", "--all"),
    ("-w", "ws", "dedupe"),
    ("-w", "ws", "report", "--out", "page.html"),
    ("qualify", "all.csv", "-p", "small.yml", "--out", "out.csv", "--columns", "all"),
    ("verify", "all.csv", "--out", "out.xlsx"),
    ("tune", "--table", "deals.csv", "--label", "Outcome=Won", "--anyway", "--out", "t.yml"),
    ("customers", "buys.csv", "--out", "out.csv"),
    ("init", "new"),
    ("copy", "ws", "other"),
    ("copy", "ws", "other", "--parquet"),
    ("-w", "ws", "replay", "--out", "changes.parquet"),
    ("test", "small.yml", "--junit", "cases.xml"),
)
SAYS_NOTHING = "nothing was changed"


def attack(room: Room) -> None:
    """One command on a disk with a little room, then with plenty."""
    folder = room.folder
    disk = _disk(folder)
    try:
        copy(workshop(), folder)
        for name, source in (("all.csv", "leads.csv"), ("more.csv", "activities.csv")):
            (folder / name).write_bytes((ACME / source).read_bytes())
        free = int(2 ** room.pick.uniform(12, 21))  # 4 KB to 2 MB
        words = room.pick.choice(
            COMMANDS if room.thorough else [c for c in COMMANDS if c[0] not in ("tune", "init")]
        )
        _full(room, words, free, disk)
        if disk:
            _mount("-o", "remount,size=512m", str(folder))
        _afterwards(room)
    finally:
        if disk:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def _disk(folder: Path) -> bool:
    """The folder becomes a disk of its own; False where the machine does not let us."""
    return os.getuid() == 0 and _mount("-t", "tmpfs", "-o", "size=512m", "tmpfs", str(folder))


def _full(room: Room, words: tuple[str, ...], free: int, disk: bool) -> None:
    before, counts = snapshot(room.folder), _counts(room.folder)
    if disk:
        about = os.statvfs(room.folder)
        used = (about.f_blocks - about.f_bfree) * about.f_frsize
        _mount("-o", f"remount,size={used + free}", str(room.folder))
        ran = room.run(*words)
    else:
        ran = room.run(*words, limits=Limits(file_size=free))
    room.commands[-1] += f"  # with {free} bytes free"
    if ran.code == 0:
        return
    for change in changes(before, snapshot(room.folder)):
        if change.path.name not in ("leadlight.duckdb", "leadlight.duckdb.wal", "ws", "rejects"):
            room.find(f"it ended with {ran.code}, but {change}: {ran.err[-200:]!r}")
    if SAYS_NOTHING in re.sub(r"\s+", " ", ran.out + ran.err) and _counts(room.folder) != counts:
        room.find(
            f"it says that {SAYS_NOTHING}, and the ledger has other facts: "
            f"{counts} and {_counts(room.folder)}"
        )


def _counts(folder: Path) -> dict[str, object]:
    """How many rows each relation of the ledger has."""
    with kill_loop.opened(folder / "ws", "report", datetime.fromisoformat(AS_OF)) as workspace:
        names = [
            str(n)
            for (n,) in workspace.con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE NOT temporary"
            ).fetchall()
        ]
        return {
            n: workspace.con.execute(f'SELECT count(*) FROM "{n}"').fetchall()[0][0]
            for n in sorted(names)
        }


def _afterwards(room: Room) -> None:
    """With room on the disk the ledger has whole imports, and the next command works."""
    try:
        with kill_loop.opened(
            room.folder / "ws", "report", datetime.fromisoformat(AS_OF)
        ) as workspace:
            kill_loop.check(workspace)
    except AssertionError as fault:
        room.find(f"the ledger holds half an import: {str(fault)[:300]}")
    ran = room.run("-w", "ws", "import", "all.csv", "more.csv", "--backfill")
    if ran.code:
        room.find(f"with room again an import is refused: {ran.err[-300:]!r}")
