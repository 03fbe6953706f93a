"""Where the facts of tracks lie: in the connection, or on a server; read and added alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import duckdb

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import DuckDBTables, Tables
from leadlight.facts.relation import TableName

if TYPE_CHECKING:
    from leadlight.adapters.ledger.postgres.tables import PostgresTables

_NEW, _REHEARSED = TableName("_new_steps"), TableName("_rehearsed_steps")
_STEPS = "fact_no, lead_id, track, entry, step, kind, variant, because, mail_id, occurred_at"
_COLUMNS = "lead_id, track, entry, step, kind, variant, because, mail_id, occurred_at"


class FactStore(Protocol):
    """The ledger's tables, beside a connection of DuckDB in which tracks are worked out."""

    con: duckdb.DuckDBPyConnection

    @property
    def tables(self) -> Tables:
        """The ledger's tables."""
        ...

    def bring(self, name: TableName, query: str) -> None:
        """A temporary table in DuckDB with the rows of a query over the ledger's tables."""
        ...

    def bring_steps(self, name: TableName) -> None:
        """A temporary table in DuckDB with the step facts of leads."""
        ...

    def add_steps(self, query: str) -> int:
        """Add the step facts of a query in DuckDB, those that are there already left out; how many
        were new.
        """
        ...


class LocalFacts:
    """Facts in a file of DuckDB."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.tables: Tables = DuckDBTables(con)

    def bring(self, name: TableName, query: str) -> None:
        """A temporary table with the rows of a query."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def bring_steps(self, name: TableName) -> None:
        """A temporary table with the step facts of leads."""
        self.bring(name, _of_leads())

    def add_steps(self, query: str) -> int:
        """Add step facts, in one transaction."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {_NEW} AS {query}")
        return _add(self.tables)


class ServerFacts:
    """Facts on a server."""

    def __init__(self, con: duckdb.DuckDBPyConnection, tables: PostgresTables) -> None:
        self.con, self._server = con, tables
        self.tables: Tables = tables

    def bring(self, name: TableName, query: str) -> None:
        """A temporary table in DuckDB with the rows of a query on the server."""
        from leadlight.adapters.ledger.postgres.working_copy import carry

        carry(self._server.server, query, self.con, name)

    def bring_steps(self, name: TableName) -> None:
        """A temporary table in DuckDB with the step facts of leads."""
        self.bring(name, _of_leads())

    def add_steps(self, query: str) -> int:
        """Add step facts, in one transaction."""
        from leadlight.adapters.ledger.postgres.working_copy import put

        put(self._server.server, self.con, _NEW, query)
        return _add(self.tables)


class PreviewFacts:
    """Facts to which nothing is added: what would be lies in the connection only."""

    def __init__(self, facts: FactStore) -> None:
        self.con, self._facts = facts.con, facts
        self.con.execute(f"DROP TABLE IF EXISTS temp.{_REHEARSED}")

    @property
    def tables(self) -> Tables:
        """The ledger's tables."""
        return self._facts.tables

    def bring(self, name: TableName, query: str) -> None:
        """A temporary table with the rows of a query over the ledger's tables."""
        self._facts.bring(name, query)

    def bring_steps(self, name: TableName) -> None:
        """The step facts of leads, with those that would be added."""
        self._facts.bring_steps(name)
        if self._has_rows():
            self.con.execute(f"INSERT INTO {name} SELECT {_STEPS} FROM {_REHEARSED}")

    def add_steps(self, query: str) -> int:
        """Keep what would be added; how many that is."""
        numbered = (
            f"SELECT {_highest(self.tables)} + {self._size()} + row_number() OVER () AS fact_no, *"
            f" FROM ({query})"
        )
        before = self._size()
        made = "INSERT INTO" if self._has_rows() else "CREATE TEMP TABLE"
        into = f"{made} {_REHEARSED}{'' if self._has_rows() else ' AS'}"
        self.con.execute(f"{into} {numbered}")
        return self._size() - before

    def _has_rows(self) -> bool:
        found = self.con.execute(
            "SELECT 1 FROM duckdb_tables() WHERE temporary AND table_name = ?", [_REHEARSED.name]
        )
        return bool(found.fetchall())

    def _size(self) -> int:
        if not self._has_rows():
            return 0
        return int(str(self.con.execute(f"SELECT count(*) FROM {_REHEARSED}").fetchall()[0][0]))


def control_group(facts: FactStore) -> TableName:
    """A temporary table with the leads that were held out of a track, as one of its control
    group.
    """
    steps, found = TableName("_held_out_steps"), TableName("_held_out")
    facts.bring_steps(steps)
    facts.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {found} AS SELECT DISTINCT lead_id FROM {steps} WHERE kind ="
        " 'held_out'"
    )
    return found


def _of_leads() -> str:
    return f"SELECT {_STEPS} FROM step_facts WHERE lead_id <> ''"


def _add(tables: Tables) -> int:
    """What of the new rows is not there yet, under numbers that go on."""
    columns = ", ".join(quoted(n) for n in _COLUMNS.split(", "))
    with tables.transaction():
        before = _highest(tables)
        tables.run(
            f"INSERT INTO step_facts (fact_no, {columns}, recorded_at) SELECT {before} +"
            " row_number() OVER (ORDER BY n.occurred_at, n.lead_id, n.track, n.step, n.kind),"
            f" {columns}, n.recorded_at FROM {_NEW} n WHERE NOT EXISTS (SELECT 1 FROM step_facts s"
            " WHERE s.lead_id = n.lead_id AND s.track = n.track AND s.entry = n.entry AND s.step ="
            " n.step AND s.kind = n.kind)"
        )
        return _highest(tables) - before


def _highest(tables: Tables) -> int:
    return int(str(tables.rows("SELECT coalesce(max(fact_no), 0) FROM step_facts")[0][0]))
