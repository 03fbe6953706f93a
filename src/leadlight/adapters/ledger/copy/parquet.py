"""A ledger as a folder of Parquet: `ledger.json`, and one folder a table; what other programs read,
Spark among them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import connect, count, quoted, text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.db.transfer import fetch
from leadlight.adapters.ledger.copy import Columns, TableRows
from leadlight.adapters.ledger.faults import plain_faults
from leadlight.adapters.ledger.migrate import newest
from leadlight.problems import CannotDo

NAMED = "ledger.json"
_FILES = "*.parquet"


class ParquetSource:
    """The tables of a folder, to be read."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.con, self.folder = con, folder

    def tables(self) -> Mapping[str, Columns]:
        """A folder each."""
        names = sorted(f.name for f in self.folder.iterdir() if f.is_dir() and any(f.glob(_FILES)))
        return {name: column_types(self.con, self._read(name)) for name in names}

    def rows(self, table: str) -> TableRows:
        """In the order in which they lie."""
        read = self._read(table)
        return TableRows(self.con, f"SELECT * FROM {read}", column_types(self.con, read))

    def count(self, table: str) -> int:
        """How many rows it has."""
        return count(self.con, f"SELECT count(*) FROM {self._read(table)}")

    def _read(self, table: str) -> str:
        return (
            f"read_parquet({text_literal(str(self.folder / table / _FILES))}, union_by_name = true)"
        )


class ParquetTarget(ParquetSource):
    """The same, being written beside."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, now: datetime) -> None:
        super().__init__(con, folder)
        self.now = now

    def add(self, table: str, given: TableRows) -> int:
        """Write a table's file, with its columns also when it has no row."""
        (self.folder / table).mkdir()
        target = text_literal(str(self.folder / table / "part-0.parquet"))
        listed = ", ".join(quoted(n) for n in given.columns)
        if isinstance(given.at, Server):
            written = f"COPY (SELECT {listed} FROM {{rows}}) TO {target} (FORMAT parquet)"
            fetch(given.at, given.query, given.columns, self.con, written)
        else:
            given.at.execute(
                f"COPY (SELECT {listed} FROM ({given.query})) TO {target} (FORMAT parquet)"
            )
        return 0

    def finish(self) -> None:
        """Say what it is, last of all."""
        said = {
            "leadlight": "ledger",
            "version": newest(),
            "made_at": self.now.isoformat(timespec="seconds"),
        }
        (self.folder / NAMED).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


@contextmanager
def parquet_source(folder: Path) -> Iterator[ParquetSource]:
    """A folder of Parquet, to be copied from; one of a newer leadlight is refused with a
    sentence.
    """
    try:
        version = int(json.loads((folder / NAMED).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CannotDo(
            f"{folder / NAMED} cannot be read as what `leadlight copy` writes. Copy the ledger"
            " again."
        ) from None
    if version > newest():
        raise CannotDo(
            f"{folder} was written by a newer leadlight (its format is {version}, this one knows"
            f" {newest()}). Upgrade with `pip install -U leadlight`."
        )
    with plain_faults(folder / NAMED), closing(connect()) as con:
        con.execute("SET preserve_insertion_order = true")
        yield ParquetSource(con, folder)


@contextmanager
def parquet_target(folder: Path, now: datetime) -> Iterator[ParquetTarget]:
    """A folder that appears when all is written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotDo(
            f"{folder} is not empty, and a copy is never mixed with others. Name a new folder."
        )
    part = folder.absolute().with_name(f".{folder.absolute().name}.{os.getpid()}.new")
    try:
        part.mkdir(parents=True)
    except OSError as fault:
        raise CannotDo(f"{folder} cannot be made: {fault.strerror or fault}.") from fault
    try:
        with plain_faults(folder / NAMED):
            with closing(connect()) as con:
                con.execute("SET preserve_insertion_order = true")
                yield ParquetTarget(con, part, now)
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
