"""A run over a few touched leads on a server: one statement, planned once, that looks at them,
compares and writes.

No table is made for it. For one lead, making a temporary table, telling the planner of it and
dropping it takes longer than everything else, and it leaves rows in the server's own catalog
behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from leadlight.adapters.db.duckdb import text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.prepared_statements import TOUCHED, call, of_leads
from leadlight.adapters.ledger.postgres.tables import PostgresTables
from leadlight.adapters.ledger.runs import (
    CHANGES,
    RunChanges,
    as_column,
    column,
    compare,
    keep,
    labels_as_of_run,
    moves_of,
    note_due,
)
from leadlight.adapters.ledger.tables import Tables
from leadlight.adapters.ledger.touched_leads import has_groups, is_due, news, with_groups
from leadlight.facts.ledger import Move, QualificationTable, Run, TouchedLeads
from leadlight.plan.any_moment import ANY_MOMENT

#: More leads than these are put into a table, whose size the planner is told: it may choose to read
#: everything.
MOST = 1_000


@dataclass(frozen=True)
class TouchedIds(TouchedLeads):
    """Touched leads, so few that they are told by their ids; their relation is a step of the
    statements that ask for them.
    """

    ids: tuple[str, ...] = ()


def touch_few(server: Server, since: Run, as_of: datetime) -> TouchedIds | None:
    """The leads for whom something can differ; None when they are many.

    Each part is read in the order of its index, whatever the planner believes of tables that it has
    not looked at lately.
    """
    tables = PostgresTables(server)
    wanted = [(table, of_it, "_import") for table, of_it in news(tables, since, as_of)]
    wanted.append(("due", is_due(as_of), "changes_at"))
    parts = (
        f"(SELECT lead_id, {table != 'due'} FROM {table} WHERE {of_it} ORDER BY {place} LIMIT"
        f" {MOST + 1})"
        for table, of_it, place in wanted
    )
    found = tables.rows(" UNION ALL ".join(parts))
    if len(found) > MOST:
        return None
    by_facts, by_clock = ({str(i) for i, facts in found if facts is why} for why in (True, False))
    ids = by_facts | by_clock
    if ids and has_groups(tables):
        among = with_groups('SELECT unnest(%s::text[]) COLLATE "C" AS lead_id')
        ids = {str(i) for (i,) in server.rows(among, [list(ids)])}
    return TouchedIds(
        TOUCHED, len(ids), len(by_facts), len(by_clock - by_facts), since, tuple(sorted(ids))
    )


def make_table_of(server: Server, few: TouchedIds) -> None:
    """Make the table of these leads after all."""
    ids = ", ".join(text_literal(i) for i in few.ids)
    PostgresTables(server).fresh(
        TOUCHED, f'SELECT unnest(ARRAY[{ids}]::text[]) COLLATE "C" AS lead_id'
    )


@dataclass
class PendingRun:
    """A plan that waits for its run to be written, and what it found for whom when it was.

    `plan` is made for `ANY_MOMENT` and the leads of `touched`. `columns` are the names and types
    (of the server) of `rows`.
    """

    server: Server
    plan: str
    few: TouchedIds
    columns: Sequence[Any] = ()
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def write(
        self, _: Tables, qualified: QualificationTable, no: int, as_of: datetime, first: bool
    ) -> RunChanges:
        """Look at the leads and write what changed (`leadlight.adapters.ledger.runs.write`)."""
        assert not first
        cursor = call(self.server, _statement(self.plan, qualified), self.few.ids, as_of, no)
        found, added = cursor.fetchall(), 2 + len(qualified.scales)
        self.columns = cursor.description[:-added]
        self.rows = [r[:-added] for r in found if r[0] is not None]
        names = [c.name for c in cursor.description]
        changed = [dict(zip(names, r, strict=True)) for r in found if r[-added] is not None]
        return _changes(len(self.few.ids), changed, qualified.scales)


def _changes(leads: int, changed: Sequence[dict[str, Any]], scales: Sequence[str]) -> RunChanges:
    new, gone = (sum(bool(r[n]) for r in changed) for n in ("_new", "_gone"))
    moves = tuple(m for scale in scales for m in _moves(scale, changed))
    return RunChanges(leads, len(changed), new, gone, moves)


@lru_cache(maxsize=8)
def _statement(plan: str, qualified: QualificationTable) -> str:
    """Each qualification, beside what is stored of it where something changed."""
    writes = [keep(qualified, "$3"), *note_due(qualified, ANY_MOMENT)]
    was = labels_as_of_run(qualified.scales, only=qualified.only)
    before = {qualified.relation: plan, CHANGES: compare(qualified, was)}
    before |= {f"_write_{n}": text for n, text in enumerate(writes)}
    labels = "".join(
        f", c.{as_column('was', s)} AS {as_column('_was', s)}" for s in qualified.scales
    )
    return of_leads(
        f"SELECT q.*, c.gone AS _gone, c.was_absent AND NOT c.gone AS _new{labels} "
        f"FROM {qualified.relation} q FULL JOIN {CHANGES} c ON c.lead_id = q.lead_id",
        before,
    )


def _moves(scale: str, changed: Sequence[dict[str, Any]]) -> list[Move]:
    return moves_of(scale, Counter((r[column("_was", scale)], r[scale]) for r in changed))
