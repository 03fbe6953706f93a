"""`leadlight geo`: 10,000 buildings on a picture of 0.2 m, a picture of 10 GB, 100,000 addresses.

    python benchmarks/geo.py [--out out/bench/geo] [--only houses|large|addresses]

The picture is the drawn town of 100 houses, laid beside itself ten times ten; the large one is the same amid
empty ground, so that its file is small and its pixels are 10 GB.
"""

from __future__ import annotations

import argparse
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


def measure_all(picture: Path, footprints: Path) -> tuple[int, float, float, float]:
    """Buildings, seconds of the wall clock and of the processor, and megabytes at most; a process of its own."""
    import subprocess

    code = (
        "import resource,sys,time\nfrom pathlib import Path\n"
        "from leadlight.adapters.geo.footprint_file import read_footprints\n"
        "from leadlight.adapters.geo.measure import measure\n"
        "from leadlight.adapters.geo.picture import open_picture\n"
        "wall, cpu = time.perf_counter(), time.process_time()\n"
        "with open_picture(Path(sys.argv[1])) as p:\n"
        "    found = measure(p, read_footprints(Path(sys.argv[2])), 15)\n"
        "print(len(found.buildings), time.perf_counter() - wall, time.process_time() - cpu,"
        " resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(picture), str(footprints)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    count, wall, cpu, size = said.stdout.split()
    return int(count), float(wall), float(cpu), float(size)


def match_all(count: int = 100_000) -> tuple[int, float, float]:
    """Leads found by address, among as many addresses; seconds of the wall clock and of the processor."""
    import time

    from leadlight.adapters.geo.address_book import AddressBook
    from leadlight.adapters.geo.match import match
    from leadlight.adapters.geo.osm import MapPlace
    from leadlight.adapters.geo.placement import BuildingMap
    from leadlight.geo.lead_place import LeadPlace

    outlines, places, leads = [], [], []
    for n in range(count):
        street, number = f"Strasse der Eiche {n // 40}", n % 40 + 1
        x, y = 9 + (n // 300) * 0.0003, 50 + (n % 300) * 0.0003
        outlines.append(shapely.box(x, y, x + 0.0001, y + 0.0001).wkt)
        tags = {"addr:street": street, "addr:housenumber": str(number), "addr:city": "Ahornfeld"}
        places.append(MapPlace(f"node/{n}", x + 0.00012, y, tags))
        leads.append(
            LeadPlace(
                f"L{n}", f"Str. der Eiche {n // 40} {number}", None, "Ahornfeld", None, None, None
            )
        )
    wall, cpu = time.perf_counter(), time.process_time()
    found = match(leads, BuildingMap(outlines), AddressBook(places), 25)
    return len(found.placed), time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    said = argparse.ArgumentParser(description="What geo costs.")
    said.add_argument("--out", type=Path, default=Path("out/bench/geo"))
    said.add_argument("--only", choices=("houses", "large", "addresses"))
    args = said.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.only in (None, "houses"):
        count, wall, cpu, size = measure_all(*draw(args.out))
        print(
            f"{count:,} buildings at {METRES} m: {wall:.1f} s, processor {cpu:.1f} s, {size:.0f} MB"
        )
    if args.only in (None, "large"):
        count, wall, cpu, size = measure_all(*draw(args.out, 3, 58_000))
        print(
            f"{count:,} buildings, 10 GB of pixels: {wall:.1f} s, processor {cpu:.1f} s, {size:.0f} MB"
        )
    if args.only in (None, "addresses"):
        count, wall, cpu = match_all()
        print(f"{count:,} of 100,000 leads found by address: {wall:.1f} s, processor {cpu:.1f} s")


if __name__ == "__main__":
    main()
