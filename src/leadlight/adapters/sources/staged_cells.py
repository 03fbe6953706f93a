"""The cells of a staged table, in the order of its rows."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.sources.staged_file import StagedFile

Row = tuple[object, ...]


def staged_rows(
    con: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    names: Sequence[str],
    own: Sequence[str] = (),
) -> list[Row]:
    """Every usable row: the typed columns `names`, then those of the file itself, by their headers
    `own`, as text.
    """
    if not own:
        listed = ", ".join(quoted(n) for n in names)
        return rows(con, f"SELECT {listed} FROM {staged.relation} ORDER BY row_no")
    listed = ", ".join(
        [*(f"r.{quoted(n)}" for n in names), *(f"CAST(o.{quoted(h)} AS VARCHAR)" for h in own)]
    )
    return rows(
        con,
        f"SELECT {listed} FROM {staged.relation} r JOIN {staged.original} o USING (row_no) ORDER BY"
        " row_no",
    )
