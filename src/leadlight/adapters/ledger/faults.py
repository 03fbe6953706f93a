"""What DuckDB says when a disk is full or a file is broken, as the sentence a user reads."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from leadlight.problems import CannotDo

_FULL = ("no space left", "file too large", "disk quota", "could not write")
_ERRNO = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)
_MEMORY = ("out of memory", "failed to allocate", "max_temp_directory_size", "could not allocate")
_BROKEN = (
    "corrupt",
    "checksum",
    "not a valid duckdb",
    "failed to deserialize",
    "serialization error",
    "could not read enough bytes",
    "could not read all bytes",
)


_FULL_DISK = (
    "The disk that holds {folder} is full. What was under way was not kept; free some space and try"
    " again."
)
#: Words of a message, in the order in which they are looked for, and what is said then.
_SENTENCES = (
    (_FULL, _FULL_DISK),
    (
        _MEMORY,
        "There is not enough memory for this. What was under way was not kept. Allow more with"
        " LEADLIGHT_MEMORY=4GB, or close other programs.",
    ),
    (
        ("permission denied", "read-only file system"),
        "{file} may not be opened: permission denied. Ask its owner, or choose another directory.",
    ),
    (
        ("newer version", "older version"),
        "{file} was written by another version of DuckDB. Upgrade with `pip install -U leadlight`.",
    ),
    (
        ("wal file",),
        "{name}.wal in {folder} is damaged: it holds what a command had written when it was killed."
        " Move that file away, and the workspace works again; what is missing then (leadlight undo"
        " lists the imports) is imported again.",
    ),
    (
        _BROKEN,
        "{file} is damaged or is no DuckDB file. Restore it from a backup, or move it away, run"
        " `leadlight init` and import your files again.",
    ),
)


@contextmanager
def plain_faults(file: Path) -> Iterator[None]:
    """Faults of the disk and of the file become sentences; everything else is our own fault and
    passes.
    """
    try:
        yield
    except duckdb.Error as fault:
        said = sentence(str(fault), file)
        if said is None:
            raise
        raise CannotDo(said) from fault
    except OSError as fault:
        if fault.errno not in _ERRNO:
            raise
        raise CannotDo(_full(file)) from fault


def without_room(fault: BaseException) -> bool:
    """Whether there was no room on the disk."""
    if isinstance(fault, OSError):
        return fault.errno in _ERRNO
    return isinstance(fault, duckdb.Error) and any(word in str(fault).lower() for word in _FULL)


def sentence(message: str, file: Path) -> str | None:
    """The sentence for DuckDB's message, or None when it tells of no fault of the disk, the memory
    or the file.
    """
    low = message.lower()
    for words, text in _SENTENCES:
        if any(word in low for word in words):
            return text.format(file=file, name=file.name, folder=file.parent)
    return None


def _full(file: Path) -> str:
    return _FULL_DISK.format(folder=file.parent)
