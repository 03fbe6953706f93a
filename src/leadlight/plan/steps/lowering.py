"""A condition's tree made into an engine's: the closed list of functions becomes what the engine
calls them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.steps.numbers import (
    BIGINT,
    MOST,
    Exact,
    Numbers,
    common,
    computes,
    literal,
    results,
)
from leadlight.plan.steps.words import Words
from leadlight.plan.terms import Tree, any_of, call, case, cast, divide, minus, null, num, text
from leadlight.playbook.conditions import Condition, arguments, function_name
from leadlight.playbook.types import (
    ALIKE,
    MOMENT,
    NUMBER,
    TAKES,
    TEXT,
    UNKNOWN,
    YES_NO,
    infer,
    moment_text,
)

#: A well-formed address: one @, no blanks, a dot after the @. Judging more is the business of
#: verification. Blanks are named, since \s means other characters on every engine.
WELL_FORMED = r"^[^@ \t\n\f\r]+@[^@ \t\n\f\r]+\.[^@ \t\n\f\r]+$"
DAY_US = 86_400_000_000
#: The largest whole number of 64 bits; its opposite is kept too, so that each has one.
LARGEST = 2**63 - 1
_COMPARE = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
#: What stands by itself beside any operator; anything else of a condition's own goes into brackets,
#: for engines bind chains such as `a = b = true` each in its own way, or not at all.
_BINDING = (
    exp.And,
    exp.Or,
    exp.Not,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Like,
    exp.ILike,
    exp.Escape,
    exp.RegexpLike,
    *_COMPARE,
)


@dataclass(frozen=True)
class Lowering:
    """Lowers conditions for one dialect; `as_of` is the tree of the moment, `types` the types of
    the names in reach.
    """

    dialect: SqlDialect
    as_of: Tree
    types: Mapping[str, str]
    present: frozenset[str] = (
        frozenset()
    )  # the attributes the base has; empty when that is not known: then all
    words: Words | None = None  # searches that are made on distinct values
    numbers: Numbers = field(
        default_factory=lambda: Numbers({})
    )  # how large the numbers in reach can be
    attributes: frozenset[str] = frozenset()  # the names in reach that are attributes
    reference: Tree | None = None  # where ranks are looked up; None: they are counted

    def are_absent(self, names: frozenset[str]) -> bool:
        """Whether these are attributes alone, none of which the base has."""
        return bool(self.present) and names <= self.attributes and not names & self.present

    def __call__(self, condition: Condition) -> Tree:
        """The condition's tree for the engine; the condition's own tree stays as it is."""
        return self._as(condition.tree, YES_NO)

    def value(self, condition: Condition) -> Tree:
        """The tree of a signal's value: a whole number keeps 64 bits, and beyond them it stands
        still.
        """
        tree = condition.tree
        value, exact, kind = self._lower(tree), self.numbers.of(tree), infer(tree, self.types)
        if kind == TEXT:
            return self.dialect.read(value, Type.TEXT)
        if kind != NUMBER or exact is None or exact.scale or not computes(tree):
            return value
        if exact.is_small:
            return cast(value, "bigint")
        high, low = (cast(exp.Literal.number(n), "decimal(38, 0)") for n in (LARGEST, -LARGEST))
        branches = [
            (exp.GT(this=exp.Paren(this=value), expression=high), cast(high.copy(), "bigint")),
            (exp.LT(this=exp.Paren(this=value.copy()), expression=low), cast(low.copy(), "bigint")),
        ]
        return case(branches, cast(value.copy(), "bigint"))

    def expression(self, tree: exp.Expr) -> Tree:
        """A part of a condition for the engine."""
        return self._lower(tree)

    def _lower(self, tree: Tree) -> Tree:
        rule = _LOWER.get(type(tree))
        if rule is not None:
            return rule(self, tree)
        name = function_name(tree)
        return self._function(tree, name) if name is not None else self._rebuilt(tree)

    def _column(self, tree: Tree) -> Tree:
        return exp.column(tree.name, quoted=True)

    def _literal(self, tree: Tree) -> Tree:
        return tree.copy() if tree.is_string else number(tree.name)

    def _pattern(self, tree: Tree) -> Tree:
        """LIKE and ILIKE."""
        text = _operand(self._as(tree.this, TEXT))
        return self.dialect.like(type(tree)(this=text, expression=tree.expression.copy()))

    def _is(self, tree: Tree) -> Tree:
        is_null = type(tree.expression) is exp.Null
        value = self._lower(tree.this) if is_null else self._as(tree.this, YES_NO)
        return exp.Is(this=_operand(value), expression=tree.expression.copy())

    def _connector(self, tree: Tree) -> Tree:
        return type(tree)(
            this=self._as(tree.this, YES_NO), expression=self._as(tree.expression, YES_NO)
        )

    def _not(self, tree: Tree) -> Tree:
        return exp.Not(this=self._as(tree.this, YES_NO))

    def _function(self, tree: Tree, name: str) -> Tree:
        if name == "recorded":
            known = not self.present or arguments(tree)[0].name in self.present
            return exp.true() if known else exp.false()
        found = self.words.search(tree, self._call) if self.words else None
        if found is not None:
            return found
        if name not in ALIKE:
            return self._call(tree)
        lowered = self._alike(arguments(tree))
        if name in ("least", "greatest"):
            return call(name, *lowered)
        if name == "coalesce":
            return exp.Coalesce(this=lowered[0], expressions=lowered[1:])
        return exp.Nullif(this=lowered[0], expression=lowered[1])

    def _call(self, tree: Tree) -> Tree:
        name = function_name(tree) or ""
        first, *rest = arguments(tree)
        args = [self._as(first, TAKES[name]), *[a.copy() for a in rest]]
        if name in ("abs", "round", "floor", "ceil"):
            return self._number_function(tree, name, first, args[0])
        if name in _CALLS:
            return _CALLS[name](self, args)
        own = self.dialect.functions.get(name)
        return own(args[0]) if own else type(tree)(this=args[0])

    def _number_function(self, tree: Tree, name: str, argument: Tree, value: Tree) -> Tree:
        """A function of one number. A whole number is rounded already, and the least has no
        counterpart of its width.
        """
        exact = self.numbers.of(argument)
        if exact is not None and name == "round" and not exact.scale:
            return value
        if exact is not None and name == "abs" and not exact.is_small:
            return exp.Abs(this=_wide(value, exact))
        if exact is not None and name in ("floor", "ceil"):
            value = cast(value, "double")
        own = self.dialect.functions.get(name)
        return own(value) if own else type(tree)(this=value)

    def _as(self, tree: Tree, kind: str) -> Tree:
        """A part where something of that kind is needed: what is unknown has no kind of its own,
        and dates stand as texts.
        """
        if infer(tree, self.types) == UNKNOWN:
            return absent(kind)
        if kind == MOMENT and isinstance(tree, exp.Literal):
            return cast(text(moment_text(tree.name)), "timestamp")
        return self._lower(tree)

    def _alike(self, trees: Sequence[Tree]) -> list[Tree]:
        """Parts that must be of one kind; numbers are brought to one that holds them all."""
        kinds = {infer(t, self.types) for t in trees} - {UNKNOWN}
        kind = MOMENT if MOMENT in kinds else next(iter(kinds), TEXT)
        if kind == NUMBER and common(map(self.numbers.of, trees)) is None:
            return [self._plain_or_double(t) for t in trees]
        lowered = [self._as(t, kind) for t in trees]
        if kind == TEXT and exp.Column not in map(type, trees):
            # Texts of the playbook's own have no order of their own: they have that of a lead's
            # texts, which is their bytes'.
            lowered[0] = self.dialect.read(lowered[0], Type.TEXT)
        return lowered

    def _plain_or_double(self, tree: Tree) -> Tree:
        return self._as(tree, NUMBER) if self._is_plain(tree) else self._double(tree)

    def _is_plain(self, tree: Tree) -> bool:
        """A number that each engine compares with a floating one in the same way."""
        exact = self.numbers.of(tree)
        return exact is None or (exact.digits + exact.scale <= BIGINT.digits and not computes(tree))

    def _comparison(self, tree: Tree) -> Tree:
        if isinstance(tree, exp.In):
            this, *values = self._alike([tree.this, *tree.expressions])
            # The same as OR, which is two to three times quicker on DuckDB: it plans a long IN as a
            # join.
            if type(tree.this) is exp.Column:
                return exp.Paren(
                    this=any_of([exp.EQ(this=this.copy(), expression=_operand(v)) for v in values])
                )
            return exp.In(this=_operand(this), expressions=values)
        if isinstance(tree, exp.Between):
            this, low, high = map(
                _operand, self._alike([tree.this, tree.args["low"], tree.args["high"]])
            )
            return exp.Between(this=this, low=low, high=high)
        left, right = map(_operand, self._alike([tree.this, tree.expression]))
        return type(tree)(this=left, expression=right)

    def _case(self, tree: Tree) -> Tree:
        whens = [branch.this for branch in tree.args["ifs"]]
        subject: Tree | None = None
        if tree.this is not None:
            subject, *lowered = self._alike([tree.this, *whens])
        else:
            lowered = [self._as(w, YES_NO) for w in whens]
        given = self._alike(results(tree))
        default = given[len(whens)] if len(given) > len(whens) else None
        return case(zip(lowered, given, strict=False), default, subject)

    # Arithmetic: exact in as many digits as there can be, else floating.

    def _arithmetic(self, tree: Tree) -> Tree:
        exact = self.numbers.of(tree)
        if type(tree) is exp.Neg:
            value = self._as(tree.this, NUMBER)
            if exact is None or exact.is_small or isinstance(tree.this, exp.Literal):
                return exp.Neg(this=_operand(value))
            return exp.Neg(this=_wide(value, exact))
        assert isinstance(tree, exp.Binary)
        sides = (tree.this, tree.expression)
        if exact is None:
            return self.dialect.floating(type(tree), self._double(sides[0]), self._double(sides[1]))
        to = "bigint" if exact.is_small else None
        left, right = (self._digits_of(side, to, whole=not exact.scale) for side in sides)
        return type(tree)(this=left, expression=right)

    def _digits_of(self, tree: Tree, to: str | None, *, whole: bool) -> Tree:
        exact = self.numbers.of(tree)
        value = self._as(tree, NUMBER)
        if to is not None:
            return cast(value, to)
        return _wide(value, Exact(MOST) if whole or exact is None else exact)

    def _double(self, tree: Tree) -> Tree:
        """A number as a floating one. Products of whole numbers are reckoned in floating ones from
        the beginning, for engines turn their many digits into a floating number each in its own
        way.
        """
        exact = self.numbers.of(tree)
        if type(tree) is exp.Paren:
            return exp.Paren(this=self._double(tree.this))
        large = exact is not None and not exact.is_small and not exact.scale
        if large and isinstance(tree, exp.Add | exp.Sub | exp.Mul):
            return self.dialect.floating(
                type(tree), self._double(tree.this), self._double(tree.expression)
            )
        value = self._as(tree, NUMBER)
        return value if exact is None else cast(value, "double")

    def _division(self, tree: Tree) -> Tree:
        left, right = tree.this, tree.expression
        divisor = exp.Nullif(this=cast(self._double(right), "double"), expression=num(0))
        if None not in (self.numbers.of(left), self.numbers.of(right)):
            return divide(self._double(left), divisor)
        return self.dialect.floating(exp.Div, cast(self._double(left), "double"), divisor)

    def _rebuilt(self, tree: Tree) -> Tree:
        args = {
            key: self._lower(v) if isinstance(v, exp.Expr) else v for key, v in tree.args.items()
        }
        return type(tree)(**args)

    # What each function of the closed list is on an engine.

    def _has_word(self, args: list[Tree]) -> Tree:
        # No \b: PostgreSQL has none. A word ends where neither a letter, a digit nor an underscore
        # follows.
        words = "|".join(re.escape(a.name.lower()) for a in args[1:])
        return self.dialect.matches(
            self._small_letters(args[0]), f"(^|[^a-z0-9_])({words})([^a-z0-9_]|$)"
        )

    def _valid_email(self, args: list[Tree]) -> Tree:
        return self.dialect.matches(args[0], WELL_FORMED)

    def _email_domain(self, args: list[Tree]) -> Tree:
        return case(
            [(self._valid_email(args), self._small_letters(self.dialect.after_at(args[0].copy())))]
        )

    def _small_letters(self, tree: Tree) -> Tree:
        own = self.dialect.functions.get("lower")
        return own(tree) if own else exp.Lower(this=tree)

    def _digits(self, args: list[Tree]) -> Tree:
        return self.dialect.digits(args[0])

    def _days_since(self, args: list[Tree]) -> Tree:
        elapsed = minus(self.dialect.epoch_us(self.as_of.copy()), self.dialect.epoch_us(args[0]))
        return divide(elapsed, num(DAY_US))

    def _contains(self, args: list[Tree]) -> Tree:
        return _like(args[0], "%", args[1].name, "%")

    def _starts_with(self, args: list[Tree]) -> Tree:
        return _like(args[0], "", args[1].name, "%")

    def _ends_with(self, args: list[Tree]) -> Tree:
        return _like(args[0], "%", args[1].name, "")


def number(text: str) -> Tree:
    """A number as every engine reads it: in digits, or as a floating one."""
    if literal(text) is not None:
        return exp.Literal.number(text.rstrip(".") if "." in text else text)
    return cast(exp.Literal.string(repr(float(text)).replace("inf", "Infinity")), "double")


def _operand(tree: Tree) -> Tree:
    return exp.Paren(this=tree) if isinstance(tree, _BINDING) else tree


def _wide(tree: Tree, exact: Exact) -> Tree:
    """The number in all the digits that it can have."""
    digits = max(1, exact.digits + exact.scale) if exact.scale else MOST
    return cast(tree, f"decimal({digits}, {exact.scale})")


def _like(tree: Tree, before: str, literal: str, after: str) -> Tree:
    if not re.search(r"[%_\\]", literal):
        return exp.Like(this=tree, expression=text(before + literal + after))
    escaped = re.sub(r"([%_!])", r"!\1", literal)
    return exp.Escape(
        this=exp.Like(this=tree, expression=text(before + escaped + after)), expression=text("!")
    )


_CALLS = {
    "has_word": Lowering._has_word,
    "valid_email": Lowering._valid_email,
    "email_domain": Lowering._email_domain,
    "digits": Lowering._digits,
    "days_since": Lowering._days_since,
    "contains": Lowering._contains,
    "starts_with": Lowering._starts_with,
    "ends_with": Lowering._ends_with,
}

#: What each node of a condition becomes; functions have a list of their own.
_LOWER: Mapping[type[exp.Expr], Callable[[Lowering, Tree], Tree]] = {
    exp.Column: Lowering._column,
    exp.Literal: Lowering._literal,
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Neg), Lowering._arithmetic),
    # Division by zero is unknown on every engine, and whole numbers divide as numbers do on paper.
    exp.Div: Lowering._division,
    **dict.fromkeys((*_COMPARE, exp.In, exp.Between), Lowering._comparison),
    **dict.fromkeys((exp.Like, exp.ILike), Lowering._pattern),
    exp.Case: Lowering._case,
    exp.Is: Lowering._is,
    **dict.fromkeys((exp.And, exp.Or), Lowering._connector),
    exp.Not: Lowering._not,
}

_SQL_TYPES = {NUMBER: "double", TEXT: "text", MOMENT: "timestamp"}


def absent(kind: str) -> Tree:
    """An attribute that the facts do not hold: unknown for every lead, of its type."""
    return cast(null(), _SQL_TYPES.get(kind, "boolean"))
