"""A file that can be read several times: what comes out of a pipe is copied once."""

from __future__ import annotations

import atexit
import shutil
import stat
from contextlib import ExitStack
from pathlib import Path

from leadlight.adapters.private_folders import private_folder
from leadlight.problems import CannotDo

_piped: dict[tuple[str, int, int], Path] = {}
"""What came out of each pipe of this process: it comes out once, and is read several times."""
_of_process = ExitStack()
atexit.register(_of_process.close)


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
