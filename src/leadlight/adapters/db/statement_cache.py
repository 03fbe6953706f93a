"""Statements that a connection plans once and runs often."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb

from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.duckdb import rows

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
