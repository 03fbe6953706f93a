"""What a staged file dates after the moment at which it is looked at: it is told."""

from __future__ import annotations

from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
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
    newest = ", ".join(f"max({quoted(str(c.name))})::TIMESTAMP" for c in columns)
    latest = rows(con, f"SELECT greatest({newest}) > {moment} FROM {staged.relation}")[0][0]
    if not latest:
        return []
    counts = [
        f"count(*) FILTER (WHERE {quoted(str(c.name))}::TIMESTAMP > {moment})" for c in columns
    ]
    found = rows(con, f"SELECT {', '.join(counts)} FROM {staged.relation}")[0]
    return [
        Problem(
            "future-dates",
            f"{plural(int(str(n)), 'date', 'dates')} of column {c.header!r} ({c.name}) "
            f"{'lies' if n == 1 else 'lie'} after {now:%Y-%m-%d %H:%M} and"
            f" {'does' if n == 1 else 'do'} not count before then.",
            Place(", ".join(staged.files)),
            level="doubt",
        )
        for c, n in zip(columns, found, strict=True)
        if n
    ]
