"""When a qualification can next change if nothing happens: the column `changes_in`, in seconds,
NULL for never.

It is never too late and may be too early: then the lead is looked at again, and nothing else comes
of it.  Three things change by the clock alone: an activity leaves a window (its oldest tells when),
an age or faded points meet what they are compared with (bounded by slopes, `plan/steps/slopes.py`),
and an activity grows old enough for a rule about its own age. What cannot be bounded makes the lead
due at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlglot import exp

from leadlight.plan.columns import (
    ATOM,
    EXPIRES,
    OLDEST,
    YOUNGEST,
    fall_rate,
    points_of_atom,
    rise_rate,
)
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.steps.atoms import UNIT, Atom, Atoms
from leadlight.plan.steps.lowering import Lowering
from leadlight.plan.steps.model import constant, cuts_of
from leadlight.plan.steps.slopes import (
    AGE,
    DAY,
    Bound,
    Slope,
    Slopes,
    UnboundedSlope,
    days_until,
    points_a_day,
)
from leadlight.plan.terms import (
    Tree,
    case,
    cast,
    col,
    divide,
    greatest,
    least,
    minus,
    null,
    num,
    times,
)
from leadlight.playbook.conditions import Condition, arguments, function_name
from leadlight.playbook.order import conditions_of
from leadlight.playbook.spec import (
    Gained,
    Match,
    ModelScore,
    Playbook,
    PointRule,
    Points,
    SignalScore,
    Sleeping,
)

CHANGES_IN = "changes_in"
LARGEST = Decimal(10) ** 15  # no points are more: a larger constant they never come down to
FAR = 60 * 366 * DAY  # as far as it is looked ahead: seconds that fit into 32 bits
_COMPARE = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_MARGIN = "0.0001"  # of a point: terms are rounded to billionths, so a sum may fall a trifle early


@dataclass(frozen=True)
class ClockAtoms:
    """The atoms that only tell when some activity will flip a rule about its own age, and each
    windowed atom's limit.
    """

    atoms: Atoms
    limits: dict[
        int, int
    ]  # number of an atom -> the age in seconds at which its oldest activity changes something
    unbounded: bool  # some rule asks the age of an activity in a way that is not bounded here


def clock_atoms(atoms: Atoms) -> ClockAtoms:
    """The playbook's atoms, and one more for each age that a rule about single activities
    asks for.
    """
    out = Atoms(list(atoms.all), atoms.of_signal, atoms.of_rule, atoms.of_silence)
    limits = {a.number: a.match.within for a in atoms.all if a.match.within is not None}
    unbounded = False
    extra: set[tuple[tuple[str, ...], int]] = set()
    for atom in atoms.all:
        ages = _ages(atom.match.when) if atom.match.when else set()
        unbounded |= ages is None
        extra |= {(atom.match.kinds, age) for age in ages or ()}
    for kinds, age in sorted(extra):
        # One second more, so that an activity of exactly that age is still seen; the limit itself
        # is the age.
        number = len(out.all) + 1
        out.all.append(Atom(number, Match(kinds, within=age + 1), None))
        limits[number] = age
    return ClockAtoms(out, limits, unbounded)


def _ages(condition: Condition) -> set[int] | None:
    """The ages in seconds that a condition on an activity compares its own age with; None when it
    asks otherwise.
    """
    calls = sum(_is_age(n) for n in condition.tree.walk())
    found: set[int] = set()
    for node in condition.tree.walk():
        sides = _sides(node)
        own = [s for s in sides if _is_age(s) and arguments(s)[0].name == "occurred_at"]
        if len(own) != 1:
            continue
        ages = _constant_ages(sides)
        if ages is None:
            return None
        found |= ages
        calls -= 1
    return found if calls == 0 else None


def _is_age(node: exp.Expr) -> bool:
    return function_name(node) == "days_since"


def _sides(node: exp.Expr) -> list[exp.Expr]:
    """What a comparison compares; nothing of another node."""
    if type(node) is exp.Between:
        return [node.this, node.args["low"], node.args["high"]]
    return [node.this, node.expression] if type(node) in _COMPARE else []


def _constant_ages(sides: Sequence[exp.Expr]) -> set[int] | None:
    """The days beside an age as whole seconds; None when a side is no number, or a part of a second
    is asked for.
    """
    days = [s for s in sides if isinstance(s, exp.Literal) and not s.is_string]
    seconds = [Decimal(d.name) * DAY for d in days]
    if len(days) != len(sides) - 1 or any(s != int(s) for s in seconds):
        return None
    return {int(s) for s in seconds}


@dataclass(frozen=True)
class NextChange:
    """Builds what a plan needs to say when each qualification can next change by the clock
    alone.
    """

    book: Playbook
    watch: ClockAtoms
    dialect: SqlDialect
    joined: bool  # there is a log

    @cached_property
    def fading_points(self) -> dict[str, Points]:
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
        ends = [*self._windows(), *(self._falls_asleep(s) for s in self.sleep_signals)]
        if ends:
            # (What wakes up stays awake until its oldest activity leaves the window.)
            out[EXPIRES] = least(*ends) if len(ends) > 1 else ends[0]
        for name, signal in self.fading_points.items():
            out |= self._rates(name, self.watch.atoms.rules_of(signal))
        return out

    def _windows(self) -> list[Tree]:
        """How long until the first activity leaves a window; nothing where there are no windows."""
        if not self.watch.limits:
            return []
        size = len(self.watch.atoms.all)
        each = [self.watch.limits.get(n, 0) * 1_000_000 for n in range(1, size + 1)]
        limits = [cast(num(limit), "bigint") for limit in each]
        limit = self.dialect.pick(limits, col(ATOM)) if len(set(each)) > 1 else limits[0]
        left = minus(limit.copy(), col(OLDEST))
        return [exp.Min(this=case([(exp.GT(this=limit, expression=num(0)), left)]))]

    def _rates(self, name: str, rules: Mapping[int, PointRule]) -> Iterator[tuple[str, Tree]]:
        """How fast the positive points of a signal fall, and its negative ones rise."""
        lives = {n: r.half_life for n, r in rules.items() if r.half_life}
        value, rate = col(points_of_atom(name)), self._per_half_life(name, lives)
        if any(rules[n].points > 0 for n in lives):
            gain = case([(exp.GT(this=value, expression=num(0)), rate)])
            yield fall_rate(name), cast(exp.Sum(this=gain), "bigint")
        if any(rules[n].points < 0 for n in lives):
            loss = case([(exp.LT(this=value.copy(), expression=num(0)), rate.copy())])
            yield rise_rate(name), cast(exp.Sum(this=loss), "bigint")

    @cached_property
    def sleep_signals(self) -> list[Sleeping]:
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
        mine = exp.EQ(this=col(ATOM), expression=num(self.watch.atoms.of_signal[s.name]))
        newest = exp.Min(this=case([(mine, col(YOUNGEST))]))
        left = minus(cast(num(s.after * 1_000_000), "bigint"), newest)
        return case([(exp.GT(this=left, expression=num(0)), left.copy())])

    def _per_half_life(self, name: str, lives: dict[int, int]) -> Tree:
        """|points| over the half-life in seconds, a whole number, rounded up: sums do not depend on
        the order of rows.
        """
        each = [lives.get(n, 0) for n in range(1, len(self.watch.atoms.all) + 1)]
        points = exp.Abs(this=col(points_of_atom(name)))
        if len(set(each)) == 1:
            return self._round_up(points, num(each[0]))
        life = self.dialect.pick([cast(num(v or 1), "bigint") for v in each], col(ATOM))
        fades = self.dialect.pick([cast(num(1 if v else 0), "bigint") for v in each], col(ATOM))
        return times(self._round_up(points, life), fades)

    def _round_up(self, points: Tree, life: Tree) -> Tree:
        return exp.Add(this=self.dialect.quotient(points, life), expression=num(1))

    def column(self, lower: Lowering, derived: Collection[str]) -> Tree:
        """`changes_in`, over a lead's row with every name in `derived`."""
        # (A rank changes when other leads do.)
        if self.watch.unbounded or self.book.ranks:
            return cast(num(0), "bigint")
        try:
            days = self._all_days(lower, derived)
        except UnboundedSlope:
            return cast(num(0), "bigint")
        seconds = [times(d, num(DAY)) for d in days]
        if self.joined and (self.watch.limits or self.sleep_signals):
            seconds.append(divide(col(EXPIRES), num(1_000_000)))
        if not seconds:
            return cast(null(), "bigint")
        soonest = least(*seconds) if len(seconds) > 1 else seconds[0]
        # A second early, for a moment is a whole microsecond and a comparison is made in floating
        # numbers.
        whole = exp.Floor(this=exp.Sub(this=least(soonest, num(FAR)), expression=num(1)))
        known = exp.Not(this=exp.Is(this=soonest.copy(), expression=null()))
        return case([(known, cast(greatest(whole, num(0)), "bigint"))])

    def _all_days(self, lower: Lowering, derived: Collection[str]) -> Iterable[Tree]:
        """Days until each comparison can flip, every expression once. Raises `UnboundedSlope`."""
        slopes = Slopes.of_book(self.book, lower.expression, self._slope)
        found: dict[str, Tree] = {}
        for left, right in self._comparisons(derived):
            days = self._days(left, right, slopes, lower)
            if days is not None:
                found.setdefault(days.sql(), days)
        return found.values()

    def _comparisons(self, derived: Collection[str]) -> Iterator[tuple[exp.Expr, exp.Expr]]:
        """Every pair of expressions that some condition on leads compares."""
        for condition in self._conditions(derived):
            for node in condition.tree.walk():
                yield from _pairs(node)
        # Between two of its cuts a model does not care what a number is.
        for score in self.book.scores:
            if isinstance(score, ModelScore) and score.name in derived:
                yield from ((exp.column(name), constant(cut)) for name, cut in cuts_of(score))

    def _conditions(self, derived: Collection[str]) -> Iterator[Condition]:
        """The conditions of the names that are derived, and of routes."""
        for name, conditions in conditions_of(self.book).items():
            if name in derived:
                yield from conditions
        yield from (r.when for r in self.book.routes if r.when)

    def _days(
        self, left: exp.Expr, right: exp.Expr, slopes: Slopes, lower: Lowering
    ) -> Tree | None:
        slope = slopes.difference(left, right)
        if slope.still:
            return None
        sides = (cast(lower.expression(side), "double") for side in (left, right))
        gap = self.dialect.floating(exp.Sub, *sides)
        fades = slope != AGE and any(isinstance(b, exp.Expr) for b in (slope.low, slope.high))
        bound = days_until(gap, slope, exp.Literal.number(_MARGIN) if fades else None)
        solved = self._solve(left, right) or self._solve(right, left)
        if bound is None or solved is None:
            return bound
        known = exp.Not(this=exp.Is(this=bound, expression=null()))
        return case([(known, greatest(bound.copy(), solved))])

    def _solve(self, left: exp.Expr, right: exp.Expr) -> Tree | None:
        """Days until points that only fade come down to a constant: half-life * log2(points /
        constant).
        """
        if type(left) is not exp.Column or not _is_reachable(right):
            return None
        rules = self._rules_of(left.name)
        shortest = min((r.half_life for r in rules if r.half_life), default=None)
        if shortest is None or any(r.points < 0 for r in rules):
            return None
        limit = exp.Literal.number(right.name)
        aim = exp.Add(this=limit, expression=exp.Literal.number(_MARGIN))
        doublings = divide(
            exp.Ln(this=divide(greatest(col(left.name), aim), aim.copy())),
            exp.Literal.number("0.69314718056"),
        )
        return times(doublings, divide(num(shortest), num(DAY)))

    def _rules_of(self, name: str) -> list[PointRule]:
        """The rules of a points signal, or of a score that is one; of what was gained only the
        positive ones.
        """
        score = next((s for s in self.book.scores if s.name == name), None)
        signal = self.book.signal(score.signal if isinstance(score, SignalScore) else name)
        gained = isinstance(signal, Gained)
        points = self.book.signal(signal.of) if isinstance(signal, Gained) else signal
        rules = points.rules if isinstance(points, Points) else ()
        return [r for r in rules if r.points > 0 or not gained]

    def _slope(self, name: str) -> Slope:
        """The slope of a points signal, or of what its positive rules gained."""
        signal = self.book.signal(name)
        gained = isinstance(signal, Gained)
        of = signal.of if isinstance(signal, Gained) else name
        if of not in self.fading_points or not self.joined:
            return Slope()
        rules = [r for r in self.fading_points[of].rules if r.half_life]
        points = [r.points for r in rules]
        low: Bound = 0
        if max(points) > 0:
            low = exp.Neg(this=exp.Paren(this=points_a_day(fall_rate(of), UNIT)))
        rises = min(points) < 0 and not gained
        high = points_a_day(rise_rate(of), UNIT) if rises else 0
        return Slope(low, high, max(r.half_life or 0 for r in rules))


def _pairs(node: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """What a node of a condition compares with each other."""
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


def _is_reachable(tree: exp.Expr) -> bool:
    """A constant to which points can come down: a number above nought."""
    if not isinstance(tree, exp.Literal) or tree.is_string:
        return False
    return 0 < Decimal(tree.name) < LARGEST
