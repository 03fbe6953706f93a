"""Addresses of a map by street and number, and where the address of a lead is among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from leadlight.adapters.geo.osm import MapPlace
from leadlight.dedupe.addresses import Street, city_of, street_of

__all__ = ["AddressBook", "AddressPoint"]


@dataclass(frozen=True)
class AddressPoint:
    """An address of the map: its place, and how it is written there."""

    longitude: float
    latitude: float
    street: str
    postal_code: str | None
    city: str | None


@dataclass(frozen=True)
class _Entry:
    point: AddressPoint
    kind: str | None
    side: str | None
    town: str | None


class AddressBook:
    """The addresses of an extract. Nobody outside is asked."""

    def __init__(self, places: Iterable[MapPlace]) -> None:
        self._by_house: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        self.points: list[AddressPoint] = []
        for place in places:
            point = address_point(place)
            parts = _street(point.street) if point else None
            if point is None or parts is None or parts.number is None:
                continue
            self.points.append(point)
            entry = _Entry(point, parts.kind, parts.side, city_of(point.city))
            self._by_house[parts.name, parts.number].append(entry)

    def find(
        self, street: str | None, postal_code: str | None, city: str | None
    ) -> Sequence[AddressPoint]:
        """The points that may be an address: none, one, or several where too little was said."""
        parts = _street(street or "")
        if parts is None or parts.number is None:
            return ()
        found = self._by_house.get((parts.name, parts.number), [])
        town, code = city_of(city), (postal_code or "").replace(" ", "") or None
        return [
            e.point
            for e in found
            if _agree(e.kind, parts.kind)
            and _agree(e.side, parts.side)
            and _same_town(e, town, code)
        ]


def address_point(place: MapPlace) -> AddressPoint | None:
    """The address that a thing of the map has; None where it has no house number."""
    tags = place.tags
    number = tags.get("addr:housenumber")
    street = tags.get("addr:street") or tags.get("addr:place")
    if not number or not street:
        return None
    return AddressPoint(
        place.longitude,
        place.latitude,
        f"{street} {number}",
        tags.get("addr:postcode"),
        tags.get("addr:city"),
    )


def _same_town(entry: _Entry, town: str | None, code: str | None) -> bool:
    """Whether postal code or town speak for it; where both are known, one is enough."""
    theirs = (entry.point.postal_code or "").replace(" ", "") or None
    by_code = None if theirs is None or code is None else theirs == code
    by_town = None if entry.town is None or town is None else entry.town == town
    if by_code is None and by_town is None:
        return True
    return bool(by_code) or bool(by_town)


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


@lru_cache(maxsize=1 << 16)
def _street(text: str) -> Street | None:
    return street_of(text)
