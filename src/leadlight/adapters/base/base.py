"""A base of leads ready to qualify: what everybody may ask of one, wherever its facts lie."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.db.work_tables import WorkTables
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook
from leadlight.problems import Problem
from leadlight.results.summary import InputCount

ONE_PERSON = TableName("one_person")
RANK_REFERENCE = TableName("rank_reference")


@dataclass(frozen=True)
class People:
    """Leads that are one person: who they are, by which addresses, and which of them said what
    counts.

    `members` has lead_id and group_id, `addresses` group_id and email of each, and `said_by` one
    row a person with the id of the lead behind each attribute, for the persons of the table
    `ONE_PERSON` (lead_id), which whoever reads it makes.
    """

    members: Relation
    addresses: Relation | None
    said_by: Relation


class Base(Protocol):
    """Leads and what they did, as of a moment, with what a plan makes of them.

    `con` is the DuckDB connection in which its relations can be read. `original` holds the
    company's own columns by `row_no` and `keys` which lead each row is of, for exports that go
    back. `newest` is the moment of the newest activity, where it is known; `later` counts leads
    that came into being after the moment and are left out. `tables` are there where its connection
    keeps plans.
    """

    @property
    def con(self) -> duckdb.DuckDBPyConnection: ...
    @property
    def sources(self) -> Sources: ...
    @property
    def spend(self) -> Relation | None: ...
    @property
    def original(self) -> Relation | None: ...
    @property
    def keys(self) -> Relation | None: ...
    @property
    def read(self) -> tuple[InputCount, ...]: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...
    @property
    def newest(self) -> datetime | None: ...
    @property
    def later(self) -> int: ...
    @property
    def people(self) -> People | None: ...
    @property
    def tables(self) -> WorkTables | None: ...

    def qualify(
        self,
        book: Playbook,
        cohort: Everyone,
        parquet: Path | None = None,
        *,
        reasons: bool = True,
        due: bool = False,
    ) -> int:
        """Run the plan where the facts are; its result is the relation `qualifications` of the
        connection, or the Parquet file asked for, written as the plan runs.

        With `due` there is `dated_qualifications` too, to be recorded. Answers in how many passes.
        """
        ...

    def reference(self, book: Playbook, cohort: Everyone) -> Relation | None:
        """The relation in which a plan over some leads looks up its ranks, made of the whole base;
        None where the playbook has no ranks.
        """
        ...

    def fetch(self) -> None:
        """Have the qualifications in the connection; on a server those of touched leads wait there
        until somebody asks.
        """
        ...

    def with_checks(self, as_of: datetime, among: Sequence[str] = ()) -> Base:
        """The base with a verdict for every lead: the recorded one as of then, else what the rules
        that need no network say of the facts of that moment. With `among`, ids, only these leads
        are sure to have one.
        """
        ...

    def unverified_leads(self) -> str | None:
        """The table of leads whose verdict was just made and is recorded nowhere, where the ledger
        is: it may depend on others, so they are due each time.
        """
        ...

    def with_newest(self) -> Base:
        """The base, and when its newest activity was."""
        ...

    def about_lead(self, wanted: str) -> Base:
        """The base with the facts of the leads in the connection that a user may mean by an id or
        an address.
        """
        ...

    def lead_alone(self, wanted: str, book: Playbook) -> AbstractContextManager[Base]:
        """The base in a connection in which any question about that lead by this playbook is quick,
        with at least the facts that such a question is about; for as long as this lasts.
        """
        ...

    def about_leads(self, ids: Sequence[str]) -> Iterator[tuple[Base, Sequence[str]]]:
        """The same for several leads, in as many parts as that takes: a base, and whose facts are
        in the connection as long as the part is looked at.
        """
        ...

    def sources_for(self, book: Playbook) -> Sources:
        """What a plan by this playbook reads."""
        ...

    def sources_of(self, among: str) -> Sources:
        """The relations with every column, of the leads in the table `among` only."""
        ...

    def leads_with(self, names: Collection[str], among: str | None = None) -> Relation:
        """The leads (those in the table `among`), with at least these attributes."""
        ...

    def activities_of(self, kinds: Sequence[str]) -> Relation | None:
        """What is known to have been done, with at least the activities of these kinds; None where
        there is no log.
        """
        ...


@dataclass(frozen=True)
class BaseRelations:
    """The relations of a base in a DuckDB connection, read as they stand: what the bases of all
    stores share.
    """

    con: duckdb.DuckDBPyConnection
    sources: Sources
    spend: Relation | None = None
    original: Relation | None = None
    keys: Relation | None = None
    read: tuple[InputCount, ...] = ()
    problems: tuple[Problem, ...] = ()
    newest: datetime | None = None
    later: int = 0
    people: People | None = None
    tables: WorkTables | None = None

    def with_newest(self) -> Self:
        """The base, and when its newest activity was."""
        return replace(self, newest=self._newest_activity())

    def _newest_activity(self) -> datetime | None:
        log = self.sources.activities
        if log is None:
            return None
        found = rows(self.con, f"SELECT max(occurred_at)::TIMESTAMP FROM {log}")[0][0]
        return found if isinstance(found, datetime) else None

    def sources_for(self, book: Playbook) -> Sources:
        """What a plan by this playbook reads."""
        return self.sources

    def sources_of(self, among: str) -> Sources:
        """The relations with every column, of the leads in the table `among` only."""
        log = self.sources.activities
        return replace(
            self.sources,
            leads=_those_in(self.sources.leads, among),
            activities=None if log is None else _those_in(log, among),
        )

    def leads_with(self, names: Collection[str], among: str | None = None) -> Relation:
        """The leads (those in the table `among`), with at least these attributes."""
        leads = self.sources.leads
        return leads if among is None else _those_in(leads, among)

    def activities_of(self, kinds: Sequence[str]) -> Relation | None:
        """What is known to have been done; None where there is no log."""
        return self.sources.activities


def _those_in(relation: Relation, among: str) -> Query:
    return Query(
        f"SELECT * FROM {relation} WHERE lead_id::VARCHAR IN (SELECT lead_id FROM {among})"
    )
