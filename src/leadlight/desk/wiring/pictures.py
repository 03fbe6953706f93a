"""Pictures from above, and what they say of buildings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.geo.footprints import Footprints as Footprints
    from leadlight.adapters.geo.measure import Building as Building
    from leadlight.adapters.geo.measure import Measurement as Measurement
    from leadlight.adapters.geo.picture import Picture as Picture
    from leadlight.geo.views import Crop, Spot, Tile


def read_footprints(file: Path, layer: str | None, crs: str | None) -> Footprints:
    """Outlines of buildings of a GeoPackage, GeoJSON or an extract of OpenStreetMap."""
    from leadlight.adapters.geo.footprint_file import read_footprints

    return read_footprints(file, layer, crs)


def open_picture(
    file: Path, crs: str | None, bands: Sequence[str]
) -> AbstractContextManager[Picture]:
    """A picture from above, to be read by windows."""
    from leadlight.adapters.geo.picture import open_picture

    return open_picture(file, crs, bands or None)


def measure_buildings(
    picture: Picture, found: Footprints, reach: float, step: Callable[[float], None]
) -> Measurement:
    """What a picture says of each building on it."""
    from leadlight.adapters.geo.measure import measure

    return measure(picture, found, reach, step)


def measure_outlines(found: Footprints) -> Measurement:
    """What outlines alone say of each building."""
    from leadlight.adapters.geo.outline_features import measure_outlines

    return measure_outlines(found)


def detect(detector: Path, picture: Path, spots: Sequence[Spot]) -> list[float]:
    """What a detector of one's own says of buildings on a picture."""
    from leadlight.adapters.geo.detector import detect

    return detect(detector, picture, spots)


def crops(picture: Path, spots: Sequence[Spot]) -> list[Crop]:
    """Crops of a picture around buildings."""
    from leadlight.adapters.geo.crops import crops

    return crops(picture, spots)


def tile(picture: Path, spots: Sequence[Spot]) -> Tile:
    """The part of a picture in which buildings lie."""
    from leadlight.adapters.geo.crops import tile

    return tile(picture, spots)


def plan_of(spots: Sequence[Spot]) -> Tile:
    """A map of outlines alone."""
    from leadlight.adapters.geo.crops import plan_of

    return plan_of(spots)
