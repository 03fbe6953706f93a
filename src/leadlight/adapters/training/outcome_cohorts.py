"""Leads just before it was decided whether they buy: whom one looks at to learn who does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.facts.relation import Relation

PAIRS, DECIDED = "decided_pairs", "decided"
MOST_KINDS = 16  # kinds of activity that behaviour is counted by

Row = tuple[object, ...]


@dataclass(frozen=True)
class OutcomeCounts:
    """How many leads were won, lost, neither though they are old enough to be, and neither and too
    young to tell.
    """

    won: int
    lost: int
    never: int
    young: int


class OutcomeCohort:
    """The leads of a base by whether they were won: what they were before, what they did, what they
    bought. Leads that objected to profiling are left out, but where it says so.
    """

    pairs = PAIRS  # lead_id and as_of of each decided lead

    def __init__(self, base: Base) -> None:
        self.base = base
        self.con = base.con

    def make_pairs(
        self, won: Sequence[str], lost: Sequence[str], until: datetime, only_lost: bool
    ) -> OutcomeCounts:
        """Make `pairs`, from a base that sees all there is. `only_lost`: leave the undecided out.

        A won lead is looked at a second before its first win, a lost one a second before its first
        loss. A lead that is undecided counts as not won only when it is older than nine of ten wins
        took, and is looked at when it was as old as the median win.
        """
        con = self.con
        log = self.base.sources.activities
        if log is None:
            return OutcomeCounts(0, 0, 0, 0)
        at = _timestamp(until)
        self._note_decisions(log, won, lost, at)
        took = "epoch(won_at) - epoch(came)"
        median, most = rows(
            con,
            f"SELECT quantile_cont({took}, 0.5), quantile_cont({took}, 0.9) FROM {DECIDED} WHERE"
            " won_at > came",
        )[0]
        old = f"coalesce(came + INTERVAL '{_seconds(most)} seconds' <= {at}, true)"
        state = (
            "CASE WHEN won_at IS NOT NULL THEN 'won' WHEN lost_at IS NOT NULL THEN 'lost' WHEN"
            f" {old} THEN 'never' ELSE 'young' END"
        )
        found = {
            str(s): int(str(n))
            for s, n in rows(con, f"SELECT {state}, count(*) FROM {DECIDED} GROUP BY ALL")
        }
        counts = OutcomeCounts(*(found.get(s, 0) for s in ("won", "lost", "never", "young")))
        kept = "('won', 'lost')" if only_lost else "('won', 'lost', 'never')"
        moment = (
            "CASE WHEN won_at IS NOT NULL THEN won_at - INTERVAL '1 second' WHEN lost_at IS NOT"
            " NULL THEN lost_at - INTERVAL '1 second' ELSE least(coalesce(came + INTERVAL"
            f" '{_seconds(median)} seconds', {at}), {at}) END"
        )
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS SELECT lead_id, {moment} AS as_of FROM"
            f" {DECIDED} WHERE {state} IN {kept}"
        )
        return replace(counts, never=0, young=0) if only_lost else counts

    def rows_before(self, leads: Relation, names: Sequence[str]) -> list[Row]:
        """A row for each decided lead: its id, whether it was won, when it was decided, its value,
        then the attributes `names`.

        `leads` are as of `pairs`.
        """
        listed = "".join(f", l.{quoted(n)}" for n in names)
        return rows(
            self.con,
            f"SELECT p.lead_id, d.won_at IS NOT NULL, p.as_of, d.value{listed} FROM {PAIRS} p JOIN"
            f" {DECIDED} d USING (lead_id) JOIN {leads} l ON l.lead_id::VARCHAR ="
            " p.lead_id ORDER BY p.as_of, p.lead_id",
        )

    def behaviour(
        self, won: Sequence[str], lost: Sequence[str], until: datetime
    ) -> tuple[list[str], list[Row]]:
        """What each lead did by a moment, in numbers: names of the columns, and a row a lead: its
        id, whether it was won, the numbers.

        How often it did each frequent kind of thing, on how many days, over how long, and how many
        days ago last.
        """
        log = self.base.sources.activities
        if log is None:
            return [], []
        at = _timestamp(until)
        fair = self._without_objectors("AND", "lead_id")
        before = f"{log} WHERE occurred_at <= {at}{fair}"
        kinds = self._frequent_kinds(before, (*won, *lost))
        each = "".join(f", count(*) FILTER (kind = {text_literal(k)})" for k in kinds)
        found = rows(
            self.con,
            f"SELECT lead_id::VARCHAR, bool_or(kind IN ({self._kinds(won)})), count(DISTINCT"
            " occurred_at::DATE), (epoch(max(occurred_at)) - epoch(min(occurred_at))) / 86400.0,"
            f" (epoch({at}) - epoch(max(occurred_at))) / 86400.0{each} FROM {before} GROUP BY"
            " lead_id ORDER BY lead_id::VARCHAR",
        )
        return [
            "days active",
            "days from first to last activity",
            "days since the last activity",
            *kinds,
        ], found

    def attributes(self) -> tuple[list[str], list[Row]]:
        """Every lead's attributes as they stand, also of those who objected: their names, and a row
        a lead (its id first).
        """
        present = self.base.sources.catalog.present
        names = sorted(n for n in present if n not in ("lead_id", "row_no"))
        listed = "".join(f", {quoted(n)}" for n in names)
        return names, rows(
            self.con,
            f"SELECT lead_id::VARCHAR{listed} FROM {self.base.sources.leads} ORDER BY"
            " lead_id::VARCHAR",
        )

    def purchases(self, won: Sequence[str], until: datetime) -> list[Row]:
        """Every purchase: lead_id, when, its value and its product (None where not stated)."""
        log = self.base.sources.activities
        if log is None:
            return []
        has = column_names(self.con, log)
        columns = ", ".join(c if c in has else f"NULL AS {c}" for c in ("value", "product"))
        return rows(
            self.con,
            f"SELECT lead_id::VARCHAR, occurred_at::TIMESTAMP, {columns} FROM {log} WHERE"
            f" kind IN ({self._kinds(won)}) AND occurred_at <="
            f" {_timestamp(until)}{self._without_objectors('AND', 'lead_id')} ORDER BY 1, 2",
        )

    def objector_count(self) -> int:
        """How many leads do not want to be profiled, as known in this base."""
        if OBJECTED not in self.base.sources.catalog.present:
            return 0
        leads = self.base.sources.leads
        return count(self.con, f"SELECT count(*) FROM {leads} WHERE {OBJECTED}")

    def in_segment(self, segment: str) -> list[str]:
        """The ids of the qualified leads that are in a segment."""
        found = rows(
            self.con,
            "SELECT lead_id::VARCHAR FROM qualifications WHERE list_contains(string_split(segments,"
            f" '; '), {text_literal(segment)})",
        )
        return [str(i) for (i,) in found]

    def _note_decisions(
        self, log: Relation, won: Sequence[str], lost: Sequence[str], at: str
    ) -> None:
        """Store for each lead when it was created, first won and first lost, and its value."""
        base = self.base
        value = "value" if "value" in column_names(self.con, log) else "NULL::DOUBLE"
        created = "created_at" if "created_at" in base.sources.catalog.present else "NULL"
        wins, losses = self._kinds(won), self._kinds(lost) or "NULL"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {DECIDED} AS WITH o AS (SELECT lead_id::VARCHAR AS"
            f" lead_id, min(occurred_at) FILTER (kind IN ({wins})) AS won_at, min(occurred_at)"
            f" FILTER (kind IN ({losses})) AS lost_at, sum({value}) FILTER (kind IN ({wins})) AS"
            f" value FROM {log} WHERE occurred_at <= {at} GROUP BY ALL) SELECT l.lead_id::VARCHAR"
            f" AS lead_id, {created}::TIMESTAMP AS came, o.won_at::TIMESTAMP AS won_at,"
            " o.lost_at::TIMESTAMP AS lost_at, o.value::DOUBLE AS value FROM"
            f" {base.sources.leads} l LEFT JOIN o ON o.lead_id ="
            f" l.lead_id::VARCHAR{self._without_objectors('WHERE', 'l.lead_id')}"
        )

    def _kinds(self, names: Sequence[str]) -> str:
        """What kinds of activity are called in the base, as the list of an IN."""
        return ", ".join(
            text_literal(k) for name in names for k in self.base.sources.kinds((name,))
        )

    def _frequent_kinds(self, activities: str, ends: Sequence[str]) -> list[str]:
        """The kinds of activity that most leads have, without those that end a lead's way."""
        frequent = rows(
            self.con,
            f"SELECT kind FROM {activities} GROUP BY kind ORDER BY count(DISTINCT lead_id) DESC,"
            f" kind LIMIT {MOST_KINDS + 2}",
        )
        left_out = {k for name in ends for k in self.base.sources.kinds((name,))}
        return [str(k) for (k,) in frequent if k not in left_out][:MOST_KINDS]

    def _without_objectors(self, begin: str, lead: str) -> str:
        """The end of a condition that leaves out those who objected to profiling."""
        if OBJECTED not in self.base.sources.catalog.present:
            return ""
        return (
            f" {begin} {lead}::VARCHAR NOT IN (SELECT lead_id::VARCHAR FROM"
            f" {self.base.sources.leads} WHERE {OBJECTED})"
        )


def _timestamp(moment: datetime) -> str:
    return f"TIMESTAMP {text_literal(moment.isoformat(sep=' '))}"


def _seconds(cell: object) -> int:
    return 0 if cell is None else int(float(str(cell)))
