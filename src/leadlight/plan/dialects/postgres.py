"""PostgreSQL 15 and newer."""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from leadlight.plan.dialects import Dialect
from leadlight.plan.terms import Tree, call, cast, num, text, times


def _at(values: Tree, index: Tree) -> Tree:
    return exp.Bracket(this=exp.Paren(this=values), expressions=[index], offset=1)


def _moment(at: datetime) -> Tree:
    return cast(text(at.isoformat(sep=" ")), "timestamp")


def _sorted(value: Tree, *keys: Tree) -> Tree:
    order = exp.Order(expressions=[exp.Ordered(this=k, desc=True) for k in keys])
    return exp.ArrayAgg(this=exp.Order(this=value, expressions=order.expressions))


POSTGRES = Dialect(
    name="postgres",
    epoch_us=lambda tree: cast(times(exp.Extract(this=exp.var("epoch"), expression=tree), num(1_000_000)), "bigint"),
    moment=_moment,
    pick=lambda values, index: _at(exp.Array(expressions=list(values)), index),
    best3=lambda key: _sorted(key, key),
    item=lambda items, n: _at(items, num(n)),
    latest=lambda value, at: _at(
        exp.Filter(
            this=_sorted(value, at, value.copy()),
            expression=exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))),
        ),
        num(1),
    ),
    matches=lambda tree, pattern: exp.RegexpLike(this=tree, expression=text(pattern)),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text(""), text("g")),
    after_at=lambda tree: call("split_part", tree, text("@"), num(2)),
    quotient=lambda a, b: exp.Div(this=a, expression=b, typed=True, safe=False),
)
