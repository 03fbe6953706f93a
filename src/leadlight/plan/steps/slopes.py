"""How fast an expression of a playbook can move when nothing happens: bounds on its slope, a day.

Between two facts a lead's numbers move in few ways.  An age grows by one a day.  Faded points fall
towards nothing, and ever slower: by no more than half of what they are in each half-life.
Everything else stands still, and jumps only where an activity leaves a window or a comparison
flips, which is looked after elsewhere (`plan/steps/next_change.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from leadlight.plan.terms import Tree, case, cast, col, divide, greatest, least, num, times
from leadlight.playbook.conditions import arguments, function_name
from leadlight.playbook.spec import DaysSince, Gained, Playbook, Points, SignalScore, Value

Bound = int | Tree
DAY = 86_400


class UnboundedSlope(Exception):  # noqa: N818 - it is no error
    """The expression moves in a way that has no bound here."""


@dataclass(frozen=True)
class Slope:
    """Between `low` and `high` a day; numbers where the playbook alone says, else trees over a
    lead's columns.

    All that moves slows down by half within `half_life`, in seconds, or sooner.
    """

    low: Bound = 0
    high: Bound = 0
    half_life: float = 0

    @property
    def still(self) -> bool:
        return (
            not isinstance(self.low, exp.Expr)
            and not isinstance(self.high, exp.Expr)
            and self.low == self.high == 0
        )


STILL = Slope()
AGE = Slope(1, 1, math.inf)


@dataclass(frozen=True)
class Slopes:
    """The slopes of a playbook's names and of any expression over them.

    `value` lowers an expression to the engine's tree; `fading` gives the slope of a points signal.
    """

    book: Playbook
    value: Callable[[exp.Expr], Tree]
    fading: Callable[[str], Slope]
    named: Mapping[str, exp.Expr]  # the expression of each value signal

    @classmethod
    def of_book(
        cls, book: Playbook, value: Callable[[exp.Expr], Tree], fading: Callable[[str], Slope]
    ) -> Slopes:
        """The slopes of a playbook."""
        return cls(
            book,
            value,
            fading,
            {s.name: s.expression.tree for s in book.signals if isinstance(s, Value)},
        )

    def of_name(self, name: str) -> Slope:
        """The slope of a name: an attribute, a signal or a score. Labels and answers stand still
        until they flip.
        """
        if name in self.named:
            return self.of(self.named[name])
        score = next(
            (s for s in self.book.scores if s.name == name and isinstance(s, SignalScore)), None
        )
        signal = self.book.signal(score.signal if isinstance(score, SignalScore) else name)
        if isinstance(signal, DaysSince):
            return AGE
        if isinstance(signal, Points | Gained):
            return self.fading(signal.name)
        return STILL

    def of(self, tree: exp.Expr) -> Slope:
        """The slope of an expression. Raises `UnboundedSlope`."""
        kind = type(tree)
        if kind is exp.Column:
            return self.of_name(tree.name)
        if kind is exp.Paren:
            return self.of(tree.this)
        if kind is exp.Neg:
            return _negate(self.of(tree.this))
        if kind is exp.Add:
            return _add(self.of(tree.this), self.of(tree.expression))
        if kind is exp.Sub:
            return self.difference(tree.this, tree.expression)
        if kind in (exp.Mul, exp.Div):
            return self._scale(tree)
        if kind is exp.Case:
            return self._of_case(tree)
        name = function_name(tree)
        if name is None:
            return STILL  # a literal, or a yes/no, whose comparisons are looked at one by one
        return AGE if name == "days_since" else self._of_call(tree, name)

    def _of_case(self, tree: exp.Expr) -> Slope:
        if tree.this is not None and not self.of(tree.this).still:
            raise UnboundedSlope
        values = [b.args["true"] for b in tree.args["ifs"]]
        if tree.args.get("default"):
            values.append(tree.args["default"])
        return _hull([self.of(v) for v in values])

    def _of_call(self, tree: exp.Expr, name: str) -> Slope:
        slopes = [self.of(a) for a in arguments(tree)]
        if all(s.still for s in slopes):
            return STILL
        if name in ("coalesce", "least", "greatest"):
            return _hull(slopes)
        if name == "abs":
            return _hull([slopes[0], _negate(slopes[0])])
        raise UnboundedSlope

    def difference(self, a: exp.Expr, b: exp.Expr) -> Slope:
        """The slope of a - b."""
        return _add(self.of(a), _negate(self.of(b)))

    def _scale(self, tree: exp.Expr) -> Slope:
        """A product or quotient of something that moves and something that stands still."""
        left, right = self.of(tree.this), self.of(tree.expression)
        if left.still and right.still:
            return STILL
        if not right.still and (type(tree) is exp.Div or not left.still):
            raise UnboundedSlope
        moving, factor = (
            (left, self.value(tree.expression)) if right.still else (right, self.value(tree.this))
        )
        by = divide if type(tree) is exp.Div else times

        def scale(bound: Bound) -> Tree:
            divisor = exp.Nullif(this=cast(factor.copy(), "double"), expression=num(0))
            return by(_tree(bound), divisor if by is divide else factor.copy())

        low, high = scale(moving.low), scale(moving.high)
        return Slope(least(low, high), greatest(low.copy(), high.copy()), moving.half_life)


def _tree(bound: Bound) -> Tree:
    return bound.copy() if isinstance(bound, exp.Expr) else num(bound)


def _negate(slope: Slope) -> Slope:
    def turn(bound: Bound) -> Bound:
        return exp.Neg(this=exp.Paren(this=bound.copy())) if isinstance(bound, exp.Expr) else -bound

    return Slope(turn(slope.high), turn(slope.low), slope.half_life)


def _add(a: Slope, b: Slope) -> Slope:
    def plus(x: Bound, y: Bound) -> Bound:
        if not isinstance(x, exp.Expr) and not isinstance(y, exp.Expr):
            return x + y
        if not isinstance(x, exp.Expr) and x == 0:
            return y
        if not isinstance(y, exp.Expr) and y == 0:
            return x
        return exp.Paren(this=exp.Add(this=_tree(x), expression=_tree(y)))

    return Slope(plus(a.low, b.low), plus(a.high, b.high), max(a.half_life, b.half_life))


def _hull(slopes: list[Slope]) -> Slope:
    """The slopes that any of them may have."""

    def outer(bounds: list[Bound], best: Callable[..., int], tree: Callable[..., Tree]) -> Bound:
        plain = [b for b in bounds if not isinstance(b, exp.Expr)]
        trees = [b.copy() for b in bounds if isinstance(b, exp.Expr)]
        if not trees:
            return best(plain)
        return (
            tree(*trees, *([num(best(plain))] if plain else []))
            if len(trees) + bool(plain) > 1
            else trees[0]
        )

    return Slope(
        outer([s.low for s in slopes], min, least),
        outer([s.high for s in slopes], max, greatest),
        max(s.half_life for s in slopes),
    )


def days_until(gap: Tree, slope: Slope, margin: Tree | None = None) -> Tree | None:
    """Days until a difference can be nought, never too many; NULL when it never is, None when it
    cannot move at all.
    """
    if slope.still:
        return None
    low, high = _tree(slope.low), _tree(slope.high)
    zero = num(0)
    falls = exp.and_(exp.GTE(this=gap, expression=zero), exp.LT(this=low, expression=zero.copy()))
    rises = exp.and_(
        exp.LTE(this=gap.copy(), expression=zero.copy()), exp.GT(this=high, expression=zero.copy())
    )
    branches: list[tuple[Tree, Tree]] = []
    if isinstance(slope.low, exp.Expr) or slope.low < 0:
        rate = exp.Neg(this=exp.Paren(this=low.copy()))
        branches.append((falls, _days(gap.copy(), rate, slope.half_life, margin)))
    if isinstance(slope.high, exp.Expr) or slope.high > 0:
        distance = exp.Neg(this=exp.Paren(this=gap.copy()))
        branches.append((rises, _days(distance, high.copy(), slope.half_life, margin)))
    return case(branches) if branches else None


def _days(distance: Tree, rate: Tree, half_life: float, margin: Tree | None) -> Tree:
    """Days for a distance at a rate a day that halves with each half-life, of which the last bit
    may be left out; NULL where it comes to a stop before.
    """
    if margin is not None:
        distance = greatest(exp.Sub(this=distance, expression=margin.copy()), num(0))
    if not 0 < half_life < math.inf:
        return divide(distance, exp.Paren(this=rate))
    # In all it moves by rate * life; by a part of that within -life * ln(1 - part).
    life = exp.Literal.number(half_life / DAY / math.log(2))
    part = divide(distance, exp.Paren(this=times(exp.Paren(this=rate), life)))
    left = greatest(exp.Sub(this=exp.Literal.number("1.0"), expression=part), num(0))
    logarithm = exp.Ln(this=exp.Nullif(this=left, expression=num(0)))
    return times(exp.Neg(this=life.copy()), logarithm)


def points_a_day(column: str, unit: int) -> Tree:
    """How much points that fade move a day at most: the column is a sum of units of points over
    half-lives in seconds.
    """
    return times(
        divide(col(column), num(unit)), num(59_888)
    )  # 86,400 seconds times ln 2, rounded up
