"""What each source brings: leads, and how many of them are target, empty and hot."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.summary.qualified_base import Leads
from leadlight.facts.relation import Relation
from leadlight.results.summary import NO_SOURCE, SourceSummary

#: Where a lead's source stands, best first.
ATTRIBUTES = ("source", "utm_source", "campaign", "utm_campaign")
LISTED = 25


def sources(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    leads: Leads,
    has: Sequence[str],
    known: Sequence[str],
    spend: Relation | None = None,
) -> tuple[tuple[SourceSummary, ...], int, str, str]:
    """The sources that bring most, how many more there are, the attribute they stand in, the
    currency spent.
    """
    attribute = next((a for a in ATTRIBUTES if a in known), "")
    if not attribute:
        return (), 0, "", ""

    def of(scale: str, label: str) -> str:
        return f"count(*) FILTER (q.{scale} = '{label}')" if scale in has else "0"

    # `Google` and `google ` are one source, shown in its most frequent spelling.
    found = rows(
        con,
        f"""
        WITH spelled AS (
          SELECT CAST(l.{quoted(attribute)} AS VARCHAR) AS source, count(*) AS leads,
                 {of("audience", "target")} AS target, {of("contact", "empty")} AS empty,
                 {of("temperature", "hot")} AS hot
          FROM {qualifications} q JOIN {leads([attribute], None)} l ON l.lead_id = q.lead_id
            GROUP BY 1),
        merged AS (
          SELECT coalesce(lower(trim(source)), '') AS slug,
                 arg_max(coalesce(source, ''), (leads, source)) AS source,
                   sum(leads)::BIGINT AS leads,
                 sum(target)::BIGINT AS target, sum(empty)::BIGINT AS empty, sum(hot)::BIGINT AS hot
          FROM spelled GROUP BY 1)
        SELECT *, count(*) OVER () FROM merged ORDER BY leads DESC, slug LIMIT {LISTED}
        """,
    )
    spent, currency = _spend_by_source(con, spend)
    brought = tuple(
        SourceSummary(
            source=str(source).strip() or NO_SOURCE,
            leads=int(str(n)),
            target=int(str(target)),
            empty=int(str(empty)),
            hot=int(str(hot)),
            spend=spent.get(str(slug)) if slug else None,
        )
        for slug, source, n, target, empty, hot, _ in found
    )
    everything = int(str(found[0][-1])) if found else 0
    return brought, everything - len(brought), attribute, currency


def spending(con: duckdb.DuckDBPyConnection, spend: Relation | None) -> tuple[str, str]:
    """What was spent on each source (`slug`, `amount`) as a relation, and its currency; nothing
    when it cannot be added.
    """
    if not spend:
        return "", ""
    columns = column_names(con, spend)
    if "source" not in columns or "amount" not in columns:
        return "", ""
    currency = ""
    if "currency" in columns:
        distinct = (
            f"SELECT DISTINCT upper(trim(currency)) FROM {spend} WHERE currency IS NOT NULL LIMIT 2"
        )
        named = rows(con, distinct)
        if len(named) > 1:
            return "", ""  # amounts in several currencies cannot be added
        currency = str(named[0][0]) if named else ""
    sums = (
        f"SELECT lower(trim(source)) AS slug, sum(amount)::DOUBLE AS amount FROM {spend} "
        "WHERE source IS NOT NULL GROUP BY 1 HAVING sum(amount) IS NOT NULL"
    )
    return f"({sums})", currency


def _spend_by_source(
    con: duckdb.DuckDBPyConnection, spend: Relation | None
) -> tuple[dict[str, float], str]:
    spends, currency = spending(con, spend)
    if not spends:
        return {}, ""
    return {
        str(s): float(str(a)) for s, a in rows(con, f"SELECT slug, amount FROM {spends}")
    }, currency
