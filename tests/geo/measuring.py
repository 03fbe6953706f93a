"""How the tests measure: a picture and footprints, and what came of it, by building."""

from __future__ import annotations

from pathlib import Path

from leadlight.adapters.geo.footprint_file import read_footprints
from leadlight.adapters.geo.measure import Measurement, measure
from leadlight.adapters.geo.picture import open_picture
from leadlight.geo.features import Features


def measured(picture: Path, footprints: Path, reach: float = 15.0, **how: object) -> Measurement:
    """What the picture says, with options of the picture."""
    with open_picture(picture, **how) as opened:  # type: ignore[arg-type]
        return measure(opened, read_footprints(footprints), reach)


def by_name(found: Measurement) -> dict[str, Features]:
    """The features of each building."""
    return {b.name: b.features for b in found.buildings}


def plain(row: Features) -> dict[str, float]:
    """The same with a number for what was not said, so that two can be compared nearly."""
    return {name: -1.0 if value is None else value for name, value in row.items()}
