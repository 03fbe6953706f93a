"""A base from a ledger's facts as they were known at a cohort's moment."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from leadlight.adapters.base.base import ONE_PERSON, People
from leadlight.adapters.base.duckdb_base import LedgerBase
from leadlight.adapters.base.ledger_facts import LedgerFacts
from leadlight.adapters.db.duckdb import count, quoted
from leadlight.adapters.sources.raw import unique_headers
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, Ledger
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.relations import attribute_tellers, text
from leadlight.plan.asof.texts import activities_text, leads_text, members_text, spend_text
from leadlight.plan.columns import TOLD_BY
from leadlight.plan.sources import Sources


@dataclass(frozen=True)
class LeadRelations:
    """A ledger's leads (persons), what they did, and the leads one by one as files brought them."""

    leads: Relation
    activities: Relation
    rows: Relation


@dataclass(frozen=True)
class LedgerRelations:
    """All relations of a base that a ledger's facts make, in DuckDB."""

    sources: Sources
    spend: Relation | None
    original: Relation
    keys: Relation
    people: People | None


def base_of_ledger(con: duckdb.DuckDBPyConnection, ledger: Ledger, cohort: Everyone) -> LedgerBase:
    """A base from a ledger's facts in the connection as they were known at the cohort's moment."""
    holdings = ledger.holdings()
    read = lead_relations(cohort, holdings)
    made = ledger_relations(con, ledger, cohort, holdings, read)
    return LedgerBase(
        con,
        made.sources,
        made.spend,
        made.original,
        made.keys,
        people=made.people,
        facts=LedgerFacts(cohort, holdings, read.leads),
    )


def lead_relations(cohort: Everyone, holdings: Holdings) -> LeadRelations:
    """The leads of a ledger and what they did, as queries over its tables in DuckDB."""
    return LeadRelations(
        Query(leads_text(cohort, holdings)),
        Query(activities_text(cohort, holdings, tellers=holdings.linked)),
        Query(leads_text(cohort, holdings.single())),
    )


def ledger_relations(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    cohort: Everyone,
    holdings: Holdings,
    read: LeadRelations,
) -> LedgerRelations:
    """The relations of a base whose leads are `read`.

    Leads that are one person are one row of `leads`; the original has them as the company does,
    each a row that gets the person's qualification.
    """
    spend = Query(spend_text(cohort, holdings))
    has_spend = count(con, f"SELECT count(*) FROM {spend}") > 0
    numbered = f"(SELECT row_number() OVER (ORDER BY lead_id) AS row_no, * FROM {read.rows})"
    headers = ledger.headers()
    names = ["lead_id", *holdings.single().attributes]
    shown = unique_headers([headers.get(n, n) for n in names])
    own = ", ".join(f"{quoted(n)} AS {quoted(h)}" for n, h in zip(names, shown, strict=True))
    people = _people(cohort, holdings) if holdings.linked else None
    told_by = TOLD_BY if people else None
    return LedgerRelations(
        Sources(ledger.catalog(), read.leads, read.activities, told_by=told_by),
        spend if has_spend else None,
        original=Query(f"SELECT row_no, {own} FROM {numbered}"),
        keys=_keys(numbered, people),
        people=people,
    )


def _keys(numbered: str, people: People | None) -> Query:
    """Which lead, or person, each row is of."""
    if people is None:
        return Query(f"SELECT row_no, lead_id FROM {numbered}")
    return Query(
        f"SELECT n.row_no, coalesce(m.group_id, n.lead_id) AS lead_id FROM {numbered} n "
        f"LEFT JOIN {people.members} m ON m.lead_id = n.lead_id"
    )


def _people(cohort: Everyone, holdings: Holdings) -> People:
    single, members = holdings.single(), Query(members_text(cohort, holdings))
    addresses = None
    if "email" in single.attributes:
        emails = Query(leads_text(cohort, single, ["email"]))
        addresses = Query(
            f"SELECT m.group_id, l.email FROM {members} m JOIN {emails} l ON l.lead_id = m.lead_id"
        )
    one = Some(cohort.as_of, ONE_PERSON.name, cohort.known)
    return People(members, addresses, Query(text(attribute_tellers(one, holdings))))
