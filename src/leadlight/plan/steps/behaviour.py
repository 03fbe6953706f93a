"""From (lead, atom) to the lead: capped points, counts, ages and measures, and the three weightiest
rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from leadlight.plan.steps.activity import DECIMALS, OLDEST, US, ActivitySteps, Step
from leadlight.plan.steps.atoms import FACTOR, UNIT
from leadlight.plan.steps.lowering import absent
from leadlight.plan.steps.next_change import Due
from leadlight.plan.steps.reasons import Ranks, keys_of, triple
from leadlight.plan.terms import (
    Tree,
    add,
    alias,
    among,
    case,
    cast,
    clipped,
    col,
    everything,
    least,
    minus,
    null,
    num,
    or_zero,
    over,
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
    due: Due | None = None

    @property
    def points(self) -> list[Points]:
        return [s for s in self.book.signals if isinstance(s, Points)]

    def steps(self) -> list[Step]:
        return [Step("points", self._points()), Step("behaviour", self._behaviour())]

    def _points(self) -> exp.Query:
        query = select([everything()], "rule")
        for s in self.points:
            add(query, [alias(self._value(s), f"_v_{s.name}")])
        return query

    def _value(self, signal: Points) -> Tree:
        """The points that an atom gives to a signal: its factor sum times its points, kept under
        the rule's cap.
        """
        rules = self.activity.atoms.rules_of(signal)
        size = len(self.activity.atoms.all)
        pick = self.activity.dialect.pick
        each = [rules.get(n) for n in range(1, size + 1)]

        def picked(values: list[int]) -> Tree:
            return (
                num(values[0])
                if len(set(values)) == 1
                else pick([_big(v) for v in values], col("_r"))
            )

        points = picked([cents(r.points) if r else 0 for r in each])
        enough = picked([_enough(r) for r in each])
        value = times(least(col("_sum"), enough), points)
        if not any(r and r.at_most is not None for r in each):
            return value
        low, high = [-_cap(r) for r in each], [_cap(r) for r in each]
        return clipped(
            value, picked(low) if any(r and r.points < 0 for r in each) else None, picked(high)
        )

    def _behaviour(self) -> exp.Query:
        keys = [col(k) for k in self.activity.keys]
        query = select(keys, "points")
        for s in self.points:
            add(query, [alias(cast(exp.Sum(this=col(f"_v_{s.name}")), "bigint"), f"_sum_{s.name}")])
            if s.name in self.ranks.of_signal:
                # Three numbers, not a list, go on: they are what crosses the join with the leads.
                best = triple(self.activity.dialect, self.activity.dialect.best3(self._key(s)))
                add(
                    query,
                    [alias(tree, name) for tree, name in zip(best, keys_of(s.name), strict=True)],
                )
        for signal in self.book.signals:
            if isinstance(signal, Gained):
                value = col(f"_v_{signal.of}")
                gain = case([(exp.GT(this=value, expression=num(0)), value.copy())])
                add(query, [alias(cast(exp.Sum(this=gain), "bigint"), f"_sum_{signal.name}")])
        for name, number in self.activity.atoms.of_signal.items():
            signal_ = self.book.signal(name)
            mine = among(col("_r"), [num(number)])
            if isinstance(signal_, Count):
                add(
                    query,
                    [
                        alias(
                            cast(exp.Sum(this=case([(mine, col("_n"))])), "bigint"), f"_sum_{name}"
                        )
                    ],
                )
            elif isinstance(signal_, DaysSince | Sleeping):
                add(query, [alias(exp.Min(this=case([(mine, col("_youngest"))])), f"_sum_{name}")])
            elif isinstance(signal_, Woken):
                add(query, [alias(self._silence(name), f"_sum_{name}")])
            elif isinstance(signal_, Measure):
                told = case([(mine, col(name))])
                found = (
                    exp.Max(this=told)
                    if signal_.how == "sum"
                    else self.activity.most(told, signal_.column)
                )
                add(query, [alias(found, f"_sum_{name}")])
        if self.due:
            add(query, [alias(tree, name) for name, tree in self.due.of_atoms().items()])
        return query.group_by(*[k.copy() for k in keys], copy=False)

    def _silence(self, name: str) -> Tree:
        """How long a lead was silent before it did something within the window; nothing where it
        did not, or for the first time.
        """
        inside, outside = (
            among(col("_r"), [num(n)])
            for n in (self.activity.atoms.of_signal[name], self.activity.atoms.of_silence[name])
        )
        before = exp.Min(this=case([(outside, col("_youngest"))]))
        return minus(before, exp.Max(this=case([(inside, col(OLDEST))])))

    def _key(self, signal: Points) -> Tree:
        """A reason as one integer: its hundredths of points, then the rule's place, so that a plain
        maximum ranks reasons.
        """
        rank = self.ranks.of_signal[signal.name]
        size = len(self.activity.atoms.all)
        places = [self.ranks.base - 1 - rank.get(n, 0) for n in range(1, size + 1)]
        place = (
            self.activity.dialect.pick([num(p) for p in places], col("_r"))
            if len(set(places)) > 1
            else num(places[0])
        )
        half = exp.Add(this=exp.Abs(this=col(f"_v_{signal.name}")), expression=num(FACTOR // 2))
        in_cents = self.activity.dialect.quotient(exp.Paren(this=half), num(FACTOR))
        return exp.Add(this=times(in_cents, num(self.ranks.base)), expression=place)

    def values(self, joined: bool) -> Mapping[str, Tree]:
        """Each behaviour signal as the lead sees it, from the columns of `behaviour` (table alias
        b), or of nobody's.
        """
        out: dict[str, Tree] = {}
        for s in self.book.signals:
            found = col(f"_sum_{s.name}", "b") if joined else self._nothing(s)
            if isinstance(s, Points):
                low, high = _limit(s.at_least), _limit(s.at_most)
                out[s.name] = over(clipped(or_zero(found), low, high), num(UNIT))
            elif isinstance(s, Gained):
                out[s.name] = over(or_zero(found), num(UNIT))
            elif isinstance(s, Count):
                out[s.name] = or_zero(found)
            elif isinstance(s, DaysSince):
                out[s.name] = over(found, num(86_400 * US))
            elif isinstance(s, Sleeping | Woken):
                long = exp.GTE(this=found, expression=num(s.after * US))
                out[s.name] = case([(long, exp.true())], exp.false())
            elif isinstance(s, Measure):
                out[s.name] = over(or_zero(found), num(DECIMALS)) if s.how == "sum" else found
        return out

    def _nothing(self, signal: Signal) -> Tree:
        latest = isinstance(signal, Measure) and signal.how == "latest"
        column = (
            self.activity.sources.catalog.activity.get(signal.column)
            if isinstance(signal, Measure)
            else None
        )
        return absent(KIND_OF[column.type]) if latest and column else cast(null(), "bigint")


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
