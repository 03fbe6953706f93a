"""Files that a verb left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WrittenFile:
    """A file that was written: its path, and its number of rows (null where it is no table)."""

    path: Path
    rows: int | None = None
