"""A file of footprints, whichever format it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from leadlight.adapters.geo.footprints import Footprints
from leadlight.adapters.geo.geojson import read_geojson
from leadlight.adapters.geo.geopackage import read_geopackage
from leadlight.adapters.geo.libraries import needs
from leadlight.adapters.geo.osm import read_buildings
from leadlight.problems import CannotDo

__all__ = ["read_footprints"]


def read_footprints(file: Path, layer: str | None = None, crs: str | None = None) -> Footprints:
    """The footprints of a GeoPackage, a GeoJSON file or an extract of OpenStreetMap.

    `layer` is one of a GeoPackage with several; `crs` names the system of reference of a file that
    names none. Raises `CannotDo` for a file that cannot be read, or that holds no outline at all.
    """
    needs("rasterio", "shapely")
    if not file.is_file():
        raise CannotDo(f"{file} does not exist.")
    name = file.name.lower()
    if name.endswith(".gpkg"):
        found = read_geopackage(file, layer, crs)
    elif name.endswith((".geojson", ".json")):
        found = read_geojson(file, crs)
    elif name.endswith((".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")):
        found = read_buildings(file)
    else:
        raise CannotDo(
            f"{file.name} cannot be read as footprints: .gpkg, .geojson, .osm.pbf and .osm can."
        )
    found = _clean(found)
    if not len(found):
        raise CannotDo(f"{file} holds no outline of a building.")
    return found


def _clean(found: Footprints) -> Footprints:
    """Only polygons, mended where they cross themselves; ids that stand for one building each."""
    import shapely

    shapes = shapely.make_valid(shapely.force_2d(found.shapes))
    kinds = shapely.get_dimensions(shapes)
    keep = (kinds == 2) & (shapely.area(shapes) > 0) & shapely.is_valid(shapes)
    if keep.all():
        return replace(found, ids=_distinct(found.ids), shapes=shapes)
    places = [n for n, kept in enumerate(keep.tolist()) if kept]
    return Footprints(
        _distinct([found.ids[n] for n in places]),
        shapes[keep],
        found.crs,
        tuple(found.tags[n] for n in places),
        found.left_out + len(keep) - len(places),
        found.licence,
    )


def _distinct(ids: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    out = []
    for name in ids:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(out) if len(set(out)) == len(out) else tuple(map(str, range(1, len(out) + 1)))
