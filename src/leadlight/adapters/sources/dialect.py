"""How a text file separates its cells, and whether its first row names them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.adapters.sources.header_row import (
    SEARCHED,
    header_row,
    lines_above,
    names_columns,
)
from leadlight.problems import CannotDo

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1 << 30
"""In characters. Python's reader stops at 131,072 unless it is told otherwise; DuckDB's and ours do
not.
"""


@dataclass(frozen=True)
class Dialect:
    """The delimiter, the headers, the line on which the rows begin, and how the header was come by.

    `skipped` are the lines before the header: `sep=;`, blank ones, titles and notes; `above` is
    what stands in them, in a few words.
    """

    delimiter: str
    headers: tuple[str, ...]
    has_header: bool
    skipped: int
    header_lines: int
    above: str = ""


def dialect_of(head: str, header_line: int | None = None) -> Dialect:
    """Decides from the beginning of a file. A file without a delimiter has one column.
    `header_line` is the line of the header, where the user says it.
    """
    csv.field_size_limit(LONGEST_CELL)
    head = head.removeprefix("\ufeff")
    stated, head, skipped = _without_prelude(head)
    delimiter = stated or _delimiter(head)
    records = _records(head, delimiter)
    rows = [row for row, _, _ in records]
    place = header_row(rows) if header_line is None else _record_on(records, header_line - skipped)
    top, first, last = records[place] if records else ([], 0, 0)
    top = _unwrap(top, rows[place + 1 :], delimiter)
    has_header = header_line is not None or names_columns(top, len(rows) > place + 1)
    if not has_header:
        headers = tuple(f"column_{i + 1}" for i in range(len(top)))
        return Dialect(delimiter, _cut(headers, rows), False, skipped, 0)
    headers = _cut(tuple(h.strip() for h in top), rows[place:])
    above = lines_above(rows, place)
    return Dialect(delimiter, headers, True, skipped + first, last - first, above)


def _without_prelude(head: str) -> tuple[str | None, str, int]:
    """The delimiter that a line `sep=;` states, the text behind it and behind blank lines, and how
    many lines those are.
    """
    stated, skipped = None, 0
    first, _, rest = head.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        stated, head, skipped = first[4], rest, 1
    while head and not head.partition("\n")[0].strip():
        if "\n" not in head:
            return stated, "", skipped
        head, skipped = head.partition("\n")[2], skipped + 1
    return stated, head, skipped


def _records(head: str, delimiter: str) -> list[tuple[list[str], int, int]]:
    """The first records of a text, each with the lines before it and up to its end."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    found: list[tuple[list[str], int, int]] = []
    before = 0
    for row in reader:
        found.append((row, before, reader.line_num))
        before = reader.line_num
        if len(found) == SEARCHED:
            break
    return found


def _record_on(records: Sequence[tuple[list[str], int, int]], line: int) -> int:
    """The place of the record that begins on a line, counted from 1. Raises `CannotDo` where none
    does.
    """
    for place, (_, before, _) in enumerate(records):
        if before == line - 1:
            return place
    raise CannotDo(
        f"No row begins on line {line}; the header is looked for in the first {SEARCHED} rows.",
        field="header_row",
    )


def _unwrap(top: list[str], below: Sequence[list[str]], delimiter: str) -> list[str]:
    """A header that some editor wrapped in quotes, with all rows below it."""
    if len(top) != 1 or not below or max(map(len, below)) != 1:
        return top
    inner = next(csv.reader([top[0]], delimiter=delimiter), [])
    return inner if len(inner) > 1 else top


def _cut(headers: tuple[str, ...], records: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The headers without blank ones at the end under which nothing stands."""
    width = len(headers)
    while (
        width > 1
        and not headers[width - 1]
        and not any(len(r) >= width and r[width - 1] for r in records[1:])
    ):
        width -= 1
    return headers[:width]


def _delimiter(head: str) -> str:
    """The delimiter with which most rows have the same number of cells, and more than one."""
    whole = head if len(head) < 1 << 16 else head[: head.rfind("\n") + 1]
    scores = {d: _regularity(whole, d) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: scores[d])
    return best if scores[best] > 0 else ","


_UNDER_A_TITLE = 0.1


def _regularity(text: str, delimiter: str) -> float:
    """How alike the widths of the rows are by a delimiter; nothing where it parts none."""
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths = [len(r) for r, _ in zip(records, range(400), strict=False) if r]
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    usual = Counter(widths).most_common(1)[0][0]
    width = widths[0] if widths[0] > 1 else usual
    if width < 2:
        return 0.0
    regular = Counter(widths)[width] / len(widths) * (1 + min(width, 50) / 50)
    # A first row that it does not part is a title or a note, if no other delimiter parts it.
    return regular if widths[0] > 1 else regular * _UNDER_A_TITLE
