"""Where a plan finds its facts: its two relations, and how their columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Moments
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.any_moment import without_moment
from leadlight.plan.terms import Tree

LEADS, ACTIVITIES = TableName("leads"), TableName("activities")


@dataclass(frozen=True)
class Sources:
    """The relations `leads` and `activities`.

    `spelled` tells for a standard kind the words by which the log at hand writes it, when they are
    not the same. `told_by` says that the log has the column of that name: which of a person's leads
    told an activity. `together` says that the rows of a lead lie together in both relations, so
    that a cluster need not move them. `values` says for an attribute which relation has, under its
    name, at least every value the leads have of it. `at_moments` says that both relations, of a
    cohort of pairs, have `as_of` themselves: a row a pair, and each pair's own activities.
    `reference` is where ranks are looked up, for a plan over some leads of a base: made by
    `compile_reference` of all of them, as of one moment. `with_objectors` qualifies also who
    objected to profiling: made-up leads, and rows to train on, from which they are left out later.
    """

    catalog: Catalog
    leads: Relation = LEADS
    activities: Relation | None = ACTIVITIES
    spelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told_by: str | None = None
    values: Mapping[str, Relation] = field(default_factory=dict)
    together: bool = False
    at_moments: bool = False
    reference: Relation | None = None
    with_objectors: bool = False

    def shape(self) -> tuple[object, ...]:
        """What a plan's text depends on of them."""
        catalog = self.catalog
        attributes = (*catalog.lead.values(), *catalog.activity.values())
        return (
            self.leads,
            self.activities,
            tuple(self.spelled.items()),
            self.told_by,
            tuple(self.values.items()),
            self.together,
            self.at_moments,
            self.reference,
            self.with_objectors,
            tuple((a.name, a.type) for a in attributes if a.own),
            catalog.present,
            catalog.activity_present,
        )

    def kinds(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The kinds as the log writes them."""
        return tuple(w for k in kinds for w in self.spelled.get(k, (k,)))


def relation(source: Relation, dialect: str, name: str) -> Tree:
    """A relation as a FROM item called `name`."""
    if isinstance(source, Query):
        return exp.Subquery(
            this=sqlglot.parse_one(source.sql, dialect=dialect),
            alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)),
        )
    return exp.Table(
        this=exp.to_identifier(source.name, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)),
    )


def sources_at_any_moment(sources: Sources, cohort: Cohort) -> Sources:
    """The sources with the cohort's moment left out of their relations: they are as of then."""
    if isinstance(cohort, Moments):
        return sources
    as_of = cohort.as_of

    def at_any(relation: Relation) -> Relation:
        if isinstance(relation, Query):
            return Query(without_moment(relation.sql, as_of))
        return relation

    log, reference = sources.activities, sources.reference
    return replace(
        sources,
        leads=at_any(sources.leads),
        activities=None if log is None else at_any(log),
        values={n: at_any(r) for n, r in sources.values.items()},
        reference=None if reference is None else at_any(reference),
    )
