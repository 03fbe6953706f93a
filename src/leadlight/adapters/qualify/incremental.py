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
from leadlight.adapters.base.ledger_base import base_of_ledger
from leadlight.adapters.base.plan_run import make_dated_qualifications
from leadlight.adapters.base.verdicts import with_verdicts
from leadlight.adapters.contacts.checks import CHECKS
from leadlight.adapters.db.duckdb import FEW_ROWS, count, optimizer_off, rows
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, Ledger, TouchedLeads
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.any_moment import ANY_MOMENT, at_moment
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook

LEADS, LOG = TableName("touched_leads"), TableName("touched_log")
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
    leads, log, contacts = relations_of(book, holdings, catalog, cohort)
    con.execute(f"DROP TABLE IF EXISTS temp.{CHECKS}")
    if verifies(book) and rows(
        con, f"SELECT 1 FROM ({at_moment(contacts, as_of)}) WHERE checked_at IS NULL LIMIT 1"
    ):
        leads = _with_verdicts(con, ledger, cohort, leads, column_use(book, catalog).attributes)
    sources = Sources(catalog, *_read(con, (leads, log), touched.leads, as_of))
    with optimizer_off(con, 0 if _is_small(con, sources) else FEW_ROWS + 1):
        make_dated_qualifications(con, statement(book, sources, cohort, due=True))
    return DuckDBBase(con, sources)


#: So many leads are put aside before they are qualified.
_FEW_LEADS = 200
#: Of so many facts that were put aside the plan runs faster as it is written.
_FEW_FACTS = 50_000


def _read(
    con: duckdb.DuckDBPyConnection, texts: tuple[str, str], leads: int, as_of: datetime
) -> tuple[Relation, Relation]:
    """The leads and what they did at the moment. Of few leads they are put aside first, in two
    short statements: over a handful of rows the long one need not be planned well.
    """
    queries = [Query(at_moment(text, as_of)) for text in texts]
    if leads <= _FEW_LEADS:
        for name, query in zip((LEADS, LOG), queries, strict=True):
            con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {query}")
        return LEADS, LOG
    return queries[0], queries[1]


def _is_small(con: duckdb.DuckDBPyConnection, sources: Sources) -> bool:
    """Whether the plan reads few facts, and not the ledger."""
    if sources.leads != LEADS:
        return False
    return sum(count(con, f"SELECT count(*) FROM {name}") for name in (LEADS, LOG)) <= _FEW_FACTS


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
