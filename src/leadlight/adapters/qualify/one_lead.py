"""One lead of a base, put aside, and qualified many times over for what was and what could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.facts.catalog import Attribute, Catalog
from leadlight.facts.cohort import Moments, Some
from leadlight.facts.relation import Query, TableName
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import Atoms
from leadlight.plan.steps.trace import trace
from leadlight.plan.timeline import reach
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook
from leadlight.results.what_if import Hypothesis

#: A row of a plan: its columns by name, each of the type that DuckDB gives it in Python.
PlanRow: TypeAlias = dict[str, Any]
Pair: TypeAlias = tuple[str, datetime]

LEAD, LOG = TableName("one_lead"), TableName("one_log")
LEADS, ACTS = TableName("asked_leads"), TableName("asked_log")
WISHED, PAIRS = TableName("wished_log"), TableName("asked_pairs")


class OneLead:
    """The facts of one lead, in small tables of a connection, and a playbook's plan over them.

    Whatever is asked of the lead (what it is, what it was and will be, what it would be) is asked
    of one statement, over pairs of a subject (the lead, or the lead under a wish) and a moment. It
    is planned once. No moment may be before `since`.
    """

    def __init__(
        self,
        tables: WorkTables,
        sources: Sources,
        book: Playbook,
        lead_id: str,
        since: datetime,
    ) -> None:
        self.con, self.tables = tables.con, tables
        self.sources, self.book, self.lead_id = sources, book, lead_id
        #: The columns of its log; None where there is none.
        self._logged = tables.columns(LOG) if sources.activities is not None else None
        use = column_use(book, sources.catalog)
        self._attributes, self._columns = use.attributes, use.activity_columns
        self._fill_tables(since)
        self._plan = self._statement()

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
        with self.tables.plain_plan():
            return self.tables.statements.dictionaries(sql), slots

    def qualify_if(
        self, as_of: datetime, wishes: Sequence[Hypothesis], moments: Sequence[datetime]
    ) -> tuple[dict[int, PlanRow], list[PlanRow]]:
        """Its qualification under each wish, by the wish's place; and, in one run with that, as it
        stands at each of these moments, in order of time.
        """
        catalog = catalog_for(self.book, self.sources.catalog)
        self._add_wishes([_in_columns(wish, catalog) for wish in wishes], as_of)
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
        self.tables.fill(
            PAIRS,
            "SELECT unnest(?::VARCHAR[]) AS lead_id, unnest(?::TIMESTAMP[]) AS as_of",
            [[lead for lead, _ in pairs], [at for _, at in pairs]],
        )
        with self.tables.plain_plan():
            return self.tables.statements.dictionaries(self._plan)

    def _fill_tables(self, since: datetime) -> None:
        """The tables that the plan reads: the lead, what it did as far as some rule still means it,
        and what a wish adds to that. They have every column that the plan asks for, so that a wish
        can fill it.
        """
        catalog, fill = self.sources.catalog, self.tables.fill
        own = _columns(self._attributes, self.tables.columns(LEAD), catalog.lead)
        fill(LEADS, f"SELECT CAST(lead_id AS VARCHAR) AS lead_id{own} FROM {LEAD}")
        theirs = _columns(self._columns, self._logged or (), catalog.activity)
        log = str(LOG) if self._logged is not None else _NO_LOG
        spans = reach(self.book, self.sources).spans
        fill(
            ACTS,
            f"SELECT * FROM (SELECT *, occurred_at + to_seconds(list_max({spans})) AS _gone FROM"
            f" (SELECT occurred_at, kind{theirs} FROM {log})) WHERE _gone > TIMESTAMP '{since}'",
        )
        fill(WISHED, f"SELECT NULL::VARCHAR AS lead_id, * FROM {ACTS} WHERE false")

    def _statement(self) -> str:
        """The one statement, over whatever stands in the tables."""
        own = "".join(f", l.{quoted(n)}" for n in self._attributes)
        acts = "".join(f", a.{quoted(n)}" for n in ("occurred_at", "kind", *self._columns))
        catalog = replace(
            self.sources.catalog,
            present=frozenset(("lead_id", *self._attributes)),
            activity_present=frozenset(("lead_id", "occurred_at", "kind", *self._columns)),
        )
        sources = Sources(
            catalog,
            Query(
                f"SELECT p.lead_id, p.as_of{own} FROM {PAIRS} p JOIN {LEADS} l ON l.lead_id ="
                " p.lead_id"
            ),
            Query(
                f"SELECT p.lead_id, p.as_of{acts} FROM {PAIRS} p, {ACTS} a WHERE a._gone > p.as_of"
                f" UNION ALL SELECT p.lead_id, p.as_of{acts} FROM {PAIRS} p JOIN {WISHED} a ON"
                " a.lead_id = p.lead_id"
            ),
            self.sources.spelled,
            values=dict.fromkeys(self._attributes, LEADS),
            at_moments=True,
            reference=self.sources.reference,
        )
        return statement(self.book, sources, Moments(PAIRS), signals=True, ledger=True)

    def _add_wishes(self, wishes: Sequence[Hypothesis], as_of: datetime) -> None:
        """The lead under each wish, and what each wish adds to what it did."""
        wished = dict.fromkeys(n for w in wishes for n in w.attributes or {})
        changed = "".join(f", {_hypothesis_value(n, wishes)} AS {quoted(n)}" for n in wished)
        self.con.execute(
            f"INSERT INTO {LEADS} SELECT f.* REPLACE (f.lead_id || chr(10) || w.n AS"
            f" lead_id{changed}) FROM {LEADS} f, (SELECT unnest(range(?)) AS n) w",
            [len(wishes)],
        )
        acts = [
            row for n, w in enumerate(wishes) for row in self._hypothetical_activities(n, w, as_of)
        ]
        if acts:
            names = dict.fromkeys(name for row in acts for name in row)
            self.con.execute(
                f"INSERT INTO {WISHED} BY NAME SELECT"
                f" {', '.join(f'unnest(?) AS {quoted(n)}' for n in names)}",
                [[row.get(name) for row in acts] for name in names],
            )

    def _hypothetical_activities(
        self, n: int, wish: Hypothesis, as_of: datetime
    ) -> list[dict[str, Any]]:
        """What a wish adds to what the lead did, in the columns that the log has."""
        if wish.kind is None:
            return []
        known = self._columns if self._logged is None else {*self._columns} & {*self._logged}
        row = {
            "lead_id": self._id_under(n),
            "kind": self.sources.kinds((wish.kind,))[0],
            "occurred_at": as_of,
            **{c: v for c, v in (wish.columns or {}).items() if c in known},
        }
        return [row] * wish.times


#: Where nothing was ever done.
_NO_LOG = "(SELECT NULL::TIMESTAMP AS occurred_at, NULL::VARCHAR AS kind WHERE false)"


def _columns(wanted: Sequence[str], has: Sequence[str], known: Mapping[str, Attribute]) -> str:
    """These columns for a list of columns, with no value in those that a table lacks."""
    return "".join(
        f", {quoted(n)}"
        if n in has
        else f", CAST(NULL AS {SQL_TYPES[known[n].type]}) AS {quoted(n)}"
        for n in wanted
    )


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
