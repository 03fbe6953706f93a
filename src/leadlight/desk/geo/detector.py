"""What a detector of one's own says of buildings, as a column of their table."""

from __future__ import annotations

from pathlib import Path

from leadlight.desk.geo.building_table import BuildingTable
from leadlight.desk.wiring import pictures
from leadlight.geo.views import Spot
from leadlight.problems import CannotDo

#: The attribute that a playbook and a model know the answer by.
DETECTOR = "detector_score"


def with_detector(table: BuildingTable, detector: Path, picture: Path | None) -> BuildingTable:
    """The table with the answer of a detector, from 0 to 1. Raises `CannotDo` without a picture, or
    where nobody says where the buildings are.
    """
    if picture is None:
        raise CannotDo(
            "A detector looks at crops: name the picture of the buildings.", field="picture"
        )
    return table.with_column(DETECTOR, pictures.detect(detector, picture, spots_of(table)))


def spots_of(table: BuildingTable, rows: list[int] | None = None) -> list[Spot]:
    """Where buildings are. Raises `CannotDo` where the table does not say so."""
    x, y, outlines = table.numbers("longitude"), table.numbers("latitude"), table.cells("outline")
    found = []
    for i in range(len(table.ids)) if rows is None else rows:
        longitude, latitude = x[i], y[i]
        if longitude is None or latitude is None:
            raise CannotDo(
                f"{table.file} does not say where {table.ids[i][:60]} is (longitude, latitude).",
                field="buildings",
            )
        outline = outlines[i]
        found.append(Spot(longitude, latitude, outline if isinstance(outline, str) else None))
    return found
