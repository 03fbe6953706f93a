"""A relation: rows that a statement can read, as a table or view by its name or as a query.

In the text of a statement a relation is what stands after FROM: `f"SELECT * FROM {relation}"`
reads its rows, whichever of the two it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class TableName:
    """A table or view, by its name alone."""

    name: str

    @classmethod
    def unquote(cls, sql: str) -> TableName:
        """The name that stands in a statement, in double quotes."""
        return cls(sql[1:-1].replace('""', '"'))

    def __str__(self) -> str:
        return '"' + self.name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Query:
    """The rows that a query answers with. `sql` is its text, in the words of the engine it runs
    on.
    """

    sql: str

    def __str__(self) -> str:
        return f"({self.sql})"


Relation: TypeAlias = TableName | Query
