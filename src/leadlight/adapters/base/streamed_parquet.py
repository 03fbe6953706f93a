"""A Parquet file that was written while the plan ran gets the call order: it is known only once all
leads are.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from leadlight.adapters.base.plan_run import RESULT, show_parquet
from leadlight.adapters.destinations.atomic_file import location_of
from leadlight.adapters.destinations.parquet import write_parquet
from leadlight.adapters.destinations.table import table
from leadlight.adapters.private_folders import private_folder
from leadlight.facts.own_output import PLAYBOOK_COLUMN, RANK_COLUMN
from leadlight.facts.relation import Relation


def add_ranks(con: duckdb.DuckDBPyConnection, target: Path, playbook: str, ranks: Relation) -> int:
    """Write the file again with the column of the call order (lead_id, rank), from the disk to the
    disk; the number of its rows.
    """
    file = location_of(target)
    with private_folder(file.parent) as folder:
        written = write_parquet(
            con, table(con, RESULT, playbook=playbook, ranks=ranks), folder / "ranked.parquet"
        )
        os.replace(folder / "ranked.parquet", file)
    show_parquet(con, file, PLAYBOOK_COLUMN, RANK_COLUMN)
    return written
