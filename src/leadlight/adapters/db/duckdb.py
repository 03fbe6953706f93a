"""DuckDB in this process: the default engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import duckdb

from leadlight.problems import CannotDo

__all__ = [
    "FEW_ROWS",
    "WIDE",
    "allowed_memory",
    "connect",
    "count",
    "optimizer_off",
    "quoted",
    "rows",
    "text_literal",
    "wide_plan",
]


#: With less nothing at all can be read.
LEAST_MEMORY = 1_000_000
#: The part of a process's memory that DuckDB's own limit is set to.
OF_THE_PROCESS = 0.85


def connect(
    file: str | Path | None = None,
    *,
    read_only: bool = False,
    threads: int | None = None,
    memory_limit: str | None = None,
    temp: str | Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection with a playbook's settings: UTC, no extension loaded by itself, order of rows
    not kept.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        # So many ids of a join are looked up in the row groups' least and greatest, so that few
        # groups are read for them.
        "dynamic_or_filter_threshold": 1000,
    }
    if threads:
        config["threads"] = threads
    if memory_limit or os.environ.get("LEADLIGHT_MEMORY"):
        config["memory_limit"] = _within(memory_limit or os.environ["LEADLIGHT_MEMORY"])
    if temp:
        config["temp_directory"] = str(temp)
    con = duckdb.connect(str(file) if file else ":memory:", read_only=read_only, config=config)
    return _in_utc(con)


def session_of(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A further connection to the same database, with temporary tables and a transaction of its
    own. Settings of the database hold for it too.
    """
    return _in_utc(con.cursor())


def _in_utc(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("SET TimeZone = 'UTC'")
    return con


def _within(memory: str) -> str:
    """What DuckDB may hold so that the whole process stays within this much: it does not count all
    that it uses.
    """
    return f"{max(1, int(_bytes(memory) * OF_THE_PROCESS))} bytes"


_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(bytes|b|[kmgt](?:i?b)?)\s*", re.IGNORECASE)
_MOST_MEMORY = 1 << 50


def _bytes(memory: str) -> int:
    """A size such as `2GB` in bytes. Raises `CannotDo` where it is none, or no sensible one."""
    found = _SIZE.fullmatch(memory)
    size = 0
    if found:
        unit = found[2].lower()
        step = 1024 if "i" in unit else 1000
        size = int(
            float(found[1]) * step ** (1 + "kmgt".index(unit[0]))
            if unit[0] in "kmgt"
            else float(found[1])
        )
    if not LEAST_MEMORY <= size <= _MOST_MEMORY:
        raise CannotDo(
            f"LEADLIGHT_MEMORY is {memory!r}, which is no amount of memory to work with. "
            "Say how much may be used, as in LEADLIGHT_MEMORY=2GB, or leave it unset."
        )
    return size


def allowed_memory() -> int:
    """How many bytes this process may hold: what the user said, else four fifths of the
    machine's.
    """
    said = os.environ.get("LEADLIGHT_MEMORY")
    if said:
        return _bytes(said)
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.8)


def rows(
    con: duckdb.DuckDBPyConnection, sql: str, params: list[object] | None = None
) -> list[tuple[object, ...]]:
    """All rows of a query. Always fetched to the end: an open result blocks the next query of the
    connection.
    """
    return con.execute(sql, params).fetchall() if params else con.execute(sql).fetchall()


def is_view(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a temporary view of that name stands in the connection."""
    asked = "SELECT 1 FROM duckdb_views() WHERE view_name = ? AND temporary"
    return bool(con.execute(asked, [name]).fetchall())


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number a query answers with."""
    value = con.execute(sql).fetchall()[0][0]
    return int(value) if value is not None else 0


def first_rowid(con: duckdb.DuckDBPyConnection, table: object) -> int:
    """The rowid of a table's first row. It is not 0 where the transaction that made the table is
    open still: rows that are not committed are numbered from 2^55 on.
    """
    return count(con, f"SELECT min(rowid) FROM {table}")


#: More expressions than this in one statement make it a wide one.
WIDE = 200


_PAIRWISE = "common_subexpressions"


def keep_wide_plans_fast(con: duckdb.DuckDBPyConnection) -> None:
    """Let every statement of this database be planned as a wide one, for as long as it is open.

    The setting is the database's, not the connection's: where many requests share a database, one
    must not turn it off under another.
    """
    if _PAIRWISE not in _disabled_optimizers(con):
        _disable_optimizers(con, [*_disabled_optimizers(con), _PAIRWISE])


@contextmanager
def wide_plan(con: duckdb.DuckDBPyConnection, width: int) -> Iterator[None]:
    """Plans a statement of many expressions in time that grows with their number.

    The engine compares every expression with every other to find common parts, which takes minutes
    for some thousands of them; of so few columns nobody notices it.
    """
    before = _disabled_optimizers(con) if width > WIDE else [_PAIRWISE]
    if _PAIRWISE in before:
        yield
        return
    _disable_optimizers(con, [*before, _PAIRWISE])
    try:
        yield
    finally:
        with _fault_first():
            _disable_optimizers(con, before)


#: Of so many rows a long statement runs faster as it is written than it is planned better.
FEW_ROWS = 6_000


@contextmanager
def optimizer_off(con: duckdb.DuckDBPyConnection, rows: int = 0) -> Iterator[None]:
    """Runs the statements of this connection as they are written when they read few rows.

    A playbook's plan has a thousand expressions, and every look for a better way goes through all
    of them: for one lead that takes five times as long as the plan itself.
    """
    if rows > FEW_ROWS:
        yield
        return
    con.execute("PRAGMA disable_optimizer")
    try:
        yield
    finally:
        with _fault_first():
            con.execute("PRAGMA enable_optimizer")


def _fault_first() -> AbstractContextManager[None]:
    """In a transaction that failed nothing can be set again: the fault is what to tell, and whoever
    rolls back closes the connection.
    """
    return suppress(duckdb.TransactionException)


def _disabled_optimizers(con: duckdb.DuckDBPyConnection) -> list[str]:
    names = str(rows(con, "SELECT current_setting('disabled_optimizers')")[0][0] or "")
    return [name.strip() for name in names.split(",") if name.strip()]


def _disable_optimizers(con: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    con.execute(f"SET disabled_optimizers = {text_literal(','.join(names))}").fetchall()


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text as an SQL literal, whatever it contains."""
    return "'" + text.replace("'", "''") + "'"
