"""Which columns a relation has."""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.facts.relation import Relation


def column_names(con: duckdb.DuckDBPyConnection, relation: Relation | str) -> tuple[str, ...]:
    """The names of a relation's columns, in order; a text is one that can stand after FROM."""
    return tuple(column_types(con, relation))


def column_types(con: duckdb.DuckDBPyConnection, relation: Relation | str) -> dict[str, str]:
    """A relation's columns with their types as the engine names them, in order."""
    return {str(row[0]): str(row[1]) for row in rows(con, f"DESCRIBE SELECT * FROM {relation}")}
