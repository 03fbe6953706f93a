"""Tables that share a sheet with that of the leads: beside it, behind a blank column, or below it,
behind a blank row. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from leadlight.adapters.sources.header_row import has_values, names_of, of_persons

#: Names of columns that make a table; one column behind a blank one belongs to the others.
_ENOUGH = 2
#: A table with fewer columns has rows that look like a title or those of another table.
_WIDE = 5


@dataclass(frozen=True)
class Span:
    """Columns from `first` up to `end`, without it."""

    first: int
    end: int

    def of(self, row: Sequence[str]) -> Sequence[str]:
        """The cells of these columns."""
        return row[self.first : self.end]


def own_span(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Span:
    """The columns of the table that is read: of several beside each other the one that most looks
    like leads. One whose rows go with those of the others is no table of its own.
    """
    whole = Span(0, len(headers))
    spans = [s for s in _spans(headers) if s.end - s.first >= _ENOUGH]
    if len(spans) < _ENOUGH:
        return whole
    best = max(spans, key=lambda s: (*_likeness(s.of(headers)), -s.first))
    others = [s for s in spans if s is not best]
    named_twice = any(
        len({*names_of(best.of(headers))} & {*names_of(s.of(headers))}) > 1 for s in others
    )
    if named_twice:
        return best
    filled = [[any(s.of(row)) for s in (best, *others)] for row in rows]
    return best if all(_ends_elsewhere(filled, n + 1) for n in range(len(others))) else whole


def _likeness(headers: Sequence[str]) -> tuple[int, int]:
    return of_persons(headers), len(names_of(headers))


def _spans(headers: Sequence[str]) -> Iterator[Span]:
    """The stretches of columns with names, apart by columns without."""
    gaps = [-1, *(i for i, h in enumerate(headers) if not h.strip()), len(headers)]
    return (Span(a + 1, b) for a, b in pairwise(gaps) if b > a + 1)


def _ends_elsewhere(filled: Sequence[Sequence[bool]], other: int) -> bool:
    """Whether a table beside that of the leads has rows of its own: they stand without a gap from
    the top, and end earlier or later than the leads.
    """
    own = [i for i, row in enumerate(filled) if row[0]]
    theirs = [i for i, row in enumerate(filled) if row[other]]
    if len(theirs) < _ENOUGH or not own or theirs != list(range(len(theirs))):
        return False
    return theirs[-1] > own[-1] or 5 * len(theirs) <= 4 * len(own)


def is_of_another(row: Sequence[str], width: int) -> bool:
    """Whether a row below a blank one, under a table of that width, is a title, a note or a row of
    a small table of something else: few cells, and none is an address, a number to call or a date;
    a number at the beginning may be an id.
    """
    cells = [c.strip() for c in row if c.strip()]
    if width < _WIDE or len(cells) > max(_ENOUGH, width // 4):
        return False
    return not has_values(cells) and not any(c.isdigit() for c in row[0])
