"""Draws a small made-up town and writes it as the files that `leadlight geo` reads.

    python examples/geo_town.py OUT [--houses 120] [--metres 0.2] [--seed 7]

A picture (town.tif), footprints (town.geojson, town.gpkg), addresses (town.osm), leads (leads.csv),
and the truth of each house (truth.csv). The same seed draws the same town.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.geo.drawing import Drawing
from examples.geo.plan import plan
from examples.geo.town_files import (
    write_extract,
    write_geojson,
    write_geopackage,
    write_leads,
    write_picture,
    write_truth,
)


def main() -> None:
    said = argparse.ArgumentParser(description="Draw a town.")
    said.add_argument("out", type=Path)
    said.add_argument("--houses", type=int, default=120)
    said.add_argument("--metres", type=float, default=0.2)
    said.add_argument("--bands", default="rgb", choices=("rgb", "rgbn", "pan"))
    said.add_argument("--seed", type=int, default=7)
    args = said.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    town = plan(args.houses, args.seed)
    drawing = Drawing(town, args.metres)
    write_picture(drawing, args.out / "town.tif", bands=args.bands, seed=args.seed)
    write_geojson(town, args.out / "town.geojson")
    write_geopackage(town, args.out / "town.gpkg")
    write_extract(town, args.out / "town.osm", args.seed)
    write_leads(town, args.out / "leads.csv", args.seed)
    write_truth(drawing, args.out / "truth.csv")


if __name__ == "__main__":
    main()
