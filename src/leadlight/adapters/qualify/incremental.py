"""Qualifying only those leads for whom something can differ: the same plan over a table of their
ids.

Nothing here grows with the base: relations are narrow and semi-joined with the ids, and the
statement's text is made once for a playbook and a shape of ledger; afterwards only the moment is
filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import duckdb

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.base.ledger_base import base_of_ledger
from leadlight.adapters.base.plan_run import make_dated
from leadlight.adapters.base.verdicts import with_verdicts
from leadlight.adapters.contacts.checks import CHECKS
from leadlight.adapters.db.duckdb import rows
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, Ledger, Touched
from leadlight.facts.relation import Query
from leadlight.plan.asof.relations import activities_as_of, leads_as_of, text
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import ANY_MOMENT, at_moment, statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook

_VALUES = ("email", "phone", "mobile", "checked_at")


def qualify_touched(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    book: Playbook,
    touched: Touched,
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
    sources = Sources(catalog, Query(leads), Query(log))
    make_dated(con, statement(book, sources, cohort, due=True))
    return DuckDBBase(
        con,
        replace(
            sources, leads=Query(at_moment(leads, as_of)), activities=Query(at_moment(log, as_of))
        ),
    )


def relations_of(
    book: Playbook, holdings: Holdings, catalog: Catalog, cohort: Some, engine: str = "duckdb"
) -> TouchedTexts:
    """The two relations of the plan, with any moment, and what tells who has no verdict yet; made
    once for a playbook, an engine and a shape of ledger.
    """
    whose = Some(ANY_MOMENT, cohort.leads, cohort.known)

    def render() -> TouchedTexts:
        names = column_use(book, catalog)
        return TouchedTexts(
            text(leads_as_of(whose, holdings, names.attributes), engine),
            text(activities_as_of(whose, holdings, names.activity_columns), engine),
            text(leads_as_of(whose, holdings, _VALUES), engine),
        )

    depends_on = (book.fingerprint, engine, whose, *_shape(holdings))
    return _render(_Rendering(depends_on, render))


class TouchedTexts(NamedTuple):
    """Queries of the touched leads: the leads, what they did, and their contacts with the moment of
    the last check.
    """

    leads: str
    log: str
    contacts: str


@dataclass(frozen=True)
class _Rendering:
    """Texts of which there are the same for all that has the same to depend on."""

    depends_on: tuple[object, ...]
    render: Callable[[], TouchedTexts] = field(compare=False)


@lru_cache(maxsize=64)
def _render(rendering: _Rendering) -> TouchedTexts:
    return rendering.render()


def _shape(holdings: Holdings) -> tuple[object, ...]:
    columns = (
        (n, a.type)
        for own in (holdings.attributes, holdings.activity_columns)
        for n, a in own.items()
    )
    return (
        *columns,
        holdings.revised,
        holdings.undone,
        holdings.checked,
        holdings.rechecked,
        holdings.linked,
        holdings.accounts,
    )


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
