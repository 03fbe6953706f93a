"""Steps that are written in DuckDB's words (what was known at a moment), in PostgreSQL's."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from leadlight.plan.terms import Tree, num


def translate(query: exp.Query) -> exp.Query:
    """The query with what PostgreSQL has no word for said otherwise. The query itself stays as it
    is.
    """
    made = exp.Paren(this=query.copy())
    # The innermost first: what stands around a translated node is translated after it.
    for node in reversed(list(made.find_all(*_WORDS, exp.Group, bfs=True))):
        if isinstance(node, exp.Group):
            _write_out(node)
            continue
        found = _WORDS[type(node)](node)
        if found is not node:
            node.replace(found)
    out = made.this
    assert isinstance(out, exp.Query)
    return out


def _write_out(group: exp.Group) -> None:
    """GROUP BY ALL: every column that is no aggregate."""
    if not group.args.get("all"):
        return
    query = group.parent
    assert isinstance(query, exp.Select)
    keys = [e.unalias() for e in query.expressions if not e.find(exp.AggFunc)]
    group.set("all", None)
    group.set("expressions", [k.copy() for k in keys])


def _filter(node: Tree) -> Tree:
    inner = node.this
    return (
        _first(inner, node.args["expression"])
        if isinstance(inner, exp.ArgMax | exp.ArgMin)
        else node
    )


def _arg(node: Tree) -> Tree:
    return node if isinstance(node.parent, exp.Filter) else _first(node, None)


def _first(node: Tree, where: Tree | None) -> Tree:
    """The value of the row that is first (or last) by another column: the first of them all,
    sorted.
    """
    key = exp.Ordered(
        this=node.args["expression"].copy(), desc=isinstance(node, exp.ArgMax), nulls_first=False
    )
    listed: Tree = exp.ArrayAgg(this=exp.Order(this=node.this.copy(), expressions=[key]))
    if where is not None:
        listed = exp.Filter(this=listed, expression=where.copy())
    return exp.Bracket(this=exp.Paren(this=listed), expressions=[num(1)], offset=1)


def _join_texts(node: Tree) -> Tree:
    """A list's texts in order, with something between them."""
    inner = node.this
    if not isinstance(inner, exp.ArraySort):
        return node
    value = exp.column("v", quoted=True)
    in_bytes = exp.Collate(this=value.copy(), expression=exp.to_identifier("C", quoted=True))
    order = exp.Order(this=value, expressions=[exp.Ordered(this=in_bytes, nulls_first=False)])
    unnested = exp.Unnest(
        expressions=[inner.this.copy()],
        alias=exp.TableAlias(
            this=exp.to_identifier("u"), columns=[exp.to_identifier("v", quoted=True)]
        ),
    )
    listed = exp.GroupConcat(this=order, separator=node.args["expression"].copy())
    return exp.Subquery(this=exp.Select(expressions=[listed], from_=exp.From(this=unnested)))


_WORDS: dict[type[exp.Expr], Callable[[Tree], Tree]] = {
    exp.Filter: _filter,
    exp.ArgMax: _arg,
    exp.ArgMin: _arg,
    exp.ArrayToString: _join_texts,
}
