"""Private folders for what has to be written down for a while: a file in UTF-8, what came out of a
pipe, a copy of a base, what a connection has no memory for.

They hold people's data, so none may stay. A process that is killed cannot clear its own; the next
one that makes such a folder does: one whose lock nobody holds belongs to nobody.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows removes no file that somebody has open, which protects as well
    fcntl = None  # type: ignore[assignment]

PREFIX = ".leadlight-private-"
_LOCK = "in-use"
_YOUNG = 30.0
"""Seconds: such a folder may be one that somebody is about to lock."""


@contextmanager
def private_folder(inside: Path | None = None) -> Iterator[Path]:
    """A folder for as long as it is used, in `inside` or where the system has its temporary files;
    those of processes that were killed are cleared away there.
    """
    clear_stale(inside)
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=inside, ignore_cleanup_errors=True) as name,
        (Path(name) / _LOCK).open("w") as lock,
    ):
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def clear_stale(inside: Path | None = None) -> None:
    """Removes the private folders that no living process holds."""
    if not fcntl:
        return
    for folder in (inside or Path(tempfile.gettempdir())).glob(f"{PREFIX}*"):
        with suppress(OSError):
            about = folder.lstat()
            mine = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()
            if mine and time.time() - about.st_mtime > _YOUNG and not _is_held(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("r+") as f:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
