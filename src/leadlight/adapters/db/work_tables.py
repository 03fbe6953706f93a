"""Tables that a request fills for statements that are planned once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import duckdb

from leadlight.adapters.db.arrow import Stream
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import optimizer_off, quoted, rows
from leadlight.adapters.db.statement_cache import PreparedStatements
from leadlight.facts.relation import TableName


@dataclass
class WorkTables:
    """The tables of a connection that statements are prepared over.

    Of a connection that is one request's they are temporary. Where it is `lasting` and serves one
    request after the other, they are emptied and filled again as long as they are made by the same
    query: the statements over them stay planned, whatever temporary tables come and go beside them.
    """

    con: duckdb.DuckDBPyConnection
    lasting: bool = False
    _made: dict[TableName, str] = field(default_factory=dict)
    _columns: dict[TableName, tuple[str, ...]] = field(default_factory=dict)
    filled: set[TableName] = field(default_factory=set)
    #: How often a table was made, and not just filled.
    made: int = 0

    def __post_init__(self) -> None:
        self.statements = PreparedStatements(self.con, self.lasting)
        if self.lasting:
            self.con.execute("PRAGMA disable_optimizer")

    def plain_plan(self, rows: int = 0) -> AbstractContextManager[None]:
        """Runs statements as they are written when they read few rows; where requests come one
        after the other over few rows, that is how all are run.
        """
        return nullcontext() if self.lasting else optimizer_off(self.con, rows)

    def make(
        self, table: TableName, query: str, values: Sequence[object] = (), *, shape: str = ""
    ) -> None:
        """Let a table have the rows of a query and no others. `shape` tells its columns where the
        query is not the same each time but for the moments in it.
        """
        made_of = shape or self.statements.at_any_moment(query)
        if self.lasting and self._made.get(table) == made_of:
            if shape or values:
                self._fill(table, query, values)
            else:
                self._empty(table)
                self.statements.execute(f"INSERT INTO {table} {query}")
            return
        kind = "TABLE" if self.lasting else "TEMP TABLE"
        self.con.execute(f"CREATE OR REPLACE {kind} {table} AS {query}", list(values))
        self._made[table] = made_of
        self._columns.pop(table, None)
        self.filled.add(table)
        self.made += 1
        self.statements.forget()

    def fill(self, table: TableName, query: str, values: Sequence[object] = ()) -> None:
        """The same, of few rows: statements over the table stay planned within a request too."""
        if not self.lasting and self._made.get(table) == query:
            self._fill(table, query, values)
        else:
            self.make(table, query, values)

    def bring(self, table: TableName, found: duckdb.DuckDBPyRelation, where: str = "true") -> None:
        """Let a table have the rows that another connection found, as far as a condition holds.
        They are read more than once, so that the other should have materialized them.
        """
        columns = ", ".join(
            f"{quoted(n)} {t}" for n, t in zip(found.columns, found.types, strict=True)
        )
        self.con.register("brought", Stream(found))
        self.make(table, f"SELECT * FROM brought WHERE {where}", shape=columns)
        self.con.unregister("brought")

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What a short query answers; of tables that last it is planned once."""
        return self.statements.execute(sql) if self.lasting else rows(self.con, sql)

    def columns(self, table: TableName) -> tuple[str, ...]:
        """The names of a table's columns."""
        if table not in self._columns:
            self._columns[table] = column_names(self.con, table)
        return self._columns[table]

    def _fill(self, table: TableName, query: str, values: Sequence[object]) -> None:
        self._empty(table)
        self.con.execute(f"INSERT INTO {table} {query}", list(values))

    def _empty(self, table: TableName) -> None:
        """Let a table that is about to be filled have no rows."""
        if table in self.filled:
            self.con.execute(f"DELETE FROM {table}")
        self.filled.add(table)

    def empty(self) -> None:
        """Keep no row."""
        for table in self.filled:
            self.con.execute(f"DELETE FROM {table}")
        self.filled.clear()

    def drop(self) -> None:
        """Keep no table: what they were made of has other columns now."""
        for table in self._made:
            self.con.execute(f"DROP TABLE {table}")
        self._made.clear()
        self._columns.clear()
        self.filled.clear()
        self.made += 1
        self.statements.forget()
