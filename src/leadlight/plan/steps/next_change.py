"""When a qualification can next change if nothing happens: the column `changes_in`, in seconds,
NULL for never.

It is never too late and may be too early: then the lead is looked at again, and nothing else comes
of it.  Three things change by the clock alone: an activity leaves a window (its oldest tells when),
an age or faded points meet what they are compared with (bounded by slopes, `plan/steps/slopes.py`),
and an activity grows old enough for a rule about its own age. What cannot be bounded makes the lead
due at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlglot import exp

from leadlight.plan.dialects import Dialect
from leadlight.plan.steps.activity import OLDEST
from leadlight.plan.steps.atoms import UNIT, Atom, Atoms
from leadlight.plan.steps.lowering import Lowering
from leadlight.plan.steps.model import constant, cuts_of
from leadlight.plan.steps.slopes import AGE, Slope, Slopes, Unbounded, days_until, points_a_day
from leadlight.plan.terms import (
    Tree,
    case,
    cast,
    col,
    greatest,
    least,
    minus,
    null,
    num,
    over,
    times,
)
from leadlight.playbook.conditions import Condition, arguments, function_name
from leadlight.playbook.order import conditions_of
from leadlight.playbook.spec import (
    Gained,
    Match,
    ModelScore,
    Playbook,
    Points,
    SignalScore,
    Sleeping,
)

CHANGES_IN = "changes_in"
EXPIRES = "_expires"
DAY = 86_400
LARGEST = Decimal(10) ** 15  # no points are more: a larger constant they never come down to
FAR = 60 * 366 * DAY  # as far as it is looked ahead: seconds that fit into 32 bits
_COMPARE = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_MARGIN = "0.0001"  # of a point: terms are rounded to billionths, so a sum may fall a trifle early


@dataclass(frozen=True)
class Watch:
    """The atoms that only tell when some activity will flip a rule about its own age, and each
    windowed atom's limit.
    """

    atoms: Atoms
    limits: dict[
        int, int
    ]  # number of an atom -> the age in seconds at which its oldest activity changes something
    unbounded: bool  # some rule asks the age of an activity in a way that is not bounded here


def watched(atoms: Atoms) -> Watch:
    """The playbook's atoms, and one more for each age that a rule about single activities
    asks for.
    """
    out = Atoms(list(atoms.all), atoms.of_signal, atoms.of_rule, atoms.of_silence)
    limits: dict[int, int] = {}
    unbounded = False
    extra: set[tuple[tuple[str, ...], int]] = set()
    for atom in atoms.all:
        if atom.match.within is not None:
            limits[atom.number] = atom.match.within
        if atom.match.when is None or "days_since" not in atom.match.when.text.lower():
            continue
        ages = _ages(atom.match.when)
        unbounded |= ages is None
        extra |= {(atom.match.kinds, age) for age in ages or ()}
    for kinds, age in sorted(extra):
        # One second more, so that an activity of exactly that age is still seen; the limit itself
        # is the age.
        number = len(out.all) + 1
        out.all.append(Atom(number, Match(kinds, within=age + 1), None))
        limits[number] = age
    return Watch(out, limits, unbounded)


def _ages(condition: Condition) -> set[int] | None:
    """The ages in seconds that a condition on an activity compares its own age with; None when it
    asks otherwise.
    """
    calls = sum(function_name(n) == "days_since" for n in condition.tree.walk())
    found: set[int] = set()
    for node in condition.tree.walk():
        sides = [node.this, node.expression] if type(node) in _COMPARE else []
        if type(node) is exp.Between:
            sides = [node.this, node.args["low"], node.args["high"]]
        own = [
            s
            for s in sides
            if function_name(s) == "days_since" and arguments(s)[0].name == "occurred_at"
        ]
        if len(own) != 1:
            continue
        days = [s for s in sides if isinstance(s, exp.Literal) and not s.is_string]
        if len(days) != len(sides) - 1:
            return None
        seconds = [Decimal(d.name) * DAY for d in days]
        if any(s != int(s) for s in seconds):
            return None
        found |= {int(s) for s in seconds}
        calls -= 1
    return found if calls == 0 else None


@dataclass(frozen=True)
class Due:
    """Builds what a plan needs to say when each qualification can next change by the clock
    alone.
    """

    book: Playbook
    watch: Watch
    dialect: Dialect
    joined: bool  # there is a log

    @cached_property
    def fading(self) -> dict[str, Points]:
        """The points signals of which some rule fades."""
        return {
            s.name: s
            for s in self.book.signals
            if isinstance(s, Points) and any(r.half_life for r in s.rules)
        }

    def of_atoms(self) -> dict[str, Tree]:
        """Aggregates over the step `points` (a row a lead and atom): when a window empties, and how
        fast points fade.
        """
        out: dict[str, Tree] = {}
        if self.watch.limits:
            size = len(self.watch.atoms.all)
            limits = [
                cast(num(self.watch.limits.get(n, 0) * 1_000_000), "bigint")
                for n in range(1, size + 1)
            ]
            limit = (
                self.dialect.pick(limits, col("_r"))
                if len(set(map(repr, limits))) > 1
                else limits[0]
            )
            windowed = case(
                [(exp.GT(this=limit, expression=num(0)), minus(limit.copy(), col(OLDEST)))]
            )
            out[EXPIRES] = exp.Min(this=windowed)
        falls = [self._falls_asleep(s) for s in self.sleeping]
        if falls:
            # (What wakes up stays awake until its oldest activity leaves the window.)
            each = [*([out[EXPIRES]] if EXPIRES in out else []), *falls]
            out[EXPIRES] = least(*each) if len(each) > 1 else each[0]
        for name, signal in self.fading.items():
            rules = self.watch.atoms.rules_of(signal)
            lives = {n: r.half_life for n, r in rules.items() if r.half_life}
            value, rate = col(f"_v_{name}"), self._per_half_life(name, lives)
            sign = (
                {n for n in lives if rules[n].points > 0},
                {n for n in lives if rules[n].points < 0},
            )
            if sign[0]:
                gain = case([(exp.GT(this=value, expression=num(0)), rate)])
                out[f"_fall_{name}"] = cast(exp.Sum(this=gain), "bigint")
            if sign[1]:
                loss = case([(exp.LT(this=value.copy(), expression=num(0)), rate.copy())])
                out[f"_rise_{name}"] = cast(exp.Sum(this=loss), "bigint")
        return out

    @cached_property
    def sleeping(self) -> list[Sleeping]:
        """The signals that turn to yes when the newest activity is old enough."""
        return [
            s
            for s in self.book.signals
            if isinstance(s, Sleeping) and s.name in self.watch.atoms.of_signal
        ]

    def _falls_asleep(self, s: Sleeping) -> Tree:
        """How long until the newest activity is as old as the signal asks; nothing when it is, or
        there is none.
        """
        newest = exp.Min(
            this=case(
                [
                    (
                        exp.EQ(this=col("_r"), expression=num(self.watch.atoms.of_signal[s.name])),
                        col("_youngest"),
                    )
                ]
            )
        )
        left = minus(cast(num(s.after * 1_000_000), "bigint"), newest)
        return case([(exp.GT(this=left, expression=num(0)), left.copy())])

    def _per_half_life(self, name: str, lives: dict[int, int]) -> Tree:
        """|points| over the half-life in seconds, a whole number, rounded up: sums do not depend on
        the order of rows.
        """
        size = len(self.watch.atoms.all)
        each = [lives.get(n, 0) for n in range(1, size + 1)]
        if len(set(each)) == 1:
            life: Tree = num(each[0])
            some = None
        else:
            life = self.dialect.pick([cast(num(v or 1), "bigint") for v in each], col("_r"))
            some = self.dialect.pick([cast(num(1 if v else 0), "bigint") for v in each], col("_r"))
        points = exp.Abs(this=col(f"_v_{name}"))
        quotient = exp.Add(this=self.dialect.quotient(points, life), expression=num(1))
        return quotient if some is None else times(quotient, some)

    def column(self, lower: Lowering, derived: Collection[str]) -> Tree:
        """`changes_in`, over a lead's row with every name in `derived`."""
        if self.watch.unbounded:
            return cast(num(0), "bigint")
        slopes = Slopes.of_book(self.book, lower.expression, self._slope)
        found: dict[str, Tree] = {}
        for left, right in self._comparisons(derived):
            try:
                days = self._days(left, right, slopes, lower)
            except Unbounded:
                return cast(num(0), "bigint")
            if days is not None:
                found.setdefault(days.sql(), days)
        seconds = [times(days, num(DAY)) for days in found.values()]
        if self.joined and (self.watch.limits or self.sleeping):
            seconds.append(over(col(EXPIRES), num(1_000_000)))
        if not seconds:
            return cast(null(), "bigint")
        soonest = least(*seconds) if len(seconds) > 1 else seconds[0]
        # A second early, for a moment is a whole microsecond and a comparison is made in floating
        # numbers.
        whole = exp.Floor(this=exp.Sub(this=least(soonest, num(FAR)), expression=num(1)))
        known = exp.Not(this=exp.Is(this=soonest.copy(), expression=null()))
        return case([(known, cast(greatest(whole, num(0)), "bigint"))])

    def _comparisons(self, derived: Collection[str]) -> Iterator[tuple[exp.Expr, exp.Expr]]:
        """Every pair of expressions that some condition on leads compares."""
        conditions = [
            c for name, found in conditions_of(self.book).items() if name in derived for c in found
        ]
        conditions += [r.when for r in self.book.routes if r.when]
        for condition in conditions:
            for node in condition.tree.walk():
                if type(node) in _COMPARE:
                    yield node.this, node.expression
                elif type(node) is exp.Between:
                    yield node.this, node.args["low"]
                    yield node.this, node.args["high"]
                elif type(node) is exp.In:
                    yield from ((node.this, value) for value in node.expressions)
                elif function_name(node) == "nullif":
                    first, second = arguments(node)
                    yield first, second
        # Between two of its cuts a model does not care what a number is.
        for score in self.book.scores:
            if isinstance(score, ModelScore) and score.name in derived:
                yield from ((exp.column(name), constant(cut)) for name, cut in cuts_of(score))

    def _days(
        self, left: exp.Expr, right: exp.Expr, slopes: Slopes, lower: Lowering
    ) -> Tree | None:
        slope = slopes.difference(left, right)
        if slope.still:
            return None
        sides = (cast(lower.expression(side), "double") for side in (left, right))
        gap = self.dialect.floating(exp.Sub, *sides)
        fades = slope != AGE and any(isinstance(b, exp.Expr) for b in (slope.low, slope.high))
        tangent = days_until(gap, slope, exp.Literal.number(_MARGIN) if fades else None)
        solved = self._solved(left, right) or self._solved(right, left)
        if tangent is None or solved is None:
            return tangent
        known = exp.Not(this=exp.Is(this=tangent, expression=null()))
        return case([(known, greatest(tangent.copy(), solved))])

    def _solved(self, left: exp.Expr, right: exp.Expr) -> Tree | None:
        """Days until points that only fade come down to a constant: half-life * log2(points /
        constant).
        """
        name = left.name if type(left) is exp.Column else ""
        score = next(
            (s for s in self.book.scores if s.name == name and isinstance(s, SignalScore)), None
        )
        signal = self.book.signal(score.signal if isinstance(score, SignalScore) else name)
        if isinstance(signal, Gained):
            signal = self.book.signal(signal.of)
            rules = [r for r in signal.rules if r.points > 0] if isinstance(signal, Points) else []
        else:
            rules = list(signal.rules) if isinstance(signal, Points) else []
        shortest = min((r.half_life for r in rules if r.half_life), default=None)
        constant = right.name if isinstance(right, exp.Literal) and not right.is_string else ""
        if (
            shortest is None
            or not constant
            or not 0 < Decimal(constant) < LARGEST
            or any(r.points < 0 for r in rules)
        ):
            return None
        aim = exp.Add(this=exp.Literal.number(constant), expression=exp.Literal.number(_MARGIN))
        doublings = over(
            exp.Ln(this=over(greatest(col(name), aim), aim.copy())),
            exp.Literal.number("0.69314718056"),
        )
        return times(doublings, over(num(shortest), num(DAY)))

    def _slope(self, name: str) -> Slope:
        """The slope of a points signal, or of what its positive rules gained."""
        signal = self.book.signal(name)
        of = signal.of if isinstance(signal, Gained) else name
        if of not in self.fading or not self.joined:
            return Slope()
        fades = [r.points for r in self.fading[of].rules if r.half_life]
        falls, rises = (
            any(p > 0 for p in fades),
            any(p < 0 for p in fades) and not isinstance(signal, Gained),
        )
        low = exp.Neg(this=exp.Paren(this=points_a_day(f"_fall_{of}", UNIT))) if falls else 0
        return Slope(low, points_a_day(f"_rise_{of}", UNIT) if rises else 0)
