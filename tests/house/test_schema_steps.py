"""The steps of the ledger's schema: one after the other, on both engines alike."""

from __future__ import annotations

from importlib.resources import files

import pytest


@pytest.mark.parametrize("place", ["duckdb", "postgres/pre"])
def test_each_step_has_its_own_number(place: str) -> None:
    """Two steps under one number (two people, one day): a ledger could not be made."""
    folder = files("leadlight.adapters.schema").joinpath(*place.split("/"))
    numbers = sorted(int(f.name[:3]) for f in folder.iterdir() if f.name.endswith(".sql"))
    assert numbers == list(range(1, len(numbers) + 1))
