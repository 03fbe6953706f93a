"""Leads and buildings put together: by coordinates, else by address. No service is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadlight.adapters.geo.address_book import AddressBook, AddressPoint, address_point
from leadlight.adapters.geo.osm import LICENCE, MapPlace
from leadlight.adapters.geo.placement import BuildingMap, Spot
from leadlight.geo.lead_place import BuildingLink, How, LeadPlace, LostLead, Why, confidence

__all__ = [
    "Contact",
    "Matches",
    "Occupants",
    "map_contact",
    "match",
    "occupants",
    "places_of_buildings",
]


@dataclass(frozen=True)
class Contact:
    """Somebody at a building, as the map says it."""

    name: str | None
    trade: str
    phone: str | None
    website: str | None
    email: str | None


@dataclass(frozen=True)
class Occupants:
    """What the map says of each building, by its number: an address, and who can be reached."""

    address: Mapping[int, AddressPoint]
    contacts: Mapping[int, Sequence[Contact]]


@dataclass(frozen=True)
class Matches:
    """Which leads have a building, and which have none."""

    placed: tuple[BuildingLink, ...]
    unplaced: tuple[LostLead, ...]


def match(
    leads: Sequence[LeadPlace], buildings: BuildingMap, book: AddressBook, within: float
) -> Matches:
    """The building of every lead, by its coordinates, else by its address in the extract."""
    points: list[tuple[float, float]] = []
    owners: list[tuple[LeadPlace, How]] = []
    unplaced = []
    for lead in leads:
        by_point = lead.point
        if by_point is not None:
            points.append(by_point)
            owners.append((lead, "coordinates"))
            continue
        found = book.find(lead.street, lead.postal_code, lead.city)
        if not found:
            why: Why = "address not in the extract"
            if not lead.street:
                why = "neither address nor coordinates"
            unplaced.append(LostLead(lead.lead, why))
        for point in found:
            points.append((point.longitude, point.latitude))
            owners.append((lead, "address"))
    spots: dict[str, list[tuple[How, Spot]]] = defaultdict(list)
    for (lead, how), spot in zip(owners, buildings.place(points, within), strict=True):
        spots[lead.lead] += [(how, spot)] if spot is not None else []
    placed = []
    for name, options in spots.items():
        choice = _choose(name, options, within)
        if isinstance(choice, BuildingLink):
            placed.append(choice)
        else:
            unplaced.append(choice)
    return Matches(tuple(placed), tuple(unplaced))


def _choose(
    lead: str, options: Sequence[tuple[How, Spot]], within: float
) -> BuildingLink | LostLead:
    if not options:
        return LostLead(lead, "no building near")
    many = len({spot.building for _, spot in options})
    if many > 2:
        return LostLead(lead, "several places have this address")
    how, best = min(options, key=lambda o: (o[1].metres, o[1].building))
    sure = confidence(best.metres, within, many)
    return BuildingLink(lead, best.building, how, best.metres, sure)


def occupants(places: Sequence[MapPlace], buildings: BuildingMap, within: float) -> Occupants:
    """The address of each building, which is the nearest one to it, and its trades, those that can
    be reached first.
    """
    spots = buildings.place([(p.longitude, p.latitude) for p in places], within)
    address: dict[int, tuple[float, AddressPoint]] = {}
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for place, spot in zip(places, spots, strict=True):
        if spot is None:
            continue
        point = address_point(place)
        nearest = address.get(spot.building)
        if point is not None and (nearest is None or spot.metres < nearest[0]):
            address[spot.building] = (spot.metres, point)
        contact = _contact(place)
        if contact is not None:
            contacts[spot.building].append(contact)
    for listed in contacts.values():
        listed.sort(key=lambda c: (c.phone is None, c.website is None, c.email is None))
    return Occupants({k: point for k, (_, point) in address.items()}, contacts)


def _contact(place: MapPlace) -> Contact | None:
    trade, tags = place.trade, place.tags
    name = tags.get("name")
    phone, website, email = (
        _first(tags.get(k) or tags.get(f"contact:{k}")) for k in ("phone", "website", "email")
    )
    if trade is None or not (name or phone or website or email):
        return None
    return Contact(name, trade, phone, website, email)


def _first(text: str | None) -> str | None:
    """The first of several that semicolons keep apart."""
    return (text or "").partition(";")[0].strip() or None


def map_contact(tags: Mapping[str, str], licence: str | None) -> dict[str, object]:
    """Who is at a building, as its own entry in a map says."""
    contact = _contact(MapPlace("", 0.0, 0.0, tags)) if licence == LICENCE else None
    if contact is None:
        return {"contact_licence": licence}
    return {
        "company": contact.name,
        "building_trade": contact.trade,
        "phone": contact.phone,
        "website": contact.website,
        "email": contact.email,
        "contact_licence": licence,
    }


def places_of_buildings(rows: Sequence[Mapping[str, object]]) -> list[MapPlace]:
    """The addresses that rows of buildings hold themselves, as things of a map."""
    out = []
    for row in rows:
        street, _, number = str(row.get("street") or "").rpartition(" ")
        longitude, latitude = row.get("longitude"), row.get("latitude")
        if street and isinstance(longitude, float) and isinstance(latitude, float):
            tags = {"addr:street": street, "addr:housenumber": number}
            tags |= {"addr:postcode": str(row["postal_code"])} if row.get("postal_code") else {}
            tags |= {"addr:city": str(row["city"])} if row.get("city") else {}
            out.append(MapPlace(f"building/{row['building_id']}", longitude, latitude, tags))
    return out
