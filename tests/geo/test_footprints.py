"""Footprints as people have them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import shapely
from examples.geo.drawing import Drawing
from examples.geo.plan import plan
from examples.geo.town_files import in_degrees, write_geojson, write_geopackage, write_picture

from leadlight.adapters.geo.footprint_file import read_footprints
from leadlight.problems import CannotDo
from tests.geo.conftest import TownFiles
from tests.geo.measuring import by_name, measured


def feature(shape: Any, **properties: object) -> dict[str, object]:
    geometry = shapely.geometry.mapping(shape) if shape is not None else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(file: Path, *features: dict[str, object]) -> Path:
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.geojson", "", "it is not even JSON"),
        ("a.geojson", "[1, 2]", "no list of features"),
        ("a.geojson", '{"features": [{"geometry": null}, 7]}', "no outline of a building"),
        ("a.gpkg", "no database", "cannot be read as a GeoPackage"),
        ("a.osm", "<osm", "cannot be read as an extract of OpenStreetMap"),
        ("a.osm.pbf", "x", "cannot be read as an extract of OpenStreetMap"),
        ("a.shp", "x", "cannot be read as footprints"),
    ],
)
def test_what_is_no_file_of_footprints_is_said(
    tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(CannotDo, match=sentence):
        read_footprints(tmp_path / name)


def test_shapes_that_are_no_outlines_are_left_out_and_counted(tmp_path: Path) -> None:
    """A point, a line, an empty shape and none at all stand among one house; a bow tie is mended"""
    house = shapely.box(9, 50, 9.001, 50.001)
    bow = shapely.Polygon([(9, 51), (9.001, 51.001), (9.001, 51), (9, 51.001)])
    file = write(
        tmp_path / "a.geojson",
        feature(shapely.Point(9, 50), id=1),
        feature(shapely.LineString([(9, 50), (9, 51)]), id=2),
        feature(shapely.Polygon(), id=3),
        feature(None, id=4),
        feature(house, id=5),
        feature(bow, id=6),
    )
    found = read_footprints(file)
    assert (found.ids, found.left_out) == (("5", "6"), 4)
    assert shapely.is_valid(found.shapes).all()


def test_each_building_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Ids that stand for one building each are kept; else another column's; else their number"""
    box = shapely.box(9, 50, 9.001, 50.001)
    good = write(tmp_path / "a.geojson", feature(box, egid=7, id="x"), feature(box, egid=8, id="x"))
    assert read_footprints(good).ids == ("7", "8")
    none = write(tmp_path / "b.geojson", feature(box, id="x"), feature(box, id="x"))
    assert read_footprints(none).ids == ("1", "2")


def test_a_geopackage_with_two_layers_asks_which(tmp_path: Path) -> None:
    file = write_geopackage(plan(3), tmp_path / "a.gpkg")
    with closing(sqlite3.connect(file)) as con:
        con.execute('CREATE TABLE "more ""houses" AS SELECT * FROM houses')
        con.execute(
            "INSERT INTO gpkg_contents SELECT 'more \"houses', data_type, srs_id FROM gpkg_contents"
        )
        con.execute(
            "INSERT INTO gpkg_geometry_columns SELECT 'more \"houses', column_name, 'POLYGON', srs_id"
            " FROM gpkg_geometry_columns"
        )
        con.commit()
    with pytest.raises(CannotDo, match="which layer holds the buildings"):
        read_footprints(file)
    assert len(read_footprints(file, 'more "houses')) == 3
    with pytest.raises(CannotDo, match="has no layer 'gone'"):
        read_footprints(file, "gone")


def test_buildings_that_lie_on_each_other_are_each_measured_whole(tmp_path: Path) -> None:
    """A map has the house, and a part of it as a building too: neither loses its roof to the other"""
    drawing = Drawing(plan(6))
    picture = write_picture(drawing, tmp_path / "p.tif")
    alone = write_geojson(drawing.town, tmp_path / "a.geojson")
    features = json.loads(alone.read_text())["features"]
    parts = [
        feature(in_degrees(h.outline.buffer(-1.5)), name="part") | {"id": f"{h.name} part"}
        for h in drawing.town.houses
    ]
    both = write(tmp_path / "b.geojson", *features, *parts)
    one, two = by_name(measured(picture, alone)), by_name(measured(picture, both))
    for house in drawing.town.houses:
        whole = two[house.name] | {"neighbours_100m": one[house.name]["neighbours_100m"]}
        assert whole == one[house.name]
        assert two[f"{house.name} part"]["roof_area"] < one[house.name]["roof_area"]  # type: ignore[operator]
        assert two[f"{house.name} part"]["roof_brightness"] is not None


def test_a_building_smaller_than_a_pixel_harms_nobody(town: TownFiles, tmp_path: Path) -> None:
    """A bin of 10 cm, and a wall of 5 cm by 6 m: no roof is seen, all else stays"""
    features = json.loads(town.footprints.read_text())["features"]
    spot = town.drawing.town.houses[4].outline.centroid
    bin_ = in_degrees(shapely.box(spot.x + 9, spot.y + 9, spot.x + 9.1, spot.y + 9.1))
    wall = in_degrees(shapely.box(spot.x + 9, spot.y - 9, spot.x + 15, spot.y - 8.95))
    file = write(
        tmp_path / "a.geojson",
        *features,
        feature(bin_) | {"id": "bin"},
        feature(wall) | {"id": "wall"},
    )
    got = by_name(measured(town.picture, file))
    assert {"bin", "wall"} <= set(got)
    usual = by_name(measured(town.picture, town.footprints))
    far = town.drawing.town.houses[-10].name
    assert got[far] == usual[far]
