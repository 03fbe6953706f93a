"""Crops of a picture around buildings, and the picture as a whole, as images for a page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from leadlight.adapters.geo.footprints import WORLD
from leadlight.adapters.geo.picture import Picture, open_picture
from leadlight.geo.crops import colours, resize
from leadlight.geo.views import Crop, Spot, Tile

__all__ = ["crops", "images", "plan_of", "tile"]

#: Metres around a building that a crop shows: as far as a yard usually reaches. Of a building whose
#: outline is not known, around its place. And the pixels of a side.
AROUND, AROUND_PLACE, SIDE = 16.0, 26.0, 200
#: Pixels of the longer side of a tile of the whole list, and metres around it.
TILE, MARGIN = 1100, 20.0
QUALITY = 82
#: Metres of a degree of latitude.
DEGREE = 111_320.0


def crops(file: Path, spots: Sequence[Spot], side: int = SIDE) -> list[Crop]:
    """A crop around each building, with some ground around it."""
    with open_picture(file) as picture:
        return [
            Crop(_jpeg(image), side, _shift(ring, corner, scale))
            for image, ring, corner, scale in _windows(picture, spots, side)
        ]


def images(file: Path, spots: Sequence[Spot], side: int) -> list[Any]:
    """The pixels of a crop around each building, `side` pixels wide and high."""
    with open_picture(file) as picture:
        return [image for image, *_ in _windows(picture, spots, side)]


def tile(file: Path, spots: Sequence[Spot]) -> Tile:
    """The part of a picture in which some buildings lie, not larger than a page shows."""
    with open_picture(file) as picture:
        rings = [_ring(picture, spot) for spot in spots]
        left, top, right, bottom = _bounds(rings, MARGIN / picture.metres)
        left, top = max(0, left), max(0, top)
        right, bottom = min(picture.width, right), min(picture.height, bottom)
        step = max(1.0, max(right - left, bottom - top) / TILE)
        width, height = int((right - left) / step), int((bottom - top) / step)
        image = picture.overview(top, left, bottom - top, right - left, height, width)
        shown = _jpeg(colours(image, _white(picture, rings)))
        outlines = tuple(_shift(ring, (left, top), 1 / step) for ring in rings)
        return Tile(shown, width, height, outlines)


def plan_of(spots: Sequence[Spot]) -> Tile:
    """A map of outlines alone, where there is no picture: north is up, and lengths are right in the
    middle.
    """
    import shapely

    rings = [_points(spot) for spot in spots]
    middle = sum(y for ring in rings for _, y in ring) / sum(len(ring) for ring in rings)
    across = math.cos(math.radians(middle))
    flat = [[(x * across * DEGREE, -y * DEGREE) for x, y in ring] for ring in rings]
    left, top, right, bottom = shapely.total_bounds(
        [shapely.Point(p) for ring in flat for p in ring]
    ).tolist()
    left, top, right, bottom = left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN
    scale = TILE / max(right - left, bottom - top)
    outlines = tuple(_shift(ring, (left, top), scale) for ring in flat)
    return Tile(b"", round((right - left) * scale), round((bottom - top) * scale), outlines)


def _windows(picture: Picture, spots: Sequence[Spot], side: int) -> Iterator[Any]:
    if not spots:  # a sheet that is asked for again has no new building
        return
    rings = [_ring(picture, spot) for spot in spots]
    white = _white(picture, rings)
    for ring in rings:
        around = AROUND if len(ring) > 1 else AROUND_PLACE
        left, top, right, bottom = _bounds([ring], around / picture.metres)
        size = max(right - left, bottom - top, 8)
        left -= (size - (right - left)) // 2
        top -= (size - (bottom - top)) // 2
        arrays, _ = picture.read(top, left, size, size)
        image = resize(colours(arrays, white), side, side)
        yield image, ring, (left, top), side / size


def _white(picture: Picture, rings: Sequence[Sequence[tuple[float, float]]]) -> float:
    return picture.white([ring[0] for ring in rings])


def _ring(picture: Picture, spot: Spot) -> tuple[tuple[float, float], ...]:
    """The outline of a building in the picture's pixels; of one without, its place."""
    from rasterio.warp import transform

    columns, rows = zip(*_points(spot), strict=True)
    xs, ys = transform(WORLD, picture.crs, columns, rows)
    a = picture.to_pixels
    return tuple(
        (float(a.a * x + a.b * y + a.c), float(a.d * x + a.e * y + a.f))
        for x, y in zip(xs, ys, strict=True)
    )


def _points(spot: Spot) -> list[tuple[float, float]]:
    """The outline of the largest part of a building, in degrees; of one without, its place."""
    import shapely

    shape = shapely.from_wkt(spot.outline, on_invalid="ignore") if spot.outline else None
    if shape is None or shape.is_empty or shapely.get_dimensions(shape) != 2:
        return [(spot.longitude, spot.latitude)]
    largest = max(getattr(shape, "geoms", [shape]), key=lambda part: float(part.area))
    return [(x, y) for x, y, *_ in largest.exterior.coords]


def _bounds(
    rings: Sequence[Sequence[tuple[float, float]]], margin: float
) -> tuple[int, int, int, int]:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    edges = (min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
    left, top, right, bottom = (round(edge) for edge in edges)
    return left, top, right, bottom


def _shift(
    ring: Sequence[tuple[float, float]], corner: tuple[float, float], scale: float
) -> tuple[tuple[float, float], ...]:
    return tuple(
        (round((x - corner[0]) * scale, 1), round((y - corner[1]) * scale, 1)) for x, y in ring
    )


def _jpeg(image: Any) -> bytes:
    """An image of 8 bits and three colours as JPEG."""
    import warnings

    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile

    height, width, _ = image.shape
    form = {"driver": "JPEG", "count": 3, "dtype": "uint8", "quality": QUALITY}
    with warnings.catch_warnings(), MemoryFile() as held:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with held.open(width=width, height=height, **form) as out:
            out.write(image.transpose(2, 0, 1))
        return bytes(held.read())
