"""`leadlight geo`: 10,000 buildings on a picture of 0.2 m, a picture of 10 GB, 100,000 addresses.

    python benchmarks/geo.py [--out out/bench/geo] [--only houses|large|addresses]

The picture is the drawn town of 100 houses, laid beside itself ten times ten; the large one is the same amid
empty ground, so that its file is small and its pixels are 10 GB.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import rasterio
import shapely
from affine import Affine
from examples.geo.drawing import Drawing
from examples.geo.plan import RIM, plan
from examples.geo.town_files import COPYRIGHT, EAST, NORTH, SYSTEM, in_degrees
from shapely import affinity

METRES = 0.2


def draw(out: Path, times: int = 10, side: int | None = None) -> tuple[Path, Path]:
    """The picture and the footprints; `side` is the length in pixels of a larger, empty picture around."""
    name = "large" if side else "houses"
    picture, footprints = out / f"{name}.tif", out / f"{name}.geojson"
    if footprints.exists():
        return picture, footprints
    town = plan(100)
    drawing = Drawing(town, METRES)
    rim = round(RIM / METRES)
    tile = drawing.bands()[:3, rim:-rim, rim:-rim]
    height, width = tile.shape[1] * times, tile.shape[2] * times
    tall, wide = (side, side) if side else (height, width)
    profile = {
        "driver": "GTiff", "height": tall, "width": wide, "count": 3, "dtype": "uint8", "crs": SYSTEM,
        "transform": Affine(METRES, 0, EAST, 0, -METRES, NORTH + height * METRES),
        "tiled": True, "compress": "deflate", "zlevel": 1, "photometric": "RGB", "sparse_ok": True, "bigtiff": "yes",
    }  # fmt: skip
    row = np.concatenate([tile] * times, axis=2)
    with rasterio.open(picture, "w", **profile) as file:
        for n in range(times):
            window = rasterio.windows.Window(0, n * tile.shape[1], width, tile.shape[1])
            file.write(row, window=window)
        file.update_tags(TIFFTAG_DATETIME="2025:06:01 11:00:00", TIFFTAG_COPYRIGHT=COPYRIGHT)
    features = []
    for house in town.houses:
        for y in range(times):
            for x in range(times):
                shape = affinity.translate(
                    house.outline,
                    x * tile.shape[2] * METRES - RIM,
                    y * tile.shape[1] * METRES - RIM,
                )
                features.append(
                    {
                        "type": "Feature",
                        "id": f"{house.name}-{x}-{y}",
                        "properties": {},
                        "geometry": shapely.geometry.mapping(in_degrees(shape)),
                    }
                )
    footprints.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return picture, footprints
