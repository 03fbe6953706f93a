"""Parquet: a view that renames and converts only what a sample shows to need it. Nothing is
copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.sources.csv import in_order
from leadlight.adapters.sources.raw import Names, unique_headers
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.adapters.sources.typed_sources import Source, stage_typed_source, stated_columns
from leadlight.facts.file_options import FileOptions
from leadlight.problems import CannotDo

_ROW_OF_FILE = "file_row_number"  # the engine's own column, unless the file has one of that name


def stage_parquet(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    names: Names,
    *,
    what: str | None,
    maps: Mapping[str, str],
    place: str,
    unpacked: bool = False,
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """A Parquet file as a view; one that was packed is read into the connection, since its copy
    will be gone.
    """
    try:
        return _stage_columns(
            con, path, names, what=what, maps=maps, place=place, unpacked=unpacked, reading=reading
        )
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as e:
        raise CannotDo(f"{place} is a damaged Parquet file. Export it again.") from e


def _stage_columns(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    names: Names,
    *,
    what: str | None,
    maps: Mapping[str, str],
    place: str,
    unpacked: bool,
    reading: FileOptions,
) -> StagedFile:
    literal = text_literal(str(path.resolve()))
    try:
        n = count(con, f"SELECT count(*) FROM read_parquet({literal})")
        headers = [h for h, _ in stated_columns(con, f"SELECT * FROM read_parquet({literal})")]
        row = unique_headers([*headers, "row"])[-1]
        shadowed = any(h.lower() == _ROW_OF_FILE for h in headers)
        relation = _number_rows(
            literal, row, "row_number() OVER ()" if shadowed else f"{_ROW_OF_FILE} + 1"
        )
        if unpacked or shadowed:
            with in_order(con):
                con.execute(
                    f"CREATE OR REPLACE TEMP TABLE {names.raw} AS SELECT * FROM {relation}"
                ).fetchall()
            relation = names.raw
    except duckdb.Error as e:
        raise CannotDo(f"{place} is a damaged Parquet file. Export it again.") from e

    def nulls(header: str) -> int:
        """From the file's own statistics where it has them; else counted."""
        known = rows(
            con,
            "SELECT count(*) = count(stats_null_count), sum(stats_null_count) "
            f"FROM parquet_metadata({literal}) WHERE path_in_schema = {text_literal(header)}",
        )[0]
        if known[0] and known[1] is not None:
            return int(str(known[1]))
        return count(con, f"SELECT count(*) - count({quoted(header)}) FROM {relation}")

    source = Source(relation, n, row, nulls)
    return stage_typed_source(
        con, source, names, what=what, maps=maps, place=place, reading=reading
    )


def _number_rows(literal: str, row: str, number: str) -> str:
    """The file's rows, each with its place in the column `row`."""
    return f"(SELECT *, {number} AS {quoted(row)} FROM read_parquet({literal}))"
