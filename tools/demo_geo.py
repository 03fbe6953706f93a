"""`make demo-geo`: a made-up town is drawn, its buildings are measured, its leads are found in them, and the best are listed."""

from __future__ import annotations

import shutil
import subprocess
import sys

from shown import ROOT, leadlight, say

OUT = ROOT / "out" / "geo"


def main() -> None:
    town, workspace = OUT / "town", OUT / "workspace"
    if not (town / "truth.csv").exists():
        say("Drawing a town of 120 houses (ten seconds) ...")
        subprocess.run([sys.executable, ROOT / "examples" / "geo_town.py", town], check=True)
    shutil.rmtree(workspace, ignore_errors=True)
    leadlight("init", workspace, "--preset", "pool-service", only="^A workspace")
    say("Who asked so far:")
    leadlight("import", "-w", workspace, town / "leads.csv", only=r" read = ")
    say("Every building of the picture, measured:")
    buildings = OUT / "buildings.parquet"
    picture, outlines = town / "town.tif", town / "town.gpkg"
    purpose = ("--purpose", "offers for pool care")
    leadlight(
        "geo",
        "measure",
        picture,
        "--footprints",
        outlines,
        *purpose,
        "-o",
        buildings,
        "-w",
        workspace,
    )
    say("Which lead is in which building, and which buildings nobody asked yet:")
    leadlight("geo", "match", buildings, "--addresses", town / "town.osm", "-w", workspace)
    say("The best of them for one trade, with why and whom to ask:")
    page = OUT / "list.html"
    shown = ("--buildings", buildings, "--picture", picture, "--report", page)
    leadlight("geo", "list", "-w", workspace, "--count", "10", *shown)
    say(f"The list as a page with a map: {page.relative_to(ROOT)}.")
    say(f"What was drawn, to compare with: {town.relative_to(ROOT)}/truth.csv and town.tif.")


if __name__ == "__main__":
    main()
