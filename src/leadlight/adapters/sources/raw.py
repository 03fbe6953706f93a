"""A file's cells as text in a table, before anyone has decided what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from leadlight.adapters.db.arrow import ArrowTable, arrow_table
from leadlight.adapters.db.duckdb import quoted, rows, text_literal, wide_plan
from leadlight.facts.missing_values import UNSEEN
from leadlight.problems import CannotDo, Problem

TEXT_SHOWN = 2000
MAX_COLUMNS = 5000
AT_ONCE = 20_000
ALL_BLANKS = tuple(UNSEEN)
_NUMBERS = ("row_no", "line")


@dataclass(frozen=True)
class Reject:
    """A row that could not be read: its line, a code, the reason as a sentence, and the row's
    text.
    """

    line: int
    code: str
    reason: str
    text: str


@dataclass(frozen=True)
class Names:
    """The names of what a staging makes in the connection, already quoted where they stand in
    statements.
    """

    relation: str
    raw: str
    original: str
    rejects: str
    lookup: str


@dataclass(frozen=True)
class Raw:
    """Text cells in a temporary table: columns c0, c1 ..., and two expressions over them.

    `row` gives a row's place among the rows of the document, the refused ones counted: it is what
    the row is known by. `line` gives the line it begins on, for messages: rows of one line are
    several, and a row can have many.
    """

    table: str
    headers: tuple[str, ...]
    line: str
    count: int
    rejects: Sequence[Reject] = ()
    problems: Sequence[Problem] = ()
    delimiter: str = ","
    blanks: tuple[str, ...] = ALL_BLANKS  # what may stand around a value besides spaces
    row: str = "row_no"

    @property
    def read(self) -> int:
        """All rows that the file has, the refused ones included."""
        return self.count + len(self.rejects)


def cell(position: int) -> str:
    """The name of a raw column."""
    return f"c{position}"


def raw_columns(width: int) -> str:
    """The columns of a raw table that rows are loaded into, as a statement names them."""
    return ", ".join(["row_no BIGINT, line BIGINT", *(f"{cell(i)} VARCHAR" for i in range(width))])


class RawLoader:
    """A raw table being filled by rows that are read in Python, some thousands at a time."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, width: int) -> None:
        self.con, self.table, self.width, self.count = con, table, width, 0
        self._places: list[int] = []
        self._lines: list[int] = []
        self._rows: list[Sequence[str | None]] = []
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({raw_columns(width)})").fetchall()

    def add(self, line: int, row: Sequence[str | None], row_no: int | None = None) -> None:
        """A row of the table's width; empty cells become NULL. `row_no`: its place, where rows were
        left out.
        """
        self.count += 1
        self._places.append(self.count if row_no is None else row_no)
        self._lines.append(line)
        self._rows.append(row)
        if len(self._lines) >= AT_ONCE:
            self.finish()

    def finish(self) -> int:
        """Writes what is still held; answers with the number of rows."""
        if self._lines:
            numbers = {"row_no": self._places, "line": self._lines}
            texts = {cell(i): cells for i, cells in enumerate(zip(*self._rows, strict=True))}
            self._places, self._lines, self._rows = [], [], []
            insert(self.con, self.table, arrow_table(numbers, texts))
        return self.count


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: ArrowTable) -> None:
    """Appends an Arrow table to one of the connection, which may have more columns; an empty text
    becomes NULL.
    """
    con.register("leadlight_read", rows)
    try:
        names = rows.column_names
        blanked = [n if n in _NUMBERS else f"nullif({n}, '')" for n in names]
        with wide_plan(con, len(blanked)):
            con.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(blanked)} FROM"
                " leadlight_read"
            ).fetchall()
    finally:
        con.unregister("leadlight_read")


def make_rejects(con: duckdb.DuckDBPyConnection, table: str, rejects: Sequence[Reject]) -> None:
    """The table of refused rows."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} (line BIGINT, code VARCHAR, reason VARCHAR, text"
        " VARCHAR)"
    ).fetchall()
    if not rejects:
        return
    texts = {
        "code": [r.code for r in rejects],
        "reason": [r.reason for r in rejects],
        "text": [r.text[:TEXT_SHOWN] for r in rejects],
    }
    insert(con, table, arrow_table({"line": [r.line for r in rejects]}, texts))


def unique_headers(headers: Sequence[str]) -> list[str]:
    """Headers as distinct column names of a view: a repeated one is numbered, an empty one named by
    its place.
    """
    taken = {"row_no"}
    names = []
    for i, header in enumerate(headers):
        base = header if header.strip() else f"column_{i + 1}"
        name, n = base, 1
        while name.lower() in taken:
            n += 1
            name = f"{base} ({n})"
        taken.add(name.lower())
        names.append(name)
    return names


def make_original(con: duckdb.DuckDBPyConnection, view: str, raw: Raw) -> None:
    """The view of the file's own columns under their own headers."""
    names = [f"{cell(i)} AS {quoted(n)}" for i, n in enumerate(unique_headers(raw.headers))]
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT"
        f" {', '.join([f'{raw.row} AS row_no', *names])} FROM {raw.table}"
    ).fetchall()


def cell_by_cell(source: str, positions: Sequence[int]) -> str:
    """Some columns of a raw table below each other: `i`, the position, and `x`, the cell.

    One expression over `x` stands for one on each column, which for thousands of columns would
    take longer to plan than to run."""
    cells = ", ".join(cell(i) for i in positions)
    places = ", ".join(str(i) for i in positions)
    return f"SELECT unnest([{places}]) AS i, unnest([{cells}]) AS x FROM {source}"


def of_any(expression: str, column: str, name: str) -> str:
    """An expression on one column as the one on whatever is called `name`; texts in it stay."""
    parts = re.split(r"('(?:[^']|'')*')", expression)
    wanted = re.compile(rf'"{column}"|\b{column}\b')
    return "".join(p if p.startswith("'") else wanted.sub(name, p) for p in parts)


def demand_width(width: int, place: str) -> None:
    """Refuses a table that is wider than any table of leads, whatever its format."""
    if width > MAX_COLUMNS:
        raise CannotDo(
            f"{place} has more than {MAX_COLUMNS:,} columns, which is the most that can be read. "
            "Leave out the ones that no rule looks at, or save one row a lead."
        )


def distinct_cells(con: duckdb.DuckDBPyConnection, source: str, expression: str) -> list[str]:
    """The distinct texts of an expression over a table."""
    found = rows(con, f"SELECT DISTINCT {expression} AS v FROM {source} WHERE v IS NOT NULL")
    return [str(v) for (v,) in found]


def in_list(words: Sequence[str]) -> str:
    """Texts as the inside of an SQL `IN (...)`."""
    return ", ".join(text_literal(w) for w in words)
