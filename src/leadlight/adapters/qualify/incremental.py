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
from leadlight.adapters.db.duckdb import FEW_ROWS, count, optimizer_off, quoted, rows
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.ledger import Holdings, Ledger, TouchedLeads
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.any_moment import ANY_MOMENT, at_moment
from leadlight.plan.asof.texts import activities_text, leads_text, shape_of
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
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
    if touched.leads <= _FEWEST_LEADS and not verifies(book):
        return _qualify_apart(con, book, holdings, cohort)
    leads, log, contacts = relations_of(book, holdings, catalog, cohort)
    if verifies(book) and rows(
        con, f"SELECT 1 FROM ({at_moment(contacts, as_of)}) WHERE checked_at IS NULL LIMIT 1"
    ):
        leads = _with_verdicts(con, ledger, cohort, leads, column_use(book, catalog).attributes)
    sources = Sources(catalog, *_read(con, (leads, log), touched.leads, as_of))
    with optimizer_off(con, 0 if _is_small(con, sources) else FEW_ROWS + 1):
        make_dated_qualifications(con, statement(book, sources, cohort, due=True))
    return DuckDBBase(con, sources)


#: Of so many leads the facts are brought into a store where the plan is ready.
_FEWEST_LEADS = 4


def _qualify_apart(
    con: duckdb.DuckDBPyConnection, book: Playbook, holdings: Holdings, cohort: Some
) -> DuckDBBase:
    """The same of very few leads: their facts are read into a small store, in which the long
    statement need not be planned anew.
    """
    catalog = holdings.catalog()
    texts = relations_of(book, holdings, catalog, cohort)
    queries = [Query(at_moment(text, cohort.as_of)) for text in (texts.leads, texts.log)]
    ids = [str(i) for (i,) in rows(con, f"SELECT lead_id FROM {cohort.leads}")]
    with lead_store(("touched", book.fingerprint, *shape_of(holdings))) as store:
        store.take(con, holdings, ids, column_use(book, catalog))
        given = "SELECT unnest(?::VARCHAR[]) AS lead_id"
        store.con.execute(f"CREATE OR REPLACE TEMP TABLE {cohort.leads} AS {given}", [ids])
        for name, query in zip((LEADS, LOG), queries, strict=True):
            store.tables.make(name, f"SELECT * FROM {query}", shape=name.name)
        store.tables.make(
            PAIRS, f"SELECT lead_id, ?::TIMESTAMP AS as_of FROM {LEADS}", [cohort.as_of]
        )
        plan = statement(book, _sources_of_pairs(book, catalog), Moments(PAIRS), due=True)
        found = store.tables.statements.answer(plan)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {DATED} ({found.definition})")
    found.insert(con, DATED.name)
    show_qualifications(con)
    return DuckDBBase(con, Sources(catalog, queries[0], queries[1]))


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
