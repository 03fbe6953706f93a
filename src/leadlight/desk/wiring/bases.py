"""The leads that a plan runs over, of files or of a ledger, and the leads among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.wiring import ledgers

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base as Base
    from leadlight.adapters.base.duckdb_base import DuckDBBase as DuckDBBase
    from leadlight.adapters.qualify.foreign_relations import ForeignRelation as ForeignRelation
    from leadlight.adapters.qualify.lead_search import LeadSearch as LeadSearch
    from leadlight.adapters.qualify.one_lead import OneLead as OneLead
    from leadlight.adapters.sources.staged_file import StagedFile
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.cohort import Everyone
    from leadlight.facts.evidence import ColumnProfile
    from leadlight.facts.ledger import Ledger, TouchedLeads
    from leadlight.playbook.spec import Playbook


def base_of_files(con: Connection, staged: Sequence[StagedFile], as_of: datetime) -> DuckDBBase:
    """A base from staged files."""
    from leadlight.adapters.base.files import base_of_files

    return base_of_files(con, staged, as_of)


def base_of_ledger(con: Connection, facts: Ledger, cohort: Everyone) -> Base:
    """A base from a ledger as of a moment."""
    if ledgers.is_on_server(facts):
        from leadlight.adapters.qualify.postgres_base import base_on_server

        return base_on_server(con, facts, cohort)
    from leadlight.adapters.base.ledger_base import base_of_ledger

    return base_of_ledger(con, facts, cohort)


def qualify_touched_leads(
    con: Connection, facts: Ledger, book: Playbook, touched: TouchedLeads, as_of: datetime
) -> Base:
    """Run the plan for some leads where the facts are: makes `qualifications` and
    `dated_qualifications`.
    """
    if ledgers.is_on_server(facts):
        from leadlight.adapters.qualify.postgres_base import qualify_on_server

        return qualify_on_server(facts, book, touched, as_of)
    from leadlight.adapters.qualify.incremental import qualify_touched_leads

    return qualify_touched_leads(con, facts, book, touched, as_of)


def lead_search(base: Base) -> LeadSearch:
    """The leads of a base, looked for by what a user may say of one."""
    from leadlight.adapters.qualify.lead_search import LeadSearch

    return LeadSearch(base)


def foreign_relation(relation: object, what: str) -> ForeignRelation:
    """A relation of somebody else's connection, under a name there."""
    from leadlight.adapters.qualify.foreign_relations import ForeignRelation as Foreign

    return Foreign(relation, what)


def column_profiles(base: Base, headers: Mapping[str, str]) -> tuple[ColumnProfile, ...]:
    """What the columns of a base's leads hold, in numbers."""
    from leadlight.adapters.base.column_profiles import column_profiles

    catalog = base.sources.catalog
    known = [a for n, a in catalog.lead.items() if n in catalog.present]
    return column_profiles(base.con, base.sources.leads, known, headers)


def count_leads(base: Base) -> int:
    """How many leads a base has."""
    from leadlight.adapters.base.plan_run import count_leads

    return count_leads(base.con, base.sources.leads)


def label_counts(base: Base, scale: str) -> dict[str, int]:
    """How many leads have each label of a scale, of a base that was just qualified."""
    from leadlight.adapters.base.plan_run import label_counts

    return label_counts(base.con, scale)
