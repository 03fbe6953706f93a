"""Write a qualified base to a file that a spreadsheet, a CRM or a program can take: the ending says
which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from leadlight.adapters.destinations.atomic_file import replace_file
from leadlight.adapters.destinations.csv import write_csv, write_tsv
from leadlight.adapters.destinations.json import write_json, write_json_lines
from leadlight.adapters.destinations.marks import Kind
from leadlight.adapters.destinations.parquet import write_parquet
from leadlight.adapters.destinations.table import Table, table
from leadlight.facts.relation import Relation
from leadlight.problems import CannotDo, did_you_mean

Columns = Literal["all", "qualification"]
Writer = Callable[[duckdb.DuckDBPyConnection, Table, Path], int]


def _write_xlsx(con: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    from leadlight.adapters.destinations.xlsx import (
        write_xlsx,
    )  # its library takes a tenth of a second to import

    return write_xlsx(con, table, target)


@dataclass(frozen=True)
class Format:
    """How files of one ending are written, and which columns they carry unless told otherwise."""

    write: Writer
    columns: Columns


#: People take CSV and XLSX back to their CRM, with its own columns; programs join Parquet and JSON
#: by lead id.
FORMATS: dict[str, Format] = {
    ".csv": Format(write_csv, "all"),
    ".tsv": Format(write_tsv, "all"),
    ".xlsx": Format(_write_xlsx, "all"),
    ".parquet": Format(write_parquet, "qualification"),
    ".json": Format(write_json, "qualification"),
    ".jsonl": Format(write_json_lines, "qualification"),
    ".ndjson": Format(write_json_lines, "qualification"),
}


@dataclass(frozen=True)
class ExportedFile:
    """What was written: the file, and how many rows it holds."""

    file: Path
    rows: int


def export(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    target: str | Path,
    *,
    original: Relation | None = None,
    keys: Relation | None = None,
    columns: Columns | None = None,
    playbook: str | None = None,
    ranks: Relation | None = None,
    kind: Kind = "qualified",
) -> ExportedFile:
    """Write the qualifications, by default after the company's own columns in CSV and XLSX.

    `original` is a relation with the company's own columns under their own headers. With `keys` (a
    relation of `row_no` and `lead_id`) it is matched by its `row_no`, every row of the company's
    file comes back in its order and `row_no` itself is left out; without `keys` it must have a
    `lead_id` column. `playbook` names what the leads were qualified by, in a column of its own;
    `ranks` (lead_id, rank) becomes the column of the call order.
    `kind` says which file may be replaced.
    """
    path = Path(target)
    form = format_of(path)
    wanted = columns or form.columns
    what = table(con, qualifications, original if wanted == "all" else None, keys, playbook, ranks)
    with replace_file(path, kind) as part:
        return ExportedFile(path, form.write(con, what, part))


def format_of(path: Path) -> Format:
    """The format that a file's ending stands for."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(sorted(FORMATS))
        hint = did_you_mean(path.suffix.lower(), FORMATS) or ""
        ending = f"The ending {path.suffix!r}" if path.suffix else "A name without an ending"
        raise CannotDo(
            f"{path}: {ending} does not say which format to write."
            f" Use one of {known}. {hint}".strip()
        )
    return form
