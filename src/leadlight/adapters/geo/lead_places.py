"""Where leads say that they are: their address, and coordinates where a company has them."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation
from leadlight.geo.lead_place import LeadPlace

__all__ = ["lead_places"]

TEXTS = ("street", "postal_code", "city", "building_id")
NUMBERS = ("latitude", "longitude")


def lead_places(
    con: duckdb.DuckDBPyConnection, leads: Relation, held: Collection[str]
) -> list[LeadPlace]:
    """The place of every lead of a relation, once each, in the order of their ids; `held` are the
    columns that it has.
    """
    columns = [
        *(_column(name, "VARCHAR", held) for name in TEXTS),
        *(_column(name, "DOUBLE", held) for name in NUMBERS),
        _column("building_match", "VARCHAR", held),
    ]
    found = rows(
        con,
        f"SELECT CAST(lead_id AS VARCHAR), {', '.join(columns)} FROM {leads}"
        " WHERE lead_id IS NOT NULL"
        " QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY lead_id) = 1 ORDER BY 1",
    )
    return [LeadPlace(*row) for row in found]  # type: ignore[arg-type]


def _column(name: str, type_: str, held: Collection[str]) -> str:
    return f"TRY_CAST({quoted(name)} AS {type_})" if name in held else "NULL"
