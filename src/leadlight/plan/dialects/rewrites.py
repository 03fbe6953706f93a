"""Changes of a finished step, node by node: for engines that have other words for what all the
tested ones have.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from sqlglot import exp

from leadlight.plan.terms import Tree, call, num, text

Change = Callable[[Tree], Tree | None]


def rewrite(query: exp.Query, change: Change) -> exp.Query:
    """The query with each node that `change` answers for replaced by its answer; the innermost come
    first.
    """
    for node in reversed(list(query.walk())):
        made = change(node)
        if made is not None:
            node.replace(made)
    return query


def call_name(node: Tree) -> str:
    """The name of a function that is passed through as it is, else nothing."""
    return str(node.this).lower() if type(node) is exp.Anonymous else ""


def join_texts(separator: Tree, *parts: Tree) -> Tree:
    """The texts that are known, with a separator between them: CONCAT_WS of an unknown text is
    unknown on some engines. Each has the separator before it, and the first one is cut off.
    """
    before = [
        call(
            "coalesce", exp.DPipe(this=separator.copy(), expression=exp.Paren(this=part)), text("")
        )
        for part in parts
    ]
    joined = reduce(lambda a, b: exp.DPipe(this=a, expression=b), before)
    return call("substr", joined, num(len(separator.name) + 1))
