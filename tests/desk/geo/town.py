"""A made-up town of measured buildings, whose pools are known."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine


def write_town(
    folder: Path,
    name: str = "town",
    *,
    buildings: int = 360,
    east: float = 8.5,
    haze: float = 0.0,
    pools: float = 0.3,
    seed: int = 1,
) -> tuple[Path, Path]:
    """The table of buildings and the table of truth. `haze` is added to all that looks blue, as the
    light of another day is.
    """
    draw = random.Random(seed)
    table, truth = folder / f"{name}.csv", folder / f"{name}-truth.csv"
    head = ("building_id", "longitude", "latitude", "roof_area", "pool_share", "pool_area")
    more = ("panel_share", "yard_green_share", "outline", "taken")
    with table.open("w", newline="") as one, truth.open("w", newline="") as other:
        rows, answers = csv.writer(one), csv.writer(other)
        rows.writerow((*head, *more))
        answers.writerow(("building_id", "label"))
        for n in range(buildings):
            has = draw.random() < pools
            x, y = east + (n % 20) * 0.0006, 47.4 + n // 20 * 0.0004
            blue = max(0.0, haze + draw.gauss(0.04 if has else 0.008, 0.012))
            corners = ((x, y), (x + 2e-4, y), (x + 2e-4, y + 1e-4), (x, y + 1e-4), (x, y))
            outline = ", ".join(f"{a:.6f} {b:.6f}" for a, b in corners)
            rows.writerow(
                (
                    f"{name}-{n}",
                    f"{x:.6f}",
                    f"{y:.6f}",
                    round(draw.uniform(50, 300), 1),
                    round(blue, 5),
                    round(blue * 700, 1),
                    round(max(0.0, draw.gauss(0.05, 0.05)), 4),
                    round(draw.random(), 3),
                    f"POLYGON (({outline}))",
                    "2025-06-01",
                )
            )
            answers.writerow((f"{name}-{n}", "yes" if has else "no"))
    return table, truth


def write_ground(folder: Path) -> Path:
    """A grey picture under the made-up town, coarse enough to be small."""
    file = folder / "ground.tif"
    place = Affine(2.0, 0, 536_600, 0, -2.0, 5_251_500)
    with rasterio.open(
        file, "w", driver="GTiff", height=1_400, width=1_400, count=3, dtype="uint8",
        crs="EPSG:25832", transform=place,
    ) as out:  # fmt: skip
        out.write(np.full((3, 1_400, 1_400), 90, np.uint8))
    return file
