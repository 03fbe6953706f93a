"""The tables of a server, as the ledger's own statements ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.transfer import TYPES, server_type


class PostgresTables:
    """The port `Tables` over a server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._wide: set[tuple[str, str]] = set()

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a query answers."""
        return self.server.rows(_server_placeholders(sql, values), values or None)

    def run(self, sql: str, *values: object) -> None:
        """Do what a statement says."""
        self.server.run(_server_placeholders(sql, values), values or None)

    def fresh(self, name: str, query: str) -> None:
        """A temporary table of that name with the rows of a query."""
        self.server.run(f"DROP TABLE IF EXISTS pg_temp.{quoted(name)}")
        self.server.run(f"CREATE TEMP TABLE {quoted(name)} AS {query}")
        self.server.run(f"ANALYZE {quoted(name)}")

    def widen(self, table: str, columns: Mapping[str, str]) -> None:
        """The table has these columns. Even to be told that one is there, `ALTER TABLE` waits until
        nobody reads the table.
        """
        for column, type_ in columns.items():
            if not self._has(table, column):
                of_duckdb = next((d for d, p in TYPES.items() if p == type_), type_)
                self.server.run(
                    f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {quoted(column)}"
                    f" {server_type(of_duckdb)}"
                )

    def _has(self, table: str, column: str) -> bool:
        if (table, column) not in self._wide:
            if not self.server.rows(_HAS, [f"{quoted(table)}", column]):
                return False
            self._wide.add((table, column))
        return True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done inside happens whole or not at all."""
        try:
            yield
        except BaseException:
            if not self.server.con.closed:
                self.server.con.rollback()
            raise
        self.server.con.commit()


_HAS = (
    "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT"
    " attisdropped"
)


def _server_placeholders(sql: str, values: tuple[object, ...]) -> str:
    return sql.replace("%", "%%").replace("?", "%s") if values else sql
