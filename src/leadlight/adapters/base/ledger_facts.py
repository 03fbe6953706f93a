"""The facts of a ledger behind a base: whose they are, as of when, and its leads as a query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.asof.visibility import ATTRIBUTE_FACTS
from leadlight.plan.column_use import column_use
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook


@dataclass(frozen=True)
class LedgerFacts:
    """The facts behind a base: whose they are and as of when, and the base's leads with every
    attribute.
    """

    cohort: Everyone
    holdings: Holdings
    leads: Relation

    def read(self, names: Collection[str], among: str | None = None) -> Query:
        """The leads (those in the table `among`) with these attributes."""
        wanted = [n for n in self.holdings.attributes if n in names]
        return Query(leads_text(self._cohort(among), self.holdings, wanted))

    def sources_for(self, sources: Sources, book: Playbook) -> Sources:
        """A base's sources with no more than a playbook looks at."""
        needed = column_use(book, sources.catalog)
        log = activities_text(self.cohort, self.holdings, needed.activity_columns)
        # Words are searched in every value that was ever stated: a scan, where the leads would be
        # folded a second time.
        stated: dict[str, Relation] = dict.fromkeys(
            self.holdings.single().attributes, TableName(ATTRIBUTE_FACTS)
        )
        leads = self.read(needed.attributes)
        return replace(sources, leads=leads, activities=Query(log), told_by=None, values=stated)

    def sources_of(self, sources: Sources, among: str) -> Sources:
        """A base's sources with every column, of the leads in the table `among` only."""
        cohort, tellers = self._cohort(among), self.holdings.linked
        log = activities_text(cohort, self.holdings, tellers=tellers)
        leads = self.read(self.holdings.attributes, among)
        return replace(sources, leads=leads, activities=Query(log))

    def _cohort(self, among: str | None) -> Everyone | Some:
        return Some(self.cohort.as_of, among, self.cohort.known) if among else self.cohort
