"""An extract of OpenStreetMap: its buildings, the addresses in it, and who can be reached where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadlight.adapters.geo.footprints import WORLD, Footprints
from leadlight.adapters.geo.libraries import needs
from leadlight.problems import CannotDo

__all__ = ["LICENCE", "MapPlace", "read_buildings", "read_places"]

#: What has to stand wherever something of OpenStreetMap is shown.
LICENCE = "(c) OpenStreetMap contributors, ODbL 1.0"
#: What makes a thing of the map somebody who may be called.
TRADES = ("shop", "office", "craft", "amenity", "tourism", "healthcare", "leisure")


@dataclass(frozen=True)
class MapPlace:
    """A thing of the map with an address or a trade: `tags` is all that the map says of it."""

    name: str
    longitude: float
    latitude: float
    tags: Mapping[str, str]

    @property
    def trade(self) -> str | None:
        """What it is: `shop bakery`; None for an address alone."""
        return next((f"{k} {self.tags[k]}" for k in TRADES if k in self.tags), None)


def read_buildings(file: Path) -> Footprints:
    """The buildings of an extract: closed lines and groups of them."""
    import shapely

    ids, shapes, tags = [], [], []
    for area, text in _areas(file, ("building",)):
        kind = "way" if area.from_way() else "relation"
        ids.append(f"{kind}/{area.orig_id()}")
        shapes.append(bytes.fromhex(text))
        tags.append(dict(area.tags))
    return Footprints(tuple(ids), shapely.from_wkb(shapes), WORLD, tuple(tags), licence=LICENCE)


def read_places(file: Path) -> list[MapPlace]:
    """Addresses and trades of an extract: its points, and a point within each area."""
    needs("osmium", "shapely")
    import osmium
    import shapely

    keys = ("addr:housenumber", *TRADES)
    found = []
    with _faults(file):
        points: Any = osmium.FileProcessor(str(file), osmium.osm.NODE)
        for node in points.with_filter(osmium.filter.KeyFilter(*keys)):
            if node.location.valid():
                where = node.location
                found.append(MapPlace(f"node/{node.id}", where.lon, where.lat, dict(node.tags)))
    for area, text in _areas(file, keys):
        inner = shapely.point_on_surface(shapely.from_wkb(bytes.fromhex(text)))
        kind = "way" if area.from_way() else "relation"
        found.append(MapPlace(f"{kind}/{area.orig_id()}", inner.x, inner.y, dict(area.tags)))
    return found


def _areas(file: Path, keys: tuple[str, ...]) -> Iterator[tuple[Any, str]]:
    """The areas that have one of the keys, each with its shape as hexadecimal WKB."""
    needs("osmium", "shapely")
    import osmium

    factory = osmium.geom.WKBFactory()
    with _faults(file):
        wanted = osmium.filter.KeyFilter(*keys)
        things: Any = osmium.FileProcessor(str(file))
        for thing in things.with_areas(wanted).with_filter(wanted):
            if thing.is_area():
                try:
                    yield thing, factory.create_multipolygon(thing)
                except RuntimeError:  # a line that does not close, or crosses itself
                    continue


@contextmanager
def _faults(file: Path) -> Iterator[None]:
    """What the library raises for a file that it cannot read, as a sentence."""
    try:
        yield
    except RuntimeError as fault:
        raise CannotDo(f"{file} cannot be read as an extract of OpenStreetMap.") from fault
