"""Whether a lead that is put aside objects to profiling, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.qualify.one_lead import LEAD
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.plan.asof.visibility import ATTRIBUTE_FACTS

_ALWAYS = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Objection:
    """That a lead objects to profiling; `since` where a ledger knows it."""

    since: datetime | None


def find_objection(
    con: duckdb.DuckDBPyConnection, leads: Sequence[str], as_of: datetime
) -> Objection | None:
    """The objection of the lead put aside, which is several `leads` where those are one person."""
    if OBJECTED not in column_names(con, LEAD):
        return None
    if not rows(con, f"SELECT 1 FROM {LEAD} WHERE coalesce(CAST({OBJECTED} AS BOOLEAN), false)"):
        return None
    return Objection(_since(con, leads, as_of) if _has_facts(con) else None)


def _has_facts(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the facts of a ledger are in the connection."""
    return bool(
        rows(con, f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{ATTRIBUTE_FACTS}' LIMIT 1")
    )


def _since(
    con: duckdb.DuckDBPyConnection, leads: Sequence[str], as_of: datetime
) -> datetime | None:
    found = rows(con, _SINCE, [list(leads), as_of])[0][0]
    return found if isinstance(found, datetime) and found > _ALWAYS else None


_SINCE = f"""
SELECT min(since) FROM (
    SELECT max(_occurred_at) FILTER (WHERE said) AS since
    FROM (SELECT *, CAST({OBJECTED} AS BOOLEAN) AS said FROM {ATTRIBUTE_FACTS})
    WHERE lead_id IN (SELECT unnest(?::VARCHAR[])) AND said IS NOT NULL AND _occurred_at <= ?
      AND _import NOT IN (SELECT import_no FROM undos)
    GROUP BY lead_id HAVING arg_max(said, (_occurred_at, _import, _row))
)
"""
