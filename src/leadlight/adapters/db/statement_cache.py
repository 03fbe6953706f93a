"""Statements that a connection plans once and runs often."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from leadlight.adapters.db.duckdb import rows


@dataclass
class PreparedStatements:
    """Statements by their text, under names that begin with `prefix`.

    DuckDB keeps such a plan while no table is made or dropped and the optimiser is off; else it
    plans the statement again, and the answer is the same.
    """

    con: duckdb.DuckDBPyConnection
    prefix: str
    _names: dict[str, str] = field(default_factory=dict)

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run a statement, and fetch what it answers."""
        name = self._names.get(sql)
        if name is None:
            name = f"{self.prefix}_{len(self._names)}"
            self.con.execute(f"PREPARE {name} AS {sql}")
            self._names[sql] = name
        return rows(self.con, f"EXECUTE {name}")
