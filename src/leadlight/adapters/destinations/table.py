"""Which columns an export has: the company's own, under their own headers, then what Leadlight says
of each lead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.facts.own_output import FIRST_COLUMNS, LAST_COLUMNS, PLAYBOOK_COLUMN, RANK_COLUMN
from leadlight.facts.relation import Relation
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class ExportColumn:
    """A column of an export: its header, the SQL that gives it, its type, and whether it is the
    company's own.
    """

    header: str
    sql: str
    type: str
    own: bool = False

    @property
    def is_text(self) -> bool:
        return self.type == "VARCHAR" or self.type.startswith("ENUM")


@dataclass(frozen=True)
class Table:
    """What an export holds: its columns, where they come from, and in which order the rows
    stand.
    """

    columns: tuple[ExportColumn, ...]
    source: str
    order: str

    def select(self, columns: list[str] | None = None, *, ordered: bool = True) -> str:
        """The query; `columns` may wrap each column's SQL in something, in the same order."""
        wrapped = columns or [c.sql for c in self.columns]
        named = ", ".join(
            f"{sql} AS {quoted(h)}" for sql, h in zip(wrapped, self._aliases(), strict=True)
        )
        return f"SELECT {named} FROM {self.source}" + (f" ORDER BY {self.order}" if ordered else "")

    def _aliases(self) -> list[str]:
        return [c.header for c in self.columns]


def table(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    original: Relation | None = None,
    keys: Relation | None = None,
    playbook: str | None = None,
    ranks: Relation | None = None,
) -> Table:
    """The columns and rows of an export of these relations; `playbook` names what they were
    qualified by, `ranks` (lead_id, rank) is the call order.
    """
    known = column_types(con, qualifications) | (
        {RANK_COLUMN: "BIGINT"} if ranks is not None else {}
    )
    ours = [
        ExportColumn(n, f"{'r' if n == RANK_COLUMN else 'q'}.{quoted(n)}", t)
        for n, t in _order_columns(known).items()
    ]
    ranked = f" LEFT JOIN {ranks} r ON r.lead_id = q.lead_id" if ranks is not None else ""
    if playbook is not None:
        named = f"CASE WHEN q.lead_id IS NOT NULL THEN {text_literal(playbook)} END"
        ours.append(ExportColumn(PLAYBOOK_COLUMN, named, "VARCHAR"))
    if original is None:
        return Table(tuple(ours), f"{qualifications} q{ranked}", "q.lead_id")
    types = column_types(con, original)
    if "lead_id" not in types and keys is None:
        raise CannotDo(
            "The company's own columns cannot be matched to the leads: they have no lead_id."
        )
    own = [
        ExportColumn(n, f"o.{quoted(n)}", t, own=True)
        for n, t in types.items()
        if keys is None or n != "row_no"
    ]
    if keys is not None:  # who has no qualification has an id all the same
        ours = [_with_id_of_keys(c) if c.header == "lead_id" else c for c in ours]
    columns = own + _under_free_headers(own, ours)
    if keys is None:
        return Table(
            tuple(columns),
            f"{original} o LEFT JOIN {qualifications} q ON q.lead_id = o.lead_id{ranked}",
            "o.lead_id",
        )
    source = (
        f"{original} o LEFT JOIN {keys} k ON k.row_no = o.row_no LEFT JOIN {qualifications} q ON"
        f" q.lead_id = k.lead_id{ranked}"
    )
    return Table(tuple(columns), source, "o.row_no")


def _with_id_of_keys(column: ExportColumn) -> ExportColumn:
    return replace(column, sql=f"coalesce({column.sql}, CAST(k.lead_id AS {column.type}))")


def _order_columns(types: dict[str, str]) -> dict[str, str]:
    middle = [n for n in types if n not in FIRST_COLUMNS and n not in LAST_COLUMNS]
    return {n: types[n] for n in (*FIRST_COLUMNS, *middle, *LAST_COLUMNS) if n in types}


def _under_free_headers(own: list[ExportColumn], ours: list[ExportColumn]) -> list[ExportColumn]:
    """Our columns, renamed where the company has one of that name already; its own lead_id is not
    said twice.
    """
    taken = {c.header.lower() for c in own}
    out = []
    for column in ours:
        header = column.header
        if header == "lead_id" and any(c.header == "lead_id" for c in own):
            continue
        while header.lower() in taken:
            header = f"leadlight_{header}"
        taken.add(header.lower())
        out.append(ExportColumn(header, column.sql, column.type))
    return out
