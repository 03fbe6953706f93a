"""Which building a place on the earth belongs to: the one around it, else the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.adapters.geo.footprints import WORLD, system_in_metres, transform
from leadlight.adapters.geo.libraries import needs
from leadlight.problems import CannotDo

__all__ = ["BuildingMap", "Spot"]


@dataclass(frozen=True)
class Spot:
    """The building, by its number among the buildings, of a place, and how far away its wall is, in
    metres; 0 within.
    """

    building: int
    metres: float


class BuildingMap:
    """Outlines of buildings (WKT, in longitude and latitude) that can be asked what is where."""

    def __init__(self, outlines: Sequence[str]) -> None:
        needs("rasterio", "shapely")
        import shapely

        try:
            shapes = shapely.from_wkt(list(outlines))
        except shapely.errors.GEOSException as fault:
            raise CannotDo(
                "A cell of the column outline is not an outline (WKT). Use the file as"
                " `geo measure` wrote it."
            ) from fault
        self._system = system_in_metres(shapes)
        self._shapes = transform(shapes, WORLD, self._system)
        self._areas = shapely.area(self._shapes).tolist()
        self._tree = shapely.STRtree(self._shapes)

    def place(self, points: Sequence[tuple[float, float]], within: float) -> list[Spot | None]:
        """The building of each point (longitude, latitude), none further than `within` metres."""
        import shapely

        if not points:
            return []
        spots: Any = transform(shapely.points(list(points)), WORLD, self._system)
        out: list[Spot | None] = [None] * len(points)
        (near, houses), away = self._tree.query_nearest(
            spots, max_distance=within, return_distance=True
        )
        for n, k, metres in zip(near.tolist(), houses.tolist(), away.tolist(), strict=True):
            known = out[n]
            # Of several around it (a part of a building is one too), the smallest says most.
            if known is None or self._areas[k] < self._areas[known.building]:
                out[n] = Spot(k, round(metres, 1))
        return out
