"""A condition's tree made into an engine's: the closed list of functions becomes what the engine calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from leadlight.plan.dialects import Dialect
from leadlight.plan.terms import Tree, any_of, call, case, cast, minus, null, num, over, text
from leadlight.plan.words import Words
from leadlight.playbook.conditions import Condition, arguments, function_name
from leadlight.playbook.types import MOMENT, NUMBER, TEXT, infer

#: A well-formed address: one @, no blanks, a dot after the @. Judging more is the business of verification.
#: Blanks are named, since \s means other characters on every engine.
WELL_FORMED = r"^[^@ \t\n\f\r]+@[^@ \t\n\f\r]+\.[^@ \t\n\f\r]+$"
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Lowering:
    """Lowers conditions for one dialect; `as_of` is the tree of the moment, `types` the types of the names in reach."""

    dialect: Dialect
    as_of: Tree
    types: Mapping[str, str]
    present: frozenset[str] = frozenset()  # the attributes the base has; empty when that is not known: then all
    words: Words | None = None  # searches that are made on distinct values

    def __call__(self, condition: Condition) -> Tree:
        """The condition's tree for the engine; the condition's own tree stays as it is."""
        return self._lower(condition.tree)

    def expression(self, tree: exp.Expr) -> Tree:
        """A part of a condition for the engine."""
        return self._lower(tree)

    def _lower(self, tree: Tree) -> Tree:
        if type(tree) is exp.Column:
            return exp.column(tree.name, quoted=True)
        if type(tree) in (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between) and self._is_moment(
            tree
        ):
            return self._rebuilt(tree, self._moment_side)
        if type(tree) is exp.In and type(tree.this) is exp.Column:
            # The same as OR, which is two to three times quicker on DuckDB: it plans a long IN as a join.
            return exp.Paren(
                this=any_of([exp.EQ(this=self._lower(tree.this), expression=self._lower(e)) for e in tree.expressions])
            )
        name = function_name(tree)
        if name == "recorded":
            return exp.true() if not self.present or arguments(tree)[0].name in self.present else exp.false()
        found = self.words.search(tree, self._call) if self.words and name is not None else None
        if found is not None:
            return found
        if name in ("least", "greatest"):
            return call(name, *[self._lower(a) for a in arguments(tree)])
        if name is not None and (name in _CALLS or name in self.dialect.functions):
            return self._call(tree)
        if type(tree) in (exp.Like, exp.ILike):
            return self.dialect.like(self._rebuilt(tree, self._lower))
        if type(tree) is exp.Div:
            # Division by zero is unknown on every engine, and whole numbers divide as numbers do on paper.
            return over(
                self._lower(tree.left), exp.Nullif(this=cast(self._lower(tree.right), "double"), expression=num(0))
            )
        return self._rebuilt(tree, self._lower)

    def _call(self, tree: Tree) -> Tree:
        name, args = function_name(tree) or "", [self._lower(a) for a in arguments(tree)]
        return _CALLS[name](self, args) if name in _CALLS else self.dialect.functions[name](*args)

    def _rebuilt(self, tree: Tree, change: object) -> Tree:
        assert callable(change)
        args = {
            key: [change(v) if isinstance(v, exp.Expr) else v for v in value]
            if isinstance(value, list)
            else (change(value) if isinstance(value, exp.Expr) else value)
            for key, value in tree.args.items()
        }
        return type(tree)(**args)

    def _is_moment(self, tree: Tree) -> bool:
        return any(infer(c, self.types) == MOMENT for c in tree.iter_expressions())

    def _moment_side(self, tree: Tree) -> Tree:
        if isinstance(tree, exp.Literal) and tree.is_string:
            return cast(text(tree.name.replace("T", " ")), "timestamp")
        return self._lower(tree)

    # What each function of the closed list is on an engine.

    def _has_word(self, args: list[Tree]) -> Tree:
        # No \b: PostgreSQL has none. A word ends where neither a letter, a digit nor an underscore follows.
        words = "|".join(re.escape(a.name.lower()) for a in args[1:])
        return self.dialect.matches(self._lowered(args[0]), f"(^|[^a-z0-9_])({words})([^a-z0-9_]|$)")

    def _valid_email(self, args: list[Tree]) -> Tree:
        return self.dialect.matches(args[0], WELL_FORMED)

    def _email_domain(self, args: list[Tree]) -> Tree:
        return case([(self._valid_email(args), self._lowered(self.dialect.after_at(args[0].copy())))])

    def _lowered(self, tree: Tree) -> Tree:
        own = self.dialect.functions.get("lower")
        return own(tree) if own else exp.Lower(this=tree)

    def _digits(self, args: list[Tree]) -> Tree:
        return self.dialect.digits(args[0])

    def _days_since(self, args: list[Tree]) -> Tree:
        elapsed = minus(self.dialect.epoch_us(self.as_of.copy()), self.dialect.epoch_us(args[0]))
        return over(elapsed, num(DAY_US))

    def _contains(self, args: list[Tree]) -> Tree:
        return _like(args[0], "%", args[1].name, "%")

    def _starts_with(self, args: list[Tree]) -> Tree:
        return _like(args[0], "", args[1].name, "%")

    def _ends_with(self, args: list[Tree]) -> Tree:
        return _like(args[0], "%", args[1].name, "")


def _like(tree: Tree, before: str, literal: str, after: str) -> Tree:
    if not re.search(r"[%_\\]", literal):
        return exp.Like(this=tree, expression=text(before + literal + after))
    escaped = re.sub(r"([%_!])", r"!\1", literal)
    return exp.Escape(this=exp.Like(this=tree, expression=text(before + escaped + after)), expression=text("!"))


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

_SQL_TYPES = {NUMBER: "double", TEXT: "text", MOMENT: "timestamp"}


def absent(kind: str) -> Tree:
    """An attribute that the facts do not hold: unknown for every lead, of its type."""
    return cast(null(), _SQL_TYPES.get(kind, "boolean"))
