"""DuckDB in this process: the default engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

__all__ = ["WIDE", "connect", "count", "quoted", "rows", "text_literal", "wide_plan"]


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
    """A connection with a playbook's settings: UTC, no extension loaded by itself, order of rows not kept."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        # So many ids of a join are looked up in the row groups' least and greatest, so that few groups are read for them.
        "dynamic_or_filter_threshold": 1000,
    }
    if threads:
        config["threads"] = threads
    if memory_limit or os.environ.get("LEADLIGHT_MEMORY"):
        config["memory_limit"] = _within(memory_limit or os.environ["LEADLIGHT_MEMORY"])
    if temp:
        config["temp_directory"] = str(temp)
    con = duckdb.connect(str(file) if file else ":memory:", read_only=read_only, config=config)
    con.execute("SET TimeZone = 'UTC'")
    return con


def _within(memory: str) -> str:
    """What DuckDB may hold so that the whole process stays within this much: it does not count all that it uses."""
    found = re.fullmatch(r"\s*([\d.]+)\s*([kmgt]i?b)\s*", memory, re.IGNORECASE)
    return f"{float(found[1]) * OF_THE_PROCESS:.3f}{found[2]}" if found else memory


def rows(con: duckdb.DuckDBPyConnection, sql: str, params: list[object] | None = None) -> list[tuple[object, ...]]:
    """All rows of a query. Always fetched to the end: an open result blocks the next query of the connection."""
    return con.execute(sql, params).fetchall() if params else con.execute(sql).fetchall()


def count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number a query answers with."""
    value = con.execute(sql).fetchall()[0][0]
    return int(value) if value is not None else 0


#: More expressions than this in one statement make it a wide one.
WIDE = 200


@contextmanager
def wide_plan(con: duckdb.DuckDBPyConnection, width: int) -> Iterator[None]:
    """Plans a statement of many expressions in time that grows with their number.

    The engine compares every expression with every other to find common parts, which takes minutes
    for some thousands of them; of so few columns nobody notices it.
    """
    if width <= WIDE:
        yield
        return
    before = str(rows(con, "SELECT current_setting('disabled_optimizers')")[0][0] or "")
    without = ",".join(part for part in (before, "common_subexpressions") if part)
    con.execute(f"SET disabled_optimizers = {text_literal(without)}").fetchall()
    try:
        yield
    finally:
        con.execute(f"SET disabled_optimizers = {text_literal(before)}").fetchall()


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def relation(source: str) -> str:
    """A relation as it stands after FROM: a table's or view's name quoted, a query in brackets."""
    return f"({source})" if " " in source else quoted(source)


def text_literal(text: str) -> str:
    """A text as an SQL literal, whatever it contains."""
    return "'" + text.replace("'", "''") + "'"
