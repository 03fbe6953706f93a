"""Footprints of a GeoJSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from leadlight.adapters.geo.footprints import WORLD, Footprints, own_ids
from leadlight.problems import CannotDo

__all__ = ["read_geojson"]


def read_geojson(file: Path, crs: str | None) -> Footprints:
    """The features of a GeoJSON file, in the system that the old form of the format may name."""
    import shapely
    from shapely.geometry import shape

    try:
        document: Any = json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as fault:
        raise CannotDo(f"{file} is not GeoJSON: it is not even JSON.") from fault
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise CannotDo(f"{file} is not GeoJSON: it has no list of features.")
    shapes, rows, lines, left_out = [], [], [], 0
    for n, feature in enumerate(features, 1):
        try:
            shapes.append(shape(feature["geometry"]))
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.GEOSException):
            left_out += 1
            continue
        properties = feature.get("properties")
        row = dict(properties) if isinstance(properties, dict) else {}
        if isinstance(feature.get("id"), str | int):
            row.setdefault("id", feature["id"])
        rows.append(row)
        lines.append(str(n))
    return Footprints(
        own_ids(rows, lines),
        shapely_array(shapes),
        crs or _system(document),
        tuple({k: str(v) for k, v in row.items() if isinstance(v, str | int)} for row in rows),
        left_out,
    )


def shapely_array(shapes: list[Any]) -> Any:
    """Shapes as the array that the library works on."""
    import shapely

    return shapely.from_wkb([shapely.to_wkb(s) for s in shapes])


def _system(document: Any) -> str:
    try:
        name = document["crs"]["properties"]["name"]
    except (KeyError, TypeError):
        return WORLD
    # `CRS84` is longitude and latitude, the order in which GeoJSON has them anyway.
    return WORLD if not isinstance(name, str) or "CRS84" in name else name
