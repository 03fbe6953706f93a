"""Pictures as people have them: a sentence, or the right answer."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from leadlight.problems import CannotDo
from tests.geo.conftest import TownFiles
from tests.geo.measuring import by_name, measured, plain


def copy(source: Path, target: Path, values: Any = None, **changes: Any) -> Path:
    """The picture with other metadata, or other pixels."""
    with rasterio.open(source) as file:
        pixels = file.read() if values is None else values
        profile = file.profile | {"count": len(pixels), "height": pixels.shape[1]} | changes
        profile |= {"width": pixels.shape[2], "dtype": pixels.dtype.name}
    if len(pixels) < 3:
        profile["photometric"] = "MINISBLACK"
    with rasterio.open(target, "w", **{k: v for k, v in profile.items() if v is not None}) as out:
        out.write(pixels)
    return target


def pixels(town: TownFiles) -> Any:
    with rasterio.open(town.picture) as file:
        return file.read()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"crs": None}, "names no coordinate system"),
        ({"crs": "EPSG:4326"}, "is in degrees"),
        ({"transform": rasterio.Affine(0.2, 0, 5e5, 0, -0.3, 5.5e6)}, "are not square"),
        ({"transform": rasterio.Affine(0.2, 0, 9e5, 0, -0.2, 5.5e6)}, "No footprint lies on"),
    ],
)
def test_a_picture_without_a_usable_place_is_refused(
    town: TownFiles, tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    picture = copy(town.picture, tmp_path / "p.tif", **changes)
    with pytest.raises(CannotDo, match=sentence):
        measured(picture, town.footprints)


def test_a_picture_that_lies_nowhere_is_refused(town: TownFiles, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = copy(town.picture, tmp_path / "p.tif", transform=None)
    with pytest.raises(CannotDo, match="where on the earth it lies"):
        measured(picture, town.footprints)


def test_a_person_names_the_system(town: TownFiles, tmp_path: Path) -> None:
    """The file names none: the right one gives the usual numbers, a slip of the pen a sentence"""
    picture = copy(town.picture, tmp_path / "p.tif", crs=None)
    got = by_name(measured(picture, town.footprints, crs="EPSG:25832"))
    assert got == by_name(measured(town.picture, town.footprints))
    with pytest.raises(CannotDo, match="is not a coordinate system"):
        measured(picture, town.footprints, crs="UTM 32'; DROP")


@pytest.mark.parametrize("content", [b"", b"II*\x00 half a header", b"<svg>", b"lead_id\n1\n"])
def test_what_is_no_picture_is_said(town: TownFiles, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.tif").write_bytes(content)
    with pytest.raises(CannotDo, match="cannot be read as a picture"):
        measured(tmp_path / "p.tif", town.footprints)
    with pytest.raises(CannotDo, match="does not exist"):
        measured(tmp_path / "gone.tif", town.footprints)


def test_a_file_that_was_cut_off_is_damaged(town: TownFiles, tmp_path: Path) -> None:
    """The download stopped in the middle: no numbers of half a picture"""
    whole = copy(town.picture, tmp_path / "whole.tif", compress="lzw", tiled=False).read_bytes()
    (tmp_path / "p.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CannotDo, match=r"damaged or not\s+complete|cannot be read as a picture"):
        measured(tmp_path / "p.tif", town.footprints)


def test_what_is_not_photographed_is_not_measured(town: TownFiles, tmp_path: Path) -> None:
    """The east is nodata: houses there have no numbers, one on the edge those of its seen part"""
    values = pixels(town)
    cut = values.shape[2] // 2 + 40
    values[:, :, cut:] = 0
    picture = copy(town.picture, tmp_path / "p.tif", values, nodata=0)
    found = measured(picture, town.footprints)
    assert found.outside > 10
    got, usual = by_name(found), by_name(measured(town.picture, town.footprints))
    edge = [n for n, row in got.items() if 0.3 < (row["picture_coverage"] or 0) < 0.98]
    assert edge
    assert found.partly == sum((row["picture_coverage"] or 0) < 0.5 for row in got.values())
    for name in set(got) - set(edge):
        if got[name]["picture_coverage"] == 1:
            assert got[name] == usual[name]


def test_a_picture_that_ends_in_the_town(town: TownFiles, tmp_path: Path) -> None:
    """Cut off at the same line, without nodata: the same coverage and the same numbers"""
    values = pixels(town)
    cut = values.shape[2] // 2 + 40
    short = copy(town.picture, tmp_path / "short.tif", values[:, :, :cut])
    values[:, :, cut:] = 0
    blank = copy(town.picture, tmp_path / "blank.tif", values, nodata=0)
    one, other = measured(short, town.footprints), measured(blank, town.footprints)
    assert (one.outside, one.partly) == (other.outside, other.partly)
    for name, row in by_name(other).items():
        assert plain(by_name(one)[name]) == pytest.approx(plain(row), abs=0.01)


def test_an_alpha_band_hides_and_is_no_infrared(town: TownFiles, tmp_path: Path) -> None:
    """Four bands of which the last is transparency: plants are told by colour, not by it"""
    values = pixels(town)
    alpha = np.full((1, *values.shape[1:]), 255, dtype=np.uint8)
    picture = copy(
        town.picture,
        tmp_path / "p.tif",
        np.concatenate([values, alpha]),
        photometric="RGB",
        ALPHA="YES",
    )
    assert by_name(measured(picture, town.footprints)) == by_name(
        measured(town.picture, town.footprints)
    )


def test_a_palette_is_looked_up(town: TownFiles, tmp_path: Path) -> None:
    """One band of numbers of colours: the blue of a pool is number 3"""
    from examples.geo.drawing import COLOURS, MATERIALS

    numbers = town.drawing.material.astype(np.uint8)[None]
    picture = tmp_path / "p.tif"
    with rasterio.open(town.picture) as file:
        profile = file.profile | {"count": 1, "photometric": "palette"}
    with rasterio.open(picture, "w", **profile) as out:
        out.write(numbers)
        out.write_colormap(1, {n: (*COLOURS[m][:3], 255) for n, m in enumerate(MATERIALS)})
    got = by_name(measured(picture, town.footprints))
    for house in town.drawing.town.houses:
        pool = house.pool.area if house.pool else 0
        assert got[house.name]["pool_area"] == pytest.approx(pool, abs=1.0)


def test_bands_in_another_order_are_named(town: TownFiles, tmp_path: Path) -> None:
    """Blue, green, red, as satellites have them"""
    values = pixels(town)[::-1]
    picture = copy(town.picture, tmp_path / "p.tif", values)
    usual = by_name(measured(town.picture, town.footprints))
    assert by_name(measured(picture, town.footprints, bands=["blue", "green", "red"])) == usual
    for names, sentence in (
        (["blue", "gren", "red"], "Did you mean 'green'|did you mean 'green'"),
        (["red", "green"], "has 3 bands, and 2 are named"),
        (["red", "red", "blue"], "each once"),
    ):
        with pytest.raises(CannotDo, match=sentence):
            measured(picture, town.footprints, bands=names)


def test_five_bands_without_names_are_refused(town: TownFiles, tmp_path: Path) -> None:
    values = np.concatenate([pixels(town), pixels(town)[:2]])
    picture = copy(town.picture, tmp_path / "p.tif", values, photometric="MINISBLACK")
    with pytest.raises(CannotDo, match="does not say which are red, green and blue"):
        measured(picture, town.footprints)


def test_not_a_number_is_no_pixel(town: TownFiles, tmp_path: Path) -> None:
    """Reflectances as floating point, with NaN where there is nothing"""
    values = pixels(town).astype(np.float32) / 255
    values[:, :, : values.shape[2] // 2] = np.nan
    picture = copy(town.picture, tmp_path / "p.tif", values)
    got, usual = (
        by_name(measured(picture, town.footprints)),
        by_name(measured(town.picture, town.footprints)),
    )
    seen = [n for n, row in got.items() if row["picture_coverage"] == 1]
    assert 10 < len(seen) < 40
    for name in seen:
        assert plain(got[name]) == pytest.approx(plain(usual[name]), abs=0.03, rel=0.03)
