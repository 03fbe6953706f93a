"""The buildings of a picture, measured window by window: memory grows with the window, and only
windows with buildings are read.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

from leadlight.adapters.geo.footprints import WORLD, Footprints, transform
from leadlight.adapters.geo.ground import Ground, Layer, Window
from leadlight.adapters.geo.picture import Picture
from leadlight.geo.features import Features, of_tally
from leadlight.geo.tally import Tally, Total, tally
from leadlight.problems import CannotDo

Parts: TypeAlias = list[tuple[list[int], Tally]]

__all__ = ["Building", "Measurement", "measure", "neighbours", "outlines"]

#: Pixels of a side of a window, more or less.
SIDE = 1024
#: Metres of a cell in which it is found out which building ground belongs to.
CELL = 1.0
#: Threads that count; each holds a window.
THREADS = min(4, os.cpu_count() or 1)
#: Metres within which other buildings are neighbours.
NEAR = 100.0


@dataclass(frozen=True)
class Building:
    """A building with its place: the middle, and the outline as WKT, in longitude and latitude."""

    name: str
    longitude: float
    latitude: float
    outline: str
    features: Features
    tags: dict[str, str]


@dataclass(frozen=True)
class Measurement:
    """What was measured. `outside` counts buildings of which the picture shows nothing, `partly`
    those of which it shows less than half.
    """

    buildings: tuple[Building, ...]
    outside: int
    partly: int


def measure(
    picture: Picture,
    found: Footprints,
    reach: float,
    step: Callable[[float], None] = lambda done: None,
) -> Measurement:
    """Every feature of every building that the picture shows; the yard reaches `reach` metres from
    a building, and ends where another building is nearer.
    """
    import shapely

    shapes = _in_pixels(picture, transform(found.shapes, found.crs, picture.crs))
    field = shapely.box(0, 0, picture.width, picture.height)
    within = shapely.intersects(shapes, field)
    if not within.any():
        raise CannotDo(
            f"No footprint lies on {picture.file.name}. Compare the coordinate systems: with"
            " the wrong one, footprints lie elsewhere."
        )
    # Houses beyond the edge have their part of the ground before it.
    around = shapely.box(*shapely.total_bounds(shapes[within]))
    shown = within | shapely.dwithin(shapes, around, 2 * reach / picture.metres)
    places = [n for n, seen in enumerate(shown.tolist()) if seen]
    total = Total(2 * len(places))
    _tally(picture, shapes[shown], reach, total, step)
    rows = of_tally(total.tally, picture.metres, picture.has_colour)
    areas = (shapely.area(shapes) * picture.metres**2).tolist()
    near = neighbours(shapes, NEAR / picture.metres)
    seen = (total.tally.valid[0::2] + total.tally.valid[1::2]).tolist()
    kept = [n for n in range(len(places)) if seen[n] > 0]
    for n in kept:
        rows[n]["roof_area"] = areas[places[n]]
        rows[n]["neighbours_100m"] = float(near[places[n]])
    partly = sum((rows[n]["picture_coverage"] or 0) < 0.5 for n in kept)
    named = outlines(found, [places[n] for n in kept], [rows[n] for n in kept])
    return Measurement(tuple(named), len(found) - len(kept), partly)


def outlines(
    found: Footprints, places: Sequence[int], features: Sequence[Features]
) -> Iterator[Building]:
    """Some of the footprints as buildings with these features."""
    import shapely

    world = transform(found.shapes[list(places)], found.crs, WORLD)
    middles = shapely.get_coordinates(shapely.point_on_surface(world)).tolist()
    texts = shapely.to_wkt(world, rounding_precision=7).tolist()
    for n, (x, y), text, row in zip(places, middles, texts, features, strict=True):
        yield Building(
            found.ids[n],
            round(x, 7),
            round(y, 7),
            text,
            row,
            {k: v for k, v in found.tags[n].items() if v},
        )


def _in_pixels(picture: Picture, shapes: Any) -> Any:

    import shapely

    a = picture.to_pixels
    points = shapely.get_coordinates(shapes)
    columns = points[:, 0] * a.a + points[:, 1] * a.b + a.c
    rows = points[:, 0] * a.d + points[:, 1] * a.e + a.f
    points[:, 0], points[:, 1] = columns, rows
    return shapely.set_coordinates(shapes.copy(), points)


def neighbours(shapes: Any, reach: float) -> list[int]:
    """How many other middles lie within `reach` of each."""
    import shapely

    middles = shapely.centroid(shapes)
    tree = shapely.STRtree(middles)
    counts = [-1] * len(middles)
    for start in range(0, len(middles), 4096):
        part = middles[start : start + 4096]
        for n in tree.query(part, predicate="dwithin", distance=reach)[0].tolist():
            counts[start + n] += 1
    return counts


def _tally(
    picture: Picture, shapes: Any, reach: float, total: Total, step: Callable[[float], None]
) -> None:
    import shapely

    white = picture.white(shapely.get_coordinates(shapely.centroid(shapes)).tolist())
    ground = Ground(shapes, reach / picture.metres, max(1, round(CELL / picture.metres)))
    todo = list(_windows(picture, shapes, ground))

    def count(layers: list[Layer], arrays: Any, valid: Any) -> Parts:
        return [
            (one.own, tally(arrays, white, valid, ground.zones(one), 2 * len(one.own), edge=1))
            for one in layers
        ]

    # One thread reads and burns (the library is for one), others count; the sums are made in the
    # order of the windows.
    counted: deque[Future[Parts]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for n, window in enumerate(todo):
            step(n / len(todo))
            near = ground.near(window)
            if near:
                layers = list(ground.burn(window, near))
                counted.append(pool.submit(count, layers, *picture.read(*window.with_edge)))
            if len(counted) > THREADS:
                _add(total, counted.popleft().result())
        for rest in counted:
            _add(total, rest.result())


def _add(total: Total, parts: Parts) -> None:
    for own, part in parts:
        total.add(part, own)


def _windows(picture: Picture, shapes: Any, ground: Ground) -> Iterator[Window]:
    """The windows that hold all buildings and their yards, also what of them the picture lacks."""
    import shapely

    factor, pad = ground.factor, ground.margin * ground.factor
    rows, columns = _size(picture, factor)
    left, top, right, bottom = shapely.total_bounds(shapes).tolist()
    for y in range(_floor(top - pad, factor), math.ceil(bottom + pad), rows):
        for x in range(_floor(left - pad, factor), math.ceil(right + pad), columns):
            yield Window(y, x, rows, columns)


def _size(picture: Picture, factor: int) -> tuple[int, int]:
    """Rows and columns of a window: of a picture in strips, whole rows."""
    rows, columns = picture.block
    if columns >= picture.width and picture.width > SIDE:
        rows = max(rows, SIDE * SIDE // picture.width)
        return _up(rows, factor), _up(min(picture.width, SIDE * 8), factor)
    return _up(SIDE, factor), _up(SIDE, factor)


def _floor(number: float, factor: int) -> int:
    return math.floor(number / factor) * factor


def _up(number: int, factor: int) -> int:
    return -(-number // factor) * factor
