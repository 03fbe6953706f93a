"""A table of buildings, as `leadlight geo measure` writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from leadlight.desk.models.labelled_table import OutcomeColumn, cells_by_column, read_labelled_table
from leadlight.desk.wiring import db, staging
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.predict.columns import Cell, TableColumn
from leadlight.problems import CannotDo

#: What a column that names buildings is called: by us, and by hand.
NAMES_OF_BUILDINGS = ("building_id", "building")
#: What names the rows of a table.
_KEYS = (*NAMES_OF_BUILDINGS, "lead_id")
#: What names a building, where it is and who is there: it does not travel to another place.
_NO_MEASURE = frozenset(
    (
        *_KEYS,
        "longitude",
        "latitude",
        "outline",
        "taken",
        "purpose",
        "source",
        "licence",
        "website",
        "company",
        "full_name",
        "first_name",
        "last_name",
        "email",
        "phone",
        "mobile",
        "street",
        "city",
        "region",
        "postal_code",
        "country",
        "owner",
        "account",
        "notes",
        "tags",
        "created_at",
        "picture_source",
        "picture_taken",
        "picture_purpose",
    )
)
_ANSWERS = ("label", "answer", "outcome")


@dataclass(frozen=True)
class BuildingTable:
    """Buildings by their names, with a column for each thing that is known of them."""

    file: Path
    ids: tuple[str, ...]
    columns: Mapping[str, TableColumn]

    @property
    def measures(self) -> tuple[TableColumn, ...]:
        """What may be learned from: numbers and words that mean the same in every place."""
        return tuple(c for n, c in self.columns.items() if n not in _NO_MEASURE)

    def cells(self, name: str) -> Sequence[Cell]:
        """A column's cells; unknown for every building where there is no such column."""
        found = self.columns.get(name)
        return found.cells if found is not None else [None] * len(self.ids)

    def numbers(self, name: str) -> list[float | None]:
        """A column's cells as numbers."""
        return [_number(c) for c in self.cells(name)]

    def with_column(self, name: str, cells: Sequence[Cell]) -> BuildingTable:
        """The table with a column more."""
        return replace(self, columns={**self.columns, name: TableColumn(name, name, cells)})


def read_buildings(file: Path) -> BuildingTable:
    """Read a table of buildings. Raises `CannotDo` where no column names them, a name stands twice,
    or there are none. Who objects to profiling is left out.
    """
    with closing(db.connect()) as con:
        staged = staging.stage(con, file, name=str(file), what="leads")
        named = [(str(c.name), c.header) for c in staged.mapping.columns if c.name]
        key = next((h for n, h in named if n in _KEYS), None)
        if key is None:
            raise CannotDo(
                f"{file} has no column that names its buildings: call it building_id.",
                field="buildings",
            )
        stated = [(n, h) for n, h in named if n not in _KEYS]
        rows = staging.staged_rows(con, staged, [n for n, _ in stated], [key])
    *cells, names = cells_by_column(rows, len(stated) + 1)
    columns = {n: TableColumn(n, h, c) for (n, h), c in zip(stated, cells, strict=True)}
    objects = columns.pop(OBJECTED).cells if OBJECTED in columns else [None] * len(names)
    kept = [i for i, who in enumerate(objects) if who is not True and names[i] is not None]
    ids = tuple(str(names[i]) for i in kept)
    if not ids:
        raise CannotDo(f"{file} has no building.", field="buildings")
    if len(set(ids)) < len(ids):
        twice = next(n for n in ids if ids.count(n) > 1)
        raise CannotDo(f"{file} has the building {twice[:60]} twice.", field="buildings")
    return BuildingTable(file, ids, {n: c.take(kept) for n, c in columns.items()})


def read_labels(file: Path, column: str | None, positive: str | None) -> dict[str, bool]:
    """Which buildings somebody looked at, and what they are: a table with the building and an
    answer. Blank answers are none. Raises `CannotDo` where the table cannot be understood.
    """
    with closing(db.connect()) as con:
        mapping = staging.stage(con, file, name=str(file), what="leads").mapping
    named = {str(c.name): c.header for c in mapping.columns if c.name}
    key = next((named[n] for n in _KEYS if n in named), None)
    if key is None:
        raise CannotDo(f"{file} has no column that names the buildings: call it building_id.")
    others = [c.header for c in mapping.columns if c.header != key]
    answer = column or _answer(others)
    if answer is None:
        raise CannotDo(
            f"Which column of {file} holds the answers? It has {', '.join(others[:8])}.",
            field="column",
        )
    found = read_labelled_table(file, OutcomeColumn(answer, positive), {key: "lead_id"})
    return dict(zip(_names(file, key, answer, positive), found.won, strict=True))


def _answer(headers: Sequence[str]) -> str | None:
    named = [h for h in headers if h.strip().lower() in _ANSWERS]
    return named[0] if named else headers[0] if len(headers) == 1 else None


def _names(file: Path, key: str, answer: str, positive: str | None) -> list[str]:
    """The buildings with an answer, in the order of the file."""
    as_company = {key: "company"}  # a name that may be learned from is read with its rows
    found = read_labelled_table(file, OutcomeColumn(answer, positive), as_company)
    return [str(c) for c in found.by_name["company"].cells]


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
