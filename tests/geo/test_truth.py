"""The drawn town is measured within 5 % of what was drawn."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest
import rasterio
from examples.geo.drawing import FAMILIES, Drawing
from examples.geo.plan import plan
from examples.geo.town_files import write_geojson, write_picture
from rasterio.warp import calculate_default_transform, reproject

from leadlight.geo.features import Features
from tests.geo.conftest import TownFiles
from tests.geo.measuring import by_name, measured, plain

#: Of a share, this much of the whole is within the truth's own noise.
LEAST = 0.01


def misses(
    truth: dict[str, dict[str, float]], got: dict[str, Features], names: set[str] | None = None
) -> dict[str, list[tuple[str, float, float]]]:
    """Features whose mean is off by more than 5 %, and buildings that are, with what was so and what was said."""
    out: dict[str, list[tuple[str, float, float]]] = {}
    for name in names or set(next(iter(truth.values()))):
        pairs = [
            (house, row[name], value)
            for house, row in truth.items()
            if (value := got[house][name]) is not None
        ]
        assert len(pairs) > len(truth) * 0.9, name
        least = LEAST if name.endswith("share") else 1.5
        wrong = [p for p in pairs if abs(p[2] - p[1]) > max(0.05 * p[1], least)]
        so, said = fmean(p[1] for p in pairs), fmean(p[2] for p in pairs)
        if abs(said - so) > 0.05 * so + 1e-4 or len(wrong) > len(pairs) * 0.05:
            out[name] = wrong or [("mean", so, said)]
    return out


@pytest.mark.parametrize(("bands", "bits"), [("rgb", 8), ("rgbn", 8), ("rgb", 16)])
def test_every_feature_is_within_five_percent(
    town: TownFiles, tmp_path: Path, bands: str, bits: int
) -> None:
    """In colours, with near infrared, in 8 and in 16 bits: the mean of the town, and 95 of 100 houses"""
    picture = write_picture(town.drawing, tmp_path / "p.tif", bands=bands, bits=bits)
    found = measured(picture, town.footprints)
    assert (len(found.buildings), found.outside, found.partly) == (48, 0, 0)
    assert misses(town.truth, by_name(found)) == {}


def test_a_grey_picture_tells_dark_bright_and_shadow(town: TownFiles, tmp_path: Path) -> None:
    """Panchromatic: what needs colours is not said, the rest is right; a cloud cannot be told from a roof"""
    picture = write_picture(town.drawing, tmp_path / "p.tif", bands="pan")
    got = by_name(measured(picture, town.footprints))
    clear = {n: t for n, t in town.truth.items() if t["cloud_share"] == 0}
    assert misses(clear, got, {"roof_area", "yard_area", "roof_bright_share"}) == {}
    for name in ("pool_share", "panel_share", "yard_green_share", "roof_tile_share"):
        assert {row[name] for row in got.values()} == {None}


def test_how_a_file_is_laid_out_changes_nothing(town: TownFiles, tmp_path: Path) -> None:
    """Tiles, strips, no compression, JPEG's colours aside: the same numbers"""
    usual = by_name(measured(town.picture, town.footprints))
    for n, layout in enumerate(
        [
            {"tiled": False, "compress": "lzw"},
            {"tiled": True, "blockxsize": 64, "blockysize": 64},
            {"tiled": False, "compress": None, "interleave": "band"},
        ]
    ):
        picture = write_picture(town.drawing, tmp_path / f"{n}.tif", **layout)
        got = by_name(measured(picture, town.footprints))
        for house, row in usual.items():
            assert plain(got[house]) == pytest.approx(plain(row), rel=1e-6, abs=1e-5)


def test_the_system_of_the_footprints_changes_nothing(town: TownFiles) -> None:
    """In degrees, as GeoJSON, or in the picture's own metres, as a GeoPackage"""
    degrees = by_name(measured(town.picture, town.footprints))
    metres = by_name(measured(town.picture, town.folder / "town.gpkg"))
    for house, row in metres.items():
        assert plain(degrees[house]) == pytest.approx(plain(row), rel=0.01, abs=0.002)


def test_a_picture_that_is_turned_is_measured_all_the_same(tmp_path: Path) -> None:
    """Laid on the ground at 30 degrees: the same houses, the same numbers"""
    drawing = Drawing(plan(12))
    straight = write_picture(drawing, tmp_path / "straight.tif")
    write_geojson(drawing.town, tmp_path / "town.geojson")
    with rasterio.open(straight) as file:
        middle = file.xy(file.height // 2, file.width // 2)
        turn = rasterio.Affine.rotation(30, middle)
        profile = file.profile | {"transform": turn @ file.transform}
        values, tags = file.read(), file.tags()
    with rasterio.open(tmp_path / "turned.tif", "w", **profile) as out:
        out.write(values)
        out.update_tags(**tags)
    _turn(tmp_path / "town.geojson", turn)
    one = by_name(measured(straight, tmp_path / "town.geojson"))
    other = by_name(measured(tmp_path / "turned.tif", tmp_path / "turned.geojson"))
    for house, row in one.items():
        assert other[house]["pool_area"] == pytest.approx(row["pool_area"], abs=0.3)
        assert other[house]["yard_area"] == pytest.approx(row["yard_area"], rel=0.02)


def _turn(footprints: Path, turn: rasterio.Affine) -> None:
    """The same houses, turned with the ground that they stand on."""
    import json

    import shapely
    from examples.geo.town_files import SYSTEM

    from leadlight.adapters.geo.footprint_file import read_footprints
    from leadlight.adapters.geo.footprints import WORLD, transform

    found = read_footprints(footprints)
    placed = transform(found.shapes, WORLD, SYSTEM)
    points = shapely.get_coordinates(placed)
    moved = [turn @ tuple(p) for p in points]
    turned = transform(shapely.set_coordinates(placed, moved), SYSTEM, WORLD)
    features = [
        {"type": "Feature", "id": n, "properties": {}, "geometry": shapely.geometry.mapping(s)}
        for n, s in zip(found.ids, turned, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    footprints.with_name("turned.geojson").write_text(text)


@pytest.mark.filterwarnings("ignore:Use `@` matmul")
def test_web_maps_stretch_the_ground(tmp_path: Path) -> None:
    """At 50 degrees a metre of EPSG:3857 is 64 cm: areas are those of the ground all the same"""
    drawing = Drawing(plan(12))
    picture = write_picture(drawing, tmp_path / "p.tif")
    write_geojson(drawing.town, tmp_path / "town.geojson")
    with rasterio.open(picture) as file:
        place, width, height = calculate_default_transform(
            file.crs, "EPSG:3857", file.width, file.height, *file.bounds
        )
        profile = file.profile | {
            "crs": "EPSG:3857", "transform": place, "width": width, "height": height, "nodata": 0,
        }  # fmt: skip
        with rasterio.open(tmp_path / "web.tif", "w", **profile) as out:
            for n in range(1, 4):
                reproject(rasterio.band(file, n), rasterio.band(out, n))
    got = by_name(measured(tmp_path / "web.tif", tmp_path / "town.geojson"))
    usual = by_name(measured(picture, tmp_path / "town.geojson"))
    for house, row in usual.items():
        assert got[house]["ground_resolution"] == pytest.approx(0.2, rel=0.03)
        assert got[house]["roof_area"] == pytest.approx(row["roof_area"], rel=0.01)
        assert got[house]["pool_area"] == pytest.approx(row["pool_area"], abs=0.8)


def test_a_roof_is_of_one_family_in_the_town(town: TownFiles) -> None:
    """What was drawn as tile, slate or metal is said to be that, and nothing else, of nine in ten of its roof"""
    got = by_name(measured(town.picture, town.footprints))
    for house in town.drawing.town.houses:
        if house.panels is None and town.truth[house.name]["cloud_share"] == 0:
            for name, material in FAMILIES.items():
                share = got[house.name][name] or 0
                assert (share > 0.9) == (house.roof == material), (house.name, name)
