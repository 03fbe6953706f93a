"""DuckDB 2."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.plan.dialects import SqlDialect, among_words
from leadlight.plan.terms import Tree, call, cast, null, num, text


def _pick(values: Sequence[Tree], index: Tree) -> Tree:
    return call("list_extract", exp.Array(expressions=list(values)), index)


def _field(name: str, value: Tree) -> Tree:
    return exp.PropertyEQ(this=exp.to_identifier(name), expression=value)


def _latest(value: Tree, at: Tree) -> Tree:
    # A struct orders by its fields, so a tie of moments is decided by the value and never by the
    # order of rows.
    newest = exp.Max(this=exp.Struct(expressions=[_field("t", at), _field("v", value)]))
    known = exp.Not(this=exp.Is(this=value, expression=exp.Null()))
    first = exp.Filter(this=newest, expression=exp.Where(this=known))
    return call("struct_extract", first, text("v"))


def _place(words: Sequence[str], value: Tree) -> Tree:
    # A function of a column that is stored as a dictionary is worked out once for each distinct
    # value; a CASE is not. NULL is found where it stands, and the place before it, which is that of
    # all other texts, is taken by a word that stands before.
    if not words:
        return among_words(words, value)
    listed = exp.Array(expressions=[*[text(w) for w in (*words, words[0])], null()])
    return exp.Coalesce(
        this=call("list_position", listed, value), expressions=[num(len(words) + 1)]
    )


DUCKDB = SqlDialect(
    name="duckdb",
    epoch_us=lambda tree: call("epoch_us", tree),
    moment=lambda at: cast(text(at.isoformat(sep=" ")), "timestamp"),
    pick=_pick,
    best3=lambda key: call("max", key, num(3)),
    item=lambda items, n: call("list_extract", items, num(n)),
    latest=_latest,
    matches=lambda tree, pattern: call("regexp_matches", tree, text(pattern)),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text(""), text("g")),
    after_at=lambda tree: call(
        "substr", tree, exp.Add(this=call("strpos", tree, text("@")), expression=num(1))
    ),
    quotient=lambda a, b: exp.IntDiv(this=a, expression=b),
    place=_place,
)
