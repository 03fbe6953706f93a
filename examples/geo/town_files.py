"""The town as the files that a person has: a picture, footprints, addresses, leads, and the truth."""

from __future__ import annotations

import csv
import json
import sqlite3
import struct
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import rasterio
import shapely
from affine import Affine
from examples.geo.drawing import Drawing
from examples.geo.plan import House, Town
from rasterio.warp import transform
from shapely import affinity

#: Where the town is laid: a UTM zone, its lower left, and a name for it.
SYSTEM, EAST, NORTH = "EPSG:25832", 500_000.0, 5_500_000.0
PLACE, CODE = "Ahornfeld", "99999"
COPYRIGHT = "Drawn for Leadlight; nothing of it is real"
FIRST = ("Ana", "Bela", "Carla", "Dario", "Elif", "Falk", "Gesa", "Hugo", "Ida", "Jonas", "Kaya")
LAST = ("Abel", "Brandt", "Celik", "Dorn", "Ehlers", "Funk", "Gruber", "Horn", "Iven", "Jung")
TRADES = (
    ("shop", "bakery", "Baeckerei Korn"),
    ("office", "lawyer", "Kanzlei Recht & Rat"),
    ("shop", "hairdresser", "Salon Schnitt"),
    ("craft", "carpenter", "Tischlerei Span"),
    ("healthcare", "doctor", "Praxis Dr. Wohl"),
    ("amenity", "restaurant", "Zum Ahorn"),
)


def write_picture(
    drawing: Drawing,
    file: Path,
    *,
    bands: str = "rgb",
    bits: int = 8,
    taken: date | None = date(2025, 6, 1),
    seed: int = 7,
    **options: Any,
) -> Path:
    """The picture as a GeoTIFF: `bands` is rgb, rgbn (with near infrared) or pan."""
    values = drawing.bands(seed)
    if bands == "pan":
        values = values[:3].mean(axis=0, keepdims=True).round().astype(np.uint8)
    else:
        values = values[: len(bands)]
    if bits == 16:  # eleven bits used, as a satellite's sensor does
        values = (values.astype(np.float32) * (2047 / 255)).round().astype(np.uint16)
    height, width = drawing.shape
    place = Affine(drawing.metres, 0, EAST, 0, -drawing.metres, NORTH + drawing.town.height)
    profile = {
        "driver": "GTiff",
        "height": height,
        "width": width,
        "count": len(values),
        "dtype": values.dtype.name,
        "crs": SYSTEM,
        "transform": place,
        "tiled": True,
        "compress": "deflate",
        "photometric": "RGB" if bands != "pan" else "MINISBLACK",
        **options,
    }
    with rasterio.open(file, "w", **profile) as out:
        out.write(values)
        out.update_tags(TIFFTAG_COPYRIGHT=COPYRIGHT)
        if taken is not None:
            out.update_tags(TIFFTAG_DATETIME=f"{taken:%Y:%m:%d} 11:00:00")
    return file


def in_system(shape: Any) -> Any:
    """A shape of the plan where the town is laid."""
    return affinity.translate(shape, EAST, NORTH)


def in_degrees(shape: Any) -> Any:
    """A shape of the plan in longitude and latitude."""
    placed = in_system(shape)
    points = shapely.get_coordinates(placed)
    moved = transform(SYSTEM, "EPSG:4326", points[:, 0], points[:, 1])
    return shapely.set_coordinates(placed, np.column_stack(moved))


def write_geojson(town: Town, file: Path) -> Path:
    """The footprints in longitude and latitude."""
    features = [
        {
            "type": "Feature",
            "id": house.name,
            "properties": {"roof": house.roof},
            "geometry": shapely.geometry.mapping(in_degrees(house.outline)),
        }
        for house in town.houses
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def write_geopackage(town: Town, file: Path) -> Path:
    """The footprints in the picture's own system."""
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as con:
        con.executescript(
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,"
            " organization TEXT, organization_coordsys_id INTEGER, definition TEXT);"
            "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,"
            " geometry_type_name TEXT, srs_id INTEGER);"
            "CREATE TABLE houses (fid INTEGER PRIMARY KEY, building_id TEXT, geom BLOB);"
        )
        number = int(SYSTEM.removeprefix("EPSG:"))
        con.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('UTM', ?, 'EPSG', ?, 'undefined')",
            (number, number),
        )
        con.execute("INSERT INTO gpkg_contents VALUES ('houses', 'features', ?)", (number,))
        con.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('houses', 'geom', 'POLYGON', ?)", (number,)
        )
        head = b"GP\x00\x01" + struct.pack("<i", number)
        con.executemany(
            "INSERT INTO houses (building_id, geom) VALUES (?, ?)",
            [(h.name, head + shapely.to_wkb(in_system(h.outline))) for h in town.houses],
        )
        con.commit()
    return file


def write_extract(town: Town, file: Path, seed: int = 7) -> Path:
    """Addresses and a few trades, as an extract of OpenStreetMap has them."""
    dice = Random(seed)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="drawn">']
    trade = 0
    for n, house in enumerate(town.houses, 1):
        if not house.has_address:
            continue
        spot = house.outline.centroid
        if dice.random() < 0.3:  # before the door, not on the roof
            spot = affinity.translate(
                spot, 0, -house.outline.bounds[3] + house.outline.centroid.y - 4
            )
        tags = {
            "addr:street": house.street,
            "addr:housenumber": str(house.number),
            "addr:postcode": CODE,
            "addr:city": PLACE,
        }
        if n % 9 == 5:
            kind, what, name = TRADES[trade % len(TRADES)]
            trade += 1
            tags |= {kind: what, "name": f"{name} {trade}", "phone": f"+49 30 23125 {n:03d}"}
            tags |= {"website": f"https://www.trade{trade}.example/"}
        place = in_degrees(spot)
        lines.append(f'<node id="{n}" version="1" lat="{place.y:.7f}" lon="{place.x:.7f}">')
        lines += [f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]
        lines.append("</node>")
    file.write_text("\n".join([*lines, "</osm>", ""]), encoding="utf-8")
    return file


LEAD = (
    "lead_id",
    "full_name",
    "email",
    "street",
    "postal_code",
    "city",
    "latitude",
    "longitude",
    "created_at",
)


def write_leads(town: Town, file: Path, seed: int = 7) -> Path:
    """Who asked the company so far: every third house, some with coordinates, some from elsewhere."""
    dice = Random(seed)
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(LEAD)
        for n, house in enumerate(town.houses[::3], 1):
            table.writerow(_lead(n, house, dice))
        for n in range(1, 4):
            name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
            row = ("Fernstrasse 1", "11111", "Anderswo", "", "", "2025-09-01")
            table.writerow((f"F-{n:03d}", name, f"far{n}@ahornfeld-post.de", *row))
    return file


def _lead(n: int, house: House, dice: Random) -> tuple[object, ...]:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    street = house.street.replace("strasse", dice.choice(("strasse", "str.", "straße")))
    written = (f"{street} {house.number}", CODE, PLACE)
    spot = in_degrees(house.outline.centroid)
    where: tuple[object, object] = ("", "")
    if dice.random() < 0.4 or not house.has_address:
        where = (round(spot.y, 6), round(spot.x, 6))
    email = f"{first.lower()}.{last.lower()}{n}@ahornfeld-post.de"
    day = date(2025, dice.randint(7, 9), dice.randint(1, 28))
    return (f"L-{n:04d}", f"{first} {last}", email, *written, *where, day)


def write_truth(drawing: Drawing, file: Path, reach: float = 15.0) -> Path:
    """What is so of each house, as a table."""
    rows = drawing.truth(reach)
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("building_id", *rows[0]))
        for house, row in zip(drawing.town.houses, rows, strict=True):
            table.writerow((house.name, *(round(v, 5) for v in row.values())))
    return file
