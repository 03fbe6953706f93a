"""Private folders for what a reader has to write down: a file unpacked, in UTF-8, or out of a pipe.

They hold people's data, so none may stay. A process that is killed cannot clear its own; the next
one that reads a file does: a folder whose lock nobody holds belongs to nobody.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from leadlight.problems import CannotDo

try:
    import fcntl
except ImportError:  # Windows removes no file that somebody has open, which protects as well
    fcntl = None  # type: ignore[assignment]

PREFIX = "leadlight-read-"
_LOCK = "in-use"
_YOUNG = 30.0
"""Seconds: such a folder may be one that somebody is about to lock."""

_piped: dict[tuple[str, int, int], Path] = {}
"""What came out of each pipe of this process: it comes out once, and is read several times."""
_of_process = ExitStack()
atexit.register(_of_process.close)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for the time of a reading; those of processes that were killed are cleared away."""
    clear_stale()
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name,
        (Path(name) / _LOCK).open("w") as lock,
    ):
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def clear_stale() -> None:
    """Removes the private folders that no living process holds."""
    if not fcntl:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            about = folder.lstat()
            mine = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()
            if mine and time.time() - about.st_mtime > _YOUNG and not _held(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)


def _held(lock: Path) -> bool:
    try:
        with lock.open("r+") as f:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def plain_file(path: Path) -> Path:
    """The file itself; of a pipe (`/dev/stdin`, `<(...)`, a named one) a private copy, made
    once.
    """
    about = path.stat()
    if stat.S_ISREG(about.st_mode):
        return path
    if not (stat.S_ISFIFO(about.st_mode) or stat.S_ISSOCK(about.st_mode)):
        if stat.S_ISCHR(about.st_mode) and _is_terminal(path):
            raise CannotDo(
                f"{path} is the terminal. Name a file, or pipe one in: cat leads.csv | ..."
            )
        return path
    known = (str(path), about.st_dev, about.st_ino)
    if known not in _piped:
        copy = _of_process.enter_context(private_folder()) / path.name
        with path.open("rb") as pipe, copy.open("wb") as out:
            shutil.copyfileobj(pipe, out, 1 << 20)
        _piped[known] = copy
    return _piped[known]


def _is_terminal(path: Path) -> bool:
    with path.open("rb", buffering=0) as f:
        return f.isatty()
