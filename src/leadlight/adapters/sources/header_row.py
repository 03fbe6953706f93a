"""Where the table of a file begins: under titles, notes, cover lines and other tables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.facts.content import EMAIL, MOMENT, NUMBER, PHONE
from leadlight.facts.headers import read_headers

#: Rows from the top among which a header is looked for.
SEARCHED = 60
#: Names of columns that say that a row is a header, where the first row says less.
_ENOUGH = 2
_PERSONS = frozenset(
    {"email", "phone", "mobile", "first_name", "last_name", "full_name", "company", "lead_id"}
)


@dataclass(frozen=True)
class _HeaderCandidate:
    """A row that may be the header: its place, how many names of columns it holds, how many of
    them are of persons, and how many rows of a table stand under it.
    """

    place: int
    known: int
    persons: int
    below: int

    @property
    def order(self) -> tuple[bool, bool, int, int, int]:
        """Who is the better header: one of persons, with rows under it, with more names."""
        return (self.persons > 0, self.below > 0, self.below, self.known, -self.place)


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row that names the columns, among the first rows of a file; the first filled
    one where nothing speaks for another.
    """
    filled = [_filled_cells(row) for row in rows]
    first = next((i for i, cells in enumerate(filled) if cells), 0)
    if not rows or _is_plain(rows, filled, first):
        return first
    candidates = [c for i in range(first, len(rows)) if (c := _candidate(rows, filled, i))]
    if candidates:
        return max(candidates, key=lambda c: c.order).place
    return _first_wide(filled, first)


def _is_plain(rows: Sequence[Sequence[str]], filled: Sequence[list[str]], first: int) -> bool:
    """Whether the first filled row is as wide as those under it, or names columns: then it is the
    header, whatever words stand below.
    """
    widths = Counter(len(cells) for cells in filled[first + 1 :] if cells)
    usual = widths.most_common(1)[0][0] if widths else 1
    if len(filled[first]) >= max(usual, _ENOUGH):
        return True
    known = _names(rows[first])
    wide = len(filled[first]) >= min(usual, _ENOUGH)
    return wide and (len(known) >= _ENOUGH or len(known) == len(filled[first]))


def _candidate(
    rows: Sequence[Sequence[str]], filled: Sequence[list[str]], place: int
) -> _HeaderCandidate | None:
    """A row as a header: two names of columns at least, and no value."""
    cells = filled[place]
    if len(cells) < _ENOUGH or has_values(cells):
        return None
    known = _names(rows[place])
    if len(known) < _ENOUGH or 3 * len(known) < len(cells):
        return None
    below = 0
    for cells_below in filled[place + 1 :]:
        if len(cells_below) < _ENOUGH:
            break
        below += 1
    persons = len(_PERSONS.intersection(known))
    return _HeaderCandidate(place, len(known), persons, below)


def _first_wide(filled: Sequence[list[str]], first: int) -> int:
    """Where no name of a column is known: the first row that is as wide as those under it."""
    widths = Counter(len(cells) for cells in filled[first + 1 :] if len(cells) > 1)
    if not widths or len(filled[first]) > 1:
        return first
    usual = widths.most_common(1)[0][0]
    wide = (i for i, cells in enumerate(filled) if i >= first and len(cells) >= usual)
    return next((i for i in wide if not has_values(filled[i])), first)


def has_values(cells: Sequence[str]) -> bool:
    """Whether some cell is a value that no header is: an address, a date, a number to call."""
    return any(EMAIL.fullmatch(c) or MOMENT.fullmatch(c) or PHONE.fullmatch(c) for c in cells)


def names_columns(top: Sequence[str], has_rows_below: bool) -> bool:
    """Whether a row holds names of columns and not values."""
    cells = _filled_cells(top)
    if not cells:
        return False
    if 2 * len(_names(top)) >= len(cells):
        return True
    if has_values(cells):
        return False
    numbers = sum(1 for c in cells if NUMBER.fullmatch(c))
    return not (numbers and has_rows_below and numbers * 2 >= len(cells))


def _filled_cells(row: Sequence[str]) -> list[str]:
    return [c.strip() for c in row if c and c.strip()]


def _names(row: Sequence[str]) -> list[str]:
    """The attributes that the cells of a row name, as headers of leads or of a log."""
    cells = _filled_cells(row)
    leads, log = read_headers(cells, "leads"), read_headers(cells, "activities")
    hits = (lead or activity for lead, activity in zip(leads, log, strict=True))
    return [hit.attribute for hit in hits if hit]


def names_of(row: Sequence[str]) -> list[str]:
    """The attributes that the cells of a row name."""
    return _names(row)


def of_persons(row: Sequence[str]) -> int:
    """How many of the names in a row are those of persons."""
    return len(_PERSONS.intersection(_names(row)))


def known_names(row: Sequence[str]) -> int:
    """How many cells of a row are names of columns."""
    return len(_names(row))


def lines_above(rows: Sequence[Sequence[str]], place: int) -> str:
    """What stands above the header, in a few words for a message."""
    texts = [" ".join(_filled_cells(row)) for row in rows[:place]]
    shown = [t[:40] for t in texts if t][:3]
    return "; ".join(repr(t) for t in shown)
