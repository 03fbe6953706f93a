"""Arrow tables and pandas or Polars frames: registered as they are and seen through a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from leadlight.adapters.sources.raw import Names, unique_headers
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.adapters.sources.typed_sources import Source, stage_typed_source
from leadlight.facts.file_options import FileOptions
from leadlight.problems import CannotDo

try:
    import pyarrow as pa
except ImportError:
    raise CannotDo(
        "Tables and data frames from Python need pyarrow. Install it: pip install"
        " 'leadlight[arrow]'"
    ) from None


def stage_frame(
    con: duckdb.DuckDBPyConnection,
    frame: Any,
    names: Names,
    *,
    what: str | None,
    maps: Mapping[str, str],
    place: str,
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """A data frame as a view over it; the connection keeps it alive."""
    table = as_arrow(frame, place)
    if not table.num_columns:
        raise CannotDo(f"{place} has no columns.")
    table = table.rename_columns(unique_headers([str(n) for n in table.column_names]))
    row = unique_headers([*table.column_names, "row"])[-1]
    places = pa.array(range(1, table.num_rows + 1), pa.int64())
    con.register(names.raw[1:-1], table.append_column(row, places))
    source = Source(
        names.raw, table.num_rows, row, lambda header: int(table.column(header).null_count)
    )
    return stage_typed_source(
        con, source, names, what=what, maps=maps, place=place, reading=reading
    )


def as_arrow(frame: Any, place: str) -> pa.Table:
    """Whatever holds columns, as an Arrow table."""
    try:
        if isinstance(frame, pa.Table):
            return frame
        if isinstance(frame, pa.RecordBatch):
            return pa.Table.from_batches([frame])
        if isinstance(frame, list) and all(isinstance(row, dict) for row in frame):
            return pa.Table.from_pylist(frame)
        if hasattr(frame, "collect") and not hasattr(frame, "to_arrow"):
            frame = frame.collect()  # a lazy frame
        if hasattr(frame, "to_arrow_table"):
            return frame.to_arrow_table()  # a DuckDB relation
        if hasattr(frame, "to_arrow"):
            return pa.table(frame.to_arrow())  # Polars
        if hasattr(frame, "dtypes") and hasattr(frame, "columns"):
            return _from_pandas(frame)
        if hasattr(frame, "__arrow_c_stream__"):
            return pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError) as e:
        raise CannotDo(f"{place} cannot be read as a table: {str(e)[:200]}.") from e
    raise CannotDo(
        f"{place} is a {type(frame).__name__}; a path, an Arrow table, a pandas or a Polars frame"
        " can be read."
    )


def _from_pandas(frame: Any) -> pa.Table:
    """A pandas frame; a column of mixed things becomes text."""
    columns = {}
    for i in range(len(frame.columns)):
        series = frame.iloc[:, i]
        try:
            columns[i] = pa.Array.from_pandas(series)
        except (pa.ArrowException, TypeError):
            blank = series.isna()
            columns[i] = pa.array(
                [None if b else str(v) for v, b in zip(series, blank, strict=True)], pa.string()
            )
    return pa.Table.from_arrays(list(columns.values()), names=[str(n) for n in frame.columns])
