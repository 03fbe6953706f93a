"""Reads a delimited file that breaks the rules, row by row: mends what can be mended with
certainty, refuses the rest.

Mended, and said: a whole row that some editor wrapped in quotes; a quote that opens and never
closes; rows whose trailing blank cells a writer left out.
Refused: rows with too many cells, and rows that a line break cut in two.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from leadlight.adapters.sources.clean_copy import CleanCopy
from leadlight.adapters.sources.dialect import LONGEST_CELL, Dialect
from leadlight.adapters.sources.raw import Names, Raw, Reject
from leadlight.problems import Place, Problem

MOST_LINES = 500  # of one record; more means that a quote never closes


@dataclass
class _RepairState:
    """What has been read so far."""

    width: int
    delimiter: str
    copy: CleanCopy
    rejects: list[Reject] = field(default_factory=list)
    short: list[tuple[int, int, list[str], str]] = field(default_factory=list)
    unwrapped: list[int] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)

    row_no: int = 0  # of the record that is being decided on

    def keep(self, line: int, row: list[str]) -> None:
        self.copy.add(self.row_no, line, row)


def read_carefully(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, form: Dialect, names: Names
) -> Raw:
    """The file's rows, with the line each begins on; what was mended is said, what cannot be is
    refused.
    """
    csv.field_size_limit(LONGEST_CELL)
    width = len(form.headers)
    reading = _RepairState(
        width, form.delimiter, CleanCopy(folder / "clean.csv", width, form.delimiter)
    )
    with path.open(encoding="utf-8", errors="replace", newline="") as f:
        source = _Lines(f)
        for _ in range(form.skipped + form.header_lines):
            source.next_line()
        for line, row, lines in _records(source, form.delimiter):
            _take(reading, source, line, row, lines)
    problems = [*_settle_short(reading), *_notes(reading)]
    n = reading.copy.load(con, names.raw)
    rejects = sorted(reading.rejects, key=lambda r: r.line)
    return Raw(names.raw, form.headers, "line", n, rejects, problems, form.delimiter)


class _Lines:
    """Lines of a file with their numbers; a record can hand back the ones that were not its own."""

    def __init__(self, f: Iterator[str]) -> None:
        self._file = f
        self._back: deque[str] = deque()
        self.number = 0  # of the line given last

    def next_line(self) -> str | None:
        line = self._back.popleft() if self._back else next(self._file, None)
        self.number += line is not None
        return line

    def hand_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def _records(source: _Lines, delimiter: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Each record with the number of its first line and its lines as they stand; blank lines are no
    records.
    """
    held: list[str] = []

    def feed() -> Iterator[str]:
        while len(held) < MOST_LINES and (line := source.next_line()) is not None:
            held.append(line)
            yield line

    while True:
        before = source.number
        for row in csv.reader(feed(), delimiter=delimiter):
            lines = held.copy()
            held.clear()
            if row and (len(row) > 1 or any(line.strip() for line in lines)):
                yield source.number - len(lines) + 1, row, lines
        if source.number == before:
            return


def _take(
    reading: _RepairState, source: _Lines, line: int, row: list[str], lines: list[str]
) -> None:
    """Decides on one record."""
    reading.row_no += 1
    width = reading.width
    if len(lines) > 1 and (len(row) != width or _each_is_a_row(lines, reading)):
        _take_lines(reading, source, line, row, lines)
    elif len(row) == width and not (width > 1 and _is_wrapped(row, reading)):
        reading.copy.add(reading.row_no, line, row, lines[0] if len(lines) == 1 else '"')
    elif not _take_mended_row(reading, line, row, lines):
        _misfit(reading, line, row, "".join(lines))


def _take_lines(
    reading: _RepairState, source: _Lines, line: int, row: list[str], lines: list[str]
) -> None:
    """A record of several lines that is no row: a quote that opens in its first line swallowed the
    others, which are handed back.
    """
    width = reading.width
    alone = _without_quotes(lines[0], reading.delimiter)
    if len(row) != width and not _ends_open(lines) and len(alone) != width:
        _misfit(reading, line, row, "".join(lines))
        return
    source.hand_back(lines[1:])
    if len(alone) == width:
        _keep_unclosed_row(reading, line, alone)
        return
    reason = "a quote opens in this line and is never closed"
    reading.rejects.append(Reject(line, "unclosed_quote", reason, lines[0].rstrip("\r\n")))


def _take_mended_row(reading: _RepairState, line: int, row: list[str], lines: list[str]) -> bool:
    """A row that is whole once an editor's quotes, or a quote that never closes, are taken off."""
    width = reading.width
    if width > 1 and row[0] and not any(row[1:]):
        inner = _parse(row[0], reading.delimiter)
        if len(inner) == width:
            reading.unwrapped.append(line)
            reading.keep(line, inner)
            return True
    if len(lines) == 1 and _ends_open(lines):
        alone = _without_quotes(lines[0], reading.delimiter)
        if len(alone) == width:
            _keep_unclosed_row(reading, line, alone)
            return True
    return False


def _keep_unclosed_row(reading: _RepairState, line: int, cells: list[str]) -> None:
    reading.unclosed.append(line)
    reading.keep(line, [c[1:] if c.startswith('"') else c for c in cells])


def _misfit(reading: _RepairState, line: int, row: list[str], text: str) -> None:
    width = reading.width
    text = text.rstrip("\r\n")
    if len(row) > width and not any(c.strip() for c in row[width:]):
        reading.keep(line, row[:width])
    elif len(row) > width:
        reason = f"the row has {len(row)} cells, the header {width}"
        reading.rejects.append(Reject(line, "too_many_cells", reason, text))
    else:
        reading.short.append((reading.row_no, line, row, text))


def _is_wrapped(row: list[str], reading: _RepairState) -> bool:
    """Whether only the first cell of a row is filled and that cell is itself a row."""
    return (
        bool(row[0])
        and not any(row[1:])
        and len(_parse(row[0], reading.delimiter)) == reading.width
    )


def _each_is_a_row(lines: list[str], reading: _RepairState) -> bool:
    """Whether every line of a record would be a row by itself: then a quote has swallowed them."""
    width, delimiter = reading.width, reading.delimiter
    if width < 2 or len(_without_quotes(lines[0], delimiter)) != width:
        return False
    return all(
        width
        in (
            len(_without_quotes(line, delimiter)),
            len(_parse(line.rstrip("\r\n"), delimiter)),
        )
        for line in lines[1:]
        if line.strip()
    )


def _ends_open(lines: list[str]) -> bool:
    """Whether the record ended because the file or our patience did, not because its last quote
    closed.
    """
    return sum(line.count('"') for line in lines) % 2 == 1


def _parse(text: str, delimiter: str) -> list[str]:
    try:
        found = list(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return []
    return found[0] if len(found) == 1 else []


def _without_quotes(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])


def _settle_short(reading: _RepairState) -> list[Problem]:
    """Rows that end early: what is missing at their end is blank. A row with less than half of the
    cells belongs to something else below the table, and one that a line break cut in two is none:
    both are refused.
    """
    cut = _cut_in_two(reading)
    padded: list[int] = []
    for row_no, line, row, text in reading.short:
        if len(row) > 1 and 2 * len(row) >= reading.width and line not in cut:
            padded.append(line)
            reading.copy.add(row_no, line, row + [""] * (reading.width - len(row)))
            continue
        reason = f"the row has {len(row)} of {reading.width} cells"
        if line in cut:
            reason += "; a line break seems to have cut it in two"
        reading.rejects.append(Reject(line, "too_few_cells", reason, text))
    if not padded:
        return []
    message = (
        f"{_rows(len(padded))} {'ends' if len(padded) == 1 else 'end'} before the last column; the"
        " missing values are unknown."
    )
    return [Problem("short-rows", message, Place("", padded[0]))]


def _cut_in_two(reading: _RepairState) -> set[int]:
    """The lines of two short rows that stand below each other, alone, and would be one row
    together.
    """
    rows = {line: row for _, line, row, _ in reading.short}
    cut: set[int] = set()
    for line, row in rows.items():
        rest = rows.get(line + 1)
        alone = line - 1 not in rows and line + 2 not in rows
        if rest and alone and row[-1].strip() and len(row) + len(rest) == reading.width + 1:
            cut |= {line, line + 1}
    return cut


def _notes(reading: _RepairState) -> list[Problem]:
    problems = []
    if lines := reading.unwrapped:
        some = "was" if len(lines) == 1 else "were"
        have = "has" if len(lines) == 1 else "have"
        problems.append(
            Problem(
                "unwrapped-rows",
                f"{_rows(len(lines))} {some} wrapped in quotes by some editor and {have} been"
                " unwrapped.",
                Place("", lines[0]),
            )
        )
    if lines := reading.unclosed:
        problems.append(
            Problem(
                "unclosed-quotes",
                f"{_rows(len(lines))} with an opening quote that is never closed; the quote was"
                " removed.",
                Place("", lines[0]),
                "Check these rows: a cell may have lost a part of its content.",
            )
        )
    return problems


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"
