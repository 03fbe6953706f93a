"""A base whose facts lie on a PostgreSQL server: the plan runs there, and DuckDB gets what
summaries and exports read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.base.base import Base, Texts, base_of_ledger
from leadlight.adapters.base.verdicts import VERIFIED, with_checks
from leadlight.adapters.contacts.checks import CHECKS
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.prepared_statements import call, of_leads
from leadlight.adapters.ledger.postgres import PostgresLedger
from leadlight.adapters.ledger.postgres.incremental import Asked, Few, in_a_table
from leadlight.adapters.ledger.postgres.lead_lookup import bring_lead
from leadlight.adapters.ledger.postgres.prefetch import mail_kinds
from leadlight.adapters.ledger.postgres.working_copy import carry, fill, is_view, put, types_of
from leadlight.adapters.qualify.incremental import relations_of
from leadlight.adapters.qualify.plan_runs import DATED, RESULT
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, Touched
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.relations import activities_as_of, leads_as_of, text
from leadlight.plan.columns_read import used
from leadlight.plan.compile import ANY_MOMENT, at_moment, statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook

LEADS, ROWS, LOG, KINDS, MAILS = "leads_then", "rows_then", "log_then", "kinds_then", "mails_then"
_DIALECT = "postgres"


class OnServer:
    """Where a base's facts lie, and what of them is in DuckDB by now.

    The base reads views of these names: at first over the working copy of the ledger's tables, as
    far as it is filled; after `qualify` they are what was known of all leads.
    """

    def __init__(
        self, ledger: PostgresLedger, cohort: Everyone, holdings: Holdings | None = None
    ) -> None:
        self.ledger, self.server, self.con = ledger, ledger.server, ledger.con
        self.cohort = cohort
        self.holdings = holdings or ledger.holdings()
        self._texts = Texts(Query(""), Query(""), Query(""))
        self._verify: datetime | None = None
        self._before = Catalog()
        self.unverified: str | None = (
            None  # a table there of the leads who got a verdict that is recorded nowhere
        )
        self._unfetched: Callable[[], None] | None = None

    def base(self) -> Base:
        """The base, of which nothing is fetched yet."""
        fill(self.server, self.con, "spend_facts")
        return replace(base_of_ledger(self.con, self.ledger, self.cohort, self._named), server=self)

    def with_checks(self, base: Base, as_of: datetime) -> Base:
        """Wants a verdict for every lead; it is looked for once it is known whom the base is asked
        about.
        """
        if self.ledger.has_at_hand("leads", "checks"):
            return with_checks(base, as_of)
        self._verify, self._before = as_of, base.sources.catalog
        catalog = replace(self._before, present=self._before.present | set(CHECK_ATTRIBUTES))
        return replace(
            base, sources=replace(base.sources, leads=TableName(VERIFIED), catalog=catalog)
        )

    def qualify(
        self, base: Base, book: Playbook, *, reasons: bool = True, due: bool = False
    ) -> None:
        """Make `qualifications` (with `due`, `dated_qualifications`): a temporary table on the
        server, and the same here.
        """
        self._carry()
        leads = self._verified(base) if self._verify else self._leads()
        log = text(activities_as_of(self.cohort, self.holdings), _DIALECT)
        sources = replace(base.sources, leads=Query(leads), activities=Query(log), told_by=None)
        made = DATED if due else RESULT
        _make(
            self.server,
            made,
            statement(book, sources, self.cohort, _DIALECT, reasons=reasons, due=due),
        )
        _fetch(self.ledger, made)

    def fetch(self) -> None:
        """Have the qualifications of the touched leads here too, if they are not."""
        fetch, self._unfetched = self._unfetched, None
        if fetch:
            fetch()

    def newest(self) -> datetime | None:
        """The moment of the newest activity."""
        found = rows(self.con, f"SELECT max(newest) FROM {KINDS}")[0][0]
        return found if isinstance(found, datetime) else None

    def activities(self, kinds: Sequence[str]) -> Relation:
        """The activities of these kinds that the server knows, fetched."""
        among = ", ".join(text_literal(k) for k in kinds) or "NULL"
        log = text(activities_as_of(self.cohort, self.holdings, []), _DIALECT)
        query = f"SELECT a.lead_id, a.occurred_at, a.kind FROM ({log}) a WHERE a.kind IN ({among})"
        carry(self.server, query, self.con, "rehearsal_log")
        return TableName("rehearsal_log")

    def about(self, base: Base, wanted: str) -> Base:
        """The base with all facts of the leads that a user may mean by an id or an address, and of
        nobody else.
        """
        self._views()
        bring_lead(self.server, self.con, wanted, "email" in self.holdings.attributes)
        if self._verify is None:
            return base
        if self.holdings.checked and not rows(
            self.con, f"SELECT 1 FROM {LEADS} WHERE checked_at IS NULL LIMIT 1"
        ):
            self._view(VERIFIED, f"SELECT * FROM {LEADS}")
            return base
        theirs = (
            ", ".join(
                text_literal(str(i)) for (i,) in rows(self.con, f"SELECT lead_id FROM {LEADS}")
            )
            or "NULL"
        )
        carry(self.server, self._leads(), self.con, LEADS)  # a crowd can only be seen among all
        self._mails()
        return replace(base, sources=self._checked(base, f"l.lead_id IN ({theirs})").sources)

    def _named(self, texts: Texts) -> Texts:
        self._texts = texts
        self._views()
        return Texts(TableName(LEADS), TableName(LOG), TableName(ROWS))

    def _views(self) -> None:
        for name, query in (
            (LEADS, self._texts.leads),
            (LOG, self._texts.activities),
            (ROWS, self._texts.rows),
        ):
            self._view(name, f"SELECT * FROM {query}")

    def _view(self, name: str, text: str) -> None:
        if not is_view(self.con, name):
            self.con.execute(f"DROP TABLE IF EXISTS {name}")
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {text}")

    def _leads(self) -> str:
        return text(leads_as_of(self.cohort, self.holdings), _DIALECT)

    def _carry(self) -> None:
        """Fetch the leads as they were, and of what they did how often each kind occurs."""
        carry(self.server, self._leads(), self.con, LEADS)
        single = self.holdings.single()
        if self.holdings.linked:
            carry(self.server, text(leads_as_of(self.cohort, single), _DIALECT), self.con, ROWS)
            self.ledger.at_hand("links")
        else:
            names = ", ".join(
                quoted(n)
                for n in ("lead_id", *single.attributes)
                if n in column_names(self.con, LEADS)
            )
            self._view(ROWS, f"SELECT {names} FROM {LEADS}")
        log = text(activities_as_of(self.cohort, self.holdings, []), _DIALECT)
        counted = (
            f"SELECT kind, count(*) AS n, max(occurred_at) AS newest FROM ({log}) a GROUP BY kind"
        )
        carry(self.server, counted, self.con, KINDS)
        self._view(
            LOG,
            f"SELECT kind, newest AS occurred_at FROM (SELECT *, unnest(range(n)) FROM {KINDS})",
        )

    def _verified(self, base: Base) -> str:
        """Verify whom no check spoke of, and let the server have the verdicts; the leads with them,
        as a query there.
        """
        self._mails()
        checked = self._checked(base)
        if checked is base:
            return self._leads()
        self._put_checks()
        names = [n for n in ("lead_id", *self.holdings.attributes) if n not in CHECK_ATTRIBUTES]
        kept = [f"l.{quoted(n)}" for n in dict.fromkeys(names)]
        recorded = self.holdings.checked
        kept += [
            f"COALESCE(l.{n}, c.{n}) AS {n}" if recorded else f"c.{n}" for n in CHECK_ATTRIBUTES
        ]
        return (
            f"SELECT {', '.join(kept)} FROM ({self._leads()}) AS l LEFT JOIN {CHECKS} AS c ON"
            " c.lead_id = l.lead_id"
        )

    def _checked(self, base: Base, only: str | None = None) -> Base:
        """The base verified in DuckDB; itself when every lead was verified before."""
        assert self._verify is not None
        plain = replace(
            base,
            sources=replace(
                base.sources,
                catalog=self._before,
                leads=TableName(LEADS),
                activities=TableName(MAILS),
            ),
        )
        checked = with_checks(plain, self._verify, only=only)
        if checked is not plain:
            return replace(base, sources=replace(base.sources, leads=checked.sources.leads))
        self._view(VERIFIED, f"SELECT * FROM {LEADS}")
        return base

    def _put_checks(self) -> None:
        put(
            self.server,
            self.con,
            CHECKS,
            f"SELECT lead_id, {', '.join(CHECK_ATTRIBUTES)} FROM {CHECKS}",
        )
        self.unverified = CHECKS

    def verify_some(self, ids: str) -> None:
        """Let the server have the verdicts on leads whose ids stand in a table there, where none is
        recorded.
        """
        self._verify = self.cohort.as_of
        base = self.base()
        self._before = base.sources.catalog
        carry(self.server, self._leads(), self.con, LEADS)
        carry(self.server, f"SELECT lead_id FROM {ids}", self.con, ids)
        self._mails()
        if self._checked(base, f"l.lead_id IN (SELECT lead_id FROM {ids})") is not base:
            self._put_checks()

    def _mails(self) -> None:
        """What came of mails, of everybody."""
        kinds = [text_literal(k) for k in mail_kinds(self.server)]
        log = text(activities_as_of(self.cohort, self.holdings, []), _DIALECT)
        where = f"a.kind IN ({', '.join(kinds)})" if kinds else "FALSE"
        carry(
            self.server,
            f"SELECT a.lead_id, a.occurred_at, a.kind FROM ({log}) a WHERE {where}",
            self.con,
            MAILS,
        )


def server_base(con: duckdb.DuckDBPyConnection, ledger: PostgresLedger, cohort: Everyone) -> Base:
    """A base from the facts of a server as they were known at the cohort's moment."""
    return OnServer(ledger, cohort).base()


def touched_on_server(
    ledger: PostgresLedger, book: Playbook, touched: Touched, as_of: datetime
) -> Base:
    """Qualify the touched leads on the server: in a table there, or, when they are few, as the run
    is written.
    """
    server, con, holdings = ledger.server, ledger.con, ledger.holdings()
    catalog, cohort = holdings.catalog(), Some(ANY_MOMENT, touched.relation, touched.since.known)
    leads, log, contacts = relations_of(book, holdings, catalog, cohort, _DIALECT)
    there = OnServer(ledger, Everyone(as_of, touched.since.known), holdings)
    few = touched if isinstance(touched, Few) else None
    if verifies(book) and _unverified(server, contacts, few, as_of):
        if few:
            in_a_table(server, few)
        there.verify_some(touched.relation)
        names = [n for n in ("lead_id", *used(book, catalog).attributes) if quoted(n) in leads]
        few, leads = None, _beside(leads, names)
    sources = Sources(catalog, Query(leads), Query(log))
    plan = statement(book, sources, cohort, _DIALECT, due=True)
    ledger.asked = asked = Asked(server, plan, few) if few else None
    if asked:
        there._unfetched = lambda: _put(con, asked)
    else:
        _make(server, DATED, at_moment(plan, as_of))
        there._unfetched = lambda: _fetch(ledger, DATED)
    return Base(con, sources, server=there)


def _unverified(server: Server, contacts: str, few: Few | None, as_of: datetime) -> bool:
    """Whether some touched lead has no recorded verdict."""
    anybody = f"SELECT 1 FROM ({contacts}) c WHERE checked_at IS NULL LIMIT 1"
    if few:
        return call(server, of_leads(anybody, {}), few.ids, as_of).fetchone() is not None
    return bool(server.rows(at_moment(anybody, as_of)))


def _beside(leads: str, names: list[str]) -> str:
    """A query of leads on the server with the verdicts that were just made, where none is
    recorded.
    """
    kept = [
        f"COALESCE(l.{quoted(n)}, c.{n}) AS {n}" if n in CHECK_ATTRIBUTES else f"l.{quoted(n)}"
        for n in names
    ]
    return (
        f"SELECT {', '.join(kept)} FROM ({leads}) AS l LEFT JOIN {CHECKS} AS c ON c.lead_id ="
        " l.lead_id"
    )


def _make(server: Server, name: str, sql: str) -> None:
    server.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    server.run(f"CREATE TEMP TABLE {name} AS {sql}")


def _fetch(ledger: PostgresLedger, made: str) -> None:
    """Have here what the plan made there."""
    carry(ledger.server, f"SELECT * FROM {made}", ledger.con, made)
    if made == DATED:
        _undated(ledger.con)


def _put(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Have here what was found of a few leads."""
    types = types_of(asked.server, asked.columns)
    columns = ", ".join(f"{quoted(n)} {t}" for n, t in types.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {DATED} ({columns})")
    if asked.rows:
        con.executemany(f"INSERT INTO {DATED} VALUES ({', '.join('?' * len(types))})", asked.rows)
    _undated(con)


def _undated(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"DROP TABLE IF EXISTS {RESULT}") if not is_view(con, RESULT) else None
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {RESULT} AS SELECT * EXCLUDE (changes_in) FROM {DATED}"
    )
