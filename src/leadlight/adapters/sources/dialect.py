"""How a text file separates its cells, and whether its first row names them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.facts.content import EMAIL, MOMENT, NUMBER, PHONE
from leadlight.facts.headers import attribute_for

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1 << 30
"""In characters. Python's reader stops at 131,072 unless it is told otherwise; DuckDB's and ours do
not.
"""


@dataclass(frozen=True)
class Dialect:
    """The delimiter, the headers, the line on which the rows begin, and how the header was
    come by.
    """

    delimiter: str
    headers: tuple[str, ...]
    has_header: bool
    skipped: int  # lines before the header: `sep=;` or blank ones
    header_lines: int


def dialect_of(head: str) -> Dialect:
    """Decides from the beginning of a file. A file without a delimiter has one column."""
    csv.field_size_limit(LONGEST_CELL)
    head = head.removeprefix("\ufeff")
    skipped, stated = 0, None
    first, _, rest = head.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        stated, head, skipped = first[4], rest, 1
    while head and not head.partition("\n")[0].strip():
        if "\n" not in head:
            head = ""
            break
        head, skipped = head.partition("\n")[2], skipped + 1
    delimiter = stated or _delimiter(head)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    records = [r for r, _ in zip(reader, range(60), strict=False)]
    first_reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    top = next(first_reader, [])
    if len(top) == 1 and len(records) > 1 and max(map(len, records[1:])) == 1:
        inner = next(csv.reader([top[0]], delimiter=delimiter), [])
        top = inner if len(inner) > 1 else top
    has_header = _names(top, records[1:])
    headers = (
        tuple(h.strip() for h in top)
        if has_header
        else tuple(f"column_{i + 1}" for i in range(len(top)))
    )
    return Dialect(
        delimiter,
        _cut(headers, records),
        has_header,
        skipped,
        first_reader.line_num if has_header else 0,
    )


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
    best, best_score = ",", 0.0
    whole = head if len(head) < 1 << 16 else head[: head.rfind("\n") + 1]
    for d in DELIMITERS:
        try:
            records = csv.reader(io.StringIO(whole, newline=""), delimiter=d)
            widths = [len(r) for r, _ in zip(records, range(400), strict=False) if r]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        width = widths[0]
        alike = Counter(widths)[width] / len(widths)
        score = alike * (1 + min(width, 50) / 50)
        if score > best_score:
            best, best_score = d, score
    return best


def _names(top: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds names of columns and not a row of values."""
    cells = [c.strip() for c in top]
    filled = [c for c in cells if c]
    if not filled:
        return False
    known = sum(1 for c in filled if attribute_for(c) or attribute_for(c, "activities"))
    if known * 2 >= len(filled):
        return True
    values = sum(
        1 for c in filled if EMAIL.fullmatch(c) or MOMENT.fullmatch(c) or PHONE.fullmatch(c)
    )
    numbers = sum(1 for c in filled if NUMBER.fullmatch(c))
    if values:
        return False
    return not (numbers and below and numbers * 2 >= len(filled))
