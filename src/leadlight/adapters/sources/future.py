"""What a staged file dates after the moment at which it is looked at: it is told."""

from __future__ import annotations

from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.problems import Place, Problem, plural

#: Moments of what was: a date of one of them that is still to come is a slip or a plan.
_PAST = {
    "leads": ("last_activity_at", "changed_at", "converted_at"),
    "activities": ("occurred_at",),
    "spend": (),
}


def future_dates(
    con: duckdb.DuckDBPyConnection, staged: StagedFile, now: datetime
) -> list[Problem]:
    """One problem for each column with dates after a moment; those of activities do not count until
    then.
    """
    columns = [c for n in _PAST[staged.what] if (c := staged.mapping.column(n))]
    if not columns or not staged.usable:
        return []
    moment = f"TIMESTAMP '{now:%Y-%m-%d %H:%M:%S}'"
    # A typed file's statistics tell the newest date of a column, and so mostly that there is none.
    newest = ", ".join(f"max({quoted(str(c.name))}) > {moment}" for c in columns)
    later = rows(con, f"SELECT {newest} FROM {staged.relation}")[0]
    # In the condition the column stands as it is: only those parts of a typed file are read then
    # that can hold such a date.
    found = {
        c: count(
            con, f"SELECT count(*) FROM {staged.relation} WHERE {quoted(str(c.name))} > {moment}"
        )
        for c, is_later in zip(columns, later, strict=True)
        if is_later
    }
    return [
        Problem(
            "future-dates",
            f"{plural(n, 'date', 'dates')} of column {c.header!r} ({c.name}) "
            f"{'lies' if n == 1 else 'lie'} after {now:%Y-%m-%d %H:%M} and"
            f" {'does' if n == 1 else 'do'} not count before then.",
            Place(", ".join(staged.files)),
            level="doubt",
        )
        for c, n in found.items()
    ]
