"""Where the facts of a replay lie: a workspace's ledger, or files; and the names of the tables that
are made of them.

`replay_ids` numbers the leads; `replay_leads` has a row for each stretch of time in which nothing
new was said of a lead (_lead, _since, _until, the attributes that the playbook reads); `replay_log`
the activities that some rule means, with the time in which they are seen and matter (_seen, _gone);
`replay_occasions` (lead, as_of, cause) the moments at which something can change.

A column of ours that stands beside those of a company or a playbook begins with `_`, as none of
theirs does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.ledger import Ledger, LinkKind
from leadlight.facts.relation import TableName
from leadlight.plan.asof.texts import members_text
from leadlight.plan.sources import Sources

IDS, LEADS, LOG, OCCASIONS, PAIRS = (
    "replay_ids",
    "replay_leads",
    "replay_log",
    "replay_occasions",
    "replay_pairs",
)
_EPOCHS, _STATED, _ONLY = "replay_epochs", "replay_stated", "replay_only"
FACTS, UNDO, CLOCK, OTHERS = "facts", "undo", "clock", "others"
#: The moments at which leads that are compared with each other are all looked at: as_of, and the
#: one before it.
DAYS = "replay_days"
#: The end of a period, in `until`.
END = "replay_end"
SETTLED, KIN, KIN_PAIRS = "replay_settled", "replay_kin", "replay_kin_pairs"
_AT, _TIMES = "replay_members_at", "replay_member_times"
#: What a lead is said to have when nothing of it ends.
NEVER = "TIMESTAMP '9999-01-01'"


@dataclass(frozen=True)
class ReplayFacts:
    """Where the facts of a replay lie, before any playbook is asked: the parts of the statements
    that read them.

    `stated` has lead_id, seen and gone: a row a statement about a lead (or person), and from when
    until when it counts; `log` has _seen and
    _gone, and the activities with their columns.  `settled` names the
    table of who belonged together when, where anybody did; `tables` are there where the connection
    keeps plans from one replay to the next.
    """

    con: duckdb.DuckDBPyConnection
    catalog: Catalog
    stated: str
    log: str | None
    base: Sources
    ledger: Ledger | None
    known: Known
    only: str | None
    settled: str | None = None
    tables: WorkTables | None = None


def only_lead(tables: WorkTables, lead_id: str) -> str:
    """The table of the only lead to replay."""
    tables.make(TableName(_ONLY), "SELECT ? AS lead_id", [lead_id])
    return _ONLY


def facts_of_ledger(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    known: Known,
    only: str | None,
    tables: WorkTables | None = None,
) -> ReplayFacts:
    """A workspace's facts; those of `only` some leads (a relation of ids) where that is said."""
    ledger.prefetch("leads", "checks", "links", log_of=only)
    holdings = ledger.holdings()
    stating = ["attribute_facts", *(["contact_facts"] if holdings.checked else [])]
    stated = " UNION ALL ".join(
        _visible(table, "_occurred_at", known, "f.lead_id") for table in stating
    )
    log, catalog = _visible("activity_facts", "occurred_at", known, "f.*", "_"), ledger.catalog()
    facts = ReplayFacts(
        con, catalog, stated, log, Sources(catalog), ledger, known, only, tables=tables
    )
    if not (holdings.linked or holdings.accounts):
        return facts
    settle(con, ledger, known)
    # What is said of any of its leads is an occasion for the person, and so is every change of who
    # it is.
    moved = " UNION ALL ".join(
        f"SELECT {who}, {at}, {NEVER} FROM {SETTLED} WHERE {at} < {NEVER}"
        for who in ("lead_id", "group_id")
        for at in ("since", "until")
    )
    stated = (
        f"{stated} UNION ALL SELECT k.lead_id, s.seen, s.gone FROM ({stated}) s JOIN {KIN} k ON"
        f" k.member = s.lead_id UNION ALL {moved}"
    )
    return replace(facts, stated=stated, settled=SETTLED)


def settle(con: duckdb.DuckDBPyConnection, ledger: Ledger, known: Known) -> None:
    """Make `replay_settled`: who belonged together, from when until when; and `replay_kin`: whose
    facts are also a person's.
    """
    holdings = ledger.holdings()
    seen = _visible("member_facts", "_occurred_at", known, "f.lead_id")
    found = rows(
        con,
        f"SELECT DISTINCT t FROM (SELECT seen AS t FROM ({seen}) UNION ALL SELECT gone FROM"
        f" ({seen}) WHERE gone < {NEVER}) ORDER BY 1",
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_AT} (lead_id VARCHAR, group_id VARCHAR, kind VARCHAR, n"
        " INTEGER)"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_TIMES} (n INTEGER, t TIMESTAMP)")
    for n, (at,) in enumerate(found):
        assert isinstance(at, datetime)
        con.execute(f"INSERT INTO {_TIMES} VALUES (?, ?)", [n, at])
        kinds: tuple[LinkKind, ...] = ("person", "company")
        for kind in kinds:
            members = members_text(Everyone(at, known), holdings, kind)
            con.execute(
                f"INSERT INTO {_AT} SELECT lead_id, group_id, '{kind}', {n} FROM ({members})"
            )
    # Stretches in which a lead stayed where it was: their number does not change while the moments
    # go on one by one.
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {SETTLED} AS SELECT lead_id, group_id, kind, b.t AS since,"
        f" coalesce(e.t, {NEVER}) AS until FROM (SELECT lead_id, group_id, kind, min(n) AS first,"
        " max(n) AS last FROM (SELECT *, n - row_number() OVER (PARTITION BY lead_id, group_id,"
        f" kind ORDER BY n) AS stretch FROM {_AT}) GROUP BY lead_id, group_id, kind, stretch) s"
        f" JOIN {_TIMES} b ON b.n = s.first LEFT JOIN {_TIMES} e ON e.n = s.last + 1"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {KIN} AS SELECT DISTINCT lead_id AS member, group_id AS"
        f" lead_id FROM {SETTLED} WHERE lead_id <> group_id AND kind = 'person'"
    )


def facts_of_files(base: Base, only: str | None) -> ReplayFacts:
    """The facts of files: a lead is there from the day it was created, else always; its attributes
    are what they are.
    """
    always = "TIMESTAMP '1970-01-01'"
    dated = "created_at" in base.sources.catalog.present
    since = f"coalesce(created_at::TIMESTAMP, {always})" if dated else always
    stated = f"SELECT lead_id, {since} AS seen, {NEVER} AS gone FROM {base.sources.leads}"
    log = None
    if base.sources.activities is not None:
        log = (
            "SELECT * REPLACE (occurred_at::TIMESTAMP AS occurred_at), occurred_at::TIMESTAMP AS"
            f" _seen, {NEVER} AS _gone FROM {base.sources.activities} WHERE occurred_at IS NOT NULL"
        )
    return ReplayFacts(
        base.con, base.sources.catalog, stated, log, base.sources, None, "then", only
    )


def _visible(table: str, happened: str, known: Known, names: str, prefix: str = "") -> str:
    """The rows of a table of facts with the time in which they are seen."""
    names = names if "." in names else f"f.{names}"
    if known == "now":
        return (
            f"SELECT {names}, f.{happened} AS {prefix}seen, {NEVER} AS {prefix}gone FROM {table} f "
            "WHERE f._import NOT IN (SELECT import_no FROM undos)"
        )
    return (
        f"SELECT {names}, greatest(f.{happened}, f._recorded_at) AS {prefix}seen, coalesce(u.gone,"
        f" {NEVER}) AS {prefix}gone FROM {table} f LEFT JOIN (SELECT import_no, min(recorded_at)"
        " AS gone FROM undos GROUP BY import_no) u ON u.import_no = f._import"
    )


def moment(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(sep=' ')}'"
