"""Footprints of a GeoPackage: a SQLite database with shapes in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from leadlight.adapters.geo.footprints import Footprints, own_ids
from leadlight.problems import CannotDo

__all__ = ["read_geopackage"]

#: Bytes of the box that stands before a shape, by the three bits that say its kind.
BOX = (0, 32, 48, 48, 64)
LAYERS = """
SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id
FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name)
WHERE c.data_type = 'features' ORDER BY c.table_name
"""


def read_geopackage(file: Path, layer: str | None, crs: str | None) -> Footprints:
    """The features of one layer: the named one, or the only one that may hold polygons."""
    import shapely

    address = f"{file.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as con:
            con.row_factory = sqlite3.Row
            table, column, system = _layer(file, con, layer)
            rows = con.execute(f"SELECT * FROM {_quote(table)}").fetchall()
            reference = crs or _system(file, con, system)
    except sqlite3.Error as fault:
        raise CannotDo(f"{file} cannot be read as a GeoPackage.") from fault
    properties = [{k: row[k] for k in row.keys() if k != column} for row in rows]  # noqa: SIM118
    shapes = shapely.from_wkb([_wkb(row[column]) for row in rows], on_invalid="ignore")
    return Footprints(
        own_ids(properties, [str(n) for n in range(1, len(rows) + 1)]),
        shapes,
        reference,
        tuple({k: str(v) for k, v in p.items() if isinstance(v, str | int)} for p in properties),
    )


def _layer(file: Path, con: sqlite3.Connection, named: str | None) -> tuple[str, str, int]:
    layers: Sequence[Any] = con.execute(LAYERS).fetchall()
    names = [row["table_name"] for row in layers]
    if named is not None:
        layers = [row for row in layers if row["table_name"] == named]
        if not layers:
            raise CannotDo(
                f"{file} has no layer {named!r}. Its layers: {', '.join(names) or 'none'}.",
                field="layer",
            )
    elif len(layers) > 1:
        flat = ("POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING")
        polygons = [row for row in layers if row["geometry_type_name"].upper() not in flat]
        layers = polygons if len(polygons) == 1 else layers
    if len(layers) != 1:
        which = f"Name one: {', '.join(names)}." if names else "It has none."
        raise CannotDo(
            f"{file} does not say which layer holds the buildings. {which}", field="layer"
        )
    row = layers[0]
    return row["table_name"], row["column_name"], row["srs_id"]


def _system(file: Path, con: sqlite3.Connection, number: int) -> str:
    row = con.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys"
        " WHERE srs_id = ?",
        (number,),
    ).fetchone()
    if row is not None and row["organization"].upper() == "EPSG":
        return f"EPSG:{row['organization_coordsys_id']}"
    if row is None or row["definition"] in (None, "", "undefined"):
        raise CannotDo(
            f"{file} does not say in which coordinate system its buildings are. Name it, such as"
            " EPSG:25832.",
            field="footprints_crs",
        )
    return str(row["definition"])


def _wkb(blob: object) -> bytes | None:
    """The shape of a cell, without what a GeoPackage writes before it."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return None
    kind = blob[3] >> 1 & 7
    return blob[8 + BOX[kind] :] if kind < len(BOX) else None


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
