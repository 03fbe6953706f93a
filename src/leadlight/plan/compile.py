"""A playbook and a cohort become one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlglot import exp

from leadlight.facts.cohort import Cohort, Everyone
from leadlight.plan.any_moment import ANY_MOMENT, at_any_moment, at_moment, at_moment_of
from leadlight.plan.dialects import SqlDialect, dialect
from leadlight.plan.dialects.names import shorten_names
from leadlight.plan.once import make_once
from leadlight.plan.sources import Sources, sources_at_any_moment
from leadlight.plan.steps.activity import ActivitySteps, PlanStep
from leadlight.plan.steps.atoms import atoms_of
from leadlight.plan.steps.behaviour import BehaviourSteps
from leadlight.plan.steps.lead import LeadSteps
from leadlight.plan.steps.next_change import CHANGES_IN, NextChange, clock_atoms
from leadlight.plan.steps.reasons import ranks
from leadlight.plan.steps.unrolled_activity import UnrolledSteps
from leadlight.playbook.order import question_names
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook, Questions, Scale, Score, Segment, Signal


@dataclass(frozen=True)
class StepTexts:
    """A plan as several texts: each step reads those before it by their names, and `final` gives
    the rows. For an engine to which a statement of many steps is more work than its steps one by
    one.
    """

    steps: tuple[tuple[str, str], ...]
    final: str


@dataclass(frozen=True)
class Plan:
    """A compiled playbook: its steps in order, and the statement they make."""

    steps: tuple[PlanStep, ...]
    final: exp.Query
    dialect: SqlDialect

    def tree(self) -> exp.Query:
        """The whole statement as a tree of its own, to be changed freely."""
        return self._statement().copy()

    def sql(self, *, keep: bool = True) -> str:
        """The statement as text; names are always quoted, since a name such as `at` is a keyword
        somewhere. A plan that need not be kept is spent on it, which saves a copy of its trees.
        """
        return self._statement().sql(
            dialect=self.dialect.name, identify=True, comments=False, copy=keep
        )

    def texts(self) -> StepTexts:
        """The plan as one text a step, and the last."""

        def text(query: exp.Query) -> str:
            return query.sql(dialect=self.dialect.name, identify=True, comments=False)

        return StepTexts(tuple((s.name, text(s.query)) for s in self.steps), text(self.final))

    def _statement(self) -> exp.Query:
        statement = self.final.copy()
        for step in self.steps:
            statement = statement.with_(
                exp.to_identifier(step.name, quoted=True), as_=step.query, copy=False
            )
        return statement


def compile_plan(
    book: Playbook,
    sources: Sources,
    cohort: Cohort,
    engine: str = "duckdb",
    *,
    reasons: bool = True,
    signals: bool = False,
    ledger: bool = False,
    due: bool | Literal["fading"] = False,
) -> Plan:
    """The plan that qualifies a cohort by a playbook: one row a lead with its scores, labels,
    segments, route and reasons.

    `signals` adds every signal's value as a column, `ledger` the points of every rule on attributes
    (`_f_<score>_<n>`, in hundredths) and the attributes themselves; without `reasons` the column of
    that name is left out. `due` adds `changes_in`: the seconds until the labels, segments or route
    can change if nothing happens (NULL: never), or less; "fading" leaves out the activities that
    leave a window or come of age, for whoever looks at those moments anyway.
    """
    lead, before = _steps_of(book, sources, cohort, engine, due=due)
    lead = replace(lead, with_reasons=reasons, with_signals=signals, with_ledger=ledger)
    steps = [*before, *lead.steps()]
    return _plan(book, lead.final(steps[-1].name), steps, dialect(engine))


def compile_reference(
    book: Playbook, sources: Sources, cohort: Everyone, engine: str = "duckdb"
) -> Plan:
    """The plan that makes the reference of a playbook's ranks (`Sources.reference`), of the whole
    base as of the moment.
    """
    lead, before = _steps_of(book, sources, cohort, engine)
    lead = replace(lead, with_reasons=False, for_reference=True)
    steps = [*before, *lead.steps()]
    return _plan(book, lead.reference(steps[-1].name), steps, dialect(engine))


def _steps_of(
    book: Playbook,
    sources: Sources,
    cohort: Cohort,
    engine: str,
    *,
    due: bool | Literal["fading"] = False,
) -> tuple[LeadSteps, list[PlanStep]]:
    """What builds the steps on leads, and the steps on activities before them."""
    speak = dialect(engine)
    sources = replace(sources, catalog=catalog_for(book, sources.catalog))
    atoms = atoms_of(book)
    places = ranks(book, atoms)
    watch = clock_atoms(atoms) if due else None
    if watch and due == "fading":
        watch = replace(watch, atoms=atoms, limits={})
    steps_of = UnrolledSteps if speak.unroll else ActivitySteps
    activity = steps_of(
        book, sources, cohort, speak, watch.atoms if watch else atoms, oldest=due is True
    )
    # Without a log nothing was done: counts and points are 0, the rest is unknown, and no log is
    # read.
    joined = bool(atoms.all) and sources.activities is not None
    when = NextChange(book, watch, speak, joined) if watch else None
    behaviour = BehaviourSteps(book, activity, places, when)
    lead = LeadSteps(book, activity, behaviour, places, joined, due=when)
    return lead, activity.steps() + behaviour.steps() if joined else []


def _plan(book: Playbook, final: exp.Query, steps: Sequence[PlanStep], speak: SqlDialect) -> Plan:
    """The steps as the engine says them."""
    finished = _finish(book, speak)
    return Plan(
        tuple(PlanStep(s.name, finished(speak.compute_once(s.query))) for s in steps),
        finished(final),
        speak,
    )


def _finish(book: Playbook, speak: SqlDialect) -> Callable[[exp.Query], exp.Query]:
    """What is done to each step at the end. Where no name can be too long, nobody looks at each of
    them.
    """
    most = speak.longest_name
    names = (
        n for part in (book.signals, book.scores, book.scales, book.segments) for n in _names(part)
    )
    if most is None or max(map(len, names), default=0) + _BESIDE <= most:
        return speak.finish
    return lambda query: shorten_names(speak.finish(query), most)


def _names(part: Sequence[Signal | Score | Scale | Segment]) -> Iterator[str]:
    for one in part:
        yield from question_names(one) if isinstance(one, Questions) else (one.name,)


#: Letters that a plan puts before and after a name of the playbook, at most: _sum_, _rise_,
#: _f_..._123.
_BESIDE = 12


def age_condition(book: Playbook, sources: Sources, as_of: datetime, engine: str = "duckdb") -> str:
    """SQL: whether some rule can mean an activity at a moment or, if nothing happens, later; over
    the log's columns.
    """

    def render() -> str:
        watch = clock_atoms(atoms_of(book))
        steps = ActivitySteps(book, sources, Everyone(ANY_MOMENT), dialect(engine), watch.atoms)
        return steps.age_condition().sql(dialect=engine, identify=True)

    depends_on = ("age condition", book.fingerprint, engine, tuple(sources.spelled.items()))
    return at_moment(make_once(depends_on, render), as_of)


@dataclass(frozen=True)
class Statement:
    """A plan as a text. `due_at_once`: nothing in it tells when the clock changes a lead, so that
    `changes_in` is 0 for all.
    """

    sql: str
    due_at_once: bool


def statement(
    book: Playbook,
    sources: Sources,
    cohort: Cohort,
    engine: str = "duckdb",
    *,
    reasons: bool = True,
    signals: bool = False,
    ledger: bool = False,
    due: bool | Literal["fading"] = False,
) -> str:
    """The text of a plan's `Statement`."""
    return full_statement(
        book, sources, cohort, engine, reasons=reasons, signals=signals, ledger=ledger, due=due
    ).sql


def full_statement(
    book: Playbook,
    sources: Sources,
    cohort: Cohort,
    engine: str = "duckdb",
    *,
    reasons: bool = True,
    signals: bool = False,
    ledger: bool = False,
    due: bool | Literal["fading"] = False,
) -> Statement:
    """The statement, rendered once for a playbook, an engine and a shape of cohort; only the moment
    is filled in.
    """
    whose = at_any_moment(cohort)
    sources = sources_at_any_moment(sources, cohort)
    depends_on = (
        "plan",
        book.fingerprint,
        engine,
        whose,
        *sources.shape(),
        (reasons, signals, ledger, due),
    )

    def render() -> Statement:
        plan = compile_plan(
            book, sources, whose, engine, reasons=reasons, signals=signals, ledger=ledger, due=due
        )
        at_once = bool(due) and _is_due_at_once(plan)
        return Statement(plan.sql(keep=False), at_once)

    made = make_once(depends_on, render)
    return replace(made, sql=at_moment_of(made.sql, cohort))


def _is_due_at_once(plan: Plan) -> bool:
    told = next(e for e in plan.final.selects if e.alias_or_name == CHANGES_IN).this
    return isinstance(told, exp.Cast) and isinstance(told.this, exp.Literal)
