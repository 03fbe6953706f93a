"""Qualifying only those leads for whom something can differ: the same plan over a table of their
ids.

Nothing here grows with the base: relations are narrow and semi-joined with the ids, and the
statement's text is made once for a playbook and a shape of ledger; afterwards only the moment is
filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import duckdb

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.base.lead_store import lead_store
from leadlight.adapters.base.ledger_base import base_of_ledger
from leadlight.adapters.base.plan_run import DATED, make_dated_qualifications, show_qualifications
from leadlight.adapters.base.verdicts import with_verdicts
from leadlight.adapters.contacts.checks import CHECKS
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.ledger import Holdings, Ledger, TouchedLeads
from leadlight.facts.relation import Query, TableName
from leadlight.plan.any_moment import ANY_MOMENT, at_moment
from leadlight.plan.asof.texts import activities_text, leads_text, shape_of
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import age_condition, statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook

LEADS, LOG = TableName("touched_leads"), TableName("touched_log")
PAIRS = TableName("touched_pairs")
_VALUES = ("email", "phone", "mobile", "checked_at")


def qualify_touched_leads(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    book: Playbook,
    touched: TouchedLeads,
    as_of: datetime,
) -> DuckDBBase:
    """Make `dated_qualifications` of the touched leads; the base they are of.

    Leads without a recorded verdict get one as a full run gives it, and stand in `contact_checks`.
    """
    holdings = ledger.holdings()
    catalog = holdings.catalog()  # without the kinds that occur: to list them is a scan of the log
    cohort = Some(as_of, touched.relation, touched.since.known)
    con.execute(f"DROP TABLE IF EXISTS temp.{CHECKS}")
    leads, log, contacts = relations_of(book, holdings, catalog, cohort)
    if verifies(book) and rows(
        con, f"SELECT 1 FROM ({at_moment(contacts, as_of)}) WHERE checked_at IS NULL LIMIT 1"
    ):
        leads = _with_verdicts(con, ledger, cohort, leads, column_use(book, catalog).attributes)
    sources = Sources(catalog, Query(at_moment(leads, as_of)), Query(at_moment(log, as_of)))
    if touched.leads > _FEW_LEADS or not _qualify_apart(con, book, holdings, sources, as_of):
        make_dated_qualifications(con, statement(book, sources, cohort, due=True))
    return DuckDBBase(con, sources)


#: So many leads are brought into a store where the plan is ready, unless more facts than these are
#: known of them.
_FEW_LEADS = 200
_FEW_FACTS = 50_000


def _qualify_apart(
    con: duckdb.DuckDBPyConnection,
    book: Playbook,
    holdings: Holdings,
    sources: Sources,
    as_of: datetime,
) -> bool:
    """The same of few leads in a small store, in which the long statement need not be planned anew;
    False where too much is known of them.
    """
    assert sources.activities is not None
    found = [
        con.sql(f"FROM {query}").materialize() for query in (sources.leads, sources.activities)
    ]
    if sum(part.shape[0] for part in found) > _FEW_FACTS:
        return False
    with lead_store(("touched", book.fingerprint, *shape_of(holdings))) as store:
        store.tables.bring(LEADS, found[0])
        # Asked of the ledger, this would be asked of everybody's activities first.
        store.tables.bring(LOG, found[1], age_condition(book, sources, as_of))
        store.tables.make(PAIRS, f"SELECT lead_id, ?::TIMESTAMP AS as_of FROM {LEADS}", [as_of])
        plan = statement(book, _sources_of_pairs(book, sources.catalog), Moments(PAIRS), due=True)
        qualified = store.tables.statements.answer(plan)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {DATED} ({qualified.definition})")
    qualified.insert(con, DATED.name)
    show_qualifications(con)
    return True


def _sources_of_pairs(book: Playbook, catalog: Catalog) -> Sources:
    """What the plan reads of the leads put aside at their moment."""
    use = column_use(book, catalog)
    own, acts = (
        "".join(f", f.{quoted(n)}" for n in names if n in present)
        for names, present in (
            (use.attributes, catalog.present),
            (("occurred_at", "kind", *use.activity_columns), catalog.activity_present),
        )
    )
    joined = f"FROM {PAIRS} p JOIN {{}} f ON f.lead_id = p.lead_id"
    return Sources(
        catalog,
        Query(f"SELECT p.lead_id, p.as_of{own} {joined.format(LEADS)}"),
        Query(f"SELECT p.lead_id, p.as_of{acts} {joined.format(LOG)}"),
        values=dict.fromkeys(use.attributes, LEADS),
        at_moments=True,
    )


def relations_of(
    book: Playbook, holdings: Holdings, catalog: Catalog, cohort: Some, engine: str = "duckdb"
) -> TouchedTexts:
    """The two relations of the plan, with any moment, and what tells who has no verdict yet."""
    whose = Some(ANY_MOMENT, cohort.leads, cohort.known)
    names = column_use(book, catalog)
    return TouchedTexts(
        leads_text(whose, holdings, names.attributes, engine),
        activities_text(whose, holdings, names.activity_columns, engine),
        leads_text(whose, holdings, _VALUES, engine),
    )


class TouchedTexts(NamedTuple):
    """Queries of the touched leads: the leads, what they did, and their contacts with the moment of
    the last check.
    """

    leads: str
    log: str
    contacts: str


def _with_verdicts(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, cohort: Some, leads: str, names: Sequence[str]
) -> str:
    """These leads with a verdict where none is recorded: a crowd can only be seen among all."""
    base = base_of_ledger(con, ledger, Everyone(cohort.as_of, cohort.known))
    among = f"l.lead_id IN (SELECT lead_id FROM {cohort.leads})"
    with_verdicts(con, base.sources, cohort.as_of, among)
    kept = ", ".join(f"coalesce(l.{n}, c.{n}) AS {n}" for n in names if n in CHECK_ATTRIBUTES)
    return (
        f"SELECT l.* REPLACE ({kept}) FROM ({leads}) AS l LEFT JOIN {CHECKS} AS c ON c.lead_id ="
        " l.lead_id"
    )
