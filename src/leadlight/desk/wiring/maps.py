"""Addresses and outlines of a map, and which lead is in which building."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.wiring import bases

if TYPE_CHECKING:
    from leadlight.adapters.geo.match import Matches as Matches
    from leadlight.adapters.geo.match import Occupants as Occupants
    from leadlight.adapters.geo.osm import MapPlace
    from leadlight.adapters.geo.placement import BuildingMap
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.ledger import Ledger
    from leadlight.facts.relation import Relation
    from leadlight.geo.lead_place import LeadPlace as LeadPlace
    from leadlight.geo.lead_place import LostLead as LostLead


def map_contact(tags: Mapping[str, str], licence: str | None) -> dict[str, object]:
    """Who is at a building, as its own entry in a map says."""
    from leadlight.adapters.geo.match import map_contact

    return map_contact(tags, licence)


def map_licence() -> str:
    """What stands wherever something of OpenStreetMap is shown."""
    from leadlight.adapters.geo.osm import LICENCE

    return LICENCE


def read_places(file: Path) -> list[MapPlace]:
    """Addresses and trades of an extract of OpenStreetMap."""
    from leadlight.adapters.geo.osm import read_places

    return read_places(file)


def places_of_buildings(rows: Sequence[Mapping[str, object]]) -> list[MapPlace]:
    """The addresses that rows of buildings hold themselves."""
    from leadlight.adapters.geo.match import places_of_buildings

    return places_of_buildings(rows)


def building_map(outlines: Sequence[str]) -> BuildingMap:
    """Outlines that can be asked which building is where."""
    from leadlight.adapters.geo.placement import BuildingMap

    return BuildingMap(outlines)


def match_leads(
    leads: Sequence[LeadPlace], buildings: BuildingMap, places: Sequence[MapPlace], within: float
) -> Matches:
    """The building of each lead."""
    from leadlight.adapters.geo.address_book import AddressBook
    from leadlight.adapters.geo.match import match

    return match(leads, buildings, AddressBook(places), within)


def occupants(places: Sequence[MapPlace], buildings: BuildingMap, within: float) -> Occupants:
    """The address of each building, and who can be reached there, as a map says."""
    from leadlight.adapters.geo.match import occupants

    return occupants(places, buildings, within)


def lead_places(con: Connection, leads: Relation, held: Collection[str]) -> list[LeadPlace]:
    """Where the leads of a relation with these columns say that they are."""
    from leadlight.adapters.geo.lead_places import lead_places

    return lead_places(con, leads, held)


def lead_places_of_ledger(con: Connection, facts: Ledger, now: datetime) -> list[LeadPlace]:
    """Where the leads of a ledger are, as is known now."""
    from leadlight.facts.cohort import Everyone

    sources = bases.base_of_ledger(con, facts, Everyone(now)).sources
    return lead_places(con, sources.leads, sources.catalog.present)
