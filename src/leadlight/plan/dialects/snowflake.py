"""Snowflake. Written after its reference; run translated to DuckDB, never on Snowflake itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.plan.dialects import SqlDialect
from leadlight.plan.dialects.rewrites import call_name, join_texts, rewrite
from leadlight.plan.terms import Tree, call, case, cast, is_known, num, text


def _pick(values: Sequence[Tree], index: Tree) -> Tree:
    worded = any(isinstance(v, exp.Literal) and v.is_string for v in values)
    found = call(
        "get",
        call("array_construct", *values),
        cast(exp.Sub(this=exp.Paren(this=index), expression=num(1)), "int"),
    )
    return cast(found, "text" if worded else "bigint")


def _best3(key: Tree) -> Tree:
    order = exp.Order(expressions=[exp.Ordered(this=key.copy(), desc=True, nulls_first=False)])
    return exp.WithinGroup(this=exp.ArrayAgg(this=key), expression=order)


def _quotient(a: Tree, b: Tree) -> Tree:
    # A division rounds to six decimals here, so the rest is taken away before.
    rest = call("mod", exp.Paren(this=a.copy()), b.copy())
    whole = exp.Paren(this=exp.Sub(this=exp.Paren(this=a), expression=rest))
    return cast(exp.Div(this=whole, expression=b, typed=False, safe=False), "bigint")


def _change(node: Tree) -> Tree | None:
    name = call_name(node)
    if name == "concat_ws":
        return join_texts(*node.expressions)
    if name in ("least", "greatest"):
        return call(f"{name}_ignore_nulls", *node.expressions)
    return None


SNOWFLAKE = SqlDialect(
    name="snowflake",
    epoch_us=lambda tree: call("date_part", exp.var("epoch_microsecond"), tree),
    moment=lambda at: cast(text(at.isoformat(sep=" ")), "timestamp_ntz"),
    pick=_pick,
    best3=_best3,
    item=lambda items, n: cast(call("get", items, num(n - 1)), "bigint"),
    # Of two activities in the same microsecond any may be the latest.
    latest=lambda value, at: call("max_by", value, case([(is_known(value.copy()), at)])),
    matches=lambda tree, pattern: exp.GT(
        this=call("regexp_instr", tree, text(pattern)), expression=num(0)
    ),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text("")),
    after_at=lambda tree: call("split_part", tree, text("@"), num(2)),
    quotient=_quotient,
    finish=lambda query: rewrite(query, _change),
)
