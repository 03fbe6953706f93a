"""An engine as the parity suite sees it: it takes tables and answers statements. Tables travel from DuckDB, as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import duckdb

from leadlight.adapters.db.duckdb import connect, quoted, text_literal
from leadlight.adapters.spark.output import rows_of
from leadlight.facts.cohort import Cohort
from leadlight.plan.compile import compile_plan, statement
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook

Row = dict[str, Any]

#: A DuckDB type in PostgreSQL's words.
IN_POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision", "TIMESTAMP": "timestamp"}


class Engine(Protocol):
    """Somewhere a plan runs."""

    dialect: str

    def load(self, con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        """Have these tables of a DuckDB connection, under their own names, in place of what was called so before."""

    def run(self, sql: str) -> list[Row]:
        """The statement's rows."""

    def qualify(self, book: Playbook, sources: Sources, cohort: Cohort) -> list[Row]:
        """The rows of a playbook's plan, with all that it can tell of a lead."""


class DuckDB:
    """The engine that the others are compared with."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.con = connect()

    def load(self, con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        for name in tables:
            made = con.sql(f"SELECT * FROM {quoted(name)}").to_arrow_table()
            self.con.register("arriving", made)
            self.con.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM arriving")
            self.con.unregister("arriving")

    def run(self, sql: str) -> list[Row]:
        return duckdb_rows(self.con, sql)

    def qualify(self, book: Playbook, sources: Sources, cohort: Cohort) -> list[Row]:
        return self.run(statement(book, sources, cohort, signals=True, due=True))


class Postgres:
    """A database of PostgreSQL, over one connection."""

    dialect = "postgres"

    def __init__(self, url: str, folder: Path) -> None:
        import psycopg
        from psycopg.rows import dict_row

        self.con = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        self.folder = folder
        # Compiling a statement of a thousand expressions takes ten times as long as running it on a few rows.
        self.con.execute("SET jit = off")

    def load(self, con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        for name in tables:
            columns = con.execute(f"DESCRIBE {quoted(name)}").fetchall()
            # A ledger's own tables order texts by their bytes; a company's tables as its database does.
            order = ' COLLATE "C"' if name.endswith("_facts") else ""
            told = ", ".join(
                f"{quoted(c)} {IN_POSTGRES.get(kind, kind)}{order if kind == 'VARCHAR' else ''}"
                for c, kind, *_ in columns
            )
            self.con.execute(f"DROP TABLE IF EXISTS {quoted(name)}".encode())
            self.con.execute(f"CREATE TABLE {quoted(name)} ({told})".encode())
            file = self.folder / "arriving.csv"
            con.execute(
                f"COPY {quoted(name)} TO {text_literal(str(file))} (FORMAT csv, HEADER,"
                " FORCE_QUOTE *)"
            )
            with self.con.cursor().copy(
                f"COPY {quoted(name)} FROM STDIN (FORMAT csv, HEADER)".encode()
            ) as copy:
                copy.write(file.read_bytes())

    def run(self, sql: str) -> list[Row]:
        return self.con.execute(sql.encode()).fetchall()

    def qualify(self, book: Playbook, sources: Sources, cohort: Cohort) -> list[Row]:
        return self.run(statement(book, sources, cohort, self.dialect, signals=True, due=True))


class Spark:
    """A session of Spark, its tables Parquet files."""

    dialect = "spark"

    def __init__(self, session: Any, folder: Path) -> None:
        self.session = session
        self.folder = folder
        self.loads = 0

    def load(self, con: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
        self.loads += 1
        for name in tables:
            file = self.folder / f"{name}-{self.loads}.parquet"
            con.execute(f"COPY {quoted(name)} TO {text_literal(str(file))} (FORMAT parquet)")
            self.session.read.parquet(str(file)).createOrReplaceTempView(name)

    def run(self, sql: str) -> list[Row]:
        return [row.asDict() for row in self.session.sql(sql).collect()]

    def qualify(self, book: Playbook, sources: Sources, cohort: Cohort) -> list[Row]:
        """Step by step, as the command runs it; whole statements are run by tests/plan/test_spark.py."""
        plan = compile_plan(book, sources, cohort, self.dialect, signals=True, due=True).texts()
        return [row.asDict() for row in rows_of(self.session, plan).collect()]


def duckdb_rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """A DuckDB statement's rows."""
    cursor = con.execute(sql)
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def by_lead(rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
    """Qualifications by lead and moment; a pair that stands twice is a fault."""
    listed = list(rows)
    found = {(r["lead_id"], r["as_of"]): r for r in listed}
    assert len(found) == len(listed), "a lead stands twice"
    return found


def differences(
    expected: Mapping[tuple[Any, ...], Row], found: Mapping[tuple[Any, ...], Row], most: int = 5
) -> list[str]:
    """What is not the same, in words: the columns that differ, with both values. Numbers must agree in every bit."""
    out = []
    for key in [*expected, *(k for k in found if k not in expected)]:
        one, other = expected.get(key), found.get(key)
        if one is None or other is None:
            out.append(f"{key}: {'not expected' if one is None else 'missing'}")
        elif list(one) != list(other):
            return [f"other columns: {sorted(set(one) ^ set(other)) or (list(one), list(other))}"]
        else:
            apart = [
                f"{n}: {one[n]!r} became {other[n]!r}"
                for n in one
                if not agree(n, one[n], other[n])
            ]
            if apart:
                out.append(f"{key}: {'; '.join(apart)}")
        if len(out) >= most:
            break
    return out


def agree(name: str, one: Any, other: Any) -> bool:
    """The same value. When a label can change is a bound with a logarithm in it: it may differ by a second."""
    if name == "changes_in" and one is not None and other is not None:
        return abs(one - other) <= 1
    if {type(one), type(other)} == {int, float}:
        return bool(
            one == other
        )  # a signal that is a whole number on one engine and a floating one on another
    return same(one, other)


def same(one: Any, other: Any) -> bool:
    """The same value; floating numbers to the last bit, but nobody sees the sign of a zero."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    return type(one) is type(other) and one == other
