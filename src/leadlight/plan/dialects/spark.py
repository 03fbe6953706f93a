"""Apache Spark 4, its session's time zone UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.generators.spark import SparkGenerator

from leadlight.facts.catalog import Type
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.dialects.postgres import BLANKS, CAPITAL, PRIVATE, SMALL, STAYING
from leadlight.plan.terms import Tree, call, case, cast, is_known, num, text

_TYPES = {
    Type.TEXT: "text",
    Type.WHOLE: "bigint",
    Type.NUMBER: "double",
    Type.YES_NO: "boolean",
    Type.MOMENT: "timestamp_ntz",
}
#: Stands for "no character escapes": nobody writes it.
NO_ESCAPE = "\ue000"
#: From here on floating numbers are whole anyway, and longer than a whole number's 64 bits.
WHOLE = 9_000_000_000_000_000


class Grammar(SparkGenerator):
    """Spark 4: steps stay where they are written, and a moment is one without a zone."""

    EXPRESSIONS_WITHOUT_NESTED_CTES: ClassVar[set[type[exp.Expr]]] = set()
    TYPE_MAPPING: ClassVar[dict[exp.DType, str]] = {
        **SparkGenerator.TYPE_MAPPING,
        exp.DType.TIMESTAMP: "TIMESTAMP_NTZ",
        exp.DType.TIMESTAMPTZ: "TIMESTAMP_LTZ",
        exp.DType.TIMESTAMPLTZ: "TIMESTAMP_LTZ",
    }


class LeadlightSpark(Spark):
    """sqlglot's Spark with this grammar."""

    Generator = Grammar


def _best3(key: Tree) -> Tree:
    return call("slice", call("sort_array", call("collect_list", key), exp.false()), num(1), num(3))


def _latest(value: Tree, at: Tree) -> Tree:
    # A struct orders by its fields, so a tie of moments is decided by the value and never by the
    # order of rows.
    picked = call("max_by", value, call("struct", at, value.copy()))
    return exp.Filter(this=picked, expression=exp.Where(this=is_known(value.copy())))


def _matches(tree: Tree, pattern: str) -> Tree:
    # Java's $ also stands before a last line break.
    ended = re.sub(r"\\.|\$", lambda m: r"\z" if m[0] == "$" else m[0], pattern)
    return exp.RegexpLike(this=tree, expression=text(ended))


def _like(tree: Tree) -> Tree:
    """Without an escape (a backslash is a backslash), and small and capital letters as `lower`
    knows them.
    """
    this, pattern = tree.this, tree.args["expression"]
    if isinstance(tree, exp.ILike):
        this, pattern = _lower(this), _lower(pattern)
    like = exp.Like(this=this, expression=pattern)
    plain = isinstance(pattern, exp.Literal) and "\\" not in pattern.name
    return like if plain else exp.Escape(this=like, expression=text(NO_ESCAPE))


def _lower(tree: Tree) -> Tree:
    return exp.Lower(this=call("translate", tree, text(SMALL[0]), text(SMALL[1])))


def _upper(tree: Tree) -> Tree:
    aside = call("translate", tree, text(STAYING + CAPITAL[0]), text(PRIVATE))
    return call("translate", exp.Upper(this=aside), text(PRIVATE), text(STAYING + CAPITAL[1]))


def _as_float(function: str, tree: Tree) -> Tree:
    """A function that answers in whole numbers on Spark, in floating ones elsewhere."""

    def answer(number: Tree) -> Tree:
        large = exp.GTE(this=exp.Abs(this=number), expression=num(WHOLE))
        return case([(large, number.copy())], cast(call(function, number.copy()), "double"))

    number = cast(tree, "double")
    if isinstance(tree, exp.Column | exp.Literal):
        return answer(number)
    # Worked out once, so that functions of functions do not double the statement with every level.
    each = exp.Lambda(this=answer(exp.column("_x")), expressions=[exp.to_identifier("_x")])
    return call("element_at", call("transform", call("array", number), each), num(1))


def _translate(query: exp.Query) -> exp.Query:
    """A step that was written in DuckDB's words; sqlglot says most of it in Spark's."""

    def rewrite(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.ArrayOverlaps):
            return call("arrays_overlap", node.this, node.expression)
        return node

    made = query.transform(rewrite)
    assert isinstance(made, exp.Query)
    return made


def _unroll(query: exp.Select, rows: Sequence[Sequence[Tree]], names: Sequence[str]) -> exp.Select:
    each = [
        [part for name, value in zip(names, row, strict=True) for part in (text(name), value)]
        for row in rows
    ]
    listed = call("inline", call("array", *[call("named_struct", *row) for row in each]))
    columns = [exp.to_identifier(n, quoted=True) for n in names]
    view = exp.Lateral(
        this=listed,
        view=True,
        alias=exp.TableAlias(this=exp.to_identifier("each"), columns=columns),
    )
    query.append("laterals", view)
    return query


def _gather(query: exp.Select, keys: Sequence[Tree]) -> exp.Select:
    query.set("distribute", exp.Distribute(expressions=list(keys)))
    return query


SPARK = SqlDialect(
    name="leadlightspark",
    called="spark",
    epoch_us=lambda tree: call("unix_micros", cast(tree, "timestamptz")),
    moment=lambda at: cast(text(at.isoformat(sep=" ")), "timestamp_ntz"),
    pick=lambda values, index: call("element_at", call("array", *values), cast(index, "int")),
    best3=_best3,
    item=lambda items, n: call("try_element_at", items, num(n)),
    latest=_latest,
    matches=_matches,
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text("")),
    after_at=lambda tree: call("substring_index", tree, text("@"), num(-1)),
    quotient=lambda a, b: exp.IntDiv(this=a, expression=b),
    read=lambda column, type_: cast(column, _TYPES[type_]),
    like=_like,
    functions={
        "lower": _lower,
        "upper": _upper,
        "trim": lambda tree: call("btrim", tree, text(BLANKS)),
        "floor": lambda tree: _as_float("floor", tree),
        "ceil": lambda tree: _as_float("ceil", tree),
    },
    translate=_translate,
    unroll=_unroll,
    gather=_gather,
)
