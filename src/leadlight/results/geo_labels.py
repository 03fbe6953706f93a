"""Sheets of crops that somebody looks at, one building after the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SheetRow:
    """A building of a sheet: the name of its crop's file, and what somebody said of it (None: not
    looked at yet).
    """

    building: str
    crop: str
    label: bool | None = None


@dataclass(frozen=True)
class LabelSheet:
    """A folder with a crop of each building and a table to fill in. `question` is what is asked of
    each; `chosen_from` counts the buildings of which these are the least sure.
    """

    name: str
    question: str
    rows: tuple[SheetRow, ...]
    folder: Path
    chosen_from: int = 0

    @property
    def answer_count(self) -> int:
        """How many buildings somebody looked at."""
        return sum(row.label is not None for row in self.rows)

    @property
    def table(self) -> Path:
        """The table to fill in."""
        return self.folder / "labels.csv"
