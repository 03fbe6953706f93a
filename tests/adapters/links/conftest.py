"""A small base written as a test's text: one lead a line, `column = value` for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.links import FoundLinks, find_links
from leadlight.dedupe.settings import Settings
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Attribute, Type

Leads = Callable[[str], duckdb.DuckDBPyConnection]
Linked = Callable[..., dict[tuple[str, str], tuple[str, str]]]


@pytest.fixture
def shared() -> Path:
    """The real bases, where they are at hand."""
    place = Path(os.environ.get("LEADLIGHT_DATA", Path(__file__).parents[4] / "shared" / "data"))
    if not place.is_dir():
        pytest.skip("The real data are not on this machine.")
    return place.parent


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    made = connect()
    yield made
    made.close()


def read(text: str) -> list[dict[str, str]]:
    """`ana: first_name = Ana, last_name = Kuhn` is a lead."""
    leads = []
    for line in filter(None, map(str.strip, text.splitlines())):
        lead_id, _, cells = line.partition(":")
        pairs = (cell.split("=", 1) for cell in cells.split(",") if "=" in cell)
        leads.append({"lead_id": lead_id.strip(), **{k.strip(): v.strip() for k, v in pairs}})
    return leads


def table(con: duckdb.DuckDBPyConnection, leads: list[dict[str, str]]) -> list[Attribute]:
    """The leads as table `leads`; columns without a standard name are the company's own."""
    names = list(dict.fromkeys(name for lead in leads for name in lead))
    con.execute(f"CREATE TABLE leads ({', '.join(f'{n} VARCHAR' for n in names)})")
    marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(leads))
    con.execute(f"INSERT INTO leads VALUES {marks}", [lead.get(n) for lead in leads for n in names])
    return [LEAD_ATTRIBUTES.get(n) or Attribute(n, Type.TEXT, own=True) for n in names]


@pytest.fixture
def linked(con: duckdb.DuckDBPyConnection) -> Linked:
    """The links of a base: pair -> (state, evidence)."""

    def find(
        text: str, more: list[dict[str, str]] | None = None, **settings: Any
    ) -> dict[Any, Any]:
        columns = table(con, read(text) + (more or []))
        return states(find_links(con, "leads", columns, Settings(**settings)))

    return find


def states(found: FoundLinks) -> dict[tuple[str, str], tuple[str, str]]:
    return {(r.lead_a, r.lead_b): (r.state, r.evidence) for r in found.links}


FIRSTS = (
    "Alma Bruno Carla Dario Edda Fritz Gerda Hanno Ines Jule Karl Lotte Moritz Nele Oskar Paula"
)
LASTS = (
    "Abel Brandt Conrad Dietz Eberle Falk Geiger Hauser Imhof Jung Kaiser Lang Maurer Nagel Ott"
    " Pohl Quast"
)
CITIES = "Berlin Hamburg Kiel Bonn Ulm Trier Jena Mainz Worms"


def strangers(count: int) -> list[dict[str, str]]:
    """So many leads who have nothing to do with each other."""
    firsts, lasts, cities = (words.split() for words in (FIRSTS, LASTS, CITIES))
    return [
        {
            "lead_id": f"s{k:03}",
            "first_name": firsts[k % 16],
            "last_name": lasts[(k * 5 + k // 16) % 17],
            "city": cities[k % 9],
            "birthday": f"19{40 + k * 7 % 59}-{1 + k * 5 % 12:02}-{1 + k * 11 % 28:02}",
            "street": f"{('Haupt', 'Garten', 'Ring', 'Linden', 'Berg')[k % 5]}str. {3 + k}",
            "postal_code": f"{10115 + k * 631}",
        }
        for k in range(count)
    ]
