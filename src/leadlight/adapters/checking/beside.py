"""A base with its verdicts beside each lead: what a playbook asks for when nobody verified the base before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.checking.checks import CHECKS, check_contacts
from leadlight.adapters.checking.wanted import wanted
from leadlight.adapters.engines.bases import Base
from leadlight.facts.catalog import CHECK_ATTRIBUTES

VERIFIED = "verified_leads"


def with_checks(base: Base, as_of: datetime, country: str | None = None) -> Base:
    """The base after every contact in it was verified by the rules that need no network."""
    check_contacts(base.con, wanted(base.sources, as_of), as_of=as_of, country=country)
    leads = base.sources.leads
    theirs = [n for n in CHECK_ATTRIBUTES if n not in base.sources.catalog.present]
    stated = "".join(f", c.{n}" for n in theirs)
    base.con.execute(
        f"CREATE OR REPLACE TEMP VIEW {VERIFIED} AS SELECT l.*{stated} "
        f"FROM {f'({leads})' if ' ' in leads else leads} l LEFT JOIN {CHECKS} c ON c.lead_id = l.lead_id"
    )
    catalog = replace(base.sources.catalog, present=base.sources.catalog.present | set(CHECK_ATTRIBUTES))
    return replace(base, sources=replace(base.sources, leads=VERIFIED, catalog=catalog))


def stated(con: duckdb.DuckDBPyConnection) -> str:
    """The checks just made as a relation for an export: what is said of each lead, without the values that were checked."""
    con.execute(
        "CREATE OR REPLACE TEMP VIEW stated_checks AS SELECT * EXCLUDE (_email, _phone, _mobile) FROM " + CHECKS
    )
    return "stated_checks"
