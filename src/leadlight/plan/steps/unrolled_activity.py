"""The steps on activities for an engine that works out a step again for each of its readers: each
is read only once.

An activity is brought to where its lead's others are while it is still narrow (its lead, age and
numbers), then becomes one row for each number.  What counts once for an occasion (a day, a
campaign) is first one row an occasion, by the way of an aggregation that all rows go: no row
changes its place any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.facts.cohort import Moments
from leadlight.plan.columns import (
    AGE,
    ATOM,
    HITS,
    OLDEST,
    WEIGHT,
    WEIGHT_MOST,
    WEIGHT_SUM,
    YOUNGEST,
    occasion,
    slot_atom,
)
from leadlight.plan.steps.activity import ActivitySteps, PlanStep
from leadlight.plan.steps.atoms import Atom, slots
from leadlight.plan.steps.lowering import absent
from leadlight.plan.terms import (
    Tree,
    add,
    alias,
    among,
    case,
    cast,
    col,
    everything,
    is_known,
    null,
    num,
    select,
    some,
    subquery,
)
from leadlight.playbook.spec import Measure
from leadlight.playbook.types import KIND_OF


@dataclass(frozen=True)
class UnrolledSteps(ActivitySteps):
    """Builds the steps that read activities, each of them once."""

    def steps(self) -> list[PlanStep]:
        """activity and hit as elsewhere; occasion: a row a lead, atom and occasion; rule: a row a
        lead and atom.
        """
        first = [PlanStep("activity", self.activity()), PlanStep("hit", self.hits())]
        if not self.once:
            return [*first, PlanStep("rule", self.rules())]
        return [
            *first,
            PlanStep("occasion", self.occasions()),
            PlanStep("rule", self.rules_of_occasions()),
        ]

    @property
    def once(self) -> dict[int, str]:
        """The atoms that count once for an occasion, and what tells two occasions apart."""
        return {a.number: a.match.once_per for a in self.atoms.all if a.match.once_per}

    @property
    def apart(self) -> list[str]:
        """What tells occasions apart, each once, in order."""
        return list(dict.fromkeys(self.once.values()))

    @property
    def aged(self) -> bool:
        return self.needs_ages or self.needs_oldest or any(m.how == "latest" for m in self.measures)

    @property
    def _moves(self) -> bool:
        """Whether the engine brings rows together itself, and they are not yet."""
        return self.dialect.gather is not None and not self.sources.together

    def activity(self) -> exp.Query:
        """Each activity that matters, with its slots' atom numbers, where the others of its lead
        are.
        """
        log: exp.Query = self.scans(self.columns(), split=False)[0]
        if isinstance(self.cohort, Moments) and self._moves and not self.sources.at_moments:
            # Before it meets the moments: afterwards each activity would travel once for every
            # moment.
            log = self._scan_of_gathered_rows(log)
        found = slots(self.atoms.all)
        kept = [col(k) for k in (*self.keys, AGE, *self.carried_columns())]
        numbered = select(
            [*kept, *self.slot_columns()],
            subquery(self.dialect.compute_once(log), "log"),
        )
        query = select([everything()], subquery(self.dialect.compute_once(numbered), "numbered"))
        query = query.where(
            some([is_known(col(slot_atom(n))) for n in range(1, len(found) + 1)]), copy=False
        )
        if isinstance(self.cohort, Moments) or not self._moves:
            return query
        assert self.dialect.gather is not None
        return self._gather(query)

    def _gather(self, query: exp.Select) -> exp.Select:
        return self.dialect.gather(query, [col("lead_id")]) if self.dialect.gather else query

    def _scan_of_gathered_rows(self, scan: exp.Query) -> exp.Query:
        """The scan of a table whose rows were brought together first."""
        if self.dialect.gather is not None:
            query = exp.Select(
                expressions=[everything()], from_=exp.From(this=scan.args["from_"].this)
            )
            scan.set("from_", exp.From(this=subquery(self._gather(query), "a")))
        return scan

    def hits(self) -> exp.Query:
        """One row for each activity and atom it belongs to."""
        assert self.dialect.unroll is not None
        faded = select([everything()], "activity")
        add(faded, self.factor_columns())
        each = [self._hit(n, slot) for n, slot in enumerate(slots(self.atoms.all), 1)]
        names = [ATOM, WEIGHT, *(occasion(o) for o in self.apart)]
        carried = [*self.keys, *([AGE] if self.aged else [])]
        carried += sorted({m.column for m in self.measures})
        query = select(
            [col(c) for c in (*carried, *names)],
            subquery(self.dialect.compute_once(faded), "faded"),
        )
        return self.dialect.unroll(query, each, names).where(is_known(col(ATOM)), copy=False)

    def _hit(self, n: int, slot: Sequence[Atom]) -> list[Tree]:
        """A slot's number, factor, and occasion under the name of what tells it apart."""
        number = col(slot_atom(n))
        mine = slot[0].match.once_per
        catalog = self.sources.catalog.activity
        out = [number, self._weight(slot, number)]
        for what in self.apart:
            if what == "day":
                out.append(self._day() if mine == what else cast(null(), "bigint"))
            else:
                out.append(col(what) if mine == what else absent(KIND_OF[catalog[what].type]))
        return out

    def occasions(self) -> exp.Query:
        """One row a lead, atom and occasion; an atom without occasions has one row a lead."""
        keys = [*[col(k) for k in self.keys], col(ATOM), *[col(occasion(o)) for o in self.apart]]
        query = select([k.copy() for k in keys], "hit")
        add(
            query,
            [
                alias(cast(exp.Sum(this=col(WEIGHT)), "bigint"), WEIGHT_SUM),
                alias(exp.Max(this=col(WEIGHT)), WEIGHT_MOST),
            ],
        )
        add(query, [alias(exp.Count(this=everything()), HITS)])
        if self.aged:
            add(
                query,
                [
                    alias(exp.Min(this=col(AGE)), AGE),
                    alias(exp.Max(this=col(AGE)), OLDEST),
                ],
            )
        for m in self.measures:
            mine = case([(self._of(m), col(m.column))])
            told = self.most(mine, m.column) if self._is_once(m) else self._measured_value(m, mine)
            add(query, [alias(told, m.name)])
        return query.group_by(*keys, copy=False)

    def rules_of_occasions(self) -> exp.Query:
        """One row a lead and atom: of occasions the newest activity of each counts, of others every
        one.
        """
        once = among(col(ATOM), [num(n) for n in self.once])
        factor = case([(once, cast(col(WEIGHT_MOST), "bigint"))], col(WEIGHT_SUM))
        times = case([(once.copy(), cast(num(1), "bigint"))], col(HITS))
        keys = [*[col(k) for k in self.keys], col(ATOM)]
        query = select([k.copy() for k in keys], "occasion")
        add(
            query,
            [
                alias(cast(exp.Sum(this=tree), "bigint"), n)
                for n, tree in ((WEIGHT_SUM, factor), (HITS, times))
            ],
        )
        if self.needs_ages:
            add(query, [alias(exp.Min(this=col(AGE)), YOUNGEST)])
        if self.needs_oldest:
            add(
                query,
                [alias(exp.Max(this=case([(once.copy(), col(AGE))], col(OLDEST))), OLDEST)],
            )
        for m in self.measures:
            mine = case([(self._of(m), col(m.name))])
            whole = exp.Max(this=mine) if m.how == "sum" else self.most(mine, m.column)
            add(
                query, [alias(self._measured_value(m, mine) if self._is_once(m) else whole, m.name)]
            )
        return query.group_by(*keys, copy=False)

    def _of(self, m: Measure) -> Tree:
        return exp.EQ(this=col(ATOM), expression=num(self.atoms.of_signal[m.name]))

    def _is_once(self, m: Measure) -> bool:
        return self.atoms.of_signal[m.name] in self.once
