"""The steps on leads: attributes and behaviour together, then signals, scores, scales and segments
level by level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.cohort import Moments, Some
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.facts.relation import TableName
from leadlight.plan.columns import REFERENCE, ROUTE, best_points, fit_points, model_term
from leadlight.plan.sources import relation
from leadlight.plan.steps.activity import ActivitySteps, PlanStep, is_one_of
from leadlight.plan.steps.behaviour import BehaviourSteps
from leadlight.plan.steps.derivations import dependencies, expressions
from leadlight.plan.steps.lowering import Lowering, absent
from leadlight.plan.steps.model import groups_of
from leadlight.plan.steps.next_change import CHANGES_IN, NextChange
from leadlight.plan.steps.numbers import Numbers, of_book
from leadlight.plan.steps.ranks import reference_of
from leadlight.plan.steps.reason_steps import ReasonSteps
from leadlight.plan.steps.reasons import Ranks
from leadlight.plan.steps.words import Words, worth_it
from leadlight.plan.terms import (
    Tree,
    add,
    alias,
    call,
    case,
    cast,
    col,
    everything,
    num,
    or_zero,
    select,
    text,
)
from leadlight.playbook.check import types_of
from leadlight.playbook.order import conditions_of, levels, question_names
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import ModelScore, Playbook, Questions, Rank, RuleScore
from leadlight.playbook.types import KIND_OF

#: Why the contact is empty or in doubt, in words; carried through beside the qualification.
WHY_EMPTY = "contact_because"


@dataclass(frozen=True)
class LeadSteps:
    """Builds the steps that make one row a lead."""

    book: Playbook
    activity: ActivitySteps
    behaviour: BehaviourSteps
    ranks: Ranks
    joined: bool = True
    with_reasons: bool = True
    with_signals: bool = False
    with_ledger: bool = False
    due: NextChange | None = None
    for_reference: bool = False  # only what the ranks go by is derived

    def steps(self) -> list[PlanStep]:
        """lead, then as many levels as the playbook's names need, then the reasons' keys."""
        words = Words(self._attributes_to_search())
        made = expressions(self.book, self._lowering(words), self._points_type())
        out = [PlanStep("lead", self._lead(words))]
        for n, names in enumerate(self._levels, 1):
            columns = [everything(), *[alias(made[name], name) for name in names]]
            out.append(PlanStep(f"level_{n}", select(columns, out[-1].name)))
        if self.with_reasons:
            out += self._reasons.steps(out[-1].name)
        return out

    def final(self, last: str) -> exp.Query:
        """The qualification of every lead of the cohort."""
        picked: list[Tree] = [col("lead_id"), alias(self._as_of(), "as_of")]
        picked += [col(n) for n in self._names_of_final()]
        picked.append(alias(self._segments(), "segments"))
        picked += self._route_columns()
        if self._has_verdicts() and not self.with_ledger:
            picked.append(col(WHY_EMPTY))
        if self.with_reasons:
            picked += self._reasons.columns(last)
        if self.due:
            derived = frozenset(name for level in self._levels for name in level)
            picked.append(alias(self.due.column(self._lowering(None), derived), CHANGES_IN))
        return select(picked, last)

    def _names_of_final(self) -> list[str]:
        """Scores and labels, and what else was asked for."""
        names = [x.name for part in (self.book.scores, self.book.scales) for x in part]
        if self.with_signals:
            names += signal_names(self.book)
        return names + (self._ledger_names() if self.with_ledger else [])

    @cached_property
    def _levels(self) -> list[list[str]]:
        """The names that are derived, each level from those before; what neither a label nor a
        score needs is left out.
        """
        return levels(self._wanted_columns(), dependencies(self.book))

    @property
    def _reasons(self) -> ReasonSteps:
        return ReasonSteps(self.book, self.ranks, self.activity.dialect, self.joined)

    def _lowering(self, words: Words | None) -> Lowering:
        catalog = self.activity.sources.catalog
        numbers = Numbers(of_book(self.book, catalog))
        return Lowering(
            self.activity.dialect,
            self._as_of(),
            types_of(self.book, catalog),
            catalog.present,
            words,
            numbers,
            frozenset(catalog.lead),
            self._reference(),
        )

    def _reference(self) -> Tree | None:
        """Where ranks are looked up."""
        sources = self.activity.sources
        if sources.reference is None:
            return None
        return relation(sources.reference, self.activity.dialect.name, REFERENCE)

    def _as_of(self) -> Tree:
        return col("as_of") if isinstance(self.activity.cohort, Moments) else self.activity.as_of()

    def reference(self, last: str) -> exp.Query:
        """The reference of the playbook's ranks, after the last level."""
        return reference_of(self.book.ranks, last, self._lowering(None))

    def _wanted_columns(self) -> list[str]:
        book = self.book
        if self.for_reference:
            return [n for rank in book.ranks for n in (rank.name, *names_of_rank(rank))]
        names = [x.name for part in (book.scores, book.scales, book.segments) for x in part]
        if self.with_signals:
            names += signal_names(book)
        if self.with_reasons:
            models = [s for s in book.scores if isinstance(s, ModelScore)]
            names += [name for s in models for name in groups_of(s)]
        return names + ([ROUTE] if book.routes else [])

    def _ledger_names(self) -> list[str]:
        """The columns of a ledger: the points of each rule, the terms of each model, and the
        attributes they look at.
        """
        out: list[str] = []
        for score in self.book.scores:
            if isinstance(score, RuleScore):
                out += [fit_points(score.name, n) for n in range(1, len(score.rules) + 1)]
        for score in self.book.scores:
            if isinstance(score, ModelScore):
                out += [model_term(score.name, n) for n in range(1, len(score.model.terms) + 1)]
        known = self.activity.sources.catalog.lead.keys() - {"lead_id"}
        return out + sorted(self._attributes_used() & known)

    def _attributes_to_search(self) -> frozenset[str]:
        """The attributes whose distinct values are searched; for a few leads it would be more work,
        not less.
        """
        if isinstance(self.activity.cohort, Some):
            return frozenset()
        conditions = [c for found in conditions_of(self.book).values() for c in found]
        conditions += [r.when for r in self.book.routes if r.when]
        catalog = self.activity.sources.catalog
        in_place = {n: a for n, a in catalog.lead.items() if not a.column}
        return worth_it(conditions, in_place, catalog.present)

    def _lead(self, words: Words) -> exp.Query:
        """Attributes as of the moment and, beside them, the behaviour signals."""
        sources, cohort = self.activity.sources, self.activity.cohort
        query = select(self._attributes(), relation(sources.leads, self.activity.dialect.name, "l"))
        if isinstance(cohort, Moments) and not sources.at_moments:
            query = self._at_moments(query, cohort)
        if self.joined:
            query = self._with_behaviour(query)
        add(query, [alias(tree, name) for name, tree in self.behaviour.values(self.joined).items()])
        query = words.joins(query, self._values, self.activity.dialect.compute_once)
        if isinstance(cohort, Some):
            query = query.where(is_one_of(col("lead_id", "l"), cohort.leads))
        if self._has_objectors():
            query = query.where(exp.not_(self._has_objection()))
        return query

    def _has_objectors(self) -> bool:
        """Whether leads can have objected to profiling: those are in no qualification."""
        sources = self.activity.sources
        return OBJECTED in sources.catalog.present and not sources.with_objectors

    def _has_objection(self) -> Tree:
        """Whether a lead objected to profiling; nothing said is no."""
        type_ = self.activity.sources.catalog.lead[OBJECTED].type
        said = self._attribute(OBJECTED)
        if type_.is_number:
            return exp.NEQ(this=or_zero(said), expression=num(0))
        return exp.Coalesce(this=said, expressions=[exp.false()])

    def _attributes(self) -> list[Tree]:
        """The lead, its moment where the cohort has many, and the attributes that are used."""
        catalog = self.activity.sources.catalog
        picked: list[Tree] = [alias(col("lead_id", "l"), "lead_id")]
        if isinstance(self.activity.cohort, Moments):
            picked.append(alias(col("as_of", self._pairs), "as_of"))
        used = self._attributes_used() - {"lead_id"}
        return picked + [alias(self._attribute(n), n) for n in catalog.lead if n in used]

    def _attribute(self, name: str) -> Tree:
        catalog = self.activity.sources.catalog
        attribute = catalog.lead[name]
        if catalog.present and name not in catalog.present:
            return absent(KIND_OF[attribute.type])
        column = col(attribute.column or name, "l")
        return self.activity.dialect.read(column, attribute.type)

    @property
    def _pairs(self) -> str:
        """Where the moments of pairs stand: with the leads, or in the cohort's table."""
        return "l" if self.activity.sources.at_moments else "c"

    def _with_behaviour(self, query: exp.Select) -> exp.Select:
        """The leads with what they did beside them."""
        on: Tree = exp.EQ(this=col("lead_id", "l"), expression=col("lead_id", "b"))
        if isinstance(self.activity.cohort, Moments):
            same_moment = exp.EQ(this=col("as_of", self._pairs), expression=col("as_of", "b"))
            on = exp.and_(on, same_moment)
        behaviour = relation(TableName("behaviour"), self.activity.dialect.name, "b")
        query = query.join(behaviour, on=on, join_type="left")
        names = [name for s in self.ranks.of_signal for name in best_points(s)]
        add(query, [alias(or_zero(col(name, "b")), name) for name in names])
        if self.due:
            add(query, [alias(col(name, "b"), name) for name in self.due.of_atoms()])
        return query

    def _values(self, name: str) -> Tree:
        """Where every value of an attribute stands."""
        sources = self.activity.sources
        return relation(sources.values.get(name, sources.leads), self.activity.dialect.name, "w")

    def _at_moments(self, query: exp.Select, cohort: Moments) -> exp.Select:
        on = exp.EQ(this=col("lead_id", "l"), expression=col("lead_id", "c"))
        return query.join(relation(cohort.pairs, self.activity.dialect.name, "c"), on=on)

    def _attributes_used(self) -> set[str]:
        used = names_of_leads(self.book)
        return used | ({WHY_EMPTY} if self._has_verdicts() else set())

    def _has_verdicts(self) -> bool:
        """Whether the playbook looks at verdicts, and the base has them: then each lead says why
        its contact is empty.
        """
        present = self.activity.sources.catalog.present
        return WHY_EMPTY in present and verifies(self.book)

    def _points_type(self) -> str:
        """Small integers while every reason's key fits into one: they are quicker to compare."""
        rules = [r for s in self.book.scores if isinstance(s, RuleScore) for r in s.rules]
        largest = max((abs(cents(r.add)) for r in rules), default=0)
        return "int" if (largest + 1) * self.ranks.base < 2**31 else "bigint"

    def _segments(self) -> Tree:
        if not self.book.segments:
            return cast(text(""), "text")
        parts = [case([(col(s.name), text(s.name))]) for s in self.book.segments]
        # sqlglot's own node would make one NULL part NULL the whole.
        return call("concat_ws", text("; "), *parts)

    def _route_columns(self) -> list[Tree]:
        routes = list(enumerate(self.book.routes, 1))
        to = [(num(n), text(r.to)) for n, r in routes]
        within = [(num(n), num(r.within)) for n, r in routes if r.within is not None]
        step = [(num(n), text(r.next_step)) for n, r in routes if r.next_step]
        return [
            alias(cast(case(to, subject=col(ROUTE)), "text"), "department"),
            alias(cast(case(within, subject=col(ROUTE)), "int"), "respond_within"),
            alias(cast(case(step, subject=col(ROUTE)), "text"), "next_step"),
        ]


def names_of_leads(book: Playbook) -> set[str]:
    """Every name that the playbook's conditions on leads use: attributes, and what is derived from
    them.
    """
    used = {n for conditions in conditions_of(book).values() for c in conditions for n in c.names}
    return used | {n for r in book.routes if r.when for n in r.when.names}


def verifies(book: Playbook) -> bool:
    """Whether a playbook asks for what verification says of a lead."""
    return not names_of_leads(book).isdisjoint(CHECK_ATTRIBUTES)


def names_of_rank(rank: Rank) -> frozenset[str]:
    """The names that a rank goes by."""
    return rank.of.names if rank.among is None else rank.of.names | rank.among.names


def signal_names(book: Playbook) -> list[str]:
    """Every name that a playbook's signals make."""
    names = (question_names(s) if isinstance(s, Questions) else (s.name,) for s in book.signals)
    return [n for each in names for n in each]
