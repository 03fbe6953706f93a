"""Labelled bases, through the same function as everything else; skipped where they are not at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.dedupe import BASES, base, found

from leadlight.adapters.db.duckdb import connect


@pytest.mark.parametrize(("name", "asked"), [("febrl3", 0.97), ("restaurants", 0.90)])
def test_twins_of_a_labelled_base(shared: Path, name: str, asked: float) -> None:
    con = connect()
    columns = base(con, shared, BASES[name])
    assert found(con, columns).f1 >= asked
