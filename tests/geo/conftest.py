"""A small drawn town, as files, for every test of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from examples.geo.drawing import Drawing
from examples.geo.plan import plan
from examples.geo.town_files import (
    write_extract,
    write_geojson,
    write_geopackage,
    write_leads,
    write_picture,
)

from tests.adapters.conftest import address, server_database

__all__ = ["address", "server_database"]


@dataclass(frozen=True)
class TownFiles:
    """The town of 48 houses, of which a cloud hides two, and its files."""

    drawing: Drawing
    folder: Path
    truth: dict[str, dict[str, float]]

    @property
    def picture(self) -> Path:
        return self.folder / "town.tif"

    @property
    def footprints(self) -> Path:
        return self.folder / "town.geojson"

    @property
    def extract(self) -> Path:
        return self.folder / "town.osm"

    @property
    def leads(self) -> Path:
        return self.folder / "leads.csv"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> TownFiles:
    folder = tmp_path_factory.mktemp("town")
    drawn = plan(48)
    drawing = Drawing(drawn)
    write_picture(drawing, folder / "town.tif")
    write_geojson(drawn, folder / "town.geojson")
    write_geopackage(drawn, folder / "town.gpkg")
    write_extract(drawn, folder / "town.osm")
    write_leads(drawn, folder / "leads.csv")
    truth = dict(zip((h.name for h in drawn.houses), drawing.truth(), strict=True))
    return TownFiles(drawing, folder, truth)
