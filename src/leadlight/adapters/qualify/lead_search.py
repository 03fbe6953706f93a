"""The leads of a base, looked for by an id or an e-mail address, and one of them put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from leadlight.adapters.base.base import ONE_PERSON, Base
from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.adapters.qualify.objection import Objection, find_objection
from leadlight.adapters.qualify.one_lead import LEAD, LOG, OneLead
from leadlight.facts.relation import Relation, TableName
from leadlight.playbook.spec import Playbook

_ASKED = "asked"


class LeadSearch:
    """The leads of a base, looked for by what a user may say of one."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.con = base.con
        self.tables = base.tables or WorkTables(base.con)
        self._asked: str | None = None

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

    def objection(self, leads: Sequence[str], as_of: datetime) -> Objection | None:
        """That the lead put aside last objects to profiling, which any of these leads may have
        said; None where it does not.
        """
        return find_objection(self.con, leads, as_of)

    def one(
        self, lead_id: str, book: Playbook, since: datetime, reference: Relation | None = None
    ) -> OneLead:
        """The facts of one lead, put aside in two small tables, so that every question about it is
        quick as of moments from `since` on. Its ranks are looked up in the `reference`.
        """
        self._ask_for(lead_id)
        own = self.base.sources_of(_ASKED)
        self._put_aside(LEAD, own.leads)
        if own.activities is not None:
            self._put_aside(LOG, own.activities)
        log = LOG if own.activities is not None else None
        sources = replace(self.base.sources, leads=LEAD, activities=log, reference=reference)
        return OneLead(self.tables, sources, book, lead_id, since)

    def _ask_for(self, lead_id: str) -> None:
        if self._asked != lead_id:
            self.tables.make(TableName(_ASKED), "SELECT ? AS lead_id", [lead_id])
            self._asked = lead_id

    def _put_aside(self, name: TableName, relation: Relation) -> None:
        self.tables.make(name, f"SELECT * FROM {relation}")

    def _by_id(self, wanted: str) -> list[str]:
        self._ask_for(wanted)
        own = self.base.leads_with((), _ASKED)
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
        found = rows(self.con, sql, list(values)) if values else self.tables.rows(sql)
        return [str(i) for (i,) in found]
