"""A playbook and a cohort become one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from sqlglot import exp

from leadlight.facts.cohort import Cohort, Everyone, Moments
from leadlight.plan.dialects import SqlDialect, dialect
from leadlight.plan.dialects.names import shorten_names
from leadlight.plan.sources import Sources
from leadlight.plan.steps.activity import ActivitySteps, PlanStep
from leadlight.plan.steps.atoms import atoms_of
from leadlight.plan.steps.behaviour import BehaviourSteps
from leadlight.plan.steps.lead import LeadSteps
from leadlight.plan.steps.next_change import NextChange, clock_atoms
from leadlight.plan.steps.reasons import ranks
from leadlight.plan.steps.unrolled_activity import UnrolledSteps
from leadlight.playbook.order import question_names
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook, Questions, Scale, Score, Segment, Signal


@dataclass(frozen=True)
class Plan:
    """A compiled playbook: its steps in order, and the statement they make."""

    steps: tuple[PlanStep, ...]
    final: exp.Query
    dialect: SqlDialect

    def tree(self) -> exp.Query:
        """The whole statement as a tree of its own, to be changed freely."""
        return self._statement().copy()

    def sql(self) -> str:
        """The statement as text; names are always quoted, since a name such as `at` is a keyword
        somewhere.
        """
        return self._statement().sql(dialect=self.dialect.name, identify=True, comments=False)

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
#: Stands for the moment in a cached text; conditions refuse a text that holds it.
ANY_MOMENT = datetime(1, 2, 3, 4, 5, 6, 789)


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
    """The statement's text, rendered once for a playbook, an engine and a shape of cohort; only the
    moment is filled in.
    """
    whose = cohort if isinstance(cohort, Moments) else replace(cohort, as_of=ANY_MOMENT)
    catalog = sources.catalog
    attributes = (*catalog.lead.values(), *catalog.activity.values())
    depends_on = (
        book.fingerprint,
        engine,
        whose,
        sources.leads,
        sources.activities,
        tuple(sources.spelled.items()),
        tuple((a.name, a.type) for a in attributes if a.own),
        catalog.present,
        catalog.activity_present,
        sources.together,
        sources.at_moments,
        sources.reference,
        tuple(sources.values.items()),
        (reasons, signals, ledger, due),
    )

    def render() -> str:
        return compile_plan(
            book, sources, whose, engine, reasons=reasons, signals=signals, ledger=ledger, due=due
        ).sql()

    text = _render(_Text(depends_on, render))
    return text if isinstance(cohort, Moments) else at_moment(text, cohort.as_of)


@dataclass(frozen=True)
class _Text:
    """A text of which there is one for all that has the same to depend on."""

    depends_on: tuple[object, ...]
    render: Callable[[], str] = field(compare=False)


@lru_cache(maxsize=256)
def _render(text: _Text) -> str:
    return text.render()


def at_moment(text: str, as_of: datetime) -> str:
    """A text made for any moment, with that moment in it."""
    return text.replace(ANY_MOMENT.isoformat(sep=" "), as_of.isoformat(sep=" "))
