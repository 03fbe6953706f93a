"""A base whose facts lie in its DuckDB connection: staged files, or the ledger of a workspace."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from leadlight.adapters.base.base import RANK_REFERENCE, Base, BaseRelations
from leadlight.adapters.base.lead_store import lead_store
from leadlight.adapters.base.ledger_facts import LedgerFacts
from leadlight.adapters.base.partitions import (
    hashed_part,
    passes,
    sizes_of_tables,
    tables_in_part,
)
from leadlight.adapters.base.plan_run import PlanRun
from leadlight.adapters.base.verdicts import unverified_leads, with_verdicts
from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Relation
from leadlight.plan.asof.texts import shape_of
from leadlight.plan.asof.visibility import ATTRIBUTE_FACTS
from leadlight.plan.compile import compile_reference
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook


@dataclass(frozen=True)
class DuckDBBase(BaseRelations):
    """A base whose relations are read as they stand: of files, or of a few leads."""

    def qualify(
        self,
        book: Playbook,
        cohort: Everyone,
        parquet: Path | None = None,
        *,
        reasons: bool = True,
        due: bool = False,
    ) -> int:
        """Make `qualifications` (with `due`, `dated_qualifications` too), or the Parquet file.

        Answers in how many passes: in one, unless the memory allowed is small for the base.
        """
        size = self.size()
        sources, number = self.sources_for(book), passes(self.con, *size)
        if book.ranks:  # each lead is compared with all others
            number = 1
        run = PlanRun(self.con, book, cohort, parquet, reasons=reasons, due=due)
        if number == 1:
            run.at_once(sources, sum(size))
        else:
            run.in_passes([self.part(sources, n, number) for n in range(number)])
        return number

    def reference(self, book: Playbook, cohort: Everyone) -> Relation | None:
        """Make the reference of a playbook's ranks; None where it has none."""
        if not book.ranks:
            return None
        sql = compile_reference(book, self.sources_for(book), cohort).sql()
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {RANK_REFERENCE} AS {sql}")
        return RANK_REFERENCE

    def size(self) -> tuple[int, int]:
        """How many leads and activities there are, as far as it costs nothing to know."""
        leads, activities = (
            sum(r.usable for r in self.read if r.what == what) for what in ("leads", "activities")
        )
        return leads, activities

    @contextmanager
    def part(self, sources: Sources, n: int, of: int) -> Iterator[Sources]:
        """The relations of a plan over the n-th part of the leads, counted from 0."""
        yield hashed_part(sources, n, of)

    def fetch(self) -> None:
        """Nothing is elsewhere."""

    def with_checks(self, as_of: datetime, among: Sequence[str] = ()) -> Self:
        """The base with a verdict for every lead, or for those named."""
        ids = ", ".join(map(text_literal, among))
        only = f"l.lead_id::VARCHAR IN ({ids})" if among else None
        if only and frozenset(CHECK_ATTRIBUTES) <= self.sources.catalog.present:
            unchecked = f"SELECT 1 FROM {self.sources.leads} l WHERE {only} AND checked_at IS NULL"
            if not rows(self.con, f"{unchecked} LIMIT 1"):
                return self
        return replace(self, sources=with_verdicts(self.con, self.sources, as_of, only))

    def unverified_leads(self) -> str | None:
        """The table of leads whose verdict was just made and is recorded nowhere."""
        return unverified_leads(self.con)

    def about_lead(self, wanted: str) -> Self:
        """All facts are in the connection."""
        return self

    @contextmanager
    def lead_alone(self, wanted: str, book: Playbook) -> Iterator[Base]:
        """As it is: the facts are few, or those of all leads are asked for."""
        yield self

    def about_leads(self, ids: Sequence[str]) -> Iterator[tuple[Base, Sequence[str]]]:
        """All facts are in the connection, so one part is enough."""
        yield self, ids


@dataclass(frozen=True)
class LedgerBase(DuckDBBase):
    """A base of a ledger: its facts are read again with less, for a plan, a summary or a list that
    looks at some attributes, or at some leads.

    DuckDB leaves out columns that nobody reads, but not the joins and folds that make them: a
    verdict costs its join even where no one asks for verdicts.
    """

    facts: LedgerFacts = field(kw_only=True)

    @property
    def _is_of_ledger(self) -> bool:
        """Whether the leads are those of the ledger, with nothing put beside them since."""
        return self.sources.leads == self.facts.leads

    def sources_for(self, book: Playbook) -> Sources:
        """What a plan by this playbook reads: only what it looks at."""
        return self.facts.sources_for(self.sources, book) if self._is_of_ledger else self.sources

    def sources_of(self, among: str) -> Sources:
        """The relations with every column, of the leads in the table `among` only."""
        if not self._is_of_ledger:
            return super().sources_of(among)
        return self.facts.sources_of(self.sources, among)

    def leads_with(self, names: Collection[str], among: str | None = None) -> Relation:
        """The leads (those in the table `among`), with at least these attributes."""
        if self._is_of_ledger or not set(CHECK_ATTRIBUTES) & set(names):
            return self.facts.read(names, among)
        return super().leads_with(names, among)

    @contextmanager
    def lead_alone(self, wanted: str, book: Playbook) -> Iterator[Base]:
        """The base with the facts of the leads that a user may mean, in a small store; as it is
        where the others' facts are needed too.
        """
        if book.ranks or not self._is_of_ledger:
            yield self
            return
        with lead_store((book.fingerprint, *shape_of(self.facts.holdings))) as store:
            alone = replace(self, con=store.con, tables=store.tables)
            store.take(self.con, self.facts.holdings, [wanted])
            if not alone._has_leads():
                store.take(self.con, self.facts.holdings, self._ids_by_address(wanted))
            yield alone

    def _has_leads(self) -> bool:
        """Whether there is any lead as of the moment."""
        return bool(rows(self.con, f"SELECT 1 FROM {self.facts.read(())} LIMIT 1"))

    def _ids_by_address(self, wanted: str) -> list[str]:
        """The leads of whom that address was ever said."""
        if "email" not in self.facts.holdings.attributes:
            return []
        found = rows(
            self.con,
            f"SELECT DISTINCT lead_id FROM {ATTRIBUTE_FACTS} WHERE lower(email) = lower(?)",
            [wanted],
        )
        return [str(i) for (i,) in found]

    def size(self) -> tuple[int, int]:
        """How many rows the tables of facts have, as the engine estimates."""
        return sizes_of_tables(self.con)

    @contextmanager
    def part(self, sources: Sources, n: int, of: int) -> Iterator[Sources]:
        """The relations of a plan over the n-th part of the leads, counted from 0.

        Where the plan reads the ledger's tables, they themselves are made smaller, under their own
        names: so every join within the plan is.
        """
        if sources.leads == self.sources.leads:
            yield hashed_part(sources, n, of)
            return
        with tables_in_part(self.con, self.facts, n, of):
            yield sources
