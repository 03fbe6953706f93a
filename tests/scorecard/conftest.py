"""A bench for the short form of the scorecard: where the shared tables are not at hand, invented ones stand in for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from benchmarks.scorecard_figures import Bench, Effort

SHORT = Effort(draws=1, noise=4, sample=400, times=False)


def shared_data() -> Path | None:
    """Where the shared tables are, if they are at hand."""
    place = Path(os.environ.get("LEADLIGHT_DATA", Path(__file__).parents[3] / "shared" / "data"))
    return place if place.is_dir() else None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(shared_data() or Path("nowhere"), tmp_path, SHORT, lambda line: None)
