"""CSV and its relatives: DuckDB's parallel reader for files that keep the rules, a careful one for
all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import count, first_rowid, rows, text_literal
from leadlight.adapters.sources.dialect import Dialect, dialect_of
from leadlight.adapters.sources.encoding import Text, as_utf8
from leadlight.adapters.sources.markup import demand_table
from leadlight.adapters.sources.raw import ALL_BLANKS, Names, Raw, cell, demand_width
from leadlight.adapters.sources.repair import read_carefully
from leadlight.adapters.sources.staging_problems import header_below
from leadlight.problems import CannotDo, Place, Problem

HEAD = 1 << 18
LONGEST_LINE = 64 << 20
"""In bytes, give or take some millions."""


def read_csv(
    con: duckdb.DuckDBPyConnection,
    source: Path,
    folder: Path,
    names: Names,
    *,
    place: str,
    header_row: int | None = None,
) -> Raw:
    """The cells of a CSV, TSV or other delimited text file. `header_row` is the line of its header,
    where the user says it.
    """
    text = as_utf8(source, folder, place)
    with text.path.open(encoding="utf-8", errors="replace", newline="") as f:
        head = f.read(HEAD)
    demand_table(head, place)
    form = dialect_of(head, header_row)
    if not form.headers or not any(form.headers):
        raise CannotDo(
            f"{place} holds nothing but blank lines. Export it again with its header row."
        )
    demand_width(len(form.headers), place)
    if text.longest_line > LONGEST_LINE:
        raise CannotDo(
            f"{place} has a line of more than {LONGEST_LINE >> 20} million characters, so it is no "
            "table of leads, or its line breaks were lost. Export it again."
        )
    raw = _fast(con, text, form, names) if _plain(text, form, head) else None
    raw = raw or read_carefully(con, text.path, folder, form, names)
    return _with_notes(raw, place, text, form)


def _plain(text: Text, form: Dialect, head: str) -> bool:
    """Whether the beginning promises a file that DuckDB's reader takes as it stands."""
    return not (text.has_nul or form.skipped or "\n" not in head or form.header_lines > 1)


def _fast(con: duckdb.DuckDBPyConnection, text: Text, form: Dialect, names: Names) -> Raw | None:
    """Reads strictly and in parallel; None when a row breaks the rules or the lines do not
    add up.
    """
    width = len(form.headers)
    columns = ", ".join(f"'{cell(i)}': 'VARCHAR'" for i in range(width))
    statement = (
        f"CREATE OR REPLACE TEMP TABLE {names.raw} AS SELECT * FROM"
        f" read_csv({text_literal(str(text.path))}, auto_detect = false, header ="
        f" {str(form.has_header).lower()}, delim = {text_literal(form.delimiter)}, quote = '\"',"
        " escape = '\"', strict_mode = true, compression = 'none', nullstr = '', columns ="
        f" {{{columns}}})"
    )
    try:
        with in_order(con):
            con.execute(statement).fetchall()
    except duckdb.Error:
        return None
    n = count(con, f"SELECT count(*) FROM {names.raw}")
    blanks = tuple(b for b in ALL_BLANKS if (text.tabs and form.delimiter != b) or b != "\t")
    blanks = tuple(b for b in blanks if b.isascii() or not text.ascii_only)
    begin = first_rowid(con, names.raw)
    line, row = f"(rowid - {begin} + {form.header_lines + 1})", f"(rowid - {begin} + 1)"
    if _lines(text) == form.header_lines + n:  # every record is one line
        one_line = tuple(b for b in blanks if b not in "\r\n")
        return Raw(
            names.raw,
            form.headers,
            line,
            n,
            delimiter=form.delimiter,
            blanks=one_line,
            row=row,
        )
    inner = rows(
        con, f"SELECT {', '.join(f'sum({_feeds(cell(i))})' for i in range(width))} FROM {names.raw}"
    )[0]
    broken = [i for i in range(width) if inner[i]]
    if _lines(text) != form.header_lines + n + sum(int(str(inner[i])) for i in broken):
        return None
    if _has_swallowed_rows(con, names.raw, form, broken):
        return None
    with in_order(con):
        before = " + ".join(f"coalesce({_feeds(cell(i))}, 0)" for i in broken)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {names.raw} AS SELECT {line} +"
            f" coalesce(sum({before}) OVER (ORDER BY rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1"
            f" PRECEDING), 0)::BIGINT AS line, * FROM {names.raw}"
        ).fetchall()
        row = f"(rowid - {first_rowid(con, names.raw)} + 1)"
    return Raw(names.raw, form.headers, "line", n, delimiter=form.delimiter, blanks=blanks, row=row)


def _lines(text: Text) -> int:
    """How many lines an editor shows: a last one without a line feed counts too."""
    with text.path.open("rb") as f:
        f.seek(-1, 2)
        return text.line_feeds + (f.read(1) != b"\n")


def _feeds(column: str) -> str:
    return (
        f"CASE WHEN contains({column}, chr(10)) THEN length({column}) - length(replace({column},"
        " chr(10), '')) END"
    )


def _has_swallowed_rows(
    con: duckdb.DuckDBPyConnection, table: str, form: Dialect, broken: list[int]
) -> bool:
    """Whether some cell with line breaks could hold whole rows that a broken quote swallowed."""
    need = max(1, len(form.headers) - 1)
    delimiter = text_literal(form.delimiter)
    return any(
        count(
            con,
            f"SELECT count(*) FROM {table} WHERE contains({c}, chr(10)) "
            f"AND length({c}) - length(replace({c}, {delimiter}, '')) >= {need}",
        )
        for c in map(cell, broken)
    )


@contextmanager
def in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keeps rows in the order of the file for the statements inside."""
    before = rows(con, "SELECT current_setting('preserve_insertion_order')")[0][0]
    con.execute("SET preserve_insertion_order = true").fetchall()
    try:
        yield
    finally:
        con.execute(f"SET preserve_insertion_order = {str(bool(before)).lower()}").fetchall()


def _with_notes(raw: Raw, name: str, text: Text, form: Dialect) -> Raw:
    """The raw table and what a reader of the import's summary should know of the file's form."""
    problems = list(raw.problems)
    if form.above:
        problems.append(header_below(form.skipped + 1, form.above, name))
    if not form.has_header:
        problems.append(
            Problem(
                "no-header",
                "The first line holds values, not names of columns; they are called column_1 and"
                " so on.",
                Place(name, 1),
                "Say what they are (column_2=email), or add a header row.",
            )
        )
    if text.encoding not in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        problems.append(
            Problem(
                "encoding",
                f"The file is not UTF-8; it was read as {text.encoding}.",
                Place(name),
                "If names look wrong, save it as UTF-8 and import it again.",
            )
        )
    if raw.count == 0 and not raw.rejects:
        problems.append(
            Problem("no-rows", "The file has a header row and nothing below it.", Place(name))
        )
    return replace(raw, problems=tuple(problems))
