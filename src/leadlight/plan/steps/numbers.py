"""How large a number of a condition can be, so that its arithmetic overflows on no engine and is
the same on all.

Whole numbers and decimals are reckoned exactly, in as many digits as they can have at most. What
does not fit into 38 digits, which is what every engine has, is reckoned in floating numbers, and so
is what holds one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.playbook.conditions import arguments, function_name
from leadlight.playbook.order import levels, needs
from leadlight.playbook.spec import Count, Measure, Playbook, Signal, Value

MOST = 38  # digits of a number on every engine
SMALL = 18  # digits that always fit into 64 bits
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Abs)
_ALIKE = frozenset({"coalesce", "nullif", "least", "greatest"})


@dataclass(frozen=True)
class Exact:
    """A number without rounding: at most so many digits before the point, and so many behind it."""

    digits: int
    scale: int = 0

    @property
    def is_small(self) -> bool:
        """It is a whole number that fits into 64 bits."""
        return not self.scale and self.digits <= SMALL


BIGINT = Exact(19)


def literal(text: str) -> Exact | None:
    """What a number is that is written so; None for one that only a floating number holds."""
    if "e" in text.lower():
        return None
    whole, _, behind = text.partition(".")
    found = Exact(len(whole.lstrip("0")), len(behind))
    return found if found.digits + found.scale <= MOST else None


def common(kinds: Iterable[Exact | None]) -> Exact | None:
    """What holds any of these; None when only a floating number does."""
    digits = scale = 0
    for kind in kinds:
        if kind is None:
            return None
        digits, scale = max(digits, kind.digits), max(scale, kind.scale)
    return Exact(digits, scale) if digits + scale <= MOST else None


@dataclass(frozen=True)
class Numbers:
    """Says of a number's tree what it is at most; `names` are those of the names that are exact."""

    names: Mapping[str, Exact]
    _known: dict[int, tuple[exp.Expr, Exact | None]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of(self, tree: exp.Expr) -> Exact | None:
        """What the number is at most; None for a floating one."""
        found = self._known.get(id(tree))
        if found is None or found[0] is not tree:
            found = self._known[id(tree)] = (tree, self._of(tree))
        return found[1]

    def _of(self, tree: exp.Expr) -> Exact | None:
        kind = type(tree)
        if kind is exp.Column:
            return self.names.get(tree.name)
        if kind is exp.Literal:
            return literal(tree.name)
        if kind is exp.Null:
            return Exact(0)
        if kind in (exp.Paren, exp.Neg):
            return self.of(tree.this)
        if kind in (exp.Add, exp.Sub, exp.Mul):
            return self._arithmetic(tree)
        if kind is exp.Case:
            return common(map(self.of, results(tree)))
        return self._function(tree)

    def _function(self, tree: exp.Expr) -> Exact | None:
        name = function_name(tree)
        if name in _ALIKE:
            return common(map(self.of, arguments(tree)))
        if name == "length":
            return Exact(10)
        inner = self.of(tree.this) if name in ("abs", "round") else None
        if inner is not None and name == "round":
            return Exact(min(inner.digits + 1, MOST)) if inner.scale else inner
        return inner

    def _arithmetic(self, tree: exp.Expr) -> Exact | None:
        left, right = self.of(tree.this), self.of(tree.expression)
        if left is None or right is None:
            return None
        if type(tree) is exp.Mul:
            found = Exact(left.digits + right.digits, left.scale + right.scale)
        else:
            found = Exact(max(left.digits, right.digits) + 1, max(left.scale, right.scale))
        # Spark counts one digit more for a product and then rounds what is behind the point.
        return found if found.digits + found.scale + bool(found.scale) <= MOST else None


def results(tree: exp.Expr) -> list[exp.Expr]:
    """What a CASE may give."""
    found = [branch.args["true"] for branch in tree.args["ifs"]]
    return [*found, tree.args["default"]] if tree.args.get("default") is not None else found


def computes(tree: exp.Expr) -> bool:
    """Whether something is reckoned whose result may need more digits than a column has."""
    return any(
        type(n) in _ARITHMETIC and not isinstance(n.this, exp.Literal)
        for n in tree.find_all(*_ARITHMETIC)
    )


def of_columns(columns: Iterable[Attribute]) -> dict[str, Exact]:
    """The whole numbers among attributes, or columns of activities."""
    return {c.name: BIGINT for c in columns if c.type is Type.WHOLE}


def of_book(book: Playbook, catalog: Catalog) -> dict[str, Exact]:
    """The exact numbers among the names that a condition on leads may use."""
    found, columns = of_columns(catalog.lead.values()), of_columns(catalog.activity.values())
    for signal in book.signals:
        found.pop(signal.name, None)
        if _is_whole(signal, columns):
            found[signal.name] = BIGINT
    values = {s.name: s for s in book.signals if isinstance(s, Value)}
    names = [n for level in levels(values, needs(book)) for n in level if n in values]
    for name in names:
        number = Numbers(found).of(values[name].expression.tree)
        if number is not None:
            found[name] = _as_signal(number)
    return found


def _as_signal(number: Exact) -> Exact:
    """A whole number that is a signal is one of 64 bits: beyond that it stands still."""
    return number if number.scale else Exact(min(number.digits, BIGINT.digits))


def _is_whole(signal: Signal, columns: Mapping[str, Exact]) -> bool:
    """Whether a signal of activities is a whole number: a count, or a whole one of theirs."""
    if isinstance(signal, Measure):
        return signal.how != "sum" and signal.column in columns
    return isinstance(signal, Count)
