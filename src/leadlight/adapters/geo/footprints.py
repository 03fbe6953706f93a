"""Footprints of buildings, whichever file they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.problems import CannotDo

__all__ = ["WORLD", "Footprints", "own_ids", "system_in_metres", "transform"]

#: Longitude and latitude, as GeoJSON and OpenStreetMap have them.
WORLD = "EPSG:4326"
#: Properties that name a building, the first that a file has for all of them counts.
IDS = (
    "building_id",
    "building",
    "id",
    "osm_id",
    "gml_id",
    "egid",
    "uuid",
    "identifier",
    "ref",
    "fid",
)


@dataclass(frozen=True)
class Footprints:
    """Outlines of buildings: `shapes` is an array of polygons in the system `crs`, `ids` names
    each, `tags` is what the file says of each beside. `left_out` counts what was no outline.
    """

    ids: tuple[str, ...]
    shapes: Any
    crs: str
    tags: tuple[Mapping[str, str], ...]
    left_out: int = 0
    licence: str | None = None

    def __len__(self) -> int:
        return len(self.ids)


def own_ids(rows: Sequence[Mapping[str, object]], rest: Sequence[str]) -> tuple[str, ...]:
    """What names each row: the first property of `IDS` that they all have, each another; else
    `rest`.
    """
    names = {name.lower(): name for row in rows[:1] for name in row}
    for wanted in IDS:
        held = names.get(wanted)
        if held is None:
            continue
        values = [row.get(held) for row in rows]
        if all(isinstance(v, str | int) and str(v).strip() for v in values):
            texts = [str(v).strip() for v in values]
            if len(set(texts)) == len(texts):
                return tuple(texts)
    return tuple(rest)


def transform(shapes: Any, source: str, target: str) -> Any:
    """Shapes in another system of reference. Raises `CannotDo` for a system that is not known."""
    import shapely
    from rasterio.crs import CRS
    from rasterio.errors import CRSError
    from rasterio.warp import transform as warp

    try:
        old, new = CRS.from_user_input(source), CRS.from_user_input(target)
    except CRSError as fault:
        raise CannotDo(
            f"The coordinate system of the footprints is not known: {source[:60]}."
        ) from fault
    if old == new:
        return shapes
    points = shapely.get_coordinates(shapes)
    moved = shapes.copy()
    columns = warp(old, new, points[:, 0], points[:, 1])
    points[:, 0], points[:, 1] = columns[0], columns[1]
    return shapely.set_coordinates(moved, points)


def system_in_metres(shapes: Any) -> str:
    """A system in metres for shapes in longitude and latitude: the UTM zone of their middle."""
    import shapely

    left, bottom, right, top = shapely.total_bounds(shapes).tolist()
    zone = int(((left + right) / 2 + 180) // 6) % 60 + 1
    return f"EPSG:32{6 if bottom + top >= 0 else 7}{zone:02d}"
