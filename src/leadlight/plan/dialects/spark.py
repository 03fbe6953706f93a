"""Apache Spark 4."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.plan.dialects import Dialect
from leadlight.plan.terms import Tree, call, cast, is_known, num, text


def _best3(key: Tree) -> Tree:
    return call("slice", call("sort_array", call("collect_list", key), exp.false()), num(1), num(3))


def _latest(value: Tree, at: Tree) -> Tree:
    # A struct orders by its fields, so a tie of moments is decided by the value and never by the order of rows.
    picked = call("max_by", value, call("struct", at, value.copy()))
    return exp.Filter(this=picked, expression=exp.Where(this=is_known(value.copy())))


def _unrolled(query: exp.Select, rows: Sequence[Sequence[Tree]], names: Sequence[str]) -> exp.Select:
    each = [[part for name, value in zip(names, row, strict=True) for part in (text(name), value)] for row in rows]
    listed = call("inline", call("array", *[call("named_struct", *row) for row in each]))
    columns = [exp.to_identifier(n, quoted=True) for n in names]
    view = exp.Lateral(this=listed, view=True, alias=exp.TableAlias(this=exp.to_identifier("each"), columns=columns))
    query.append("laterals", view)
    return query


def _together(query: exp.Select, keys: Sequence[Tree]) -> exp.Select:
    query.set("distribute", exp.Distribute(expressions=list(keys)))
    return query


SPARK = Dialect(
    name="spark",
    epoch_us=lambda tree: call("unix_micros", cast(tree, "timestamptz")),
    moment=lambda at: cast(text(at.isoformat(sep=" ")), "timestamp_ntz"),
    pick=lambda values, index: call("element_at", call("array", *values), cast(index, "int")),
    best3=_best3,
    item=lambda items, n: call("try_element_at", items, num(n)),
    latest=_latest,
    matches=lambda tree, pattern: exp.RegexpLike(this=tree, expression=text(pattern)),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text("")),
    after_at=lambda tree: call("substring_index", tree, text("@"), num(-1)),
    quotient=lambda a, b: exp.IntDiv(this=a, expression=b),
    unroll=_unrolled,
    together=_together,
)
