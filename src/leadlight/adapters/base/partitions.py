"""A plan in several passes, each over a part of the leads, so that what is held at once fits into
the memory allowed.

A lead's qualification needs no other lead's facts, so the parts may be any; those who are one
person stay in one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import duckdb

from leadlight.adapters.base.ledger_facts import LedgerFacts
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.texts import members_text
from leadlight.plan.asof.visibility import ACTIVITY_FACTS, ATTRIBUTE_FACTS, CONTACT_FACTS
from leadlight.plan.sources import Sources

#: What a pass needs for a lead and for an activity, in bytes, before the disk makes it slow: ten
#: million leads with ten activities each were as quick in 1 GB as without a limit.
OF_A_LEAD, OF_AN_ACTIVITY = 40, 4
#: What reading, writing and every thread take in any case; and what is left for the leads at the
#: least.
BESIDE, LEAST = 200_000_000, 10_000_000
_MOST = 64
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def passes(con: duckdb.DuckDBPyConnection, leads: int, activities: int) -> int:
    """How many passes a plan over so many leads and activities is to take: one where all of it fits
    into the memory allowed.
    """
    allowed = _bytes(str(rows(con, "SELECT current_setting('memory_limit')")[0][0]))
    return enough(leads, activities, allowed)


def enough(leads: int, activities: int, allowed: int) -> int:
    """How many passes bound what is held to so many bytes."""
    needed = leads * OF_A_LEAD + activities * OF_AN_ACTIVITY
    return min(_MOST, max(1, -(-needed // max(allowed - BESIDE, LEAST))))


def hashed_part(sources: Sources, n: int, of: int) -> Sources:
    """Relations with the n-th part of the leads."""
    log = sources.activities
    return replace(
        sources,
        leads=_filter(sources.leads, n, of),
        activities=None if log is None else _filter(log, n, of),
    )


@contextmanager
def tables_in_part(
    con: duckdb.DuckDBPyConnection, facts: LedgerFacts, n: int, of: int
) -> Iterator[None]:
    """The ledger's tables with the facts of the n-th part of the leads, under their own names."""
    tables = (ATTRIBUTE_FACTS, ACTIVITY_FACTS, CONTACT_FACTS)
    try:
        for table in tables:
            query = _facts(con, table, facts, n, of)
            con.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {query}")
        yield
    finally:
        for table in tables:
            con.execute(f"DROP VIEW IF EXISTS temp.{table}")


def _facts(con: duckdb.DuckDBPyConnection, table: str, facts: LedgerFacts, n: int, of: int) -> str:
    (database,) = rows(con, "SELECT current_database()")[0]
    stored = f"{quoted(str(database))}.main.{table}"
    if not facts.holdings.linked:
        return f"SELECT * FROM {stored} WHERE {_in_part('lead_id', n, of)}"
    members = members_text(facts.cohort, facts.holdings)
    return (
        f"SELECT f.* FROM {stored} f LEFT JOIN ({members}) m ON m.lead_id = f.lead_id "
        f"WHERE {_in_part('coalesce(m.group_id, f.lead_id)', n, of)}"
    )


def _filter(source: Relation, n: int, of: int) -> Query:
    return Query(f"SELECT * FROM {source} WHERE {_in_part('lead_id', n, of)}")


def _in_part(lead: str, n: int, of: int) -> str:
    # Hashed with a constant: a join's own hash of the ids alone must still tell those of one part
    # well apart.
    return f"hash({lead}, 'part') % {of} = {n}"


def sizes_of_tables(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many rows the ledger's tables of leads and of activities have, as the engine
    estimates.
    """
    sizes = rows(
        con, "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'main'"
    )
    found = {str(name): int(str(size)) for name, size in sizes}
    return found.get(ATTRIBUTE_FACTS, 0), found.get(ACTIVITY_FACTS, 0)


def _bytes(size: str) -> int:
    """A size as DuckDB writes it (`1.8 GiB`)."""
    found = re.match(r"([\d.]+)\s*([KMGT]?)i?B?", size.strip(), re.IGNORECASE)
    return int(float(found[1]) * _UNITS[found[2].upper()]) if found else 1 << 40
