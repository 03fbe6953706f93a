"""The answers of a verification in numbers, and the repairs it proposes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from leadlight.adapters.contacts.checks import CHECKS
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.facts.catalog import LEAD_ATTRIBUTES
from leadlight.facts.contact import APART, DECLINED
from leadlight.facts.relation import TableName
from leadlight.plan.sources import Sources

POINTS = ("email", "phone", "mobile")


@dataclass(frozen=True)
class Tally:
    """Verdicts by contact point, leads by rule, leads without any contact point, and proposed
    repairs.
    """

    verdicts: dict[str, dict[str, int]]
    rules: dict[str, int]
    nobody: int
    repairs: int


def tally(con: duckdb.DuckDBPyConnection) -> Tally:
    """The checks just made in numbers."""
    verdicts: dict[str, dict[str, int]] = {}
    for point in POINTS:
        found = rows(
            con,
            f"SELECT {point}_verdict, count(*) FROM {CHECKS} WHERE {point}_verdict IS NOT NULL"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
        )
        if found:
            verdicts[point] = {str(v): int(str(n)) for v, n in found}
    every = ", ".join([*(f"{p}_because" for p in POINTS), "doubts"])
    spoken = rows(
        con,
        "SELECT rule, count(DISTINCT lead_id) AS n FROM (SELECT lead_id,"
        f" unnest(string_split(concat_ws('; ', {every}), '; ')) AS rule FROM {CHECKS}) WHERE rule"
        " <> '' GROUP BY 1 ORDER BY n DESC, rule",
    )
    none = " AND ".join(f"{p}_verdict IS NULL" for p in POINTS)
    proposed = " + ".join(f"count({p}_repair)" for p in POINTS)
    nobody, repairs = rows(con, f"SELECT count(*) FILTER (WHERE {none}), {proposed} FROM {CHECKS}")[
        0
    ]
    return Tally(
        verdicts, {str(r): int(str(n)) for r, n in spoken}, int(str(nobody)), int(str(repairs))
    )


def proposals(
    con: duckdb.DuckDBPyConnection, sources: Sources
) -> list[tuple[str, str, str, str, str]]:
    """The repairs proposed for a base: (lead, contact point, value, proposed value, rules), in
    order of leads.
    """
    has = sources.catalog.present
    parts = [
        f"SELECT CAST(lead_id AS VARCHAR) AS lead, '{p}' AS point, {quoted(p)} AS value, {p}_repair"
        f" AS proposed, coalesce({p}_because, '') AS because FROM {sources.leads} WHERE"
        f" {p}_repair IS NOT NULL AND {p}_repair <> {quoted(p)} AND NOT {is_declined(p, has)}"
        for p in POINTS
        if {p, f"{p}_repair"} <= has
    ]
    if not parts:
        return []
    found = rows(con, f"{' UNION ALL '.join(parts)} ORDER BY lead, point")
    return [(str(a), str(b), str(c), str(d), str(e)) for a, b, c, d, e in found]


def declined_repairs(con: duckdb.DuckDBPyConnection, sources: Sources) -> dict[str, list[str]]:
    """The repairs that somebody declined, by lead."""
    if DECLINED not in sources.catalog.present:
        return {}
    found = rows(
        con,
        f"SELECT CAST(lead_id AS VARCHAR), {DECLINED} FROM {sources.leads} WHERE {DECLINED} IS NOT"
        " NULL",
    )
    return {str(lead): str(words).split(APART) for lead, words in found}


def is_declined(point: str, has: Collection[str], of: str = "") -> str:
    """Whether somebody declined what is proposed for a contact point, as SQL."""
    if DECLINED not in has:
        return "false"
    words = f"string_split({of}{DECLINED}, '{APART}')"
    return f"coalesce(list_contains({words}, '{point}=' || {of}{point}_repair), false)"


def repairs_relation(
    con: duckdb.DuckDBPyConnection, accepted: Sequence[tuple[str, str, str]]
) -> TableName:
    """Accepted repairs (lead, attribute, value) as one row a lead, ready to be appended to a
    ledger.
    """
    columns = sorted({point for _, point, _ in accepted})
    by_lead: dict[str, dict[str, str]] = {}
    for lead, point, value in accepted:
        by_lead.setdefault(lead, {})[point] = value
    listed = ", ".join(f"{quoted(c)} {SQL_TYPES[LEAD_ATTRIBUTES[c].type]}" for c in columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE accepted_repairs (row_no BIGINT, lead_id VARCHAR, {listed})"
    )
    marks = ", ".join("?" for _ in range(len(columns) + 2))
    data = [
        [n, lead, *(values.get(c) for c in columns)]
        for n, (lead, values) in enumerate(by_lead.items(), 1)
    ]
    con.executemany(f"INSERT INTO accepted_repairs VALUES ({marks})", data)
    return TableName("accepted_repairs")
