"""What outlines alone say of buildings: their area, and how many others are near."""

from __future__ import annotations

from leadlight.adapters.geo.footprints import WORLD, Footprints, system_in_metres, transform
from leadlight.adapters.geo.measure import NEAR, Measurement, neighbours, outlines

__all__ = ["measure_outlines"]


def measure_outlines(found: Footprints) -> Measurement:
    """Area and neighbours of each footprint, in the UTM zone of their middle."""
    import shapely

    world = transform(found.shapes, found.crs, WORLD)
    shapes = transform(world, WORLD, system_in_metres(world))
    near = neighbours(shapes, NEAR)
    rows = [
        {"roof_area": area, "neighbours_100m": float(count)}
        for area, count in zip(shapely.area(shapes).tolist(), near, strict=True)
    ]
    places = range(len(found))
    return Measurement(tuple(outlines(found, places, rows)), 0, 0)
