"""A few leads of a base, put aside once and qualified by several playbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.arrow import dictionaries
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import optimizer_off, quoted, rows
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Relation, TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook

LEADS, LOG = TableName("few_leads"), TableName("few_log")
_IDS = "few_ids"


class FewLeads:
    """The facts of a few leads, in small tables of a base's connection."""

    def __init__(self, base: Base, ids: Sequence[str]) -> None:
        self.base = base
        self._ids = tuple(dict.fromkeys(ids))
        self._has_log = False
        self._sources: Sources | None = None

    def qualify(self, book: Playbook, as_of: datetime) -> dict[str, dict[str, Any]]:
        """The qualification of each lead by a playbook, with its reasons; who is not there as of
        the moment is left out.
        """
        reference = self.base.reference(book, Everyone(as_of))
        self._sources = self._sources or self._put_aside()
        sources = replace(self._sources, reference=reference)
        with optimizer_off(self.base.con):
            found = dictionaries(self.base.con, statement(book, sources, Everyone(as_of)))
        return {str(row["lead_id"]): row for row in found}

    def attributes(self, names: Sequence[str]) -> dict[str, Mapping[str, object]]:
        """What is known of each lead put aside, of these attributes."""
        known = [n for n in names if n in column_names(self.base.con, LEADS)]
        picked = "".join(f", {quoted(n)}" for n in known)
        found = dictionaries(self.base.con, f"SELECT lead_id{picked} FROM {LEADS}")
        return {str(row["lead_id"]): row for row in found}

    def _put_aside(self) -> Sources:
        """The leads and what they did, in tables."""
        con = self.base.con
        for n, (part, ids) in enumerate(self.base.about_leads(self._ids)):
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE {_IDS} AS SELECT unnest(?::VARCHAR[]) AS lead_id",
                [list(ids)],
            )
            own = part.sources_of(_IDS)
            self._keep(LEADS, own.leads, is_first=n == 0)
            if own.activities is not None:
                self._keep(LOG, own.activities, is_first=n == 0)
                self._has_log = True
        log = LOG if self._has_log else None
        return replace(self.base.sources, leads=LEADS, activities=log)

    def _keep(self, table: TableName, relation: Relation, *, is_first: bool) -> None:
        way = f"CREATE OR REPLACE TEMP TABLE {table} AS" if is_first else f"INSERT INTO {table}"
        self.base.con.execute(f"{way} SELECT * FROM {relation}")


def first_ids(base: Base, most: int) -> list[str]:
    """Some ids of a base, in their order."""
    found = rows(
        base.con,
        f"SELECT lead_id::VARCHAR FROM {base.sources.leads} ORDER BY 1 LIMIT {int(most)}",
    )
    return [str(i) for (i,) in found]
