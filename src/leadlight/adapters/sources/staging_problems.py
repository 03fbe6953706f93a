"""What is said about a staged file when not all of it could be read: one sentence a matter, never a
person's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import duckdb

from leadlight.adapters.db.duckdb import count, rows
from leadlight.facts.catalog import Type
from leadlight.facts.mapping import ColumnMap
from leadlight.problems import Place, Problem, plural

_TYPE_NAMES = {
    Type.MOMENT: "a date",
    Type.YES_NO: "yes or no",
    Type.WHOLE: "a whole number",
    Type.NUMBER: "a number",
}


def doubts(problems: Iterable[Problem], place: str) -> tuple[Problem, ...]:
    """Problems of a file that was read all the same: each is worth a look and stops nothing; each
    has its place.
    """
    return tuple(
        replace(p, level="doubt", place=p.place if p.place and p.place.file else _in(p, place))
        for p in problems
    )


def _in(problem: Problem, place: str) -> Place:
    return Place(place, problem.place.line if problem.place else None)


def unreadable(column: ColumnMap, n: int, place: str, line: int | None) -> Problem:
    """Cells of a standard column that are not of its type."""
    cells, are, were = ("cell", "is", "was") if n == 1 else ("cells", "are", "were")
    return Problem(
        "unreadable-cells",
        f"{n:,} {cells} of column {column.header!r} ({column.name}) {are} not "
        f"{_TYPE_NAMES.get(column.type, 'readable')} and {were} left unknown.",
        Place(place, line),
    )


def industry_words(column: ColumnMap, words: Mapping[str, str], place: str) -> Problem:
    """Industries in another language or a system's code, which stand as playbooks name them."""
    shown = "; ".join(f"{said!r} as {meant}" for said, meant in list(words.items())[:3])
    more = f"; and {len(words) - 3:,} more" if len(words) > 3 else ""
    are = "word is" if len(words) == 1 else "words are"
    return Problem(
        "industry-words",
        f"{len(words):,} {are} read in column {column.header!r} as playbooks name industries:"
        f" {shown}{more}.",
        Place(place),
        f"To keep the file's words, map the column to a name of your own: {column.header}=branch.",
    )


def repeated_leads(n: int, place: str) -> Problem:
    """Leads that stand in several rows."""
    words = plural(n, "row repeats", "rows repeat")
    return Problem(
        "repeated-leads",
        f"{words} the id of a lead in an earlier row.",
        Place(place),
        "The later row counts.",
    )


def refused_rows(
    con: duckdb.DuckDBPyConnection, rejects: str, n: int, read: int, place: str
) -> Problem:
    """How many rows were refused, and why most of them."""
    first = count(con, f"SELECT min(line) FROM {rejects}")
    reasons = rows(
        con,
        f"SELECT any_value(reason), count(*) AS n FROM {rejects} GROUP BY code ORDER BY n DESC, 1"
        " LIMIT 3",
    )
    listed = "; ".join(f"{int(str(c)):,} × {reason}" for reason, c in reasons)
    verb = "was" if n == 1 else "were"
    return Problem(
        "rejected-rows",
        f"{n:,} of {plural(read, 'row', 'rows')} {verb} refused: {listed}.",
        Place(place, first),
    )


def header_below(line: int, above: str, place: str, sheet: str | None = None) -> Problem:
    """That the header was found under other lines, and what stands in them."""
    where = f"row {line} of sheet {sheet!r}" if sheet else f"line {line}"
    return Problem(
        "header-below",
        f"The header was found in {where}; what stands above it was left out: {above}.",
        Place(place, line),
        "If another one is the header, name its line.",
        field="header_row",
    )
