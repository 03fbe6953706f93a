"""Statements that a connection plans once and runs often."""

from __future__ import annotations

import re
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


#: A moment in a statement, as we write it and as sqlglot does.
_MOMENT = re.compile(r"TIMESTAMP '([^']+)'|CAST\('([^']+)' AS TIMESTAMP\)")
_MOMENTS = "statement_moments"
#: Moments from then on stand for ever and stay as they are.
_FAR = "2200"


#: No two statements of a connection have one name, whoever prepared them.
_numbers = count(1)


@dataclass
class PreparedStatements:
    """Statements by their text.

    DuckDB keeps such a plan while no table is made or dropped and the optimiser is off; else it
    plans the statement again, and the answer is the same. It also does so where a statement has
    parameters. So a `lasting` connection, which serves one request after the other, looks moments
    up in a table: the statement is the same at each.
    """

    con: duckdb.DuckDBPyConnection
    lasting: bool = False
    _names: dict[str, str] = field(default_factory=dict)
    _moments: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.lasting:
            self.con.execute(f"CREATE TABLE {_MOMENTS} (n INTEGER, moment TIMESTAMP)")

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

    def at_any_moment(self, sql: str) -> str:
        """The statement as it is prepared: with the number of each moment in it, counted as they
        come up in a request.
        """
        return _MOMENT.sub(self._look_up, sql) if self.lasting else sql

    def _look_up(self, match: re.Match[str]) -> str:
        moment = match[1] or match[2]
        if moment >= _FAR:
            return match[0]
        if moment not in self._moments:
            self._moments[moment] = len(self._moments) + 1
            number = self._moments[moment]
            self.con.execute(f"INSERT INTO {_MOMENTS} VALUES ({number}, TIMESTAMP '{moment}')")
        return f"(SELECT moment FROM {_MOMENTS} WHERE n = {self._moments[moment]})"

    def forget_moments(self, *, rolled_back: bool) -> None:
        """Count moments from one again, at the end of a request."""
        if self._moments and not rolled_back:
            self.con.execute(f"DELETE FROM {_MOMENTS}")
        self._moments.clear()

    def _call(self, sql: str) -> str:
        """What runs the statement, which is prepared by then."""
        text = self.at_any_moment(sql)
        name = self._names.get(text)
        if name is None:
            name = f"statement_{next(_numbers)}"
            self.con.execute(f"PREPARE {name} AS {text}")
            self._names[text] = name
        return f"EXECUTE {name}"
