"""Reads a delimited file that breaks the rules, row by row: mends what can be mended with
certainty, refuses the rest.

Mended, and said: a whole row that some editor wrapped in quotes; a quote that opens and never
closes; rows whose trailing blank cells a writer left out (only when many rows do so alike).
Refused: every other row with too many or too few cells.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from leadlight.adapters.sources.clean_copy import CleanCopy
from leadlight.adapters.sources.dialect import LONGEST_CELL, Dialect
from leadlight.adapters.sources.raw import Names, Raw, Reject
from leadlight.problems import Place, Problem

MOST_LINES = 500  # of one record; more means that a quote never closes
HABIT_ROWS, HABIT_SHARE = 16, 0.02


@dataclass
class _Reading:
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
    reading = _Reading(
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


def _take(reading: _Reading, source: _Lines, line: int, row: list[str], lines: list[str]) -> None:
    """Decides on one record."""
    reading.row_no += 1
    width = reading.width
    if len(lines) > 1 and (len(row) != width or _each_is_a_row(lines, reading)):
        alone = _without_quoting(lines[0], reading.delimiter)
        if len(row) != width and not _ends_open(lines) and len(alone) != width:
            _misfit(reading, line, row, "".join(lines))
            return
        source.hand_back(lines[1:])
        if len(alone) == width:
            reading.unclosed.append(line)
            reading.keep(line, [c[1:] if c.startswith('"') else c for c in alone])
        else:
            reason = "a quote opens in this line and is never closed"
            reading.rejects.append(Reject(line, "unclosed_quote", reason, lines[0].rstrip("\r\n")))
        return
    if len(row) == width and not (width > 1 and _wrapped(row, reading)):
        reading.copy.add(reading.row_no, line, row, lines[0] if len(lines) == 1 else '"')
        return
    if width > 1 and row[0] and not any(row[1:]):
        inner = _parse(row[0], reading.delimiter)
        if len(inner) == width:
            reading.unwrapped.append(line)
            reading.keep(line, inner)
            return
    if len(lines) == 1 and _ends_open(lines):
        alone = _without_quoting(lines[0], reading.delimiter)
        if len(alone) == width:
            reading.unclosed.append(line)
            reading.keep(line, [c[1:] if c.startswith('"') else c for c in alone])
            return
    _misfit(reading, line, row, "".join(lines))


def _misfit(reading: _Reading, line: int, row: list[str], text: str) -> None:
    width = reading.width
    text = text.rstrip("\r\n")
    if len(row) > width and not any(c.strip() for c in row[width:]):
        reading.keep(line, row[:width])
    elif len(row) > width:
        reason = f"the row has {len(row)} cells, the header {width}"
        reading.rejects.append(Reject(line, "too_many_cells", reason, text))
    else:
        reading.short.append((reading.row_no, line, row, text))


def _wrapped(row: list[str], reading: _Reading) -> bool:
    """Whether only the first cell of a row is filled and that cell is itself a row."""
    return (
        bool(row[0])
        and not any(row[1:])
        and len(_parse(row[0], reading.delimiter)) == reading.width
    )


def _each_is_a_row(lines: list[str], reading: _Reading) -> bool:
    """Whether every line of a record would be a row by itself: then a quote has swallowed them."""
    width, delimiter = reading.width, reading.delimiter
    if width < 2 or len(_without_quoting(lines[0], delimiter)) != width:
        return False
    return all(
        width
        in (
            len(_without_quoting(line, delimiter)),
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


def _without_quoting(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])


def _settle_short(reading: _Reading) -> list[Problem]:
    """Rows that end early: a writer's habit when many end alike, else refused."""
    widths = Counter(len(row) for _, _, row, _ in reading.short)
    total = reading.copy.count + len(reading.rejects) + len(reading.short)
    habits = {
        w
        for w, n in widths.items()
        if n >= HABIT_ROWS and n >= HABIT_SHARE * total and w * 2 >= reading.width
    }
    padded: list[int] = []
    for row_no, line, row, text in reading.short:
        if len(row) in habits and len(row) > 1:
            padded.append(line)
            reading.copy.add(row_no, line, row + [""] * (reading.width - len(row)))
        else:
            reason = f"the row has {len(row)} of {reading.width} cells"
            reading.rejects.append(Reject(line, "too_few_cells", reason, text))
    if not padded:
        return []
    message = (
        f"{_rows(len(padded))} end before the last column, as some programs write them; the missing"
        " values are unknown."
    )
    return [Problem("short-rows", message, Place("", padded[0]))]


def _notes(reading: _Reading) -> list[Problem]:
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
