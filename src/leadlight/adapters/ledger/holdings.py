"""What the ledger holds: its columns, its kinds of activity, and whether the short way of reading it will do."""

from __future__ import annotations

import duckdb

from leadlight.adapters.engines.duckdb import count, rows
from leadlight.adapters.ledger.columns import held
from leadlight.facts.catalog import Catalog
from leadlight.facts.ledger import Holdings


def holdings(con: duckdb.DuckDBPyConnection) -> Holdings:
    """Columns and flags; cheap, for the flags are answered by the statistics of row groups."""
    return Holdings(
        held(con, "leads"),
        held(con, "activities"),
        revised=count(con, "SELECT count(*) FROM (SELECT 1 FROM attribute_facts WHERE _revises LIMIT 1)") > 0,
        undone=count(con, "SELECT count(*) FROM undos") > 0,
    )


def catalog(con: duckdb.DuckDBPyConnection) -> Catalog:
    """Every name a playbook may use over this ledger's facts."""
    kinds = rows(con, "SELECT DISTINCT kind FROM activity_facts")
    return holdings(con).catalog(frozenset(str(k) for (k,) in kinds))
