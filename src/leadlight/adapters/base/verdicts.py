"""A base with its verdicts beside each lead: what a playbook asks for when nobody verified the base
before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.contacts.candidates import wanted
from leadlight.adapters.contacts.checks import CHECKS, check_contacts
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.relation import Relation, TableName

VERIFIED = "verified_leads"


def with_checks(
    base: Base, as_of: datetime, country: str | None = None, only: str | None = None
) -> Base:
    """The base with a verdict for every lead (for which the condition `only` on `l` holds): those
    recorded as of then, and where there is none, what the rules that need no network say of the
    facts of that moment.
    """
    catalog = base.sources.catalog
    recorded = frozenset(CHECK_ATTRIBUTES) <= catalog.present
    asked = [c for c in ("l.checked_at IS NULL" if recorded else None, only) if c]
    rows = wanted(base.sources, as_of, " AND ".join(asked) or None)
    if not check_contacts(base.con, rows, as_of=as_of, country=country) and recorded:
        return base
    given = [n for n in CHECK_ATTRIBUTES if n in catalog.present]
    kept = (
        f" REPLACE ({', '.join(f'coalesce(l.{n}, c.{n}) AS {n}' for n in given)})" if given else ""
    )
    added = "".join(f", c.{n}" for n in CHECK_ATTRIBUTES if n not in given)
    base.con.execute(
        f"CREATE OR REPLACE TEMP VIEW {VERIFIED} AS SELECT l.*{kept}{added} "
        f"FROM {base.sources.leads} l LEFT JOIN {CHECKS} c ON c.lead_id = l.lead_id"
    )
    catalog = replace(catalog, present=catalog.present | set(CHECK_ATTRIBUTES))
    return replace(base, sources=replace(base.sources, leads=TableName(VERIFIED), catalog=catalog))


def stated(con: duckdb.DuckDBPyConnection) -> Relation:
    """The checks just made as a relation for an export: what is said of each lead, without the
    values that were checked.
    """
    con.execute(
        "CREATE OR REPLACE TEMP VIEW stated_checks AS SELECT * EXCLUDE (_email, _phone, _mobile)"
        " FROM " + CHECKS
    )
    return TableName("stated_checks")
