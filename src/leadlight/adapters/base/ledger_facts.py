"""The facts of a ledger behind a base: whose they are, as of when, and its leads as a query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.relations import leads_as_of, text


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
        cohort = Some(self.cohort.as_of, among, self.cohort.known) if among else self.cohort
        wanted = [n for n in self.holdings.attributes if n in names]
        return Query(text(leads_as_of(cohort, self.holdings, wanted)))
