"""Where leads say that they are: their address, and coordinates where a company has them."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation
from leadlight.geo.lead_place import LeadPlace

__all__ = ["lead_places", "place_columns"]

#: What a company may call its coordinates.
LATITUDES = ("latitude", "lat", "geo_lat", "gps_lat", "geo_latitude")
LONGITUDES = ("longitude", "lon", "lng", "long", "geo_lon", "geo_lng", "gps_lon", "geo_longitude")
_PLAIN = ("street", "postal_code", "city", "building")


def place_columns(names: Mapping[str, str]) -> dict[str, str]:
    """What of a lead's place stands in which column; `names` are the columns by their name in lower
    case.
    """
    found = {name: names[name] for name in _PLAIN if name in names}
    for what, words in (("latitude", LATITUDES), ("longitude", LONGITUDES)):
        column = next((names[w] for w in words if w in names), None)
        if column is not None:
            found[what] = column
    return found


def lead_places(
    con: duckdb.DuckDBPyConnection, leads: Relation, columns: Mapping[str, str]
) -> list[LeadPlace]:
    """The place of every lead of a relation, once each, in the order of their ids."""
    texts = [_text(columns, name) for name in _PLAIN]
    numbers = [_number(columns, name) for name in ("latitude", "longitude")]
    found = rows(
        con,
        f"SELECT CAST(lead_id AS VARCHAR), {', '.join(texts + numbers)} FROM {leads}"
        " WHERE lead_id IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY lead_id) = 1 ORDER BY 1",
    )
    return [LeadPlace(*row) for row in found]  # type: ignore[arg-type]


def _text(columns: Mapping[str, str], name: str) -> str:
    return f"CAST({quoted(columns[name])} AS VARCHAR)" if name in columns else "NULL"


def _number(columns: Mapping[str, str], name: str) -> str:
    if name not in columns:
        return "NULL"
    return f"TRY_CAST(replace(CAST({quoted(columns[name])} AS VARCHAR), ',', '.') AS DOUBLE)"
