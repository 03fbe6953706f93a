"""The ground of buildings, in pixels: which are near a window, and whose each pixel of it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.adapters.geo.layers import layers
from leadlight.geo.arrays import Labels, Mask
from leadlight.geo.windows import GROUND, zones

__all__ = ["Ground", "Layer", "Window"]

#: Cells below which a roof may cover the middle of no cell.
SMALL = 6.0
#: Corners of a quarter of the circle around a corner of a building.
ROUND = 8
#: The library's number for a polygon.
POLYGON = 3


@dataclass(frozen=True)
class Window:
    """A window of a picture, in pixels."""

    top: int
    left: int
    rows: int
    columns: int

    @property
    def with_edge(self) -> tuple[int, int, int, int]:
        """The window with one pixel more on each side."""
        return self.top - 1, self.left - 1, self.rows + 2, self.columns + 2


@dataclass(frozen=True)
class Layer:
    """Buildings of a window whose roofs do not lie on each other, as numbers in pixels and in
    cells, and the roofs of all.
    """

    own: list[int]
    fine: Labels
    coarse: Labels
    others: Mask | None


class Ground:
    """Outlines of buildings in pixels, each with the ground within `reach` pixels of it.

    Which of two buildings ground is nearer to is found out in cells of `factor` pixels, of which a
    window needs `margin` more on each side.
    """

    def __init__(self, shapes: Any, reach: float, factor: int) -> None:
        import shapely

        self.factor, self._cells = factor, reach / factor
        self.margin = math.ceil(self._cells) + 2
        self._shapes = _rings(shapes)
        self._reached = _rings(shapely.buffer(shapes, reach, quad_segs=ROUND))
        self._tree = shapely.STRtree(shapes)
        self._layers = layers(shapes, self._tree)
        tiny = shapely.area(shapes) < SMALL * factor * factor
        points = shapely.get_coordinates(shapely.point_on_surface(shapes[tiny])).tolist()
        self._points = {
            k: {"type": "Point", "coordinates": point}
            for k, point in zip(_places(tiny), points, strict=True)
        }

    def near(self, window: Window) -> list[int]:
        """The buildings whose ground may reach into a window."""
        import shapely

        pad = self.margin * self.factor
        right, bottom = window.left + window.columns, window.top + window.rows
        box = shapely.box(window.left - pad, window.top - pad, right + pad, bottom + pad)
        return sorted(self._tree.query(box).tolist())

    def burn(self, window: Window, near: Sequence[int]) -> Iterator[Layer]:
        """The roofs of a window, in several layers where they lie on each other."""
        for layer in sorted({self._layers[k] for k in near}):
            own = [k for k in near if self._layers[k] == layer]
            roofs = [(self._shapes[k], 2 * n - 1) for n, k in enumerate(own, 1)]
            cells = [(self._shapes[k], 2 * n) for n, k in enumerate(own, 1)]
            grounds = [(self._reached[k], GROUND) for k in own]
            small = [(self._points[k], 2 * n) for n, k in enumerate(own, 1) if k in self._points]
            others = None
            if len(own) < len(near):
                others = _burn([(self._shapes[k], 1) for k in near], window, 1, 0) > 0
            fine = _burn(grounds + roofs, window, 1, 0)
            coarse = _burn(small + cells, window, self.factor, self.margin)
            yield Layer(own, fine, coarse, others)

    def zones(self, layer: Layer) -> Labels:
        """The roofs and yards of a layer, as `leadlight.geo.windows.zones` numbers them."""
        return zones(layer.fine, layer.coarse, self.factor, self.margin, self._cells, layer.others)


def _rings(shapes: Any) -> list[dict[str, Any]]:
    """Polygons, and groups of them, in the form in which they are burnt."""
    import shapely
    from shapely.geometry import mapping

    simple = (shapely.get_type_id(shapes) == POLYGON) & (
        shapely.get_num_interior_rings(shapes) == 0
    )
    return [
        {"type": "Polygon", "coordinates": [shapely.get_coordinates(shape).tolist()]}
        if plain
        else mapping(shape)
        for shape, plain in zip(shapes, simple.tolist(), strict=True)
    ]


def _places(mask: Any) -> list[int]:
    return [n for n, held in enumerate(mask.tolist()) if held]


def _burn(pairs: Sequence[tuple[Any, int]], window: Window, factor: int, margin: int) -> Labels:
    """Shapes as numbers in the cells of a window whose middle they cover; later ones lie above."""
    from affine import Affine
    from rasterio.features import rasterize

    pad = margin * factor
    shape = (
        math.ceil(window.rows / factor) + 2 * margin,
        math.ceil(window.columns / factor) + 2 * margin,
    )
    place = Affine(factor, 0, window.left - pad, 0, factor, window.top - pad)
    cells: Labels = rasterize(pairs, out_shape=shape, transform=place, fill=0, dtype="int32")
    return cells
