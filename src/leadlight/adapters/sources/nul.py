"""The character NUL in texts: nobody sees it and PostgreSQL cannot keep it, so it is left out
wherever a file is read.

Two ledgers of the same file would otherwise differ, and an id with it would belong to nobody on one
of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.problems import Place, Problem


def nul_counts(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[str]
) -> dict[str, int]:
    """The columns of texts that hold the character, and in how many cells."""
    if not columns:
        return {}
    counted = ", ".join(f"count(*) FILTER (contains({quoted(c)}, chr(0)))" for c in columns)
    found = rows(con, f"SELECT {counted} FROM {source}")[0]
    return {c: int(str(n)) for c, n in zip(columns, found, strict=True) if n}


def without_nul(x: str) -> str:
    """The text without the character; NULL when nothing is left."""
    return f"nullif(replace({x}, chr(0), ''), '')"


def leave_out(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> int:
    """Take the character out of a table's cells; from how many."""
    found = nul_counts(con, table, columns)
    if found:
        cleaned = ", ".join(f"{quoted(c)} = {without_nul(quoted(c))}" for c in found)
        con.execute(f"UPDATE {table} SET {cleaned}").fetchall()
    return sum(found.values())


def nul_problem(n: int, place: str) -> Problem:
    """What is said of a file from which it was taken out."""
    cells = "1 cell holds" if n == 1 else f"{n:,} cells hold"
    return Problem(
        "nul-character",
        f"{cells} the character NUL, which was left out.",
        Place(place),
        "It is invisible, and PostgreSQL cannot store it.",
    )
