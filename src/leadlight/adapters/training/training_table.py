"""The training rows of a base, read: as columns to learn from, and counted to check a model by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.training.training_rows import ROWS
from leadlight.facts.protected_attributes import OBJECTED


@dataclass(frozen=True)
class PredictedOutcome:
    """A training row of a past moment: the lead, what a model said of it, whether the outcome came,
    and whether it is one of those by whom drift is told.
    """

    lead_id: str
    probability: float
    won: bool
    among: bool


class TrainingTable:
    """What `TrainingRows` made of a base."""

    def __init__(self, everything: Base) -> None:
        self.everything = everything
        self.con = everything.con
        self.con.execute("SET enable_progress_bar = false")  # what is printed is the verb's own

    def columns(self) -> dict[str, tuple[object, ...]]:
        """Every column by its name, the rows by moment and lead; nothing where there is no row."""
        cursor = self.con.execute(f"SELECT * FROM {ROWS} ORDER BY as_of, lead_id")
        names = [str(d[0]) for d in cursor.description or ()]
        return dict(zip(names, zip(*cursor.fetchall(), strict=True), strict=False))

    def leave_out(self, leads: Collection[str]) -> None:
        """Drop the rows of these leads."""
        self.con.execute(f"DELETE FROM {ROWS} WHERE lead_id IN (SELECT unnest(?))", [sorted(leads)])

    def lead_counts(self, moment: datetime, among: str | None) -> tuple[int, int]:
        """How many leads were looked at as of a moment: those whose column `among` is above 0, and
        all of them.
        """
        some, every = rows(
            self.con,
            f"SELECT count(*) FILTER ({_above_0(among)}), count(*) FROM {ROWS} WHERE as_of ="
            f" {_timestamp(moment)}",
        )[0]
        return int(str(some)), int(str(every))

    def value_counts(self, column: str, moment: datetime, among: str | None) -> dict[object, int]:
        """How many leads had each value of a column as of a moment; `among` as above."""
        found = rows(
            self.con,
            f"SELECT {quoted(column)}, count(*) FROM {ROWS} WHERE as_of = {_timestamp(moment)} AND"
            f" {_above_0(among)} GROUP BY 1",
        )
        return {value: int(str(leads)) for value, leads in found}

    def predicted_outcomes(
        self, column: str, now: datetime, among: str | None
    ) -> list[PredictedOutcome]:
        """The rows of every moment but `now`, with the probability in `column`."""
        found = rows(
            self.con,
            f"SELECT lead_id, {quoted(column)}, _won, {_above_0(among)} FROM {ROWS} WHERE as_of <>"
            f" {_timestamp(now)}",
        )
        return [
            PredictedOutcome(str(lead), float(str(said)), bool(won), bool(inside))
            for lead, said, won, inside in found
        ]


def objectors(base: Base) -> set[str]:
    """The leads who object to profiling, as known in a base."""
    if OBJECTED not in base.sources.catalog.present:
        return set()
    found = rows(base.con, f"SELECT lead_id::VARCHAR FROM {base.sources.leads} WHERE {OBJECTED}")
    return {str(lead) for (lead,) in found}


def kinds_by_frequency(base: Base) -> list[str]:
    """The kinds of activity of a base, the most frequent first."""
    log = base.sources.activities
    if log is None:
        return []
    found = rows(base.con, f"SELECT kind, count(*) FROM {log} GROUP BY kind ORDER BY 2 DESC, 1")
    return [str(kind) for kind, _ in found]


def _above_0(column: str | None) -> str:
    return "true" if column is None else f"{quoted(column)} > 0"


def _timestamp(moment: datetime) -> str:
    return f"TIMESTAMP {text_literal(moment.isoformat(sep=' '))}"
