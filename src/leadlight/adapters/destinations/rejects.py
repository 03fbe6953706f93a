"""The rows of a file that could not be read, for a person to repair: line, reason, and the row as
it stood.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.formulas import guard
from leadlight.facts.relation import Relation


def write_rejects(con: duckdb.DuckDBPyConnection, rejects: Relation, target: Path) -> int:
    """Write the relation of rejects `(line, code, reason, text)`; no cell of it runs in a
    spreadsheet.
    """
    found = rows(con, f"SELECT line, reason, text, code FROM {rejects} ORDER BY line")
    with (
        replace_file(target, "rejects", folder=True) as part,
        part.open("w", encoding="utf-8-sig", newline="") as f,
    ):
        write = csv.writer(f)
        write.writerow(["line", "reason", "text", "code"])
        write.writerows([["" if c is None else guard(str(c)) for c in row] for row in found])
    return len(found)
