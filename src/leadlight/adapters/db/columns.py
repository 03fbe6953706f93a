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


def table_columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The tables of the database, without temporary ones: the columns of each with their types."""
    tables: dict[str, dict[str, str]] = {}
    for table, name, type_ in rows(con, _COLUMNS):
        tables.setdefault(str(table), {})[str(name)] = str(type_)
    return tables


_COLUMNS = (
    "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND"
    " database_name = current_database() ORDER BY table_oid, column_index"
)
