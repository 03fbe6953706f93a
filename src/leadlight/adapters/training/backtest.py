"""Training rows: leads at past moments with what the plan says of them then, and whether the
outcome came in the horizon after. Point-in-time correct by construction: each row is a
qualification as of its moment, and only the outcome looks ahead.

    begin(con, facts, ("won",))                                  once: which outcomes there were,
                                                                 and when
    at_moment(base_then, book, moment, horizon)                  every lead at a past moment; as
                                                                 often as wanted
    at_entry(con, facts, book, horizon, after=..., until=...)    each lead once, so long after it
                                                                 came in

All append to the temporary table `training_rows`: lead_id (text), as_of, every column of the plan
(scores, signals, `_f_<score>_<n>` in hundredths for rules on attributes, attributes that a rule
looks at), and `_won`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.base.ledger_view import sources_for
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, relation, rows, text_literal
from leadlight.facts.cohort import Everyone, Known, Moments
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.relations import activities_as_of, leads_as_of
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook

ROWS = "training_rows"
AGAIN = "training_rows_again"  # the same leads and moments by other rules
OUTCOMES = "training_outcomes"
PAIRS = "training_pairs"


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of a base: how many, of how many leads, how many were not their lead's first,
    and from when to when.
    """

    found: int
    leads: int
    again: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Looked:
    """What one look added: rows, how many of them won in the horizon, and how many leads were left
    out because they had won before.
    """

    sources: Sources
    cohort: Everyone | Moments
    rows: int
    won: int
    left_out: int


def begin(base: Base, kinds: Sequence[str]) -> Outcomes:
    """Note every outcome that is known by now: the activities of these kinds in a base that sees
    all there is.

    A lead that is linked with others by now counts under its own id of then and under the person's.
    """
    con = base.con
    for table in (ROWS, AGAIN):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    written = [k for kind in kinds for k in base.sources.kinds((kind,))]
    if base.sources.activities is None:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} (lead_id VARCHAR, came TIMESTAMP, person"
            " VARCHAR)"
        )
        return Outcomes(0, 0, 0, None, None)
    among = ", ".join(text_literal(k) for k in written)
    log = relation(base.sources.activities)
    members = (
        f"({base.people.members})"
        if base.people
        else "(SELECT NULL::VARCHAR AS lead_id, NULL::VARCHAR AS group_id)"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} AS WITH o AS (SELECT DISTINCT lead_id::VARCHAR AS"
        f" person, occurred_at::TIMESTAMP AS came FROM {log} WHERE kind IN ({among})), m AS (SELECT"
        f" * FROM {members}) SELECT person AS lead_id, came, person FROM o UNION SELECT"
        " m.lead_id::VARCHAR, o.came, o.person FROM o JOIN m ON m.group_id::VARCHAR = o.person"
    )
    found = rows(
        con,
        "SELECT count(DISTINCT (person, came)), count(DISTINCT person), min(came), max(came) FROM"
        f" {OUTCOMES}",
    )[0]
    first, last = (v if isinstance(v, datetime) else None for v in found[2:])
    every, leads = int(str(found[0])), int(str(found[1]))
    return Outcomes(every, leads, every - leads, first, last)


def at_moment(
    base: Base,
    book: Playbook,
    as_of: datetime,
    horizon: timedelta,
    *,
    again: bool = False,
    most: int | None = None,
    into: str = ROWS,
) -> Looked:
    """Add every lead that was there at a moment (at most about so many, drawn by their ids), as
    known then.
    """
    sources = sources_for(base, book)
    if most is not None:
        leads = count(base.con, f"SELECT count(*) FROM {relation(base.sources.leads)}")
        if leads > most:
            sources = replace(sources, leads=_drawn(sources.leads, most / leads))
    return _look(base.con, book, sources, Everyone(as_of), horizon, again, into)


def at_entry(
    base: Base,
    book: Playbook,
    horizon: timedelta,
    *,
    leads: str,
    activities: str | None,
    at_moments: bool,
    again: bool = False,
) -> Looked:
    """Add each lead of `training_pairs` once, at its own moment; `leads` and `activities` are as of
    then.
    """
    sources = replace(
        base.sources, leads=leads, activities=activities, told_by=None, at_moments=at_moments
    )
    return _look(base.con, book, sources, Moments(PAIRS), horizon, again, ROWS)


def look_again(base: Base, book: Playbook, looked: Looked, horizon: timedelta) -> Looked:
    """The rows of a look by other rules, in `training_rows_again`; `base` is as of the look's
    moment.
    """
    sources = looked.sources if isinstance(looked.cohort, Moments) else sources_for(base, book)
    return _look(base.con, book, sources, looked.cohort, horizon, True, AGAIN)


def span(base: Base) -> tuple[datetime | None, datetime | None]:
    """The first and the last moment at which a lead did anything."""
    if base.sources.activities is None:
        return None, None
    source = relation(base.sources.activities)
    first, last = rows(
        base.con, f"SELECT min(occurred_at)::TIMESTAMP, max(occurred_at)::TIMESTAMP FROM {source}"
    )[0]
    return (first if isinstance(first, datetime) else None), (
        last if isinstance(last, datetime) else None
    )


def entry_pairs(
    base: Base,
    after: timedelta,
    horizon: timedelta,
    newest: float,
    *,
    since: datetime | None,
    until: datetime,
    most: int,
) -> datetime | None:
    """Make `training_pairs`: each lead once, so long after it came in, where the horizon is over;
    the split, or None.

    Leads whose horizon was not over at the split are in neither part, so that nothing judged was
    known when learning.
    """
    con = base.con
    if "created_at" not in base.sources.catalog.present:
        return None
    seconds, over = int(after.total_seconds()), int(horizon.total_seconds())
    last = min(until, span(base)[1] or until)
    begin = f"AND created_at >= TIMESTAMP {_moment(since)}" if since else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS SELECT lead_id, created_at + INTERVAL '{seconds}"
        f" seconds' AS as_of FROM {relation(base.sources.leads)} WHERE created_at IS NOT NULL"
        f" {begin} AND created_at + INTERVAL '{seconds + over} seconds' <= TIMESTAMP"
        f" {_moment(last)}"
    )
    split = rows(
        con, f"SELECT date_trunc('day', quantile_cont(as_of, {1 - newest}))::TIMESTAMP FROM {PAIRS}"
    )[0][0]
    if not isinstance(split, datetime):
        return None
    at = f"TIMESTAMP {_moment(split)}"
    con.execute(
        f"DELETE FROM {PAIRS} WHERE as_of < {at} AND as_of + INTERVAL '{over} seconds' > {at}"
    )
    many = count(con, f"SELECT count(*) FROM {PAIRS}")
    if many > 2 * most:
        con.execute(
            f"DELETE FROM {PAIRS} WHERE hash(lead_id::VARCHAR) % 1000000 >="
            f" {int(2 * most / many * 1_000_000)}"
        )
    return split


def facts_at(holdings: Holdings, pairs: str, known: Known) -> tuple[str, str]:
    """A ledger's leads and activities as of the moments of pairs, each with `as_of`: two
    queries.
    """
    cohort = Moments(pairs, known)
    return tuple(
        q.sql(dialect="duckdb", identify=True)
        for q in (leads_as_of(cohort, holdings), activities_as_of(cohort, holdings))
    )  # type: ignore[return-value]


def label_query(base: Base, column: str, value: str | None, place: str, yes: Sequence[str]) -> str:
    """A query of lead_id, won and place (the order of the rows), from a column of a table; won
    where it says `value`, or yes.
    """
    source, name = relation(base.sources.leads), quoted(column)
    has = column_names(base.con, source)
    if value is not None:
        won = f"lower(trim({name}::VARCHAR)) = lower({text_literal(value)})"
    else:
        won = f"lower(trim({name}::VARCHAR)) IN ({', '.join(text_literal(y) for y in yes)})"
    where = quoted(place) if place in has else "row_number() OVER (ORDER BY lead_id)"
    return f"SELECT lead_id, coalesce({won}, false) AS won, {where} AS place FROM {source}"


def newest(con: duckdb.DuckDBPyConnection, won: str, share: float) -> str:
    """The condition by which a training row is among the newest share of a table's rows."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE training_newest AS SELECT lead_id::VARCHAR AS lead_id FROM"
        f" (SELECT lead_id, percent_rank() OVER (ORDER BY place, lead_id) AS share FROM ({won}))"
        f" WHERE share >= {1 - share}"
    )
    return "lead_id IN (SELECT lead_id FROM training_newest)"


def _look(
    con: duckdb.DuckDBPyConnection,
    book: Playbook,
    sources: Sources,
    cohort: Everyone | Moments,
    horizon: timedelta,
    again: bool,
    into: str,
) -> Looked:
    plan = statement(book, sources, cohort, reasons=False, signals=True, ledger=True)
    until = f"q.as_of + INTERVAL '{int(horizon.total_seconds())} seconds'"
    mine = f"FROM {OUTCOMES} o WHERE o.lead_id = q.lead_id::VARCHAR AND"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _looked AS SELECT * REPLACE (lead_id::VARCHAR AS lead_id,"
        f" as_of::TIMESTAMP AS as_of), EXISTS (SELECT 1 {mine} o.came > q.as_of AND o.came <="
        f" {until}) AS _won, EXISTS (SELECT 1 {mine} o.came <= q.as_of) AS _before FROM ({plan}) q"
    )
    left_out = 0
    if not again:
        left_out = count(con, "SELECT count(*) FROM _looked WHERE _before")
        con.execute("DELETE FROM _looked WHERE _before")
    con.execute("ALTER TABLE _looked DROP _before")
    if not count(
        con, f"SELECT count(*) FROM duckdb_tables() WHERE table_name = {text_literal(into)}"
    ):
        con.execute(f"CREATE TEMP TABLE {into} AS SELECT * FROM _looked LIMIT 0")
    con.execute(f"INSERT INTO {into} BY NAME SELECT * FROM _looked")
    found = rows(con, "SELECT count(*), count(*) FILTER (_won) FROM _looked")[0]
    return Looked(sources, cohort, int(str(found[0])), int(str(found[1])), left_out)


def label_outcomes(base: Base, won: str, as_of: datetime) -> Outcomes:
    """Note the outcome that a table without a history states: who has it had it at the moment after
    `as_of`.

    `won` is a query of lead_id and won (true, or not).
    """
    con = base.con
    for table in (ROWS, AGAIN):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    after = f"TIMESTAMP {text_literal((as_of + timedelta(seconds=1)).isoformat(sep=' '))}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} AS SELECT DISTINCT lead_id::VARCHAR AS lead_id,"
        f" {after} AS came, lead_id::VARCHAR AS person FROM ({won}) WHERE won"
    )
    found = count(con, f"SELECT count(*) FROM {OUTCOMES}")
    return Outcomes(found, found, 0, None, None)


def _drawn(leads: str, share: float) -> str:
    """About this share of the leads, the same ones each time."""
    return (
        f"SELECT * FROM {relation(leads)} WHERE hash(lead_id::VARCHAR) % 1000000 <"
        f" {int(share * 1_000_000)}"
    )


def _moment(moment: datetime) -> str:
    return text_literal(moment.isoformat(sep=" "))


def columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The columns of the training rows."""
    return list(column_names(con, ROWS))
