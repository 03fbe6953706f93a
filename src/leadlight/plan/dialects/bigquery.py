"""BigQuery. Written after its reference; run translated to DuckDB, never on BigQuery itself."""

from __future__ import annotations

import re

from sqlglot import exp

from leadlight.plan.dialects import SqlDialect
from leadlight.plan.dialects.rewrites import call_name, join_texts, rewrite
from leadlight.plan.terms import Tree, call, cast, num, text


def _at(items: Tree, index: Tree, safe: bool = True) -> Tree:
    return exp.Bracket(this=items, expressions=[index], offset=1, safe=safe)


def _first(value: Tree, *keys: Tree, most: int = 1) -> Tree:
    order = exp.Order(
        this=value, expressions=[exp.Ordered(this=k, desc=True, nulls_first=False) for k in keys]
    )
    return exp.ArrayAgg(this=exp.Limit(this=order, expression=num(most)))


def _latest(value: Tree, at: Tree) -> Tree:
    known = exp.Case(
        ifs=[exp.If(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())), true=at)]
    )
    return _at(_first(value, known, value.copy()), num(1))


def _like(tree: Tree) -> Tree:
    # A backslash always escapes here, and there is no other way to say which sign does.
    pattern = tree.args["expression"]
    if isinstance(pattern, exp.Literal):
        tree.set("expression", text(pattern.name.replace("\\", "\\\\")))
    return tree


def _change(node: Tree) -> Tree | None:
    name = call_name(node)
    if name == "concat_ws":
        return join_texts(*node.expressions)
    if name in ("least", "greatest"):
        # LEAST of something unknown is unknown here; the smallest that is known is asked for.
        pick = exp.Min if name == "least" else exp.Max
        known = exp.Unnest(
            expressions=[exp.Array(expressions=list(node.expressions))],
            alias=exp.TableAlias(columns=[exp.to_identifier("_x")]),
        )
        return exp.Subquery(this=exp.select(pick(this=exp.column("_x"))).from_(known))
    if isinstance(node, exp.Escape) and isinstance(node.this, exp.Like):
        plain = re.sub(r"!(.)", r"\\\1", node.this.expression.name.replace("\\", "\\\\"))
        return exp.Like(this=node.this.this, expression=text(plain))
    if isinstance(node, exp.Cast) and node.is_type("text") and isinstance(node.this, exp.Mul):
        return call("format", text("%.2f"), node.this)  # a cast would leave trailing zeros out
    return None


BIGQUERY = SqlDialect(
    name="bigquery",
    epoch_us=lambda tree: call("unix_micros", call("timestamp", tree)),
    moment=lambda at: cast(text(at.isoformat(sep=" ")), "datetime"),
    pick=lambda values, index: _at(exp.Array(expressions=list(values)), index, safe=False),
    best3=lambda key: _first(key, key.copy(), most=3),
    item=lambda items, n: _at(items, num(n)),
    latest=_latest,
    matches=lambda tree, pattern: call("regexp_contains", tree, text(pattern)),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text("")),
    after_at=lambda tree: call(
        "substr", tree, exp.Add(this=call("strpos", tree.copy(), text("@")), expression=num(1))
    ),
    quotient=lambda a, b: call("div", a, b),
    like=_like,
    finish=lambda query: rewrite(query, _change),
)
