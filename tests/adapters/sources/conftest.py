"""`read`: the test's docstring is the file."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.sources.csv import read_csv
from leadlight.adapters.sources.jsonl import read_json
from leadlight.adapters.sources.raw import Names, Raw
from leadlight.adapters.sources.stage import stage
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.adapters.sources.xlsx import read_xlsx


@dataclass(frozen=True)
class Reading:
    """A staged source with its rows fetched, for tests to look at."""

    con: duckdb.DuckDBPyConnection
    staged: StagedFile
    source: Any = None

    def rows(self, relation: str | None = None) -> list[dict[str, Any]]:
        found = (
            self.con.sql(f"SELECT * FROM {relation or self.staged.relation}")
            .to_arrow_table()
            .to_pylist()
        )
        return (
            sorted(found, key=lambda r: r.get("row_no", 0))
            if found and "row_no" in found[0]
            else found
        )

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows()]

    def lines(self) -> list[int]:
        """The line on which each row of the file begins, as messages name it."""
        readers = {".xlsx": read_xlsx, ".csv": _read_csv}
        read = readers.get(Path(self.source).suffix, _read_json)
        raw = read(self.con, self.source, AGAIN, place="again")
        found = self.con.execute(f"SELECT {raw.line} FROM {raw.table} ORDER BY {raw.row}")
        return [line for (line,) in found.fetchall()]

    def rejects(self) -> list[tuple[Any, ...]]:
        return sorted(
            self.con.execute(
                f"SELECT line, code, reason, text FROM {self.staged.rejects}"
            ).fetchall()
        )

    def original(self) -> list[dict[str, Any]]:
        return self.rows(self.staged.original)

    def problem(self, code: str) -> str:
        return next(str(p) for p in self.staged.problems if p.code == code)

    @property
    def codes(self) -> set[str]:
        return {p.code for p in self.staged.problems}


def _read_csv(con: duckdb.DuckDBPyConnection, path: Path, names: Names, *, place: str) -> Raw:
    return read_csv(con, path, path.parent, names, place=place)


def _read_json(con: duckdb.DuckDBPyConnection, path: Path, names: Names, *, place: str) -> Raw:
    return read_json(con, path, path.parent, names, place=place)


Read = Callable[..., Reading]
AGAIN = Names("again", "again_raw", "again_original", "again_rejects", "again_lookup")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect()
    yield connection
    connection.close()


@pytest.fixture
def read(con: duckdb.DuckDBPyConnection, tmp_path: Path, request: pytest.FixtureRequest) -> Read:
    """read() stages the test's docstring; read(text=..., file=..., encoding=...) something else."""

    def run(
        source: Any = None,
        *,
        text: str | None = None,
        file: str = "leads.csv",
        encoding: str = "utf-8",
        **wishes: Any,
    ) -> Reading:
        if source is None:
            body = (
                text
                if text is not None
                else inspect.cleandoc(request.function.__doc__ or "") + "\n"
            )
            source = tmp_path / file
            source.write_bytes(body.encode(encoding))
        elif isinstance(source, bytes):
            path = tmp_path / file
            path.write_bytes(source)
            source = path
        staged = stage(con, source, name=wishes.pop("name", file), **wishes)
        reading = Reading(con, staged, source)
        usable = con.execute(f"SELECT count(*) FROM {staged.relation}").fetchall()[0][0]
        refused = con.execute(f"SELECT count(*) FROM {staged.rejects}").fetchall()[0][0]
        assert staged.read == usable + staged.rejected
        assert staged.rejected == refused
        return reading

    return run


@pytest.fixture
def shared() -> Path:
    """The real bases, where they are at hand."""
    place = Path(os.environ.get("LEADLIGHT_DATA", Path(__file__).parents[4] / "shared" / "data"))
    if not place.is_dir():
        pytest.skip("The real data are not on this machine.")
    return place
