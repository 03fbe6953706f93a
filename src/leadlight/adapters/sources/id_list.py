"""A list of ids that somebody wrote."""

from __future__ import annotations

import csv
from pathlib import Path

from leadlight.problems import CannotDo


def read_ids(file: Path) -> set[str]:
    """The ids of a file: one a line, or the first column of a CSV; a heading does no harm. Raises
    `CannotDo` when it cannot be read.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as f:
            return {row[0].strip() for row in csv.reader(f) if row and row[0].strip()}
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"{file} cannot be read as a list of ids: {fault}.") from None
