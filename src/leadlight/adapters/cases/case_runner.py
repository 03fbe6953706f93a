"""A playbook tried on made-up leads: every step of every case is a lead of a small base, and one
plan qualifies them all.

Each step has its own moment (the cohort `Moments`), and all that it and the steps before it say.
No case sees another: whether a contact is real is judged of each lead alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

import duckdb

from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Attribute, Catalog
from leadlight.facts.cohort import Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import atoms_of
from leadlight.plan.steps.lead import verifies
from leadlight.plan.steps.trace import trace
from leadlight.playbook.cases.cases import CaseStep
from leadlight.playbook.pieces import with_watches
from leadlight.playbook.spec import Playbook
from leadlight.results.explanation import ScoreLedger, ledgers
from leadlight.verify.lead import check_lead

LEADS, LOG, MOMENTS = TableName("case_leads"), TableName("case_log"), TableName("case_moments")
ASKED = "case_asked"
#: A row of a plan: its columns by name, each of the type that DuckDB gives it in Python.
PlanRow: TypeAlias = dict[str, Any]
MADE_UP = ".example"
_BOUNCED, _COMPLAINED = "email_bounced", "email_complained"


class CaseRunner:
    """A playbook tried on made-up leads in a connection of their own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, book: Playbook, catalog: Catalog) -> None:
        self.con, self.book, self.catalog = con, book, catalog

    def qualify(self, steps: Sequence[CaseStep], *, watched: bool = True) -> list[PlanRow]:
        """The qualification of each step, in their order: its labels, scores, signals, attributes,
        and, when `watched`, each piece that was touched.
        """
        if not steps:
            return []
        sources = _tables(self.con, self.book, self.catalog, steps)
        book = with_watches(self.book) if watched else self.book
        sql = statement(book, sources, Moments(MOMENTS), signals=True, ledger=True)
        found = {int(row["lead_id"]): row for row in dictionaries(self.con, sql)}
        return [found[n] for n in range(len(steps))]

    def ledgers(self, n: int, row: PlanRow) -> tuple[ScoreLedger, ...]:
        """Every score's ledger of the n-th of the steps just qualified; `row` is its
        qualification.
        """
        atoms, as_of = atoms_of(self.book), row["as_of"]
        rows: list[PlanRow] = []
        slots = 0
        if atoms.all:
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {ASKED} AS SELECT ?::BIGINT AS lead_id", [n]
            )
            sql, slots = trace(self.book, _sources(self.catalog), Some(as_of, ASKED), atoms)
            rows = dictionaries(self.con, sql)
        return ledgers(self.book, atoms, row, rows, as_of, slots)


def _sources(catalog: Catalog) -> Sources:
    """A case knows every column there is; what it does not say is unknown. It tries the rules, so
    that a made-up lead is qualified whether it objects to profiling or not.
    """
    return Sources(
        replace(
            catalog, present=frozenset(catalog.lead), activity_present=frozenset(catalog.activity)
        ),
        LEADS,
        LOG,
        with_objectors=True,
    )


def _tables(
    con: duckdb.DuckDBPyConnection, book: Playbook, catalog: Catalog, steps: Sequence[CaseStep]
) -> Sources:
    leads: list[dict[str, object]] = []
    log: list[dict[str, object]] = []
    for n, step in enumerate(steps):
        checks = _verify_step(step) if verifies(book) else {}
        leads.append({**checks, **step.lead, "lead_id": n})
        for did, columns in step.did:
            row = {**columns, "lead_id": n, "kind": did.kind}
            log += [
                row | {"occurred_at": did.at - timedelta(days=day)} for day in range(did.days)
            ] * did.times
    _fill(con, LEADS, catalog.lead, leads)
    _fill(con, LOG, catalog.activity, log)
    moments = [step.at for step in steps]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {MOMENTS} AS SELECT unnest(range({len(steps)}))::BIGINT AS"
        " lead_id, unnest(?::TIMESTAMP[]) AS as_of",
        [moments],
    )
    return _sources(catalog)


def _fill(
    con: duckdb.DuckDBPyConnection,
    table: TableName,
    columns: Mapping[str, Attribute],
    rows: Sequence[Mapping[str, object]],
) -> None:
    """A table with every column of the catalog, and these rows in it."""
    types = {
        name: "BIGINT" if name == "lead_id" else SQL_TYPES[a.type] for name, a in columns.items()
    }
    made = ", ".join(f"{quoted(name)} {sql}" for name, sql in types.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({made})")
    if not rows:
        return
    stated = set().union(*rows)
    given = [name for name in types if name in stated]
    unrolled = ", ".join(f"unnest(?::{types[name]}[]) AS {quoted(name)}" for name in given)
    values: list[object] = [[row.get(name) for row in rows] for name in given]
    con.execute(f"INSERT INTO {table} BY NAME SELECT {unrolled}", values).fetchall()


def _verify_step(step: CaseStep) -> dict[str, object]:
    """What verification says of the lead by the rules that need neither the network nor other
    leads.
    """
    kinds = {did.kind for did, _ in step.did if did.at <= step.at}
    lead = {k: None if v is None else str(v) for k, v in step.lead.items()}
    address = lead.get("email") or ""
    # Nobody can be written to under .example, so made-up leads may live there and are judged as if
    # under .com.
    if address.lower().endswith(MADE_UP):
        lead["email"] = f"{address[: -len(MADE_UP)]}.com"
    bounced = _BOUNCED in kinds or step.lead.get(_BOUNCED) is True
    found = check_lead(lead, bounced=bounced, complained=_COMPLAINED in kinds)
    stated = {n: getattr(found, n) for n in CHECK_ATTRIBUTES if n != "checked_at"}
    return {**stated, "checked_at": step.at}
