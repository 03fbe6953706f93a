"""Real pictures and a real extract, where the shared data are; drawn ones where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from examples.geo.drawing import Drawing
from examples.geo.plan import plan
from examples.geo.town_files import write_extract, write_geojson, write_picture

from leadlight.adapters.geo import libraries
from leadlight.adapters.geo.footprint_file import read_footprints
from leadlight.adapters.geo.match import occupants
from leadlight.adapters.geo.osm import read_places
from leadlight.adapters.geo.outline_features import measure_outlines
from leadlight.adapters.geo.picture import open_picture
from leadlight.adapters.geo.placement import BuildingMap
from leadlight.problems import CannotDo
from tests.geo.measuring import measured

GEO = Path(os.environ.get("LEADLIGHT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "geo"


def test_a_panchromatic_picture_of_a_satellite(tmp_path: Path) -> None:
    """Atlanta, one band of 16 bits at 0.5 m, 43 footprints: all measured, in grey"""
    picture = GEO / "aerial" / "atlanta_pan.tif"
    footprints, count = GEO / "aerial" / "atlanta_buildings.geojson", 43
    if not picture.exists():
        town = plan(12)
        picture = write_picture(Drawing(town, 0.5), tmp_path / "p.tif", bands="pan", bits=16)
        footprints, count = write_geojson(town, tmp_path / "f.geojson"), 12
    found = measured(picture, footprints)
    assert (len(found.buildings), found.outside) == (count, 0)
    for building in found.buildings:
        assert 0 < (building.features["roof_brightness"] or 0) < 1
        assert building.features["roof_area"] > 10  # type: ignore[operator]
        assert building.features["pool_share"] is None


def test_four_bands_as_numbers_with_a_point(tmp_path: Path) -> None:
    """Rotterdam, red, green, blue and near infrared as floating point at 1 m: its bands are told, white is found"""
    picture = GEO / "aerial" / "rotterdam_4band.tif"
    if not picture.exists():
        picture = write_picture(Drawing(plan(12), 1.0), tmp_path / "p.tif", bands="rgbn", bits=16)
    with open_picture(picture) as opened:
        assert opened.bands == ("red", "green", "blue", "nir")
        assert opened.metres == pytest.approx(1.0, abs=0.01)
        arrays, valid = opened.read(-5, -5, 40, 40)
        assert {a.shape for a in arrays.values()} == {(40, 40)}
        assert not valid[:5].any()
        assert 500 < opened.white([(100, 100), (50, 50)]) < 5000


def test_an_extract_of_a_city(tmp_path: Path) -> None:
    """Helsinki: 446 buildings, most with an address within 25 m, shops and offices with phone or site"""
    extract, footprints, least = GEO / "Helsinki.osm.pbf", GEO / "Helsinki.osm.pbf", 300
    if not extract.exists():
        town = plan(60)
        extract = write_extract(town, tmp_path / "town.osm")
        footprints, least = write_geojson(town, tmp_path / "f.geojson"), 40
    found = measure_outlines(read_footprints(footprints)).buildings
    living = occupants(read_places(extract), BuildingMap([b.outline for b in found]), 25)
    assert len(living.address) > least
    reachable = [c for k in living.contacts for c in living.contacts[k] if c.phone or c.website]
    assert len(reachable) > least / 20
    assert all(b.features["neighbours_100m"] is not None for b in found)


def test_who_has_not_the_libraries_is_told_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "find_spec", lambda name: None)
    with pytest.raises(CannotDo, match=r"pip install 'leadlight\[geo\]'"):
        read_footprints(tmp_path / "a.gpkg")
