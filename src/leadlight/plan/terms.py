"""Small builders of SQL expression trees, so that the steps of a plan read like the SQL they
make.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sqlglot import exp

Tree = exp.Expr
_CHAIN = 100  # links that stand in a row


def col(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def table(name: str, alias: str) -> exp.Table:
    """A table or a step by its name, as a FROM item called `alias`."""
    return exp.Table(
        this=exp.to_identifier(name, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
    )


def same(name: str, left: str, right: str) -> exp.EQ:
    """The column has the same value in two tables."""
    return exp.EQ(this=col(name, left), expression=col(name, right))


def exists(source: exp.Expression, *conditions: exp.Expression) -> exp.Exists:
    """An EXISTS, which every engine makes a semi-join."""
    return exp.Exists(this=exp.select(exp.Literal.number(1)).from_(source).where(*conditions))


def num(value: int) -> Tree:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def text(value: str) -> Tree:
    return exp.Literal.string(value)


def null() -> Tree:
    return exp.Null()


def call(name: str, *args: Tree) -> Tree:
    """A function by the name that the engine knows, passed through as it is."""
    return exp.Anonymous(this=name, expressions=list(args))


def case(
    branches: Iterable[tuple[Tree, Tree]], default: Tree | None = None, subject: Tree | None = None
) -> Tree:
    ifs = [exp.If(this=when, true=then) for when, then in branches]
    if not ifs:
        return default if default is not None else null()
    return exp.Case(this=subject, ifs=ifs, default=default)


def every(conditions: Sequence[Tree]) -> Tree:
    """All of them; true when there are none."""
    return _chain(exp.And, [bracket(c) for c in conditions]) if conditions else exp.true()


def some(conditions: Sequence[Tree]) -> Tree:
    """One of them; false when there are none."""
    return _chain(exp.Or, [bracket(c) for c in conditions]) if conditions else exp.false()


def any_of(conditions: Sequence[Tree]) -> Tree:
    """Their OR, as they stand."""
    return _chain(exp.Or, conditions)


def bracket(tree: Tree) -> Tree:
    return exp.Paren(this=tree) if isinstance(tree, exp.Connector | exp.Binary | exp.Not) else tree


def among(tree: Tree, values: Sequence[Tree]) -> Tree:
    return (
        exp.EQ(this=tree, expression=values[0])
        if len(values) == 1
        else exp.In(this=tree, expressions=list(values))
    )


def sum_of(terms: Sequence[Tree]) -> Tree:
    return _chain(exp.Add, list(terms)) if terms else num(0)


def cast(tree: Tree, to: str) -> Tree:
    kind = _plain_type(to)
    if kind is None:
        return exp.Cast(this=tree, to=exp.DataType.build(to))
    return exp.Cast(this=tree, to=exp.DataType(this=kind, nested=False))


@cache
def _plain_type(name: str) -> exp.DType | None:
    """The type of a name without parts, such as `bigint`; None for `decimal(9, 2)` and the like.

    A plan has thousands of casts, and a name is parsed each time it is built from a text.
    """
    found = exp.DataType.build(name)
    kind = found.this
    return kind if isinstance(kind, exp.DType) and not found.expressions else None


def alias(tree: Tree, name: str) -> Tree:
    return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=True))


def select(columns: Iterable[Tree], source: Tree | str) -> exp.Select:
    """SELECT columns FROM source: a step's name or a FROM item. Nothing is copied: plans have
    hundreds of columns.
    """
    item = (
        exp.Table(this=exp.to_identifier(source, quoted=True))
        if isinstance(source, str)
        else source
    )
    return exp.Select(expressions=list(columns), from_=exp.From(this=item))


def add(query: exp.Select, columns: Iterable[Tree]) -> None:
    """More columns for a query that is being built."""
    query.set("expressions", [*query.expressions, *columns])


def everything() -> Tree:
    return exp.Star()


def subquery(query: exp.Query, name: str) -> Tree:
    """A query in brackets with a name, as a FROM item."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def all_rows(queries: Sequence[exp.Select]) -> exp.Query:
    """Their rows together, repeated ones too."""
    out: exp.Query = queries[0]
    for query in queries[1:]:
        out = exp.Union(this=out, expression=query, distinct=False)
    return out


def or_zero(tree: Tree) -> Tree:
    return exp.Coalesce(this=tree, expressions=[num(0)])


def is_known(tree: Tree) -> Tree:
    return exp.Not(this=exp.Is(this=tree, expression=null()))


def clip(tree: Tree, low: Tree | None, high: Tree | None) -> Tree:
    """The value kept between two limits, either of which may be missing."""
    if high is not None:
        tree = least(tree, high)
    return greatest(tree, low) if low is not None else tree


def least(*trees: Tree) -> Tree:
    """The smallest that is known. By its bare name: all engines agree, and sqlglot's node adds a
    test of each for NULL.
    """
    return call("least", *trees)


def greatest(*trees: Tree) -> Tree:
    """The largest that is known."""
    return call("greatest", *trees)


def minus(a: Tree, b: Tree) -> Tree:
    return exp.Sub(this=bracket(a), expression=bracket(b))


def times(a: Tree, b: Tree) -> Tree:
    return exp.Mul(this=bracket(a), expression=bracket(b))


def divide(a: Tree, b: Tree) -> Tree:
    """Floating division; both sides are made floating numbers so that no engine divides whole
    numbers.
    """
    return exp.Div(this=cast(a, "double"), expression=cast(b, "double"), typed=True, safe=False)


def _chain(kind: type[exp.Binary], trees: Sequence[Tree]) -> Tree:
    """A chain built by halves, and of many with brackets around them: an engine reads a chain link
    by link, each one deeper, and has a limit to that.
    """
    if len(trees) == 1:
        return trees[0]
    middle = len(trees) // 2
    halves = [_chain(kind, part) for part in (trees[:middle], trees[middle:])]
    if len(trees) > _CHAIN:
        halves = [exp.Paren(this=half) for half in halves]
    return kind(this=halves[0], expression=halves[1])
