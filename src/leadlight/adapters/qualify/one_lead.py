"""One lead of a base, put aside, and qualified many times over for what was and what could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

import duckdb

from leadlight.adapters.base.base import ONE_PERSON, Base
from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import Atoms
from leadlight.plan.steps.trace import trace
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook
from leadlight.results.what_if import Hypothesis

#: A row of a plan: its columns by name, each of the type that DuckDB gives it in Python.
PlanRow: TypeAlias = dict[str, Any]

LEAD, LOG = TableName("one_lead"), TableName("one_log")
_ASKED = "asked"


class LeadSearch:
    """The leads of a base, looked for by what a user may say of one."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.con = base.con

    def find(self, wanted: str) -> list[str]:
        """The ids of the leads a user may mean: by id, else by e-mail address. As texts, at most
        ten.
        """
        found = self._by_id(wanted)
        if found or "email" not in self.base.sources.catalog.present:
            return found
        return self._by_address(wanted)

    def nearby(self, wanted: str) -> list[str]:
        """Ids that look like the one asked for, for a hint."""
        return self._ids(
            f"SELECT lead_id::VARCHAR AS id FROM {self.base.sources.leads} ORDER BY"
            " levenshtein(left(lead_id::VARCHAR, 60), left(?, 60)), id LIMIT 3",
            wanted,
        )

    def one_person(self, lead_id: str) -> tuple[list[str], dict[str, str]]:
        """The ids of the leads that are one person, and which of them said each attribute; both
        empty for a single lead.
        """
        people = self.base.people
        if people is None:
            return [], {}
        leads = self._ids(
            f"SELECT lead_id FROM {people.members} WHERE group_id = ? ORDER BY lead_id", lead_id
        )
        if not leads:
            return [], {}
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {ONE_PERSON} AS SELECT ? AS lead_id", [lead_id]
        )
        said_by = next(iter(dictionaries(self.con, f"SELECT * FROM {people.said_by}")), {})
        tellers = {n: str(v) for n, v in said_by.items() if v is not None and n != "lead_id"}
        return leads, tellers

    def one(self, lead_id: str, reference: Relation | None = None) -> OneLead:
        """The facts of one lead, put aside in two small tables, so that every question about it is
        quick. Its ranks are looked up in the `reference`.
        """
        own = self._alone(lead_id)
        self._put_aside(LEAD, own.leads)
        if own.activities is not None:
            self._put_aside(LOG, own.activities)
        log = LOG if own.activities is not None else None
        sources = replace(self.base.sources, leads=LEAD, activities=log, reference=reference)
        return OneLead(self.con, sources)

    def _alone(self, lead_id: str) -> Sources:
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {_ASKED} AS SELECT ? AS lead_id", [lead_id])
        return self.base.sources_of(_ASKED)

    def _put_aside(self, name: TableName, relation: Relation) -> None:
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {relation}")

    def _by_id(self, wanted: str) -> list[str]:
        own = self._alone(wanted).leads
        found = self._ids(f"SELECT lead_id::VARCHAR FROM {own} LIMIT 10")
        if found or self.base.people is None:
            return found
        # Who is one person always was: but the person may not have been there yet.
        return self._ids(
            f"SELECT m.group_id FROM {self.base.people.members} m WHERE m.lead_id = ? "
            f"AND m.group_id IN (SELECT l.lead_id::VARCHAR FROM {self.base.sources.leads} l)",
            wanted,
        )

    def _by_address(self, wanted: str) -> list[str]:
        found = self._ids(
            f"SELECT lead_id::VARCHAR FROM {self.base.sources.leads} WHERE lower(email) = lower(?)"
            " ORDER BY 1 LIMIT 10",
            wanted,
        )
        people = self.base.people
        if found or people is None or people.addresses is None:
            return found
        return self._ids(
            f"SELECT DISTINCT group_id FROM {people.addresses} WHERE lower(email) = lower(?)"
            " LIMIT 10",
            wanted,
        )

    def _ids(self, sql: str, *values: str) -> list[str]:
        return [str(i) for (i,) in self.con.execute(sql, list(values)).fetchall()]


@dataclass(frozen=True)
class OneLead:
    """The facts of one lead, in two small tables of a connection."""

    con: duckdb.DuckDBPyConnection
    sources: Sources

    def qualify(self, book: Playbook, as_of: datetime) -> PlanRow:
        """Its qualification with every signal, every rule's points and the attributes that were
        looked at.
        """
        sql = statement(book, self.sources, Everyone(as_of), signals=True, ledger=True)
        return dictionaries(self.con, sql)[0]

    def trace(self, book: Playbook, as_of: datetime, atoms: Atoms) -> tuple[list[PlanRow], int]:
        """Its activities that a rule counted, with their atoms and factors, and how many slots
        there are.
        """
        if self.sources.activities is None or not atoms.all:
            return [], 0
        sql, slots = trace(book, self.sources, Some(as_of, LEAD.name), atoms)
        return dictionaries(self.con, sql), slots

    def labels_at(self, book: Playbook, moments: Sequence[datetime]) -> list[PlanRow]:
        """Its labels at each of many moments, with the facts as they stand now, in one plan."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE one_cohort AS SELECT lead_id, unnest(?::TIMESTAMP[]) AS"
            f" as_of FROM {LEAD}",
            [list(moments)],
        )
        cohort = Moments(TableName("one_cohort"))
        sql = statement(book, self.sources, cohort, reasons=False)
        return sorted(dictionaries(self.con, sql), key=lambda r: r["as_of"])

    def labels_if(
        self, book: Playbook, as_of: datetime, wishes: Sequence[Hypothesis]
    ) -> dict[int, PlanRow]:
        """Its qualification under each wish, by the wish's place: as many hypothetical leads as
        wishes, qualified in one plan.
        """
        if not wishes:
            return {}
        catalog = self.sources.catalog
        known_as = catalog_for(book, catalog)
        sources = Hypotheses(
            self, [_in_columns(wish, known_as) for wish in wishes], as_of
        ).sources()
        sql = statement(book, sources, Everyone(as_of), reasons=False)
        return {int(r["lead_id"]): r for r in dictionaries(self.con, sql)}


class Hypotheses:
    """A lead as it would be under each of some wishes: a lead for each, whose id is the wish's
    place.
    """

    LEADS, LOG = TableName("wish_leads"), TableName("wish_log")

    def __init__(self, lead: OneLead, wishes: Sequence[Hypothesis], as_of: datetime) -> None:
        self.con, self.real, self.wishes, self.as_of = lead.con, lead.sources, wishes, as_of

    def sources(self) -> Sources:
        """The hypothetical leads and what they did."""
        catalog = self.real.catalog
        self._make_leads()
        if self.real.activities is None:
            self._make_new_log()
        else:
            self._make_log()
        present = catalog.present | {n for w in self.wishes for n in w.attributes or {}}
        acted = frozenset(column_names(self.con, self.LOG))
        catalog = replace(catalog, present=present, activity_present=acted)
        return Sources(
            catalog, self.LEADS, self.LOG, self.real.spelled, reference=self.real.reference
        )

    def _make_leads(self) -> None:
        has = column_names(self.con, LEAD)
        wished = (n for w in self.wishes for n in w.attributes or {})
        names = dict.fromkeys([*(c for c in has if c != "lead_id"), *wished])
        columns = "".join(f", {self._attribute(name, name in has)}" for name in names)
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE wish_numbers AS SELECT unnest(range(?))::BIGINT AS n",
            [len(self.wishes)],
        )
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.LEADS} AS SELECT n AS lead_id{columns} FROM"
            f" {LEAD}, wish_numbers"
        )

    def _attribute(self, name: str, known: bool) -> str:
        """An attribute: what each wish makes of it, else what it is."""
        wished = [
            (n, w.attributes[name])
            for n, w in enumerate(self.wishes)
            if w.attributes and name in w.attributes
        ]
        if not wished:
            return quoted(name)
        arms = " ".join(f"WHEN {n} THEN {_value(value)}" for n, value in wished)
        return f"CASE n {arms} ELSE {quoted(name) if known else 'NULL'} END AS {quoted(name)}"

    def _make_log(self) -> None:
        """What the lead did, and beside it what each wish adds, in the columns that there are."""
        con = self.con
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.LOG} AS SELECT * REPLACE (n AS lead_id) FROM"
            f" {LOG}, wish_numbers"
        )
        con.execute(f"ALTER TABLE {self.LOG} DROP n")
        con.execute(f"ALTER TABLE {self.LOG} ALTER lead_id TYPE BIGINT")
        has = column_names(con, self.LOG)
        for n, wish in enumerate(self.wishes):
            if wish.kind is not None:
                columns = {c: v for c, v in (wish.columns or {}).items() if c in has}
                self._add(n, self.real.kinds((wish.kind,))[0], columns, wish.times)

    def _make_new_log(self) -> None:
        """What each wish adds where nothing was ever done."""
        columns = dict.fromkeys(c for w in self.wishes for c in w.columns or {})
        extra = "".join(f", {quoted(c)} {'DOUBLE' if c == 'value' else 'VARCHAR'}" for c in columns)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.LOG} (lead_id BIGINT, occurred_at TIMESTAMP, kind"
            f" VARCHAR{extra})"
        )
        for n, wish in enumerate(self.wishes):
            if wish.kind is not None:
                self._add(n, wish.kind, wish.columns or {}, wish.times)

    def _add(self, n: int, kind: str, columns: Mapping[str, object], times: int) -> None:
        row = {"lead_id": n, "kind": kind, "occurred_at": self.as_of, **columns}
        names, marks = ", ".join(quoted(c) for c in row), ", ".join("?" for _ in row)
        self.con.execute(
            f"INSERT INTO {self.LOG} ({names}) SELECT {marks} FROM range({int(times)})",
            list(row.values()),
        )


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
