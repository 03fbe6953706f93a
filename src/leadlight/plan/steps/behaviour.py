"""From (lead, atom) to the lead: capped points, counts, ages and measures, and the three weightiest
rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from leadlight.plan.columns import (
    ATOM,
    HITS,
    OLDEST,
    WEIGHT_SUM,
    YOUNGEST,
    best_points,
    points_of_atom,
    signal_total,
)
from leadlight.plan.steps.activity import DECIMALS, US, ActivitySteps, PlanStep
from leadlight.plan.steps.atoms import FACTOR, UNIT
from leadlight.plan.steps.lowering import absent
from leadlight.plan.steps.next_change import NextChange
from leadlight.plan.steps.reasons import Ranks, triple
from leadlight.plan.terms import (
    Tree,
    add,
    alias,
    among,
    case,
    cast,
    clip,
    col,
    divide,
    everything,
    least,
    minus,
    null,
    num,
    or_zero,
    select,
    times,
)
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import (
    Count,
    DaysSince,
    Gained,
    Measure,
    Playbook,
    PointRule,
    Points,
    Signal,
    Sleeping,
    Woken,
)
from leadlight.playbook.types import KIND_OF

#: Beyond this a rule's sum stands still, so that no integer overflows: some ninety million points.
MOST = 9 * 10**18


@dataclass(frozen=True)
class BehaviourSteps:
    """Builds the steps `points` (a row a lead and atom, points capped) and `behaviour` (a row a
    lead).
    """

    book: Playbook
    activity: ActivitySteps
    ranks: Ranks
    due: NextChange | None = None

    @property
    def points(self) -> list[Points]:
        return [s for s in self.book.signals if isinstance(s, Points)]

    def steps(self) -> list[PlanStep]:
        return [PlanStep("points", self._points()), PlanStep("behaviour", self._behaviour())]

    def _points(self) -> exp.Query:
        query = select([everything()], "rule")
        for s in self.points:
            add(query, [alias(self._value(s), points_of_atom(s.name))])
        return query

    def _value(self, signal: Points) -> Tree:
        """The points that an atom gives to a signal: its factor sum times its points, kept under
        the rule's cap.
        """
        rules = self.activity.atoms.rules_of(signal)
        each = [rules.get(n) for n in range(1, len(self.activity.atoms.all) + 1)]
        points = self._by_atom([cents(r.points) if r else 0 for r in each])
        value = times(least(col(WEIGHT_SUM), self._by_atom(list(map(_enough, each)))), points)
        if all(r.at_most is None for r in rules.values()):
            return value
        caps = list(map(_cap, each))
        takes = any(r.points < 0 for r in rules.values())
        low = self._by_atom([-cap for cap in caps]) if takes else None
        return clip(value, low, self._by_atom(caps))

    def _by_atom(self, values: list[int]) -> Tree:
        """The value of the row's atom; these are the values of all atoms in order."""
        if len(set(values)) == 1:
            return num(values[0])
        return self.activity.dialect.pick([_big(v) for v in values], col(ATOM))

    def _behaviour(self) -> exp.Query:
        keys = [col(k) for k in self.activity.keys]
        query = select(keys, "points")
        for s in self.points:
            add(query, self._total_and_best(s))
        for signal in self.book.signals:
            if isinstance(signal, Gained):
                add(query, [alias(_gain(signal), signal_total(signal.name))])
        for name in self.activity.atoms.of_signal:
            found = self._total(self.book.signal(name))
            if found is not None:
                add(query, [alias(found, signal_total(name))])
        if self.due:
            add(query, [alias(tree, name) for name, tree in self.due.of_atoms().items()])
        return query.group_by(*[k.copy() for k in keys], copy=False)

    def _total_and_best(self, signal: Points) -> list[Tree]:
        """The points of a signal, and where they are part of a score its three weightiest rules."""
        total = cast(exp.Sum(this=col(points_of_atom(signal.name))), "bigint")
        out: list[Tree] = [alias(total, signal_total(signal.name))]
        if signal.name in self.ranks.of_signal:
            # Three numbers, not a list, go on: they are what crosses the join with the leads.
            best = triple(self.activity.dialect, self.activity.dialect.best3(self._key(signal)))
            names = best_points(signal.name)
            out += [alias(tree, name) for tree, name in zip(best, names, strict=True)]
        return out

    def _total(self, signal: Signal | None) -> Tree | None:
        """What the rows of a signal's atom come to; None for a signal without one of its own."""
        if isinstance(signal, Count):
            return cast(exp.Sum(this=case([(self._is_of(signal.name), col(HITS))])), "bigint")
        if isinstance(signal, DaysSince | Sleeping):
            return exp.Min(this=case([(self._is_of(signal.name), col(YOUNGEST))]))
        if isinstance(signal, Woken):
            return self._silence(signal.name)
        if isinstance(signal, Measure):
            value = case([(self._is_of(signal.name), col(signal.name))])
            is_sum = signal.how == "sum"
            return exp.Max(this=value) if is_sum else self.activity.most(value, signal.column)
        return None

    def _is_of(self, signal: str) -> Tree:
        """The row is one of the signal's own atom."""
        return among(col(ATOM), [num(self.activity.atoms.of_signal[signal])])

    def _silence(self, name: str) -> Tree:
        """How long a lead was silent before it did something within the window; nothing where it
        did not, or for the first time.
        """
        inside, outside = (
            among(col(ATOM), [num(n)])
            for n in (self.activity.atoms.of_signal[name], self.activity.atoms.of_silence[name])
        )
        before = exp.Min(this=case([(outside, col(YOUNGEST))]))
        return minus(before, exp.Max(this=case([(inside, col(OLDEST))])))

    def _key(self, signal: Points) -> Tree:
        """A reason as one integer: its hundredths of points, then the rule's place, so that a plain
        maximum ranks reasons.
        """
        dialect, base = self.activity.dialect, self.ranks.base
        rank = self.ranks.of_signal[signal.name]
        atoms = range(1, len(self.activity.atoms.all) + 1)
        places = [base - 1 - rank.get(n, 0) for n in atoms]
        place = num(places[0])
        if len(set(places)) > 1:
            place = dialect.pick([num(p) for p in places], col(ATOM))
        size = exp.Abs(this=col(points_of_atom(signal.name)))
        half = exp.Add(this=size, expression=num(FACTOR // 2))
        in_cents = dialect.quotient(exp.Paren(this=half), num(FACTOR))
        return exp.Add(this=times(in_cents, num(base)), expression=place)

    def values(self, joined: bool) -> Mapping[str, Tree]:
        """Each behaviour signal as the lead sees it, from the columns of `behaviour` (table alias
        b), or of nobody's.
        """
        out: dict[str, Tree] = {}
        for s in self.book.signals:
            total = col(signal_total(s.name), "b") if joined else self._nothing(s)
            value = _value_of_total(s, total)
            if value is not None:
                out[s.name] = value
        return out

    def _nothing(self, signal: Signal) -> Tree:
        latest = isinstance(signal, Measure) and signal.how == "latest"
        column = (
            self.activity.sources.catalog.activity.get(signal.column)
            if isinstance(signal, Measure)
            else None
        )
        return absent(KIND_OF[column.type]) if latest and column else cast(null(), "bigint")


def _value_of_total(signal: Signal, total: Tree) -> Tree | None:
    """A signal's value from its total; None for one that is not of activities."""
    if isinstance(signal, Points):
        low, high = _limit(signal.at_least), _limit(signal.at_most)
        return divide(clip(or_zero(total), low, high), num(UNIT))
    if isinstance(signal, Gained):
        return divide(or_zero(total), num(UNIT))
    if isinstance(signal, Count):
        return or_zero(total)
    if isinstance(signal, DaysSince):
        return divide(total, num(86_400 * US))
    if isinstance(signal, Sleeping | Woken):
        long = exp.GTE(this=total, expression=num(signal.after * US))
        return case([(long, exp.true())], exp.false())
    if isinstance(signal, Measure):
        return divide(or_zero(total), num(DECIMALS)) if signal.how == "sum" else total
    return None


def _gain(signal: Gained) -> Tree:
    """What the positive rules of a points signal gave."""
    value = col(points_of_atom(signal.of))
    gain = case([(exp.GT(this=value, expression=num(0)), value.copy())])
    return cast(exp.Sum(this=gain), "bigint")


def _limit(points: Decimal | None) -> Tree | None:
    return None if points is None else num(cents(points) * FACTOR)


def _cap(rule: PointRule | None) -> int:
    return MOST if rule is None or rule.at_most is None else cents(rule.at_most) * FACTOR


def _enough(rule: PointRule | None) -> int:
    """The factor sum at which a rule's cap (or the largest number) is reached: more would change
    nothing.
    """
    points = abs(cents(rule.points)) if rule else 0
    return MOST if points == 0 else -(-_cap(rule) // points)


def _big(value: int) -> Tree:
    return cast(num(value), "bigint")
