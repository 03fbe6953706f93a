"""Names that are longer than an engine's: it would cut them, and two that differ at the end would
become one.
"""

from __future__ import annotations

import hashlib

from sqlglot import exp

#: Bytes of a name on PostgreSQL, which cuts the soonest.
LONGEST_NAME = 63
_MARK = 8  # hex digits


def short(name: str, most: int) -> str:
    """The name within so many bytes: its beginning, and digits that stand for the whole of it."""
    if len(name.encode()) <= most:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:_MARK]
    return f"{name.encode()[: most - _MARK - 1].decode(errors='ignore')}_{mark}"


def shorten_names(query: exp.Query, most: int) -> exp.Query:
    """The query with every name within so many bytes; the same name becomes the same wherever it
    stands.
    """
    for name in query.find_all(exp.Identifier):
        name.set("this", short(name.name, most))
    return query
