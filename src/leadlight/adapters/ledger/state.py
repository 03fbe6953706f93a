"""What a ledger holds, as a few numbers: as long as they are the same, so is all that can be read
of it.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import rows

_STATE = (
    "SELECT (SELECT max(import_no) FROM imports), (SELECT count(*) FROM undos),"
    " (SELECT max(run_no) FROM runs), (SELECT count(*) FROM forgotten)"
)


def ledger_state(con: duckdb.DuckDBPyConnection) -> tuple[object, ...]:
    """The newest import and run, and how many imports were taken back and persons forgotten."""
    return rows(con, _STATE)[0]
