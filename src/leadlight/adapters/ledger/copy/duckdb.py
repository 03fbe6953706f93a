"""A ledger in a DuckDB file, copied from and copied to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.db.arrow import Stream
from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import connect, count, quoted, rows
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.transfer import fetch
from leadlight.adapters.ledger.copy import Columns, TableRows
from leadlight.adapters.ledger.faults import plain_faults
from leadlight.adapters.ledger.migrate import make
from leadlight.adapters.ledger.open import appear, open_ledger
from leadlight.problems import CannotDo

#: An empty ledger has no row in any of these.
BEGINS = ("imports", "runs", "versions", "attribute_facts", "activity_facts", "endpoint_facts")


class DuckDBSource:
    """The tables of a DuckDB connection, to be read."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def tables(self) -> Mapping[str, Columns]:
        """All tables that are not temporary."""
        found = rows(
            self.con,
            "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal ORDER"
            " BY 1",
        )
        return {str(n): column_types(self.con, quoted(str(n))) for (n,) in found}

    def rows(self, table: str) -> TableRows:
        """In the order in which they lie."""
        return TableRows(
            self.con, f"SELECT * FROM {quoted(table)}", column_types(self.con, quoted(table))
        )

    def count(self, table: str) -> int:
        """How many rows it has."""
        return count(self.con, f"SELECT count(*) FROM {quoted(table)}")


class DuckDBTarget(DuckDBSource):
    """The same, written in one transaction; `appear` is what is done after it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        super().__init__(con)
        con.execute(
            "SET preserve_insertion_order = true"
        )  # what lies together here is found together there
        con.begin()

    def add(self, table: str, given: TableRows) -> int:
        """Add the columns that the table lacks, and all rows."""
        have = column_types(self.con, table)
        for name, type_ in given.columns.items():
            if name not in have:
                self.con.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {type_}")
        listed = ", ".join(quoted(n) for n in given.columns)
        into = f"INSERT INTO {table} ({listed}) SELECT {listed} FROM "
        if isinstance(given.at, Server):
            fetch(given.at, given.query, given.columns, self.con, into + "{rows}")
            return 0
        self.con.register("brought", Stream(given.at.sql(given.query)))
        try:
            self.con.execute(into + "brought")
        finally:
            self.con.unregister("brought")
        return 0

    def finish(self) -> None:
        """Keep it."""
        self.con.commit()


@contextmanager
def duckdb_source(file: Path, now: datetime) -> Iterator[DuckDBSource]:
    """A workspace's file, to be copied from."""
    with open_ledger(file, write=False, verb="copy", now=now) as con:
        con.execute("SET preserve_insertion_order = true")
        yield DuckDBSource(con)


@contextmanager
def duckdb_target(file: Path, now: datetime) -> Iterator[DuckDBTarget]:
    """A file that appears when all is written; an empty ledger that stands there is filled."""
    if file.exists():
        with open_ledger(file, write=True, verb="copy", now=now) as con:
            if any(rows(con, f"SELECT 1 FROM {table} LIMIT 1") for table in BEGINS):
                raise CannotDo(
                    f"{file.parent} holds facts already, and a copy is never mixed with others."
                    " Name a new folder."
                )
            yield DuckDBTarget(con)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise CannotDo(f"{file.parent} cannot be made: {fault.strerror or fault}.") from fault
    part = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with plain_faults(file):
            with closing(connect(part)) as con:
                make(con, now)
                draft = DuckDBTarget(con)
                yield draft
                con.execute(
                    "CHECKPOINT"
                )  # else a full disk is not told of when it is closed, and the log stays behind
            appear(part, file)
    finally:
        for left in (part, part.with_name(part.name + ".wal")):
            left.unlink(missing_ok=True)
        with suppress(OSError):
            file.parent.rmdir()  # when nothing was put into it
