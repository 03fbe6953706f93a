"""A base whose facts lie on a PostgreSQL server: the plan runs there, and DuckDB gets what
summaries and exports read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Self

import duckdb

from leadlight.adapters.base.base import RANK_REFERENCE, Base, BaseRelations
from leadlight.adapters.base.ledger_base import LeadRelations, lead_relations, ledger_relations
from leadlight.adapters.base.plan_run import DATED, RESULT, show_qualifications
from leadlight.adapters.base.verdicts import VERIFIED, unverified_leads, with_verdicts
from leadlight.adapters.contacts.checks import CHECKS
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import is_view, quoted, rows, text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.prepared_statements import call, of_leads
from leadlight.adapters.ledger.postgres import PostgresLedger
from leadlight.adapters.ledger.postgres.incremental import PendingRun, TouchedIds, make_table_of
from leadlight.adapters.ledger.postgres.lead_lookup import bring_lead
from leadlight.adapters.ledger.postgres.prefetch import mail_kinds
from leadlight.adapters.ledger.postgres.working_copy import carry, fill, put, types_of
from leadlight.adapters.qualify.incremental import relations_of
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, TouchedLeads
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.any_moment import ANY_MOMENT, at_moment
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import compile_reference, statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook

LEADS, ROWS, LOG = TableName("leads_then"), TableName("rows_then"), TableName("log_then")
KINDS, MAILS = TableName("kinds_then"), TableName("mails_then")
_OF_KINDS = TableName("rehearsal_log")
_DIALECT = "postgres"


@dataclass(frozen=True)
class PendingVerification:
    """That every lead is to have a verdict as of a moment; and what was known of leads before
    that.
    """

    as_of: datetime
    before: Catalog


@dataclass(frozen=True)
class ServerFacts:
    """The facts behind a base on a server: whose they are and as of when, as queries there."""

    ledger: PostgresLedger
    cohort: Everyone
    holdings: Holdings

    @property
    def server(self) -> Server:
        """The connection to the server."""
        return self.ledger.server

    def leads(self) -> str:
        """The leads (persons)."""
        return leads_text(self.cohort, self.holdings, engine=_DIALECT)

    def rows(self) -> str:
        """The leads one by one, as files brought them."""
        return leads_text(self.cohort, self.holdings.single(), engine=_DIALECT)

    def log(self, columns: Sequence[str] | None = None) -> str:
        """What they did, with all columns, or those named beside lead_id, occurred_at and kind."""
        return activities_text(self.cohort, self.holdings, columns, _DIALECT)


@dataclass(frozen=True)
class PostgresBase(BaseRelations):
    """A base on a server. Its relations are views in DuckDB: at first over the working copy of the
    ledger's tables, as far as it is filled; after `qualify` they are what was known of all leads.
    """

    facts: ServerFacts = field(kw_only=True)
    verification: PendingVerification | None = None
    #: Brings the qualifications that wait on the server here.
    bring: Callable[[], None] = lambda: None

    def with_checks(self, as_of: datetime, among: Sequence[str] = ()) -> Self:
        """Wants a verdict for every lead; it is looked for once it is known whom the base is asked
        about.
        """
        if self.facts.ledger.has_prefetched("leads", "checks"):
            return replace(self, sources=with_verdicts(self.con, self.sources, as_of))
        return self.to_verify(as_of)

    def to_verify(self, as_of: datetime) -> Self:
        """The base, of which every lead is to be verified."""
        before = self.sources.catalog
        catalog = replace(before, present=before.present | set(CHECK_ATTRIBUTES))
        return replace(
            self,
            sources=replace(self.sources, leads=VERIFIED, catalog=catalog),
            verification=PendingVerification(as_of, before),
        )

    def unverified_leads(self) -> str | None:
        """The table on the server of leads whose verdict was just made and is recorded nowhere."""
        return unverified_leads(self.con) if self.verification else None

    def qualify(
        self,
        book: Playbook,
        cohort: Everyone,
        parquet: Path | None = None,
        *,
        reasons: bool = True,
        due: bool = False,
    ) -> int:
        """Make `qualifications` (with `due`, `dated_qualifications`): a temporary table on the
        server, and the same in DuckDB; always in one pass.
        """
        self._bring_leads()
        made = DATED if due else RESULT
        sql = statement(
            book, self._on_server(), self.facts.cohort, _DIALECT, reasons=reasons, due=due
        )
        _make(self.facts.server, made, sql)
        _fetch(self.facts.ledger, made)
        return 1

    def reference(self, book: Playbook, cohort: Everyone) -> Relation | None:
        """Make the reference of a playbook's ranks on the server, and fetch it."""
        if not book.ranks:
            return None
        self._bring_leads()
        sql = compile_reference(book, self._on_server(), cohort, _DIALECT).sql()
        carry(self.facts.server, sql, self.con, RANK_REFERENCE)
        return RANK_REFERENCE

    def _on_server(self) -> Sources:
        """What a plan reads there."""
        leads, log = Query(self._leads_on_server()), Query(self.facts.log())
        return replace(self.sources, leads=leads, activities=log, told_by=None)

    def fetch(self) -> None:
        """Have the qualifications of the touched leads in DuckDB too, if they are not."""
        self.bring()

    def about_lead(self, wanted: str) -> Self:
        """The base with all facts of the leads that a user may mean by an id or an address, and of
        nobody else.
        """
        facts, con = self.facts, self.con
        show_working_copy(con, lead_relations(facts.cohort, facts.holdings))
        bring_lead(facts.server, con, wanted, "email" in facts.holdings.attributes)
        if self.verification is None:
            return self
        if facts.holdings.checked and not self._has_unverified_leads():
            _view(con, VERIFIED, f"SELECT * FROM {LEADS}")
            return self
        ids = ", ".join(text_literal(str(i)) for (i,) in rows(con, f"SELECT lead_id FROM {LEADS}"))
        carry(facts.server, facts.leads(), con, LEADS)  # a crowd can only be seen among all
        self.bring_mails()
        self.verify_leads(f"l.lead_id IN ({ids or 'NULL'})")
        return self

    @contextmanager
    def lead_alone(self, wanted: str, book: Playbook) -> Iterator[Self]:
        """The base with all facts of the leads that a user may mean, and of nobody else."""
        yield self.about_lead(wanted)

    def about_leads(self, ids: Sequence[str]) -> Iterator[tuple[Base, Sequence[str]]]:
        """The facts of one lead after the other."""
        for wanted in ids:
            yield self.about_lead(wanted), (wanted,)

    def activities_of(self, kinds: Sequence[str]) -> Relation | None:
        """The activities of these kinds that the server knows, fetched."""
        carry(self.facts.server, self._log_of(kinds), self.con, _OF_KINDS)
        return _OF_KINDS

    def _newest_activity(self) -> datetime | None:
        found = rows(self.con, f"SELECT max(newest) FROM {KINDS}")[0][0]
        return found if isinstance(found, datetime) else None

    def _has_unverified_leads(self) -> bool:
        return bool(rows(self.con, f"SELECT 1 FROM {LEADS} WHERE checked_at IS NULL LIMIT 1"))

    def _bring_leads(self) -> None:
        """Fetch the leads as they were, and of what they did how often each kind occurs."""
        facts, con = self.facts, self.con
        carry(facts.server, facts.leads(), con, LEADS)
        if facts.holdings.linked:
            carry(facts.server, facts.rows(), con, ROWS)
            facts.ledger.prefetch("links")
        else:
            single, has = facts.holdings.single().attributes, column_names(con, LEADS)
            names = ", ".join(quoted(n) for n in ("lead_id", *single) if n in has)
            _view(con, ROWS, f"SELECT {names} FROM {LEADS}")
        counted = "SELECT kind, count(*) AS n, max(occurred_at) AS newest FROM"
        carry(facts.server, f"{counted} ({facts.log([])}) a GROUP BY kind", con, KINDS)
        each = f"SELECT *, unnest(range(n)) FROM {KINDS}"
        _view(con, LOG, f"SELECT kind, newest AS occurred_at FROM ({each})")

    def _leads_on_server(self) -> str:
        """The leads as a query on the server, which gets the verdicts that had to be made."""
        if self.verification is None:
            return self.facts.leads()
        self.bring_mails()
        if not self.verify_leads():
            return self.facts.leads()
        put_checks(self.facts.server, self.con)
        holdings = self.facts.holdings
        names = [n for n in ("lead_id", *holdings.attributes) if n not in CHECK_ATTRIBUTES]
        kept = [f"l.{quoted(n)}" for n in dict.fromkeys(names)]
        made = "COALESCE(l.{0}, c.{0}) AS {0}" if holdings.checked else "c.{0}"
        kept += [made.format(n) for n in CHECK_ATTRIBUTES]
        return _with_checks(kept, self.facts.leads())

    def verify_leads(self, only: str | None = None) -> bool:
        """Make `verified_leads` in DuckDB of the leads there; whether any had to be made."""
        assert self.verification is not None
        here = replace(
            self.sources, catalog=self.verification.before, leads=LEADS, activities=MAILS
        )
        if with_verdicts(self.con, here, self.verification.as_of, only=only) is not here:
            return True
        _view(self.con, VERIFIED, f"SELECT * FROM {LEADS}")
        return False

    def bring_mails(self) -> None:
        """Fetch what came of mails, of everybody."""
        carry(self.facts.server, self._log_of(mail_kinds(self.facts.server)), self.con, MAILS)

    def _log_of(self, kinds: Sequence[str]) -> str:
        among = ", ".join(text_literal(k) for k in kinds) or "NULL"
        log = self.facts.log([])
        return f"SELECT a.lead_id, a.occurred_at, a.kind FROM ({log}) a WHERE a.kind IN ({among})"


def base_on_server(
    con: duckdb.DuckDBPyConnection, ledger: PostgresLedger, cohort: Everyone
) -> PostgresBase:
    """A base from the facts of a server as they were known at the cohort's moment, of which nothing
    is fetched yet.
    """
    return _base(con, ServerFacts(ledger, cohort, ledger.holdings()))


def _base(con: duckdb.DuckDBPyConnection, facts: ServerFacts) -> PostgresBase:
    fill(facts.server, con, "spend_facts")
    show_working_copy(con, lead_relations(facts.cohort, facts.holdings))
    here = LeadRelations(LEADS, LOG, ROWS)
    made = ledger_relations(con, facts.ledger, facts.cohort, facts.holdings, here)
    return PostgresBase(
        con,
        made.sources,
        made.spend,
        made.original,
        made.keys,
        people=made.people,
        facts=facts,
    )


def show_working_copy(con: duckdb.DuckDBPyConnection, read: LeadRelations) -> None:
    """Let the base's relations be those of the working copy, as far as it is filled."""
    for name, relation in ((LEADS, read.leads), (LOG, read.activities), (ROWS, read.rows)):
        _view(con, name, f"SELECT * FROM {relation}")


def qualify_on_server(
    ledger: PostgresLedger, book: Playbook, touched: TouchedLeads, as_of: datetime
) -> PostgresBase:
    """Qualify the touched leads on the server: in a table there, or, when they are few, as the run
    is written.
    """
    con, holdings = ledger.con, ledger.holdings()
    catalog, cohort = holdings.catalog(), Some(ANY_MOMENT, touched.relation, touched.since.known)
    leads, log, contacts = relations_of(book, holdings, catalog, cohort, _DIALECT)
    facts = ServerFacts(ledger, Everyone(as_of, touched.since.known), holdings)
    few = touched if isinstance(touched, TouchedIds) else None
    verification = None
    if verifies(book) and _has_unverified_leads(facts.server, contacts, few, as_of):
        if few:
            make_table_of(facts.server, few)
        verification = _verify_touched_leads(con, facts, TableName(touched.relation))
        names = [
            n for n in ("lead_id", *column_use(book, catalog).attributes) if quoted(n) in leads
        ]
        few, leads = None, _with_new_checks(leads, names)
    sources = Sources(catalog, Query(leads), Query(log))
    plan = statement(book, sources, cohort, _DIALECT, due=True)
    pending = PendingRun(facts.server, plan, few) if few else None
    ledger.pending = pending
    if pending is None:
        _make(facts.server, DATED, at_moment(plan, as_of))
    bring = partial(_put, con, pending) if pending else partial(_fetch, ledger, DATED)
    return PostgresBase(con, sources, facts=facts, verification=verification, bring=cache(bring))


def _verify_touched_leads(
    con: duckdb.DuckDBPyConnection, facts: ServerFacts, ids: TableName
) -> PendingVerification | None:
    """Let the server have the verdicts on leads whose ids stand in a table there, where none is
    recorded.
    """
    base = _base(con, facts).to_verify(facts.cohort.as_of)
    carry(facts.server, facts.leads(), con, LEADS)
    carry(facts.server, f"SELECT lead_id FROM {ids}", con, ids)
    base.bring_mails()
    if not base.verify_leads(f"l.lead_id IN (SELECT lead_id FROM {ids})"):
        return None
    put_checks(facts.server, con)
    return base.verification


def put_checks(server: Server, con: duckdb.DuckDBPyConnection) -> None:
    """Let the server have the verdicts that were just made."""
    query = f"SELECT lead_id, {', '.join(CHECK_ATTRIBUTES)} FROM {CHECKS}"
    put(server, con, TableName(CHECKS), query)


def _has_unverified_leads(
    server: Server, contacts: str, few: TouchedIds | None, as_of: datetime
) -> bool:
    """Whether some touched lead has no recorded verdict."""
    anybody = f"SELECT 1 FROM ({contacts}) c WHERE checked_at IS NULL LIMIT 1"
    if few:
        return call(server, of_leads(anybody, {}), few.ids, as_of).fetchone() is not None
    return bool(server.rows(at_moment(anybody, as_of)))


def _with_new_checks(leads: str, names: Sequence[str]) -> str:
    """A query of leads on the server with the verdicts that were just made, where none is
    recorded.
    """
    kept = [
        f"COALESCE(l.{quoted(n)}, c.{n}) AS {n}" if n in CHECK_ATTRIBUTES else f"l.{quoted(n)}"
        for n in names
    ]
    return _with_checks(kept, leads)


def _with_checks(columns: Sequence[str], leads: str) -> str:
    return (
        f"SELECT {', '.join(columns)} FROM ({leads}) AS l LEFT JOIN {CHECKS} AS c ON c.lead_id ="
        " l.lead_id"
    )


def _view(con: duckdb.DuckDBPyConnection, name: TableName, query: str) -> None:
    if not is_view(con, name.name):
        con.execute(f"DROP TABLE IF EXISTS {name}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def _make(server: Server, name: TableName, sql: str) -> None:
    server.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    server.run(f"CREATE TEMP TABLE {name} AS {sql}")


def _fetch(ledger: PostgresLedger, made: TableName) -> None:
    """Have here what the plan made there."""
    carry(ledger.server, f"SELECT * FROM {made}", ledger.con, made)
    if made == DATED:
        show_qualifications(ledger.con)


def _put(con: duckdb.DuckDBPyConnection, run: PendingRun) -> None:
    """Have here what was found of a few leads."""
    types = types_of(run.server, run.columns)
    columns = ", ".join(f"{quoted(n)} {t}" for n, t in types.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {DATED} ({columns})")
    if run.rows:
        con.executemany(f"INSERT INTO {DATED} VALUES ({', '.join('?' * len(types))})", run.rows)
    show_qualifications(con)
