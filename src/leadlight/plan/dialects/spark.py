"""Apache Spark 4."""

from __future__ import annotations

from sqlglot import exp

from leadlight.plan.dialects import Dialect
from leadlight.plan.terms import Tree, call, cast, num, text


def _best3(key: Tree) -> Tree:
    return call("slice", call("sort_array", call("collect_list", key), exp.false()), num(1), num(3))


SPARK = Dialect(
    name="spark",
    epoch_us=lambda tree: call("unix_micros", cast(tree, "timestamptz")),
    moment=lambda at: cast(text(at.isoformat(sep=" ")), "timestamp_ntz"),
    pick=lambda values, index: call("element_at", call("array", *values), cast(index, "int")),
    best3=_best3,
    item=lambda items, n: call("try_element_at", items, num(n)),
    latest=lambda value, at: call("max_by", value, call("struct", at, value.copy())),
    matches=lambda tree, pattern: exp.RegexpLike(this=tree, expression=text(pattern)),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text("")),
    after_at=lambda tree: call("substring_index", tree, text("@"), num(-1)),
    quotient=lambda a, b: exp.IntDiv(this=a, expression=b),
)
