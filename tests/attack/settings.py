"""Random surroundings: memory, time zone, language, width, umask, folders that may not be written,
settings of a server."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.attack.base import AS_OF
from tests.attack.folder import Rule
from tests.attack.names import copy
from tests.attack.process import Limits
from tests.attack.room import Room
from tests.attack.workshop import workshop

ENV: Mapping[str, tuple[str, ...]] = {
    "LEADLIGHT_MEMORY": (
        "",
        "abc",
        "0",
        "-1",
        "1",
        "64MB",
        "300MB",
        "2GB",
        "50%",
        "1e9",
        "9999999TB",
        "1GB; DROP",
        "１GB",
    ),
    "TMPDIR": ("", ".", "gone", "leads.csv"),
    "TZ": ("UTC", "Asia/Kathmandu", "Pacific/Apia", "America/New_York", "Nowhere/Land", ":", ""),
    "LANG": ("C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1", "nonsense", ""),
    "LC_ALL": ("C", "POSIX", "tr_TR.UTF-8"),
    "COLUMNS": ("", "1", "20", "40", "79", "500", "-5", "x"),
    "LINES": ("1", "x"),
    "NO_COLOR": ("1", ""),
    "FORCE_COLOR": ("",),
    "TERM": ("dumb", "", "xterm-256color", "nonsense"),
    "HOME": ("", "/nonexistent", "."),
    "LEADLIGHT_WORKSPACE": ("", "gone", "ws"),
    "PYTHONUTF8": ("0", "1"),
    "USER": ("", "\x1b[31mred", "x" * 300),
}
#: Those that a command may refuse; all others change nothing about the answers.
MAY_REFUSE = ("LEADLIGHT_MEMORY", "TMPDIR", "LEADLIGHT_WORKSPACE")
QUALIFY = (
    "qualify",
    "leads.csv",
    "-a",
    "log.csv",
    "-p",
    "small.yml",
    "--as-of",
    AS_OF,
    "--no-report",
    "--out",
    "out.csv",
)
COMMANDS = (
    ("verify", "leads.csv", "--out", "verified.csv"),
    ("-w", "ws", "import", "leads.csv", "log.csv"),
    ("-w", "ws", "qualify", "--no-report"),
    ("-w", "ws", "report", "--out", "page.html"),
    (
        "explain",
        "A-000001",
        "--leads",
        "leads.csv",
        "-a",
        "log.csv",
        "-p",
        "small.yml",
        "--as-of",
        AS_OF,
    ),
    ("-w", "ws", "history"),
    ("check", "small.yml"),
)


def attack(room: Room) -> None:
    """The same leads under random settings give the same bytes; a folder that may not be written is
    said in a sentence."""
    copy(workshop(), room.folder)
    room.pick.choice((_environment, _environment, _umask, _read_only))(room)


def _environment(room: Room) -> None:
    usual = room.run(*QUALIFY)
    wanted = (room.folder / "out.csv").read_bytes() if usual.code == 0 else b""
    (room.folder / "out.csv").unlink(missing_ok=True)
    env = _draw(room)
    ran = room.run(*QUALIFY, env=env)
    if ran.code == 0 and (room.folder / "out.csv").read_bytes() != wanted:
        room.find("under these settings the answers are others")
    if ran.code and not set(env) & set(MAY_REFUSE):
        room.find(f"under these settings it is refused: {ran.err[-300:]!r}")
    for words in room.pick.sample(COMMANDS, 3 if room.thorough else 1):
        room.run(*words, env=_draw(room))


def _draw(room: Room) -> dict[str, str]:
    names = room.pick.sample(list(ENV), room.pick.randint(1, 4))
    return {name: room.pick.choice(ENV[name]) for name in names}


def _umask(room: Room) -> None:
    """Nobody is let in to what the user keeps to themselves, and nobody is kept out by accident."""
    umask = room.pick.choice((0o022, 0o077, 0o027, 0o777, 0))
    ran = room.run(*QUALIFY, limits=Limits(umask=umask))
    out = room.folder / "out.csv"
    if ran.code == 0 and out.stat().st_mode & umask & 0o777:
        room.find(
            f"under the umask {umask:o} the output has the mode {out.stat().st_mode & 0o777:o}"
        )


def _read_only(room: Room) -> None:
    """Nothing can be written here: reading works, and what would write is refused."""
    with _locked(room.folder) as locked:
        if not locked:
            return
        with room.guarded(Rule()):
            for words in room.pick.sample((QUALIFY, *COMMANDS), 3 if room.thorough else 2):
                room.run(*words)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """A folder that cannot be written, root or not; False where the machine lets nobody do that."""
    if os.getuid():
        places = [folder, *(p for p in folder.rglob("*") if not p.is_symlink())]
        modes = {p: p.stat().st_mode for p in places}
        for p in reversed(places):
            p.chmod(modes[p] & 0o555)
        yield True
        for p in places:
            p.chmod(modes[p])
        return
    bound = _mount("--bind", str(folder), str(folder)) and _mount(
        "-o", "remount,bind,ro", str(folder)
    )
    try:
        yield bound
    finally:
        while (
            subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode
            == 0
        ):
            pass


def _mount(*words: str) -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0
    return False
