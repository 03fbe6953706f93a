"""Which pieces of a playbook a base of leads touches, and what its rules change.

One plan over the whole base tells for whom each piece holds. What a rule changes is asked of a
sample, in one plan for all rules: a lead has a twin for each rule that held for it, in which that
rule does not count. For whom a rule did not hold, leaving it out cannot change anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import TableName
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.pieces import LEFT_OUT, Piece, leave_one_out, pieces, rules, with_watches
from leadlight.playbook.spec import Playbook
from leadlight.results.coverage import PieceCounts

#: The largest sample of leads that rules are left out for, and the most twins.
SAMPLE, TWINS = 20_000, 400_000
WATCHED, PICKED, HELD, PAIRS = "watched_leads", "coverage_sample", "coverage_held", "coverage_twins"
ROUTED = ("segments", "department", "respond_within", "next_step")


def cover(base: Base, book: Playbook, as_of: datetime, sample: int = SAMPLE) -> PieceCounts:
    """What a base says of a playbook's pieces: for how many leads each holds; on a sample what
    rules change and what overlaps.
    """
    con, parts = base.con, pieces(book)
    con.execute("SET enable_progress_bar = false")  # what is printed here is the verb's own
    _watch(base, book, as_of, parts)
    leads = count(con, f"SELECT count(*) FROM {WATCHED}")
    counted = PieceCounts(as_of, leads, _count_leads(con, WATCHED, parts))
    if not leads:
        return counted
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {PICKED} AS SELECT lead_id FROM {WATCHED} "
        f"ORDER BY hash(lead_id), lead_id LIMIT {int(sample)}"
    )
    mine = f"(SELECT * FROM {WATCHED} SEMI JOIN {PICKED} USING (lead_id))"
    _unroll(con, mine, parts)
    looked_at, changed = _count_effects(base, book, as_of)
    return replace(
        counted,
        sample=min(leads, sample),
        held_there=_count_leads(con, mine, parts),
        both=_both(con, parts),
        looked_at=looked_at,
        changed=changed,
    )


def _watch(base: Base, book: Playbook, as_of: datetime, parts: Sequence[Piece]) -> None:
    watched = with_watches(book)
    sql = statement(
        watched, base.sources_for(watched), Everyone(as_of), signals=True, reasons=False
    )
    labels = "".join(f", {quoted(n)}" for n in (*(s.name for s in book.scales), *ROUTED))
    said = "".join(
        f", coalesce(CAST({quoted(p.column)} AS BOOLEAN), false) AS {quoted(p.column)}"
        for p in parts
    )
    base.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {WATCHED} AS SELECT lead_id::VARCHAR AS"
        f" lead_id{labels}{said} FROM ({sql})"
    )


def _count_leads(
    con: duckdb.DuckDBPyConnection, relation: str, parts: Sequence[Piece]
) -> dict[str, int]:
    if not parts:
        return {}
    sums = ", ".join(f"coalesce(count_if({quoted(p.column)}), 0)" for p in parts)
    found = rows(con, f"SELECT {sums} FROM {relation}")[0]
    return {p.column: int(str(n)) for p, n in zip(parts, found, strict=True)}


def _unroll(con: duckdb.DuckDBPyConnection, relation: str, parts: Sequence[Piece]) -> None:
    """A row for each lead of the sample and piece that holds for it."""
    listed = ", ".join(quoted(p.column) for p in parts) or "false"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {HELD} AS SELECT lead_id, n FROM (SELECT lead_id,"
        f" unnest([{listed}]) AS held, unnest(range({max(len(parts), 1)})) AS n FROM {relation})"
        " WHERE held"
    )


def _both(con: duckdb.DuckDBPyConnection, parts: Sequence[Piece]) -> dict[tuple[str, str], int]:
    """For two rules, or two segments, how many leads both hold for."""
    what = {n: p.what for n, p in enumerate(parts) if p.what in ("rule", "segment")}
    if not what:
        return {}
    listed = ", ".join(f"({n}, '{w}')" for n, w in what.items())
    found = rows(
        con,
        f"WITH what(n, what) AS (VALUES {listed}), h AS (SELECT lead_id, n, what FROM {HELD} JOIN"
        " what USING (n)) SELECT a.n, b.n, count(*) FROM h a JOIN h b ON a.lead_id = b.lead_id AND"
        " a.what = b.what AND a.n < b.n GROUP BY ALL",
    )
    return {
        (parts[int(str(a))].column, parts[int(str(b))].column): int(str(n)) for a, b, n in found
    }


def _count_effects(
    base: Base, book: Playbook, as_of: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """For each rule how many leads of the sample it was left out for, and how many of them then
    differ.
    """
    con, own = base.con, rules(book)
    if not own or not _pair(con, book, own):
        return {}, {}
    changed, added = leave_one_out(book)
    catalog = _with_twin_mark(base.sources.catalog, added)
    sources = replace(_twins(base, book), catalog=catalog)
    sql = statement(changed, sources, Everyone(as_of), reasons=False)
    names = (*(s.name for s in book.scales), *ROUTED)
    differs = " OR ".join(f"q.{quoted(n)} IS DISTINCT FROM w.{quoted(n)}" for n in names)
    found = rows(
        con,
        f"SELECT t.rule, count(*), count_if({differs}) FROM ({sql}) q JOIN {PAIRS} t ON t.twin ="
        f" q.lead_id JOIN {WATCHED} w ON w.lead_id = t.lead_id GROUP BY t.rule",
    )
    told = {
        own[int(str(n)) - 1].column: (int(str(all_)), int(str(some))) for n, all_, some in found
    }
    return {c: n for c, (n, _) in told.items()}, {c: n for c, (_, n) in told.items()}


def _pair(con: duckdb.DuckDBPyConnection, book: Playbook, own: Sequence[Piece]) -> int:
    """Pair each lead of the sample with each rule that held for it; how many pairs."""
    place = {p.column: n for n, p in enumerate(pieces(book))}
    numbers = ", ".join(f"({place[p.column]}, {n})" for n, p in enumerate(own, 1))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {PAIRS} AS WITH numbers(n, rule) AS (VALUES {numbers})"
        " SELECT (row_number() OVER (ORDER BY hash(lead_id), lead_id, rule))::BIGINT AS twin,"
        f" lead_id, rule FROM {HELD} JOIN numbers USING (n) QUALIFY twin <= {TWINS}"
    )
    return count(con, f"SELECT count(*) FROM {PAIRS}")


def _with_twin_mark(catalog: Catalog, added: Catalog) -> Catalog:
    """The catalog with the attributes that tell which rule does not count for a twin."""
    lead, activity = catalog.present, catalog.activity_present
    return replace(
        catalog.with_own(added.lead.values(), added.activity.values()),
        present=lead | {LEFT_OUT} if lead else lead,
        activity_present=activity | {LEFT_OUT} if activity else activity,
    )


def _twins(base: Base, book: Playbook) -> Sources:
    """The facts of each twin, in two tables."""
    con, needed = base.con, column_use(book, base.sources.catalog)
    facts = base.sources_of(PICKED)
    for table, source, fixed, wanted in (
        ("twin_leads", facts.leads, (), needed.attributes),
        ("twin_log", facts.activities, ("occurred_at", "kind"), needed.activity_columns),
    ):
        if source is None:
            continue
        has = column_names(con, source)
        kept = "".join(f", f.{quoted(n)}" for n in (*fixed, *wanted) if n in has)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT t.twin AS lead_id, t.rule::BIGINT AS"
            f" {quoted(LEFT_OUT)}{kept} FROM {PAIRS} t JOIN {source} f ON f.lead_id::VARCHAR ="
            " t.lead_id"
        )
    log = TableName("twin_log") if facts.activities is not None else None
    return Sources(base.sources.catalog, TableName("twin_leads"), log, base.sources.spelled)
