"""A ledger's base read again with less: for a plan, a summary or a list that looks at some
attributes, or at some leads.

DuckDB leaves out columns that nobody reads, but not the joins and folds that make them: a verdict
costs its join even where no one asks for verdicts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from leadlight.adapters.base.base import Base
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.cohort import Some
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.relations import activities_as_of, text
from leadlight.plan.asof.visibility import ATTRIBUTE_FACTS
from leadlight.plan.columns_read import used
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook


def sources_for(base: Base, book: Playbook) -> Sources:
    """What a base's plan reads: of a ledger's facts only what the playbook looks at."""
    told, sources = base.told, base.sources
    if told is None or sources.leads != told.leads:
        return sources
    needed = used(book, sources.catalog)
    log = Query(text(activities_as_of(told.cohort, told.holdings, needed.activity_columns)))
    # Words are searched in every value that was ever stated: a scan, where the leads would be
    # folded a second time.
    stated = dict.fromkeys(told.holdings.single().attributes, TableName(ATTRIBUTE_FACTS))
    return replace(
        sources, leads=told.read(needed.attributes), activities=log, told_by=None, values=stated
    )


def alone(base: Base, among: str) -> Sources:
    """A base's relations with the facts of the leads in a table only, and every column."""
    told, sources = base.told, base.sources
    if told is not None and sources.leads == told.leads:
        cohort = Some(told.cohort.as_of, among, told.cohort.known)
        log = activities_as_of(cohort, told.holdings, tellers=told.holdings.linked)
        leads = told.read(list(told.holdings.attributes), among)
        return replace(sources, leads=leads, activities=Query(text(log)))
    return replace(
        sources,
        leads=_among(sources.leads, among),
        activities=None if sources.activities is None else _among(sources.activities, among),
    )


def _among(source: Relation, among: str) -> Query:
    return Query(f"SELECT * FROM {source} WHERE lead_id::VARCHAR IN (SELECT lead_id FROM {among})")


def leads_of(base: Base, names: Collection[str], among: str | None = None) -> Relation:
    """The leads of a base (those in the table `among`), with at least these attributes."""
    told = base.told
    if told is not None and (
        base.sources.leads == told.leads or not set(CHECK_ATTRIBUTES) & set(names)
    ):
        return told.read(names, among)
    leads = base.sources.leads
    if among is None:
        return leads
    return Query(f"SELECT * FROM {leads} WHERE lead_id IN (SELECT lead_id FROM {among})")
