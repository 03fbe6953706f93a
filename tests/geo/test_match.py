"""Which lead is in which building."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from leadlight.adapters.geo.address_book import AddressBook
from leadlight.adapters.geo.match import Matches, match, occupants
from leadlight.adapters.geo.osm import MapPlace
from leadlight.adapters.geo.placement import BuildingMap
from leadlight.geo.lead_place import LeadPlace, confidence

#: A degree of longitude and of latitude in metres, at 50 degrees north.
EAST, NORTH = 71_696.0, 111_229.0


def at(x: float, y: float) -> tuple[float, float]:
    """A place so many metres east and north of 9 east, 50 north."""
    return 9 + x / EAST, 50 + y / NORTH


def house(x: float, y: float, side: float = 10) -> str:
    return shapely.box(*at(x, y), *at(x + side, y + side)).wkt


def address(x: float, y: float, street: str, number: str, **tags: str) -> MapPlace:
    named = {"addr:street": street, "addr:housenumber": number}
    return MapPlace("node/1", *at(x, y), named | {f"addr:{k}": v for k, v in tags.items()})


def lead(name: str = "a", street: str | None = None, **how: object) -> LeadPlace:
    usual: dict[str, object] = {
        "postal_code": None, "city": None, "building": None, "latitude": None, "longitude": None,
    }  # fmt: skip
    return LeadPlace(name, street, **{**usual, **how})  # type: ignore[arg-type]


def there(x: float, y: float) -> LeadPlace:
    longitude, latitude = at(x, y)
    return lead(latitude=latitude, longitude=longitude)


HOUSES = BuildingMap([house(0, 0), house(40, 0), house(3, 3, 2)])


def ask(one: LeadPlace, *places: MapPlace, within: float = 25) -> Matches:
    return match([one], HOUSES, AddressBook(places), within)


def test_coordinates_within_a_footprint_say_which():
    found = ask(there(45, 5)).placed[0]
    assert (found.building, found.how, found.metres, found.confidence) == (
        1, "coordinates", 0.0, 0.95,
    )  # fmt: skip


def test_of_buildings_on_each_other_the_smallest_is_meant():
    assert ask(there(4, 4)).placed[0].building == 2


def test_the_nearer_the_surer_and_too_far_is_told():
    near, far = ask(there(0, -5)).placed[0], ask(there(0, -20)).placed[0]
    assert near.metres == pytest.approx(5, abs=0.2)
    assert near.confidence > far.confidence > 0.4
    gone = ask(there(0, -26))
    assert gone.placed == ()
    assert gone.unplaced[0].why == "no building near"


@pytest.mark.parametrize(
    "street",
    ["Hauptstr. 5", "Hauptstraße 5, 2. OG", "haupt strasse 5", "HAUPTSTRASSE 05", "Haupt-Straße 5"],
)
def test_an_address_is_found_however_it_is_written(street: str):
    found = ask(lead(street=street), address(8, 8, "Hauptstraße", "5", city="Köln"))
    assert (found.placed[0].building, found.placed[0].how) == (0, "address")


@pytest.mark.parametrize(
    ("street", "how"),
    [
        ("Hauptstr. 6", {}),
        ("Hauptallee 5", {}),
        ("Hauptstr.", {}),
        ("Hauptstr. 5", {"postal_code": "10115"}),
        ("Hauptstr. 5", {"city": "Bonn"}),
    ],
)
def test_another_address_is_not_it(street: str, how: dict[str, str]):
    """Another number, another kind of street, none at all, another town"""
    found = ask(
        lead(street=street, **how), address(8, 8, "Hauptstraße", "5", postcode="50667", city="Köln")
    )
    assert found.placed == ()
    assert found.unplaced[0].why == "address not in the extract"


def test_an_address_that_two_buildings_have_is_half_as_sure():
    """Two towns have a main street, and the lead does not say which; a third makes it a guess"""
    two = [address(5, 8, "Main Street", "1"), address(45, 5, "Main Street", "1")]
    assert ask(lead(street="1 Main St"), *two).placed[0].confidence == pytest.approx(0.475)
    houses = BuildingMap([house(0, 0), house(40, 0), house(80, 0)])
    three = [*two, address(85, 5, "Main Street", "1")]
    found = match([lead(street="1 Main St")], houses, AddressBook(three), 25)
    assert found.unplaced[0].why == "several places have this address"


@pytest.mark.parametrize(
    "where",
    [(0.0, 0.0), (91.0, 9.0), (50.0, 200.0), (float("nan"), 9.0), (float("inf"), 9.0)],
)
def test_coordinates_that_are_none_are_not_believed(where: tuple[float, float]):
    """What a form sends that knows nothing, and slips of the pen: the address counts instead"""
    odd = lead(street="Hauptstr. 5", latitude=where[0], longitude=where[1])
    assert ask(odd, address(45, 5, "Hauptstraße", "5")).placed[0].building == 1
    assert ask(lead(latitude=where[0], longitude=where[1])).unplaced[0].why == (
        "neither address nor coordinates"
    )


def test_coordinates_that_an_address_led_to_give_way_to_a_new_address():
    """It was found by its address and moved since: its new address counts"""
    longitude, latitude = at(5, 5)
    moved = lead(street="Neue Gasse 2", latitude=latitude, longitude=longitude, match="address")
    assert ask(moved, address(45, 5, "Neue Gasse", "2")).placed[0].building == 1


@pytest.mark.parametrize(
    "street",
    [
        "'; DROP TABLE leads; -- 5",
        "=HYPERLINK(1) 5",
        "<b>5</b>",
        "\x00\x1b[2J 5",
        "5" * 999,
        "名 5",
    ],
)
def test_hostile_addresses_are_nowhere(street: str):
    found = ask(lead(street=street), address(8, 8, "Hauptstraße", "5"))
    assert found.unplaced[0].why == "address not in the extract"


def test_who_is_at_a_building_comes_from_the_map():
    """Of two trades, the one that can be called; the address is that of the nearest point"""
    bare = MapPlace("node/2", *at(5, 5), {"shop": "kiosk", "name": "Kiosk"})
    bakery = {"shop": "bakery", "name": "Korn", "contact:phone": "+49 30 1; +49 30 2"}
    found = occupants(
        [
            bare,
            MapPlace("node/3", *at(6, 6), bakery),
            address(0, -10, "Hauptstraße", "7"),
            address(2, 2, "Hauptstraße", "5"),
            MapPlace("node/4", *at(45, 5), {"amenity": "bench"}),
        ],
        BuildingMap([house(0, 0), house(40, 0)]),
        25,
    )
    best = found.contacts[0][0]
    assert (best.name, best.trade, best.phone) == ("Korn", "shop bakery", "+49 30 1")
    assert found.address[0].street == "Hauptstraße 5"
    assert 1 not in found.contacts


@given(st.floats(0, 25), st.floats(0, 25), st.integers(1, 9))
def test_confidence_falls_with_distance_and_with_choice(one: float, other: float, places: int):
    near, far = sorted((one, other))
    assert 0 < confidence(far, 25) <= confidence(near, 25) <= 0.95
    assert confidence(near, 25, places) <= confidence(near, 25)


def test_the_south_and_the_far_east_have_metres_too():
    """Sydney: a place 10 m from a wall is 10 m away"""
    wall = shapely.box(151.2, -33.9, 151.2001, -33.8999).wkt
    one = lead(latitude=-33.9 - 10 / 110_900, longitude=151.20005)
    found = match([one], BuildingMap([wall]), AddressBook([]), 25)
    assert found.placed[0].metres == pytest.approx(10, abs=0.3)
