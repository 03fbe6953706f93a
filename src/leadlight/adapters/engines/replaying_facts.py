"""Where the facts of a replay lie: a workspace's ledger, or files; and the names of the tables that are made of them.

`replay_ids` numbers the leads; `replay_leads` has a row for each stretch of time in which nothing new was said of a lead
(lead, since, until, the attributes that the playbook reads); `replay_log` the activities that some rule means, with the
time in which they are seen and matter; `replay_occasions` (lead, as_of, cause) the moments at which something can change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.engines.bases import Base
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Known
from leadlight.facts.ledger import Ledger
from leadlight.plan.sources import Sources

IDS, LEADS, LOG, OCCASIONS, PAIRS = (
    "replay_ids", "replay_leads", "replay_log", "replay_occasions", "replay_pairs",
)  # fmt: skip
_EPOCHS, _STATED = "replay_epochs", "replay_stated"
FACTS, UNDO, CLOCK = "facts", "undo", "clock"
#: What a lead is said to have when nothing of it ends.
NEVER = "TIMESTAMP '9999-01-01'"


@dataclass(frozen=True)
class Facts:
    """Where the facts of a replay lie, before any playbook is asked: the parts of the statements that read them.

    `stated` has lead_id, seen and gone: a row a statement about a lead, and from when until when it counts; `log` the
    same of activities, with their columns.
    """

    con: duckdb.DuckDBPyConnection
    catalog: Catalog
    stated: str
    log: str | None
    base: Sources
    ledger: Ledger | None
    known: Known
    only: str | None


def facts_of_ledger(con: duckdb.DuckDBPyConnection, ledger: Ledger, known: Known, only: str | None) -> Facts:
    """A workspace's facts; those of `only` some leads (a relation of ids) where that is said."""
    ledger.at_hand("leads", "checks", "links")
    parts = []
    for table, happened in (("attribute_facts", "_occurred_at"), ("contact_facts", "_occurred_at")):
        parts.append(_seen(table, happened, known, "lead_id"))
    log = _seen("activity_facts", "occurred_at", known, "f.*")
    return Facts(con, ledger.catalog(), " UNION ALL ".join(parts), log, Sources(ledger.catalog()), ledger, known, only)


def facts_of_files(base: Base, only: str | None) -> Facts:
    """The facts of files: a lead is there from the day it was created, else always; its attributes are what they are."""
    leads = base.sources.leads if " " not in base.sources.leads else f"({base.sources.leads})"
    always = "TIMESTAMP '1970-01-01'"
    dated = "created_at" in base.sources.catalog.present
    since = f"coalesce(created_at::TIMESTAMP, {always})" if dated else always
    stated = f"SELECT lead_id, {since} AS seen, {NEVER} AS gone FROM {leads}"
    log = None
    if base.sources.activities is not None:
        source = base.sources.activities if " " not in base.sources.activities else f"({base.sources.activities})"
        log = (f"SELECT * REPLACE (occurred_at::TIMESTAMP AS occurred_at), occurred_at::TIMESTAMP AS seen, {NEVER} AS gone "
               f"FROM {source} WHERE occurred_at IS NOT NULL")  # fmt: skip
    return Facts(base.con, base.sources.catalog, stated, log, base.sources, None, "then", only)


def _seen(table: str, happened: str, known: Known, names: str) -> str:
    """The rows of a table of facts with the time in which they are seen."""
    names = names if "." in names else f"f.{names}"
    if known == "now":
        return (f"SELECT {names}, f.{happened} AS seen, {NEVER} AS gone FROM {table} f "
                "WHERE f._import NOT IN (SELECT import_no FROM undos)")  # fmt: skip
    return (
        f"SELECT {names}, greatest(f.{happened}, f._recorded_at) AS seen, coalesce(u.gone, {NEVER}) AS gone FROM {table} f "
        "LEFT JOIN (SELECT import_no, min(recorded_at) AS gone FROM undos GROUP BY import_no) u ON u.import_no = f._import"
    )


def moment(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(sep=' ')}'"
