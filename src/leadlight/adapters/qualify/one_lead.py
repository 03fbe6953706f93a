"""One lead of a base, put aside, and qualified many times over for what was and what could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

import duckdb

from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import optimizer_off, quoted, text_literal
from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.facts.catalog import Attribute, Catalog
from leadlight.facts.cohort import Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import Atoms
from leadlight.plan.steps.trace import trace
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook
from leadlight.results.what_if import Hypothesis

#: A row of a plan: its columns by name, each of the type that DuckDB gives it in Python.
PlanRow: TypeAlias = dict[str, Any]
Pair: TypeAlias = tuple[str, datetime]

LEAD, LOG = TableName("one_lead"), TableName("one_log")


class OneLead:
    """The facts of one lead, in small tables of a connection, and a playbook's plan over them.

    Whatever is asked of the lead (what it is, what it was and will be, what it would be) is asked
    of one statement, over pairs of a subject (the lead, or the lead under a wish) and a moment. It
    is prepared once.
    """

    LEADS, LOG = TableName("asked_leads"), TableName("asked_log")
    PAIRS = TableName("asked_pairs")
    _PLAN = "asked_plan"

    def __init__(
        self, con: duckdb.DuckDBPyConnection, sources: Sources, book: Playbook, lead_id: str
    ) -> None:
        self.con, self.sources, self.book = con, sources, book
        self.lead_id = lead_id
        #: The columns of its log; None where there is none.
        self._logged = column_names(con, LOG) if sources.activities is not None else None
        self._make_tables()
        self._prepare()

    def qualify(self, moments: Sequence[datetime]) -> list[PlanRow]:
        """Its qualification at each of these moments, in order of time, with the facts as they
        stand now: with every signal, every rule's points and the attributes that were looked at.
        """
        found = self._answers([(self.lead_id, at) for at in moments]) if moments else []
        return sorted(found, key=lambda row: row["as_of"])

    def trace(self, as_of: datetime, atoms: Atoms) -> tuple[list[PlanRow], int]:
        """Its activities that a rule counted, with their atoms and factors, and how many slots
        there are.
        """
        if self.sources.activities is None or not atoms.all:
            return [], 0
        sql, slots = trace(self.book, self.sources, Some(as_of, LEAD.name), atoms)
        with optimizer_off(self.con):
            return dictionaries(self.con, sql), slots

    def qualify_if(
        self, as_of: datetime, wishes: Sequence[Hypothesis], moments: Sequence[datetime]
    ) -> tuple[dict[int, PlanRow], list[PlanRow]]:
        """Its qualification under each wish, by the wish's place; and, in one run with that, as it
        stands at each of these moments, in order of time.
        """
        catalog = catalog_for(self.book, self.sources.catalog)
        self._make_wishes([_in_columns(wish, catalog) for wish in wishes], as_of)
        ids = {self._id_under(n): n for n in range(len(wishes))}
        pairs = [*((i, as_of) for i in ids), *((self.lead_id, at) for at in moments)]
        found = self._answers(pairs) if pairs else []
        would = {ids[row["lead_id"]]: row for row in found if row["lead_id"] in ids}
        then = [row for row in found if row["lead_id"] not in ids]
        return would, sorted(then, key=lambda row: row["as_of"])

    def _id_under(self, wish: int) -> str:
        """What the lead is called under a wish: its own id, a line break and the wish's place."""
        return f"{self.lead_id}\n{wish}"

    def _answers(self, pairs: Sequence[Pair]) -> list[PlanRow]:
        """What the plan says of each pair of a subject and a moment."""
        con = self.con
        con.execute(f"DELETE FROM {self.PAIRS}")
        con.execute(
            f"INSERT INTO {self.PAIRS} SELECT unnest(?::VARCHAR[]), unnest(?::TIMESTAMP[])",
            [[lead for lead, _ in pairs], [at for _, at in pairs]],
        )
        with optimizer_off(con):
            return dictionaries(con, f"EXECUTE {self._PLAN}")

    def _make_tables(self) -> None:
        """The tables that the plan reads. They have every column that it may ask for, so that a
        wish can fill it.
        """
        con, catalog = self.con, self.sources.catalog
        use = column_use(self.book, catalog)
        missing = _missing_columns(use.attributes, column_names(con, LEAD), catalog.lead)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.LEADS} AS SELECT ?::VARCHAR AS lead_id, * EXCLUDE"
            f" (lead_id){missing} FROM {LEAD}",
            [self.lead_id],
        )
        log = str(LOG) if self._logged is not None else _NO_LOG
        missing = _missing_columns(use.activity_columns, self._logged or (), catalog.activity)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.LOG} AS SELECT ?::VARCHAR AS lead_id, * EXCLUDE"
            f" (lead_id){missing} FROM {log}",
            [self.lead_id],
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE {self.PAIRS} (lead_id VARCHAR, as_of TIMESTAMP)")

    def _prepare(self) -> None:
        """The one statement, ready to run over whatever stands in the tables."""
        catalog = replace(
            self.sources.catalog,
            present=frozenset(column_names(self.con, self.LEADS)),
            activity_present=frozenset(column_names(self.con, self.LOG)),
        )
        sources = Sources(
            catalog,
            self.LEADS,
            self.LOG,
            self.sources.spelled,
            reference=self.sources.reference,
        )
        sql = statement(self.book, sources, Moments(self.PAIRS), signals=True, ledger=True)
        with optimizer_off(self.con):
            self.con.execute(f"PREPARE {self._PLAN} AS {sql}")

    def _make_wishes(self, wishes: Sequence[Hypothesis], as_of: datetime) -> None:
        """The lead under each wish, with what it did and what the wish adds."""
        con, own = self.con, [self.lead_id]
        numbers = "(SELECT unnest(range(?)) AS n)"
        called = "f.lead_id || chr(10) || w.n AS lead_id"
        wished = dict.fromkeys(n for w in wishes for n in w.attributes or {})
        changed = "".join(f", {_hypothesis_value(n, wishes)} AS {quoted(n)}" for n in wished)
        for table, replaced in ((self.LEADS, f"{called}{changed}"), (self.LOG, called)):
            con.execute(f"DELETE FROM {table} WHERE lead_id <> ?", own)
            con.execute(
                f"INSERT INTO {table} SELECT f.* REPLACE ({replaced}) FROM {table} f, {numbers} w",
                [len(wishes)],
            )
        self._add(
            [
                row
                for n, w in enumerate(wishes)
                for row in self._hypothetical_activities(n, w, as_of)
            ]
        )

    def _hypothetical_activities(
        self, n: int, wish: Hypothesis, as_of: datetime
    ) -> list[dict[str, Any]]:
        """What a wish adds to what the lead did, in the columns that the log has."""
        if wish.kind is None:
            return []
        known = self._logged
        row = {
            "lead_id": self._id_under(n),
            "kind": self.sources.kinds((wish.kind,))[0],
            "occurred_at": as_of,
            **{c: v for c, v in (wish.columns or {}).items() if known is None or c in known},
        }
        return [row] * wish.times

    def _add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """More activities, in one statement: each may fill other columns."""
        names = dict.fromkeys(name for row in rows for name in row)
        if not rows:
            return
        marks = f"({', '.join('?' for _ in names)})"
        self.con.execute(
            f"INSERT INTO {self.LOG} ({', '.join(map(quoted, names))}) VALUES"
            f" {', '.join([marks] * len(rows))}",
            [row.get(name) for row in rows for name in names],
        )


#: Where nothing was ever done.
_NO_LOG = (
    "(SELECT NULL::VARCHAR AS lead_id, NULL::TIMESTAMP AS occurred_at, NULL::VARCHAR AS kind WHERE"
    " false)"
)


def _missing_columns(
    wanted: Sequence[str], has: Sequence[str], known: Mapping[str, Attribute]
) -> str:
    """The columns that a table lacks, with no value in them, for a list of columns."""
    columns = ((n, SQL_TYPES[known[n].type]) for n in wanted if n not in has and n in known)
    return "".join(f", CAST(NULL AS {its_type}) AS {quoted(n)}" for n, its_type in columns)


def _hypothesis_value(name: str, wishes: Sequence[Hypothesis]) -> str:
    """An attribute: what each wish makes of it, else what it is."""
    arms = " ".join(
        f"WHEN {n} THEN {_value(wish.attributes[name])}"
        for n, wish in enumerate(wishes)
        if wish.attributes and name in wish.attributes
    )
    return f"CASE w.n {arms} ELSE f.{quoted(name)} END"


def _in_columns(wish: Hypothesis, catalog: Catalog) -> Hypothesis:
    """The wish with each attribute called as the facts call it."""
    if not wish.attributes:
        return wish
    columns = {n: a.column or n for n, a in catalog.lead.items()}
    return replace(wish, attributes={columns.get(n, n): v for n, v in wish.attributes.items()})


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int | float) else text_literal(str(value))
