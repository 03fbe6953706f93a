"""Taking an import back: one more row in the book, and the facts stay where they are."""

from __future__ import annotations

from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count, rows
from leadlight.adapters.ledger.columns import TABLES
from leadlight.adapters.ledger.imports import list_imports
from leadlight.adapters.ledger.transaction import transaction
from leadlight.facts.ledger import UndoReceipt
from leadlight.problems import CannotDo, nearest


def undo(con: duckdb.DuckDBPyConnection, import_id: str, now: datetime) -> UndoReceipt:
    """From `now` on nobody sees the import's facts; whoever asks about an earlier moment still
    does.
    """
    lines = {line.import_id: line for line in list_imports(con)}
    line = lines.get(import_id) or lines.get(f"i{import_id}")
    if line is None:
        raise CannotDo(_unknown(import_id, list(lines)))
    if line.undone_at:
        raise CannotDo(
            f"{line.import_id} ({line.file}) was taken back on {line.undone_at:%Y-%m-%d %H:%M}"
            " already. To have it again, import the file again."
        )
    no = count(con, f"SELECT import_no FROM imports WHERE import_id = '{line.import_id}'")
    with transaction(con):
        gone = count(con, _GONE.format(no=no)) if line.what == "leads" else 0
        facts = count(con, f"SELECT count(*) FROM {TABLES[line.what]} WHERE _import = {no}")
        con.execute("INSERT INTO undos VALUES (?, ?)", [no, now])
    return UndoReceipt(line.import_id, line.file, line.what, facts, gone, now)


def rejects(con: duckdb.DuckDBPyConnection, import_id: str) -> list[tuple[object, ...]]:
    """The rows of an import that could not be used: line, code, reason, text."""
    return rows(
        con,
        "SELECT line, code, reason, text FROM rejects JOIN imports USING (import_no) WHERE"
        " import_id = ? ORDER BY line",
        [import_id],
    )


_GONE = """
SELECT count(*) FROM (
    SELECT DISTINCT lead_id FROM attribute_facts WHERE _import = {no}
    EXCEPT
    SELECT lead_id FROM attribute_facts
    WHERE _import <> {no} AND _import NOT IN (SELECT import_no FROM undos)
)
"""


def _unknown(import_id: str, known: list[str]) -> str:
    if not known:
        return f"There is no import {import_id!r}: nothing has been imported here yet."
    near = nearest(import_id, known)
    hint = f"Did you mean {near}? " if near else ""
    last = ", ".join(known[:5])
    return (
        f"There is no import {import_id!r}. {hint}The last ones are {last}; `leadlight undo` lists"
        " them all."
    )
