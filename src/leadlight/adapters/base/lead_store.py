"""A small store in memory for the facts of one lead.

What is asked of one lead is some thirty short statements and a long one. Over a base of millions
each short one looks through a whole table, and the long one is planned anew by every request. Here
the lead's facts are read from the ledger once, and every statement runs over a few hundred rows.
The store serves one request after the other and keeps what it planned, but no fact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

import duckdb

from leadlight.adapters.db.duckdb import connect, keep_wide_plans_fast, quoted, rows, text_literal
from leadlight.adapters.db.statement_cache import Rows
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.facts.catalog import NEWEST_TOUCH
from leadlight.facts.ledger import Holdings, LinkKind
from leadlight.plan.asof.visibility import (
    ACTIVITY_FACTS,
    ATTRIBUTE_FACTS,
    CONTACT_FACTS,
    MEMBER_FACTS,
    UNDOS,
)
from leadlight.plan.column_use import ColumnUse

_TABLES = (ATTRIBUTE_FACTS, ACTIVITY_FACTS, CONTACT_FACTS, MEMBER_FACTS, UNDOS)
#: So many stores wait for a request of their kind.
_IDLE = 8


class LeadStore:
    """The tables of a ledger, with the facts of one lead in them and of everybody it was ever
    linked with.
    """

    def __init__(self) -> None:
        # One thread is enough for so few rows, and starts at once.
        self.con = connect(threads=1)
        keep_wide_plans_fast(self.con)
        self.tables = WorkTables(self.con, lasting=True)
        self._columns: dict[str, str] = {}
        self._filled = set[str]()
        self._made = 0

    def begin(self) -> None:
        """Begin a request. All that it does is taken back at its end, and costs nothing then."""
        self._made = self.tables.made
        if self._made:
            self.con.begin()

    def end(self) -> None:
        """Keep no fact, but what was planned."""
        if self._made == self.tables.made:
            self.con.rollback()
            self.tables.statements.forget_moments(rolled_back=True)
            self._filled.clear()
            self.tables.filled.clear()
            return
        # The request made tables, which are kept.
        if self._made:
            self.con.commit()
        made = "FROM duckdb_tables() WHERE temporary"
        for (name,) in rows(self.con, f"SELECT table_name {made}"):
            self.con.execute(f"DROP TABLE {quoted(str(name))}")
        for table in tuple(self._filled):
            self._empty(table)
        self.tables.empty()
        self.tables.statements.forget_moments(rolled_back=False)
        self.con.execute("CHECKPOINT")

    def take(
        self,
        ledger: duckdb.DuckDBPyConnection,
        holdings: Holdings,
        ids: Sequence[str],
        use: ColumnUse | None = None,
    ) -> None:
        """Read what is said of these leads, and of those they were ever linked with; with `use`
        only what a plan reads of it, where nobody is linked.
        """
        if holdings.linked or holdings.accounts:
            use = None  # how several leads are one reads every attribute
        persons = _find_kin(ledger, "person", ids) if holdings.linked else set(ids)
        companies = _find_kin(ledger, "company", persons) if holdings.accounts else set[str]()
        mine = f"lead_id IN {_id_list(persons)}"
        whose = f"kind = 'company' AND lead_id IN {_id_list(companies)}"
        said = {ATTRIBUTE_FACTS: mine, ACTIVITY_FACTS: mine}
        if holdings.checked:
            said[CONTACT_FACTS] = mine
        if holdings.linked or holdings.accounts:
            said[MEMBER_FACTS] = f"kind = 'person' AND {mine} OR {whose}"
        if holdings.undone:
            said[UNDOS] = "true"
        for table in _TABLES:
            if table in said or table not in self._columns:
                self._copy(ledger, table, said.get(table, "false"), _columns_read(table, use))

    def _copy(
        self, ledger: duckdb.DuckDBPyConnection, table: str, where: str, columns: str
    ) -> None:
        found = Rows.of(ledger, f"SELECT {columns} FROM {table} WHERE {where}")
        if found.definition != self._columns.get(table):
            self.con.execute(f"CREATE OR REPLACE TABLE {table} ({found.definition})")
            self._columns[table] = found.definition
            self.tables.drop()
        self._empty(table)
        if found.rows:
            found.insert(self.con, table)
            self._filled.add(table)

    def _empty(self, table: str) -> None:
        if table in self._filled:
            self.con.execute(f"DELETE FROM {table}")
            self._filled.remove(table)


def _columns_read(table: str, use: ColumnUse | None) -> str:
    """A list of columns: of a table of statements or activities those of the ledger itself, and
    those that a plan reads.
    """
    if use is None or table not in (ATTRIBUTE_FACTS, ACTIVITY_FACTS):
        return "*"
    own = use.attributes if table == ATTRIBUTE_FACTS else use.activity_columns
    names = ("lead_id", "occurred_at", "kind", *(NEWEST_TOUCH.get(n, n) for n in own))
    listed = ", ".join(map(text_literal, names))
    return f"COLUMNS(lambda c: starts_with(c, '_') OR c IN ({listed}))"


def _find_kin(ledger: duckdb.DuckDBPyConnection, kind: LinkKind, ids: Collection[str]) -> set[str]:
    """These leads and all they were ever linked with: who is linked may be told by a chain."""
    found, new = set[str](), set(ids)
    while new:
        found |= new
        near = _id_list(new)
        pairs = rows(
            ledger,
            f"SELECT lead_id, group_id FROM {MEMBER_FACTS} WHERE kind = '{kind}' AND (lead_id IN"
            f" {near} OR group_id IN {near})",
        )
        new = {str(i) for pair in pairs for i in pair} - found
    return found


def _id_list(ids: Collection[str]) -> str:
    return f"({', '.join(map(text_literal, sorted(ids))) or 'NULL'})"


class _IdleStores:
    """The stores that wait for a request. One that was used for a playbook and a shape of ledger
    has the statements of both.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._stores: list[tuple[object, LeadStore]] = []

    def lend(self, kind: object) -> LeadStore:
        """A store of that kind, with no fact in it."""
        with self._lock:
            for n, (its, store) in enumerate(self._stores):
                if its == kind:
                    del self._stores[n]
                    return store
        return LeadStore()

    def give_back(self, kind: object, store: LeadStore) -> None:
        """Keep the store, and let go of the one that nobody asked for longest."""
        with self._lock:
            self._stores.append((kind, store))
            gone = self._stores[:-_IDLE]
            del self._stores[:-_IDLE]
        for _, old in gone:
            old.con.close()


_IDLE_STORES = _IdleStores()


@contextmanager
def lead_store(kind: object) -> Iterator[LeadStore]:
    """A store for the facts of one lead; `kind` tells which requests have the same statements."""
    store = _IDLE_STORES.lend(kind)
    try:
        store.begin()
        yield store
        store.end()
    except BaseException:
        store.con.close()
        raise
    _IDLE_STORES.give_back(kind, store)
