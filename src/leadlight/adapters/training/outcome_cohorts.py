"""Leads just before it was decided whether they buy: whom one looks at to learn who does.

`decided_pairs` (lead_id, as_of) is a cohort; `decided` says of the same leads whether they were
won, when they came in, and what they brought. A won lead is looked at a second before its first
win. A lost one a second before its first loss. A lead that is undecided counts as not won only when
it is older than nine of ten wins took, and is looked at when it was as old as the median win.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, relation, rows, text_literal

PAIRS, DECIDED = "decided_pairs", "decided"
OBJECTED = "profiling_objected"


@dataclass(frozen=True)
class Counted:
    """How many leads were won, lost, neither though they are old enough to be, and neither and too
    young to tell.
    """

    won: int
    lost: int
    never: int
    young: int


def pairs(
    base: Base, won: Sequence[str], lost: Sequence[str], until: datetime, only_lost: bool
) -> Counted:
    """Make both tables from a base that sees all there is. `only_lost`: leave the undecided out."""
    con, log = base.con, base.sources.activities
    if log is None:
        return Counted(0, 0, 0, 0)
    kinds = [
        ", ".join(text_literal(k) for name in names for k in base.sources.kinds((name,)))
        for names in (won, lost)
    ]
    value = "value" if "value" in column_names(con, relation(log)) else "NULL::DOUBLE"
    created = "created_at" if "created_at" in base.sources.catalog.present else "NULL"
    at = f"TIMESTAMP {text_literal(until.isoformat(sep=' '))}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {DECIDED} AS WITH o AS (SELECT lead_id::VARCHAR AS lead_id,"
        f" min(occurred_at) FILTER (kind IN ({kinds[0]})) AS won_at, min(occurred_at) FILTER (kind"
        f" IN ({kinds[1] or 'NULL'})) AS lost_at, sum({value}) FILTER (kind IN ({kinds[0]})) AS"
        f" value FROM {relation(log)} WHERE occurred_at <= {at} GROUP BY ALL) SELECT"
        f" l.lead_id::VARCHAR AS lead_id, {created}::TIMESTAMP AS came, o.won_at::TIMESTAMP AS"
        " won_at, o.lost_at::TIMESTAMP AS lost_at, o.value::DOUBLE AS value FROM"
        f" {relation(base.sources.leads)} l LEFT JOIN o ON o.lead_id ="
        f" l.lead_id::VARCHAR{_fair(base, 'WHERE', 'l.lead_id')}"
    )
    took = "epoch(won_at) - epoch(came)"
    half, most = rows(
        con,
        f"SELECT quantile_cont({took}, 0.5), quantile_cont({took}, 0.9) FROM {DECIDED} WHERE won_at"
        " > came",
    )[0]
    half, most = (int(float(str(v))) if v is not None else None for v in (half, most))
    old = f"coalesce(came + INTERVAL '{most or 0} seconds' <= {at}, true)"
    state = (
        f"CASE WHEN won_at IS NOT NULL THEN 'won' WHEN lost_at IS NOT NULL THEN 'lost' WHEN {old}"
        " THEN 'never' ELSE 'young' END"
    )
    found = {
        str(s): int(str(n))
        for s, n in rows(con, f"SELECT {state}, count(*) FROM {DECIDED} GROUP BY ALL")
    }
    told = Counted(*(found.get(s, 0) for s in ("won", "lost", "never", "young")))
    kept = "('won', 'lost')" if only_lost else "('won', 'lost', 'never')"
    moment = (
        "CASE WHEN won_at IS NOT NULL THEN won_at - INTERVAL '1 second' WHEN lost_at IS NOT NULL"
        f" THEN lost_at - INTERVAL '1 second' ELSE least(coalesce(came + INTERVAL '{half or 0}"
        f" seconds', {at}), {at}) END"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS SELECT lead_id, {moment} AS as_of FROM {DECIDED}"
        f" WHERE {state} IN {kept}"
    )
    return Counted(told.won, told.lost, 0, 0) if only_lost else told


def looked_at(base: Base, leads: str, names: Sequence[str]) -> list[tuple[object, ...]]:
    """A row for each decided lead: its id, whether it was won, when it was decided, its value, then
    the attributes `names`.

    `leads` is a query of the leads as of `decided_pairs`.
    """
    listed = "".join(f", l.{quoted(n)}" for n in names)
    return rows(
        base.con,
        f"SELECT p.lead_id, d.won_at IS NOT NULL, p.as_of, d.value{listed} FROM {PAIRS} p JOIN"
        f" {DECIDED} d USING (lead_id) JOIN {relation(leads)} l ON l.lead_id::VARCHAR = p.lead_id"
        " ORDER BY p.as_of, p.lead_id",
    )


def behaviour(
    base: Base, won: Sequence[str], lost: Sequence[str], until: datetime
) -> tuple[list[str], list[tuple[object, ...]]]:
    """What each lead did by a moment, in numbers: names of the columns, and a row a lead: its id,
    whether it was won, the numbers.

    How often it did each frequent kind of thing, on how many days, over how long, and how many days
    ago last.
    """
    con, log = base.con, base.sources.activities
    if log is None:
        return [], []
    ends = [k for name in (*won, *lost) for k in base.sources.kinds((name,))]
    among = ", ".join(text_literal(k) for name in won for k in base.sources.kinds((name,)))
    at = f"TIMESTAMP {text_literal(until.isoformat(sep=' '))}"
    seen = f"{relation(log)} WHERE occurred_at <= {at}{_fair(base, 'AND', 'lead_id')}"
    frequent = rows(
        con,
        f"SELECT kind FROM {seen} GROUP BY kind ORDER BY count(DISTINCT lead_id) DESC, kind"
        " LIMIT 18",
    )
    kinds = [str(k) for (k,) in frequent if k not in ends][:16]
    each = "".join(f", count(*) FILTER (kind = {text_literal(k)})" for k in kinds)
    found = rows(
        con,
        f"SELECT lead_id::VARCHAR, bool_or(kind IN ({among})), count(DISTINCT occurred_at::DATE),"
        f" (epoch(max(occurred_at)) - epoch(min(occurred_at))) / 86400.0, (epoch({at}) -"
        f" epoch(max(occurred_at))) / 86400.0{each} FROM {seen} GROUP BY lead_id ORDER BY"
        " lead_id::VARCHAR",
    )
    return [
        "days active",
        "days from first to last activity",
        "days since the last activity",
        *kinds,
    ], found


def attributes(base: Base) -> tuple[list[str], list[tuple[object, ...]]]:
    """Every lead's attributes as they stand: their names, and a row a lead (its id first)."""
    names = sorted(n for n in base.sources.catalog.present if n not in ("lead_id", "row_no"))
    listed = "".join(f", {quoted(n)}" for n in names)
    return names, rows(
        base.con,
        f"SELECT lead_id::VARCHAR{listed} FROM {relation(base.sources.leads)} ORDER BY"
        " lead_id::VARCHAR",
    )


def purchases(base: Base, won: Sequence[str], until: datetime) -> list[tuple[object, ...]]:
    """Every purchase: lead_id, when, its value and its product (None where not stated)."""
    con, log = base.con, base.sources.activities
    if log is None:
        return []
    has = column_names(con, relation(log))
    columns = ", ".join(c if c in has else f"NULL AS {c}" for c in ("value", "product"))
    among = ", ".join(text_literal(k) for name in won for k in base.sources.kinds((name,)))
    return rows(
        con,
        f"SELECT lead_id::VARCHAR, occurred_at::TIMESTAMP, {columns} FROM {relation(log)} WHERE"
        f" kind IN ({among}) AND occurred_at <= TIMESTAMP"
        f" {text_literal(until.isoformat(sep=' '))}{_fair(base, 'AND', 'lead_id')} ORDER BY 1, 2",
    )


def table(base_con: object, relation: str, names: Sequence[str]) -> list[tuple[object, ...]]:
    """The rows of a staged table, in its order."""
    listed = ", ".join(quoted(n) for n in names)
    query = f"SELECT {listed} FROM {relation} ORDER BY row_no"
    return rows(base_con, query)  # type: ignore[arg-type]


def objected(base: Base) -> int:
    """How many leads do not want to be profiled, as known in this base; no other function here
    tells of them.
    """
    if OBJECTED not in base.sources.catalog.present:
        return 0
    return count(base.con, f"SELECT count(*) FROM {relation(base.sources.leads)} WHERE {OBJECTED}")


def _fair(base: Base, begin: str, lead: str) -> str:
    """The end of a condition that leaves out those who objected to profiling."""
    if OBJECTED not in base.sources.catalog.present:
        return ""
    return (
        f" {begin} {lead}::VARCHAR NOT IN (SELECT lead_id::VARCHAR FROM"
        f" {relation(base.sources.leads)} WHERE {OBJECTED})"
    )


def in_segment(base: Base, segment: str) -> list[str]:
    """The ids of the qualified leads that are in a segment."""
    found = rows(
        base.con,
        "SELECT lead_id::VARCHAR FROM qualifications WHERE list_contains(string_split(segments, ';"
        f" '), {text_literal(segment)})",
    )
    return [str(i) for (i,) in found]
