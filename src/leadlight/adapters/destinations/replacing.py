"""A file that is either as before or complete: it is written beside its place and moved there when done."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from leadlight.problems import CannotDo


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """The path to write to; the file takes the target's place when the block ends well, and is removed when not."""
    place = Path(os.path.realpath(target))  # a link stays a link
    if place.is_dir():
        raise CannotDo(f"{target} is a directory. Name a file in it, such as {Path(target) / 'qualified.csv'}.")
    if place.exists() and not place.is_file():
        raise CannotDo(f"{target} is not a plain file, so it cannot be replaced. Name another file.")
    if not place.parent.is_dir():
        raise CannotDo(f"{target} cannot be written: the directory {Path(target).parent} does not exist.")
    part = place.with_name(f".{place.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())  # else a power cut could leave an empty file under the right name
        part.replace(place)
    except (OSError, duckdb.IOException) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault).split("\n")[0]
        raise CannotDo(f"{target} cannot be written: {reason}.") from fault
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
