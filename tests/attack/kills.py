"""A command is killed or interrupted at a random moment: the ledger has whole imports, and the next
command works."""

from __future__ import annotations

import gzip
import os
import signal
from datetime import datetime
from pathlib import Path

from tests.adapters.ledger import kill_loop
from tests.attack.base import AS_OF
from tests.attack.folder import Rule
from tests.attack.names import copy
from tests.attack.process import Limits
from tests.attack.room import Room
from tests.attack.workshop import ACME, workshop

INSIDE = (
    ("import", "../leads.csv", "../log.csv"),
    ("import", "all.csv", "more.csv", "--backfill"),
    ("undo", "i1"),
    ("qualify", "--as-of", AS_OF, "--out", "out.csv"),
    ("verify", "--all"),
    ("dedupe",),
    ("report",),
    ("replay", "--out", "changes.csv"),
    ("qualify", "all.csv", "-a", "more.csv", "--out", "out.csv", "--as-of", AS_OF),
)
OUTPUTS = frozenset({"out.csv", "changes.csv", "report.html", "all-report.html"})


def attack(room: Room) -> None:
    """Some commands in a row, each of them stopped somewhere."""
    copy(workshop(), room.folder)
    ws = room.folder / "ws"
    text = (ACME / "leads.csv").read_text("utf-8")
    (ws / "all.csv").write_text(
        text, encoding=room.pick.choice(("utf-8", "utf-16"))
    )  # utf-16: read by way of a copy
    (ws / "more.csv").write_bytes((ACME / "activities.csv").read_bytes())
    (ws / "again.csv.gz").write_bytes(gzip.compress((room.folder / "leads.csv").read_bytes()))
    rule = Rule(
        frozenset({ws / name for name in (*OUTPUTS, "leadlight.duckdb", "leadlight.duckdb.wal")}),
        frozenset({ws / "rejects"}),
    )
    for _ in range(3 if room.thorough else 1):
        with room.guarded(rule):
            _stop(room, ws, room.pick.choice(INSIDE))
            _next(room, ws)
        _whole(room, ws)


def _stop(room: Room, ws: Path, words: tuple[str, ...]) -> None:
    """Send a signal at a moment of the command's life; most of it is loading, so the later ones are
    drawn more often."""
    which = room.pick.choice((signal.SIGKILL, signal.SIGINT, signal.SIGINT))
    ran = room.run(
        *words, cwd=ws, limits=Limits(signal=which, after=room.pick.triangular(0.05, 4.0, 1.5))
    )
    if which == signal.SIGINT and ran.code not in (0, 2, 130, -signal.SIGINT):
        room.find(f"interrupted it ended with {ran.code}")


def _next(room: Room, ws: Path) -> None:
    """The next command works, and tidies up what the killed one could not, if it is dead long
    enough."""
    for left in room.scratch.iterdir():
        os.utime(left, (0, 0))
    ran = room.run("import", "again.csv.gz", cwd=ws)
    if ran.code:
        room.find(f"after it an import is refused: {ran.out[-200:]!r} {ran.err[-300:]!r}")


def _whole(room: Room, ws: Path) -> None:
    """Every import has all its facts, and no fact is without one."""
    try:
        with kill_loop.opened(ws, "report", datetime.fromisoformat(AS_OF)) as workspace:
            kill_loop.check(workspace)
    except AssertionError as fault:
        room.find(f"the ledger holds half an import: {str(fault)[:300]}")
