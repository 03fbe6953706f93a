"""A plan run over a whole base: its result is the relation `qualifications`, or a Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import (
    FEW_ROWS,
    count,
    is_view,
    optimizer_off,
    quoted,
    rows,
    text_literal,
)
from leadlight.adapters.destinations.atomic_file import location_of, replace_file
from leadlight.adapters.private_folders import private_folder
from leadlight.facts.cohort import Everyone
from leadlight.facts.own_output import PLAYBOOK_COLUMN
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook

RESULT = TableName("qualifications")
DATED = TableName("dated_qualifications")  # the same, with when each can change by the clock alone


@dataclass(frozen=True)
class PlanRun:
    """A playbook over a base: a table, or the Parquet file asked for, written as the plan runs.

    With `due` the table is `dated_qualifications`, which has the column `changes_in` too.
    """

    con: duckdb.DuckDBPyConnection
    book: Playbook
    cohort: Everyone
    parquet: Path | None = None
    reasons: bool = True
    due: bool = False

    def at_once(self, sources: Sources, rows: int) -> None:
        """Run the plan over all leads; the facts are about so many rows."""
        sql = self._sql(sources)
        # Ranks compare each lead with all others, which only a good plan does in one go.
        with optimizer_off(self.con, FEW_ROWS + 1 if self.book.ranks else rows):
            if self.due:
                make_dated_qualifications(self.con, sql)
            elif self.parquet is None:
                _drop_view(self.con)
                self.con.execute(f"CREATE OR REPLACE TEMP TABLE {RESULT} AS {sql}")
            else:
                self._write(self.parquet, sql)

    def in_passes(self, parts: Sequence[AbstractContextManager[Sources]]) -> None:
        """Run it over one part of the leads after the other."""
        if self.parquet:
            self._files(self.parquet, parts)
        else:
            self._tables(parts)

    def _files(self, parquet: Path, parts: Sequence[AbstractContextManager[Sources]]) -> None:
        """The file is put together from one for each pass, so that it need not be held."""
        with private_folder(parquet.resolve().parent) as folder:
            for n, part in enumerate(parts):
                with part as sources:
                    self._copy(self._sql(sources), folder / f"{n}.parquet")
            self._write(parquet, f"FROM read_parquet({text_literal(f'{folder}/*.parquet')})")

    def _tables(self, parts: Sequence[AbstractContextManager[Sources]]) -> None:
        table = DATED if self.due else RESULT
        if not self.due:
            _drop_view(self.con)
        for n, part in enumerate(parts):
            with part as sources:
                made = f"INSERT INTO {table}" if n else f"CREATE OR REPLACE TEMP TABLE {table} AS"
                self.con.execute(f"{made} {self._sql(sources)}")
        if self.due:
            show_qualifications(self.con)

    def _sql(self, sources: Sources) -> str:
        return statement(self.book, sources, self.cohort, reasons=self.reasons, due=self.due)

    def _write(self, parquet: Path, sql: str) -> None:
        """Rows as the file asked for, each with the playbook that it goes by; and a view of it."""
        by = f"{text_literal(self.book.fingerprint)} AS {PLAYBOOK_COLUMN}"
        with replace_file(parquet, "qualified") as written:
            self._copy(f"SELECT *, {by} FROM ({sql})", written)
        show_parquet(self.con, location_of(parquet), PLAYBOOK_COLUMN)

    def _copy(self, sql: str, target: Path) -> None:
        file = text_literal(str(target))
        self.con.execute(f"COPY ({sql}) TO {file} (FORMAT parquet, USE_TMP_FILE false)")


def show_parquet(con: duckdb.DuckDBPyConnection, file: Path, *without: str) -> None:
    """Make `qualifications` of a Parquet file that the plan was written to, but for columns that
    only the file has.
    """
    kept = f"SELECT * EXCLUDE ({', '.join(without)})"
    _show(con, f"{kept} FROM read_parquet({text_literal(str(file))})")


def _drop_view(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the view `qualifications` of an earlier run, where there is to be a table."""
    if is_view(con, RESULT.name):
        con.execute(f"DROP VIEW {RESULT}")


def _show(con: duckdb.DuckDBPyConnection, query: str) -> None:
    """Make the view `qualifications`, where a base that was qualified before may have a table."""
    if not is_view(con, RESULT.name):
        con.execute(f"DROP TABLE IF EXISTS {RESULT}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW {RESULT} AS {query}")


def count_leads(con: duckdb.DuckDBPyConnection, leads: Relation) -> int:
    """How many leads a relation has."""
    return count(con, f"SELECT count(*) FROM {leads}")


def label_counts(con: duckdb.DuckDBPyConnection, scale: str) -> dict[str, int]:
    """How many leads of the qualifications have each label of a scale."""
    name = quoted(scale)
    found = rows(con, f"SELECT {name}, count(*) FROM {RESULT} WHERE {name} IS NOT NULL GROUP BY 1")
    return {str(label): int(str(n)) for label, n in found}


def make_dated_qualifications(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Make `dated_qualifications` of a statement with `changes_in`, and `qualifications` as people
    know it.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {DATED} AS {sql}")
    show_qualifications(con)


def show_qualifications(con: duckdb.DuckDBPyConnection) -> None:
    """Make `qualifications` of `dated_qualifications`, without when each can change."""
    _show(con, f"SELECT * EXCLUDE (changes_in) FROM {DATED}")
