"""What the ledger holds: its columns, its kinds of activity, and whether the short way of reading
it will do.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import count, rows
from leadlight.adapters.ledger.columns import attributes_of
from leadlight.facts.catalog import Catalog
from leadlight.facts.ledger import Holdings, beside_statements


def holdings(con: duckdb.DuckDBPyConnection) -> Holdings:
    """Columns and flags; cheap, for the flags are answered by the statistics of row groups."""
    of_leads, of_activities = attributes_of(con)
    checked, accounts = _any(con, "contact_facts"), _any(con, "member_facts WHERE kind = 'company'")
    return Holdings(
        beside_statements(of_leads, checked=checked, accounts=accounts),
        of_activities,
        revised=_any(con, "attribute_facts WHERE _revises"),
        undone=_any(con, "undos"),
        checked=checked,
        rechecked=checked and _any(con, "contact_facts WHERE _revises"),
        linked=_any(con, "member_facts WHERE kind = 'person'"),
        accounts=accounts,
    )


def _any(con: duckdb.DuckDBPyConnection, rows_of: str) -> bool:
    return count(con, f"SELECT count(*) FROM (SELECT 1 FROM {rows_of} LIMIT 1)") > 0


def catalog(con: duckdb.DuckDBPyConnection) -> Catalog:
    """Every name a playbook may use over this ledger's facts."""
    kinds = rows(con, "SELECT DISTINCT kind FROM activity_facts")
    return holdings(con).catalog(frozenset(str(k) for (k,) in kinds))
