"""Streets as people write them, in several countries."""

from __future__ import annotations

import pytest

from leadlight.dedupe.addresses import Street, city_of, street_of
from leadlight.dedupe.site_names import site_words

SAME = [
    ("Hauptstraße 5", "Hauptstr. 5, 2. OG", "HAUPT STRASSE 5"),
    ("123 North Main Street", "123 N. Main St., Suite 4", "123 N Main St #7"),
    ("Calle Mayor 5", "C/ Mayor, 5", "calle mayor, 5, 3º izq."),
    ("5, rue de la République", "5 r. de la République", "5 bis rue de la Republique"),
    ("ulica Marszałkowska 10", "ul. Marszałkowska 10/12 lok. 4", "UL. MARSZALKOWSKA 10"),
    ("Piazza Garibaldi, 3", "P.za Garibaldi 3", "piazza garibaldi n. 3"),
    ("12 5th Avenue", "12 Fifth Ave.", "12 5th Ave between 10th and 11th"),
    ("Königsallee 60", "Koenigsallee 60-62"),
    ("Straße des 17. Juni 135", "Str. des 17. Juni 135"),
    ("Av. Paulista, 1578", "Avenida Paulista 1578, 5º andar"),
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda s: str(s[0]))
def test_one_house_in_several_spellings(spellings: tuple[str, ...]) -> None:
    """the word for street in full and shortened; floors, doors, ranges and crossings left out"""
    streets = [street_of(s) for s in spellings]
    assert all(streets)
    assert len({(s.name, s.number) for s in streets if s}) == 1
    assert len({s.kind for s in streets if s and s.kind}) <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstr. 5", "Hauptstr. 6"),
        ("12 High Street", "12 Mill Street"),
        ("Am Markt 7", "Am Markt 17"),
        ("12a Elm Ct", "12b Elm Ct"),
    ],
)
def test_two_houses(one: str, other: str) -> None:
    assert street_of(one) != street_of(other)


def test_what_is_no_street() -> None:
    """PO Box 12, a blank, nothing"""
    assert street_of("PO Box 12") is street_of(" ") is street_of(None) is None
    assert street_of("Weg 3") == Street("weg", None, None, "3", "weg")


def test_towns() -> None:
    assert city_of("St. Louis") == city_of("SAINT LOUIS")
    assert city_of("Köln") == city_of("Koeln")
    assert city_of("--") is None


def test_names_of_firms() -> None:
    """Café Müller & Söhne GmbH, Cafe Mueller und Soehne"""
    assert site_words("Café Müller & Söhne GmbH") == site_words("Cafe Mueller und Soehne")
    assert site_words(None) == ()
