"""The leads of a base with a verdict beside each: what a playbook asks for when nobody verified
the base before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.contacts.candidates import rows_to_check
from leadlight.adapters.contacts.checks import CHECKS, check_contacts
from leadlight.adapters.contacts.usual_country import usual_country
from leadlight.adapters.db.duckdb import rows
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.sources import Sources

VERIFIED = TableName("verified_leads")


def with_verdicts(
    con: duckdb.DuckDBPyConnection, sources: Sources, as_of: datetime, only: str | None = None
) -> Sources:
    """The sources with a verdict for every lead (for which the condition `only` on `l` holds):
    those recorded as of then, and where there is none, what the rules that need no network say of
    the facts of that moment.

    They are the same sources where every verdict is recorded.
    """
    catalog = sources.catalog
    recorded = frozenset(CHECK_ATTRIBUTES) <= catalog.present
    conditions = [c for c in ("l.checked_at IS NULL" if recorded else None, only) if c]
    if recorded and _is_verified(con, sources.leads, conditions):
        return sources
    asked = rows_to_check(sources, as_of, " AND ".join(conditions) or None)
    made = check_contacts(
        con,
        asked,
        as_of=as_of,
        usual_country=lambda: usual_country(con, sources.leads, catalog.present),
    )
    if not made and recorded:
        return sources
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {VERIFIED} AS SELECT {_columns(catalog.present)} "
        f"FROM {sources.leads} l LEFT JOIN {CHECKS} c ON c.lead_id = l.lead_id"
    )
    catalog = replace(catalog, present=catalog.present | set(CHECK_ATTRIBUTES))
    return replace(sources, leads=VERIFIED, catalog=catalog)


def _is_verified(
    con: duckdb.DuckDBPyConnection, leads: Relation, conditions: Sequence[str]
) -> bool:
    """Whether no lead waits for a verdict: it is seen at once, where a look at what only all leads
    together show takes seconds.
    """
    if rows(con, f"SELECT 1 FROM {leads} l WHERE {' AND '.join(conditions)} LIMIT 1"):
        return False
    con.execute(f"DROP TABLE IF EXISTS {CHECKS}")
    return True


def _columns(present: Collection[str]) -> str:
    """A lead's columns, with what is recorded of its contact or else what was just found."""
    recorded = ", ".join(f"coalesce(l.{n}, c.{n}) AS {n}" for n in CHECK_ATTRIBUTES if n in present)
    added = "".join(f", c.{n}" for n in CHECK_ATTRIBUTES if n not in present)
    return f"l.* REPLACE ({recorded}){added}" if recorded else f"l.*{added}"


def unverified_leads(con: duckdb.DuckDBPyConnection) -> str | None:
    """The table of leads whose verdict was just made and is recorded nowhere; None where there are
    none.
    """
    made = rows(con, f"SELECT 1 FROM duckdb_tables() WHERE table_name = '{CHECKS}' AND temporary")
    return CHECKS if made and rows(con, f"SELECT 1 FROM {CHECKS} LIMIT 1") else None


def stated_checks(con: duckdb.DuckDBPyConnection) -> Relation:
    """The checks just made, for an export: what is said of each lead, without the values that were
    checked.
    """
    con.execute(
        "CREATE OR REPLACE TEMP VIEW stated_checks AS SELECT * EXCLUDE (_email, _phone, _mobile)"
        f" FROM {CHECKS}"
    )
    return TableName("stated_checks")
