"""A table's columns as models read them, and how one cell is read.

A module that only makes columns, or names those set aside, needs no numeric library: numpy is
imported when a column's numbers are asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from leadlight.predict.arrays import Integers, Numbers, Truths

_DATE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T]\d{1,2}:\d{2}.*)?\s*"
)

Cell = str | float | int | bool | datetime | date | Decimal | None
CellKind = Literal["number", "words", "moment"]


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: the name a playbook calls it by, the header its owner gave it, and a
    cell for each row.

    A cell is a number, a text, yes or no, a moment, or None where nothing is stated.
    """

    name: str
    header: str
    cells: Sequence[Cell]

    def take(self, rows: Sequence[int]) -> TableColumn:
        """The column of these rows only."""
        return TableColumn(self.name, self.header, [self.cells[i] for i in rows])

    def is_one_of(self, names: Collection[str]) -> bool:
        """Whether one of these names means it: its own, or its header."""
        return self.name in names or self.header in names

    @cached_property
    def kind(self) -> CellKind:
        """What its stated cells are."""
        return kind_of(c for c in self.cells if c is not None and c == c and c != "")

    @cached_property
    def values(self) -> Numbers:
        """Its cells as numbers (a moment as seconds since 1970); NaN where there is none."""
        return numbers([seconds_of(c) for c in self.cells] if self.kind == "moment" else self.cells)

    @cached_property
    def word_codes(self) -> tuple[tuple[str, ...], Integers]:
        """Its distinct words, and for each cell the place of its word, -1 where nothing is
        stated.
        """
        import numpy as np

        places: dict[object, int] = {}
        words: dict[str, int] = {}
        out = np.empty(len(self.cells), np.int64)
        for i, cell in enumerate(self.cells):
            key = cell if type(cell) is str or cell is None else (type(cell), cell)
            place = places.get(key)
            if place is None:
                word = word_of(cell)
                place = -1 if word is None else words.setdefault(word, len(words))
                places[key] = place
            out[i] = place
        return tuple(words), out

    @cached_property
    def has_value(self) -> Truths:
        """Of each cell whether it states something."""
        import numpy as np

        return ~np.isnan(self.values) if self.kind != "words" else self.word_codes[1] >= 0


@dataclass(frozen=True)
class SetAside:
    """A column that no model uses, and why, as a sentence about it. `code` is the reason in a
    word.
    """

    name: str
    header: str
    code: str
    why: str


@dataclass(frozen=True)
class ChangeHistory:
    """How often a column was first stated or changed after the outcome was known, of the leads who
    had it; and of as many others in the same time.
    """

    changed: int
    leads: int
    others_changed: int = 0
    others: int = 0


def word_of(cell: Cell) -> str | None:
    """A cell as the word a model knows it by: as text, trimmed, in lower case; None where nothing
    is stated.
    """
    if cell is None or cell != cell:
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).lower().strip(" ") or None


def seconds_of(cell: Cell) -> Cell:
    """A moment as seconds since 1970, a date as text read where it is one; None for all else."""
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, datetime):
        return (cell.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    return float((cell - date(1970, 1, 1)).days * 86_400) if isinstance(cell, date) else None


def numbers(cells: Sequence[Cell]) -> Numbers:
    """Cells as numbers; NaN where there is none."""
    import numpy as np

    try:
        found = np.array([np.nan if c is None else c for c in cells], dtype=float)
    except (TypeError, ValueError):
        found = np.array([_number(c) for c in cells], dtype=float)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(cell: Cell) -> float:
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def kind_of(stated: Iterable[Cell]) -> CellKind:
    """What the stated cells of a column are: numbers, moments (dates as text too), or words."""
    counts = Counter(map(_cell_kind, islice(stated, 5_000)))
    if counts["moment"] > 0.9 * counts.total():
        return "moment"
    return "number" if set(counts) == {"number"} else "words"


def _cell_kind(cell: Cell) -> CellKind:
    if isinstance(cell, bool):
        return "words"
    if isinstance(cell, str):
        return "moment" if _DATE.fullmatch(cell) else "words"
    return "moment" if isinstance(cell, date) else "number"  # a datetime is a date
