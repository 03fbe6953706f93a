"""A staged file: its rows, typed and cleaned, as a relation in a DuckDB connection, and what could
not be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.facts.catalog import Attribute
from leadlight.facts.mapping import Mapping
from leadlight.facts.relation import TableName
from leadlight.problems import Problem


@dataclass(frozen=True)
class StagedFile:
    """What reading a file gave.

    `relation` holds the usable rows under catalog names, `original` all rows with the file's own
    columns under their own headers; both have `row_no`, a row's place among the rows of the
    document, by which they are matched. `rejects` holds the rows that could not be read as `(line,
    code, reason, text)`. `read = usable + rejected`, always. `duplicates` counts the rows of leads
    whose id stands in an earlier row too; they are usable and in `relation`. `files` are the
    sources as the user named them. `newest` is the moment the newest lead came into being, where
    the source's own statistics tell it for nothing.
    """

    what: str
    relation: TableName
    original: TableName
    mapping: Mapping
    read: int
    rejected: int
    rejects: TableName
    own: tuple[Attribute, ...] = ()
    duplicates: int = 0
    problems: tuple[Problem, ...] = ()
    files: tuple[str, ...] = ()
    newest: datetime | None = None

    @property
    def usable(self) -> int:
        """The rows that `relation` holds."""
        return self.read - self.rejected
