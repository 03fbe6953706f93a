"""Looks at the columns of a base, in one statement: what is in them decides how they are
compared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.dedupe.comparisons import ColumnProfile
from leadlight.facts.catalog import Attribute, Type

_NEVER = frozenset({"lead_id", "row_no"})
SAMPLE = 200_000  # rows looked at of a large base


def profile_columns(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Attribute]
) -> tuple[ColumnProfile, ...]:
    """What each column of the relation looks like; columns that are not there are passed over."""
    there = {str(r[0]) for r in rows(con, f"DESCRIBE SELECT * FROM {relation}")}
    wanted = [c for c in columns if c.name in there and c.name not in _NEVER]
    if not wanted:
        return ()
    leads = count(con, f"SELECT count(*) FROM {relation}")
    # leads are taken by their ids, so that the same base is looked at in the same way each time
    part = f"WHERE hash(lead_id) % {leads} < {SAMPLE}" if leads > SAMPLE else ""
    names = _names(wanted, there)
    asked = ", ".join(", ".join(_figures(c, names)) for c in wanted)
    figures = rows(con, f"SELECT {asked} FROM {relation} {part}")[0]
    scale = max(1.0, leads / SAMPLE)
    return tuple(_look(c, figures[i * 7 : i * 7 + 7], scale) for i, c in enumerate(wanted))


def _look(column: Attribute, figures: Sequence[object], scale: float) -> ColumnProfile:
    filled, distinct, length, longest, words, digits, repeats = map(_number, figures)
    return ColumnProfile(
        column.name,
        column.type,
        column.own,
        int(filled * scale),
        int(distinct * scale),
        length,
        int(longest),
        words,
        digits,
        repeats,
    )


def _names(columns: Sequence[Attribute], there: Collection[str]) -> list[str]:
    """The columns of names that are there, and not a company's own of that name."""
    own = {c.name for c in columns if c.own}
    return [n for n in ("full_name", "last_name") if n in there and n not in own]


def _figures(column: Attribute, names: Sequence[str]) -> tuple[str, ...]:
    x = quoted(column.name)
    text = f"{x}::VARCHAR"
    is_text = column.own and column.type is Type.TEXT
    repeats = " OR ".join(
        f"contains(lower({text}), lower({quoted(n)}::VARCHAR))" for n in names if n != column.name
    )
    return (
        f"count({x})",
        f"count(DISTINCT {x})",
        f"avg(length({text}))",
        f"max(length({text}))",
        f"avg(1 + length({text}) - length(replace({text}, ' ', '')))",
        f"avg(regexp_matches({text}, '[0-9]')::INT)",
        f"avg(({repeats})::INT)" if is_text and repeats else "0",
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float(str(value or 0))
