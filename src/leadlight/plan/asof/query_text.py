"""Steps that are written as SQL text: their names quoted, and read into trees as any other.

What was known at a moment is said in DuckDB's words; other engines' are made of the trees
(`plan/dialects`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp


def parse_query(text: str) -> exp.Select:
    """The text of one SELECT as a tree."""
    query = _parse(text)
    assert isinstance(query, exp.Select)
    return query


def with_steps(final: str | exp.Select, before: Mapping[str, str | exp.Query]) -> exp.Select:
    """A query after named steps, each a tree or a text."""
    query = parse_query(final) if isinstance(final, str) else final
    for name, step in before.items():
        tree = _parse(step) if isinstance(step, str) else step
        query = query.with_(exp.to_identifier(name, quoted=True), as_=tree, copy=False)
    return query


def _parse(text: str) -> exp.Query:
    query = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(query, exp.Query)
    return query


def quote(name: str) -> str:
    """A name as it stands in a step's text."""
    return '"' + name.replace('"', '""') + '"'


def fields(names: Sequence[str], of: str = "") -> str:
    """Names as they stand in a step's text, those of a table when `of` says one."""
    return ", ".join((f"{of}." if of else "") + quote(n) for n in names)


def equal(names: Sequence[str], left: str, right: str) -> str:
    """A condition: these columns are the same on both sides."""
    return " AND ".join(f"{left}.{quote(n)} = {right}.{quote(n)}" for n in names)
