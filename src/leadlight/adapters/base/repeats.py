"""Activities that files tell more than once, counted as a ledger that imports them does.

An activity with an id of its own is the same one when id, kind and lead are. Others are the same
when every column is; identical rows of one file are several activities (a lead may open a page
twice in a second), so of each likeness as many count as one file has at most.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import duckdb

from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.sources.csv import in_order
from leadlight.facts.catalog import slug, standard_kind
from leadlight.problems import Problem

#: The line, and what a lead is found by: they do not make an activity another one.
_NO_PART = ("row_no", "email")
_MINE = ("_source", "_alike", "_one")


def without_repeats(con: duckdb.DuckDBPyConnection, logs: Sequence[str]) -> tuple[str, int]:
    """The query of all logs (each a query) in which every activity stands once, and how many rows
    it leaves out.

    What is found is kept in the connection, for whoever asks of the same logs again.
    """
    every = " UNION ALL BY NAME ".join(logs)
    if len(logs) == 1 and "activity_id" not in column_types(con, f"({every})"):
        return every, 0
    kept = f"once_{hashlib.sha256(every.encode()).hexdigest()[:16]}"
    if not rows(con, f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{kept}_alike'"):
        _find(con, _mark_rows(con, logs), kept, several=len(logs) > 1)
        if count(con, f"SELECT count(*) FROM {kept}_alike"):
            _keep(con, _mark_rows(con, logs), kept)
    left_out = count(con, f"SELECT coalesce(max(left_out), 0) FROM {kept}_alike")
    if not left_out:
        return every, 0
    others = (
        f"SELECT * EXCLUDE ({', '.join(_MINE)}) FROM ({_mark_rows(con, logs)}) "
        f"WHERE _alike NOT IN (SELECT alike FROM {kept}_alike)"
    )
    return f"{others} UNION ALL BY NAME SELECT * FROM {kept}", left_out


def repeats_problem(left_out: int, files: str) -> Problem:
    """What is said of them."""
    what = "1 repeated activity was" if left_out == 1 else f"{left_out:,} repeated activities were"
    return Problem(
        "repeated-activities",
        f"{what} counted once: in {files}.",
        hint="The same id, kind and lead; without an id, a row that another file has too.",
        level="doubt",
    )


def _mark_rows(con: duckdb.DuckDBPyConnection, logs: Sequence[str]) -> str:
    """All rows with the log they are of, one number for what makes two the same, and whether an id
    says so.
    """
    numbered = [f"SELECT {n} AS _source, * FROM ({log})" for n, log in enumerate(logs)]
    every = " UNION ALL BY NAME ".join(numbered)
    types = column_types(con, f"({every})")
    kind = _kind(con, every) if "kind" in types else "NULL"
    fixed = ["CAST(lead_id AS VARCHAR)", "occurred_at", kind]
    rest = [
        quoted(n)
        for n in sorted(types)
        if n not in (*_NO_PART, "_source", "lead_id", "occurred_at", "kind")
    ]
    whole = f"hash('row', {', '.join([*fixed, *rest])})"
    if "activity_id" not in types:
        return f"SELECT *, {whole} AS _alike, FALSE AS _one FROM ({every})"
    by_id = f"hash('id', activity_id, {kind}, CAST(lead_id AS VARCHAR))"
    return (
        f"SELECT *, CASE WHEN activity_id IS NULL THEN {whole} ELSE {by_id} END AS _alike, "
        f"activity_id IS NOT NULL AS _one FROM ({every})"
    )


def _kind(con: duckdb.DuckDBPyConnection, every: str) -> str:
    """The kind as playbooks name it, whatever word a typed file has for it."""
    words = [
        str(w) for (w,) in rows(con, f"SELECT DISTINCT kind FROM ({every}) WHERE kind IS NOT NULL")
    ]
    told: Mapping[str, str] = {w: standard_kind(w) if slug(w) else w.casefold() for w in words}
    arms = [
        f"WHEN {text_literal(w)} THEN {text_literal(k)}" for w, k in sorted(told.items()) if w != k
    ]
    return f"CASE kind {' '.join(arms)} ELSE kind END" if arms else "kind"


def _find(con: duckdb.DuckDBPyConnection, marked: str, kept: str, *, several: bool) -> None:
    """Leave the likenesses that stand more than once; in the usual case a look at ids, or at spans
    of time, says: none.
    """
    found = []
    named = f"FROM ({marked}) WHERE _one"
    if count(con, f"SELECT count(*) - count(DISTINCT _alike) {named}"):
        found.append(
            f"SELECT _alike, count(*) - 1 AS more {named} GROUP BY _alike HAVING count(*) > 1"
        )
    between = _overlap(con, marked) if several else None
    if between:
        found.append(
            "SELECT _alike, sum(times) - max(times) AS more FROM ("
            f"SELECT _alike, _source, count(*) AS times FROM ({marked}) "
            f"WHERE NOT _one AND {between} GROUP BY _alike, _source) "
            "GROUP BY _alike HAVING count(*) > 1"
        )
    nothing = "SELECT NULL::UBIGINT AS _alike, 0 AS more WHERE FALSE"
    con.execute(
        f"CREATE TEMP TABLE {kept}_alike AS SELECT _alike AS alike, sum(more) OVER () AS left_out "
        f"FROM ({' UNION ALL '.join(found) or nothing})"
    )


def _overlap(con: duckdb.DuckDBPyConnection, marked: str) -> str | None:
    """The stretch of time in which more than one log has activities without an id."""
    spans = rows(
        con,
        f"SELECT min(occurred_at)::TIMESTAMP, max(occurred_at)::TIMESTAMP FROM ({marked}) "
        "WHERE NOT _one GROUP BY _source HAVING min(occurred_at) IS NOT NULL",
    )
    if len(spans) < 2:
        return None
    since = sorted(str(first) for first, _ in spans)[1]
    until = sorted(str(last) for _, last in spans)[-2]
    if since > until:
        return None
    return f"occurred_at BETWEEN TIMESTAMP '{since}' AND TIMESTAMP '{until}'"


def _keep(con: duckdb.DuckDBPyConnection, marked: str, kept: str) -> None:
    """Leave, of the rows that stand more than once, those that count: the first, and of several the
    first of each.
    """
    with in_order(con):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {kept}_all AS "
            f"SELECT *, row_number() OVER () AS _place FROM ({marked}) "
            f"WHERE _alike IN (SELECT alike FROM {kept}_alike)"
        )
    line = "row_no, _place" if "row_no" in column_types(con, f"{kept}_all") else "_place"
    nth = f"row_number() OVER (PARTITION BY _alike, _source ORDER BY {line})"
    first = f"row_number() OVER (PARTITION BY _alike, _nth ORDER BY _source, {line}) = 1"
    con.execute(
        f"CREATE TEMP TABLE {kept} AS SELECT * EXCLUDE ({', '.join(_MINE)}, _place, _nth) "
        f"FROM (SELECT *, CASE WHEN _one THEN 1 ELSE {nth} END AS _nth FROM {kept}_all) "
        f"QUALIFY {first}"
    )
    con.execute(f"DROP TABLE {kept}_all")
