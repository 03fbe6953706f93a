"""Parquet: a view that renames and converts only what a sample shows to need it. Nothing is copied."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from leadlight.adapters.engines.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.sources.raw import Names
from leadlight.adapters.sources.staged import Staged
from leadlight.adapters.sources.through import Source, passed_through
from leadlight.problems import CannotDo


def stage_parquet(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    names: Names,
    *,
    what: str | None,
    maps: Mapping[str, str],
    place: str,
    unpacked: bool = False,
) -> Staged:
    """A Parquet file as a view; one that was packed is read into the connection, since its copy will be gone."""
    literal = text_literal(str(path.resolve()))
    try:
        n = count(con, f"SELECT count(*) FROM read_parquet({literal})")
        if unpacked:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {names.raw} AS SELECT * FROM read_parquet({literal})").fetchall()
    except duckdb.Error as e:
        raise CannotDo(f"{place} is a damaged Parquet file. Export it again.") from e
    if unpacked:
        relation, numbered = names.raw, f"(SELECT *, rowid + 1 AS line FROM {names.raw})"
    else:
        relation = f"read_parquet({literal})"
        numbered = f"(SELECT *, file_row_number + 1 AS line FROM read_parquet({literal}, file_row_number = true))"

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

    return passed_through(con, Source(relation, n, lambda: numbered, nulls), names, what=what, maps=maps, place=place)
