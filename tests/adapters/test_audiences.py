"""What an audience says of a person is what the platforms' own pages say it must be."""

from __future__ import annotations

import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.nurture import audiences
from leadlight.adapters.nurture.salutations import salutation

#: Examples that the platforms publish, and what they hash to: Google's formatting guide and the
#: sample of its Data Manager API, Meta's customer information parameters, Microsoft's customer
#: list item.
PUBLISHED = [
    (
        audiences.google_address,
        " dana@example.com",
        "07e2f1394b0ea80e2adca010ea8318df697001a005ba7452720edda4b0ce57b3",
    ),
    (
        audiences.google_address,
        "DanaM@example.com",
        "1df6b43bc68dd38eca94e6a65b4f466ae537b796c81a526918b40ac4a7b906c7",
    ),
    (
        audiences.google_address,
        "cloudy.SanFrancisco+shopping@GMAIL.com",
        "223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4",
    ),
    (
        lambda c: c,
        "+18005550100",
        "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30",
    ),
    (
        audiences.small,
        "John_Smith@gmail.com",
        "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
    ),
    (
        lambda c: f"ltrim({c}, '+')",
        "+16505551212",
        "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
    ),
    (
        audiences.meta_name,
        "Mary",
        "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec",
    ),
    (
        audiences.meta_name,
        "Valéry",
        "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c",
    ),
    (
        audiences.meta_name,
        "정",
        "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14",
    ),
    (
        audiences.meta_place,
        "US",
        "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621",
    ),
    (
        audiences.small,
        "test@contoso.com",
        "f25ad364d33972379a7a4f4df33db142205f5c40eb19cfdb2fc5aaf117e10101",
    ),
]


@pytest.mark.parametrize(("rule", "value", "digest"), PUBLISHED)
def test_the_published_examples_hash_as_published(rule, value: str, digest: str) -> None:
    """A platform's own example gives its own hash"""
    assert ask(audiences.digest(rule("v")), v=value) == digest


@pytest.mark.parametrize(
    ("rule", "value", "plain"),
    [
        ("google_address", "user.name+NYC@Example.com", "user.name+nyc@example.com"),
        ("google_address", "a.b.c@googlemail.com", "abc@googlemail.com"),
        ("google_name", " Mary Ann ", "maryann"),
        ("meta_name", "O'Brien-Smith", "obriensmith"),
        ("meta_name", "Vale\u0301ry", "valéry"),
        ("meta_place", "New York", "newyork"),
        ("meta_place", "São-Paulo", "sãopaulo"),
    ],
)
def test_a_value_is_normalised_before_it_is_hashed(rule: str, value: str, plain: str) -> None:
    """Blanks, capitals, dots, accents in two pieces: as the platform's guide says"""
    assert ask(getattr(audiences, rule)("v"), v=value) == plain


@pytest.mark.parametrize(
    ("code", "country", "plain"),
    [
        ("94035-1234", "US", "94035"),
        ("M1 1AE", "GB", "m11ae"),
        ("75018", "FR", "75018"),
        ("1987", "AU", "1987"),
    ],
)
def test_a_postal_code_is_as_meta_wants_it(code: str, country: str, plain: str) -> None:
    """Five digits in the United States; elsewhere without blanks and dashes"""
    assert ask(audiences.meta_postal_code("v", "w"), v=code, w=country) == plain


@pytest.mark.parametrize(
    ("region", "country", "plain"),
    [("CA", "US", "ca"), ("California", "US", ""), ("Île-de-France", "FR", "îledefrance")],
)
def test_a_region_is_as_meta_wants_it(region: str, country: str, plain: str) -> None:
    """Two letters in the United States, or nothing"""
    assert ask(audiences.meta_region("v", "w"), v=region, w=country) == plain


def test_no_hash_of_nothing() -> None:
    """An empty text has no hash: the hash of nothing would match whoever else sent nothing"""
    assert ask(audiences.digest(audiences.small("v")), v="  ") is None


@pytest.mark.parametrize(
    ("last", "gender", "language", "country", "line"),
    [
        ("Weiß", "female", "de", "DE", "Sehr geehrte Frau Weiß,"),
        ("Weiß", "Herr", None, "AT", "Sehr geehrter Herr Weiß,"),
        ("Weiß", None, "Deutsch", None, "Guten Tag Ana Weiß,"),
        ("O'Hara", "f", None, "US", "Dear Ana O'Hara,"),
        ("Ruiz", "f", "es-MX", None, "Estimada Sra. Ruiz:"),
        (None, "f", "fr", None, "Bonjour Ana,"),
        ("X", None, "xx", "DE", "Dear Ana X,"),
    ],
)
def test_a_letter_begins_in_the_language_of_the_lead(
    last: str | None, gender: str | None, language: str | None, country: str | None, line: str
) -> None:
    """Formal where the gender is known and the language asks for it, else by the whole name"""
    known = {
        "first_name": "Ana",
        "last_name": last,
        "full_name": None,
        "gender": gender,
        "language": language,
        "country": country,
    }
    assert ask(salutation(), **known) == line


def ask(sql: str, **values: str | None) -> object:
    """An SQL expression over a row of texts."""
    con = connect()
    columns = ", ".join(f"CAST(${name} AS VARCHAR) AS {name}" for name in values)
    (found,) = con.execute(f"SELECT {sql} FROM (SELECT {columns}) r", dict(values)).fetchone()
    return found


def test_every_audience_hashes_whatever_names_a_person() -> None:
    """In no column of an audience does an address, a number or a name stand in the clear"""
    person = {
        "address": "ana@acme.com",
        "call_number": "+493012345678",
        "first_name": "Ana",
        "last_name": "Ruiz",
        "city": "Berlin",
        "region": "Berlin",
        "postal_code": "10115",
        "country": "DE",
    }
    for channel in ("google-ads", "meta-ads", "linkedin-ads", "microsoft-ads"):
        for column in audiences.audience_columns(channel):
            said = ask(column.sql, **person)
            clear = channel == "google-ads" and column.header in ("Country", "Zip")
            assert clear or said is None or len(str(said)) == 64, (channel, column.header)
