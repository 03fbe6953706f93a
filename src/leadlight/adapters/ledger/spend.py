"""Spend: what a file says of a day, a source and a campaign replaces what was said of them
before.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.duckdb import count, text_literal
from leadlight.adapters.ledger.columns import VERDICT, JoinedColumn
from leadlight.adapters.ledger.imports import Entry
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.asof.texts import spend_text

_COLUMNS = ("occurred_at", "source", "campaign", "amount", "currency")


def judge(
    con: duckdb.DuckDBPyConnection,
    relation: Relation,
    joined: Sequence[JoinedColumn],
    holdings: Holdings,
    entry: Entry,
) -> TableName | None:
    """Decide about each row: a table (row_no) of the known rows; None when all are new. Leaves the
    view `_arriving`.
    """
    values = {j.name: j.value for j in joined}
    columns = "".join(f", {values.get(c, 'NULL')} AS {c}" for c in _COLUMNS)
    con.execute(f"CREATE OR REPLACE TEMP VIEW _arriving AS SELECT row_no{columns} FROM {relation}")
    known = spend_text(Everyone(entry.now, "now"), holdings)
    con.execute(_KNOWN.format(known=known))
    return VERDICT if count(con, f"SELECT count(*) FROM {VERDICT}") else None


def append(
    con: duckdb.DuckDBPyConnection,
    joined: Sequence[JoinedColumn],
    entry: Entry,
    known: TableName | None,
) -> None:
    """One INSERT of what is new."""
    recorded = f"CAST({text_literal(entry.now.isoformat(sep=' '))} AS TIMESTAMP)"
    if entry.backfill:
        recorded = f"coalesce(a.occurred_at, {recorded})"
    new = f"WHERE row_no NOT IN (SELECT row_no FROM {known})" if known else ""
    con.execute(
        f"INSERT INTO spend_facts BY NAME SELECT {', '.join(_COLUMNS)}, {recorded} AS _recorded_at,"
        f" {entry.no} AS _import, row_no AS _row FROM _arriving a {new}"
    )


_KNOWN = """
CREATE OR REPLACE TEMP TABLE _verdict AS
WITH arriving AS (
    SELECT occurred_at, source, campaign, list_sort(list(struct_pack(amount, currency))) AS said
    FROM _arriving GROUP BY ALL
), known AS (
    SELECT occurred_at, source, campaign, list_sort(list(struct_pack(amount, currency))) AS said
    FROM ({known}) GROUP BY ALL
), same AS (
    SELECT a.occurred_at, a.source, a.campaign FROM arriving a JOIN known k
    ON a.occurred_at IS NOT DISTINCT FROM k.occurred_at AND a.source IS NOT DISTINCT FROM k.source
    AND a.campaign IS NOT DISTINCT FROM k.campaign AND a.said IS NOT DISTINCT FROM k.said
)
SELECT a.row_no FROM _arriving a JOIN same s
ON a.occurred_at IS NOT DISTINCT FROM s.occurred_at AND a.source IS NOT DISTINCT FROM s.source
AND a.campaign IS NOT DISTINCT FROM s.campaign
"""
