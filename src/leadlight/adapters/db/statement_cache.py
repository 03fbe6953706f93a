"""Statements that a connection plans once and runs often."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb

from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.duckdb import quoted, rows


@dataclass(frozen=True)
class Rows:
    """What a query answered: its columns with their types, and the rows."""

    columns: dict[str, str]
    rows: list[tuple[object, ...]]

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, sql: str) -> Rows:
        """What a connection answers."""
        found = con.execute(sql)
        columns = {str(column[0]): str(column[1]) for column in found.description or ()}
        return cls(columns, found.fetchall())

    @property
    def definition(self) -> str:
        """The columns as a table is made of them."""
        return ", ".join(f"{quoted(n)} {t}" for n, t in self.columns.items())

    def insert(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """Add the rows, which are few, to a table of any connection."""
        if self.rows:
            values = ", ".join(f"unnest(?::{t}[])" for t in self.columns.values())
            by_column = [list(c) for c in zip(*self.rows, strict=True)]
            con.execute(f"INSERT INTO {table} SELECT {values}", by_column)


#: No two statements of a connection have one name, whoever prepared them.
_numbers = count(1)


@dataclass
class PreparedStatements:
    """Statements by their text.

    DuckDB keeps such a plan while no table is made or dropped and the optimiser is off; else it
    plans the statement again, and the answer is the same.
    """

    con: duckdb.DuckDBPyConnection
    _names: dict[str, str] = field(default_factory=dict)

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run a statement, and fetch what it answers."""
        return rows(self.con, self._call(sql))

    def answer(self, sql: str) -> Rows:
        """The same, with its columns."""
        return Rows.of(self.con, self._call(sql))

    def dictionaries(self, sql: str) -> list[dict[str, Any]]:
        """The same, every row as column -> value."""
        return dictionaries(self.con, self._call(sql))

    def forget(self) -> None:
        """Keep no statement."""
        for name in self._names.values():
            self.con.execute(f"DEALLOCATE {name}")
        self._names.clear()

    def _call(self, sql: str) -> str:
        """What runs the statement, which is prepared by then."""
        name = self._names.get(sql)
        if name is None:
            name = f"statement_{next(_numbers)}"
            self.con.execute(f"PREPARE {name} AS {sql}")
            self._names[sql] = name
        return f"EXECUTE {name}"
