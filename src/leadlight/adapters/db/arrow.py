"""Columns of Python values, and rows of another connection, as Arrow, which DuckDB reads at once.

A plain install builds Arrow tables with arro3 (11 MB); pyarrow (170 MB) does as well where an
environment has only that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import duckdb


class ArrowTable(Protocol):
    """What both libraries call a table."""

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in their order."""

    @property
    def num_rows(self) -> int:
        """How many rows it has."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as an Arrow C stream."""


class Stream:
    """A query of one connection, to be registered in another one and read once."""

    def __init__(self, query: duckdb.DuckDBPyRelation) -> None:
        self._query: Any = query

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as an Arrow C stream."""
        return self._query.__arrow_c_stream__(requested_schema)


def arrow_table(
    numbers: Mapping[str, Sequence[int]], texts: Mapping[str, Sequence[str | None]]
) -> ArrowTable:
    """A table of columns of whole numbers, then of columns of texts."""
    try:
        from arro3.core import Array, DataType, Table
    except ImportError:
        return _by_pyarrow(numbers, texts)
    whole = {n: Array(v, DataType.int64()) for n, v in numbers.items()}
    words = {n: Array(v, DataType.string()) for n, v in texts.items()}
    table: ArrowTable = Table.from_pydict({**whole, **words})
    return table


def _by_pyarrow(
    numbers: Mapping[str, Sequence[int]], texts: Mapping[str, Sequence[str | None]]
) -> ArrowTable:
    import pyarrow as pa

    columns = {n: pa.array(v, pa.int64()) for n, v in numbers.items()}
    columns |= {n: pa.array(v, pa.string()) for n, v in texts.items()}
    table: ArrowTable = pa.table(columns)
    return table


def dictionaries(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Every row of a query as column -> value."""
    found = con.execute(sql)
    names = [str(column[0]) for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
