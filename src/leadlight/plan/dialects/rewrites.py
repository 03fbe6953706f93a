"""Changes of a finished step, node by node: for engines that have other words for what all the
tested ones have.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from leadlight.plan.terms import Tree

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
