"""Names of people and companies that stand where somebody did not want to tell, or where a form was
tried out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from leadlight.verify.letters import plain

PEOPLE = frozenset(
    (
        "john doe",
        "jane doe",
        "joe doe",
        "joe bloggs",
        "max mustermann",
        "erika mustermann",
        "otto normalverbraucher",
        "lieschen mueller mustermann",
        "fulano de tal",
        "mario mustermann",
        "john q public",
        "foo bar",
        "lorem ipsum",
        "donald duck",
        "mickey mouse",
        "santa claus",
        "darth vader",
        "first last",
        "your name",
        "ihr name",
        "my name",
        "vorname nachname",
        "first name last name",
        "first name surname",
        "imie nazwisko",
        "nom prenom",
        "prenom nom",
        "nombre apellido",
        "nome cognome",
        "no name",
        "test user",
        "demo user",
        "test person",
        "test account",
        "test lead",
        "new lead",
        "not provided",
        "not known",
        "not available",
        "not specified",
        "keine angabe",
        "no one",
        "some one",
        "abc def",
        "abc xyz",
        "a b c",
    )
)
"""Whole names."""

SURNAMES = frozenset(
    (
        "mustermann",
        "musterfrau",
        "normalverbraucher",
        "nachname",
        "familienname",
        "lastname",
        "last name",
        "surname",
        "apellido",
        "apellidos",
        "cognome",
        "nazwisko",
        "achternaam",
        "testuser",
        "testaccount",
        "xxx",
        "xxxx",
        "фамилия",
    )
)
"""Family names that nobody has."""

GIVEN = frozenset(
    (
        "test",
        "tests",
        "testing",
        "testuser",
        "unknown",
        "unbekannt",
        "anonymous",
        "anonym",
        "anonymus",
        "xxx",
        "xxxx",
        "vorname",
        "firstname",
        "first name",
        "dummy",
        "noname",
        "no name",
        "not provided",
        "not available",
        "fulano",
        "тест",
        "имя",
        "測試",
        "测试",
        "テスト",
    )
)
"""Given names that nobody has."""

ALONE = (
    GIVEN
    | SURNAMES
    | frozenset(
        (
            "tester",
            "teste",
            "tested",
            "testtest",
            "test1",
            "test2",
            "test123",
            "demo",
            "sample",
            "example",
            "beispiel",
            "name",
            "my name",
            "user",
            "username",
            "customer",
            "client",
            "kunde",
            "contact",
            "kontakt",
            "guest",
            "gast",
            "admin",
            "administrator",
            "visitor",
            "besucher",
            "lead",
            "person",
            "nobody",
            "niemand",
            "somebody",
            "someone",
            "anyone",
            "none",
            "null",
            "nil",
            "nan",
            "n/a",
            "na",
            "n.a.",
            "k.a.",
            "keine",
            "kein",
            "tbd",
            "tba",
            "xx",
            "xyz",
            "abc",
            "abcd",
            "foo",
            "bar",
            "private",
            "privat",
            "secret",
            "inconnu",
            "desconocido",
            "sconosciuto",
            "nieznany",
            "undefined",
            "prova",
            "prueba",
            "essai",
            "mr",
            "mrs",
            "herr",
            "frau",
            "sir",
            "madam",
            "doe",
            "blah",
            "bla",
            "hello",
            "whatever",
            "same",
            "no",
        )
    )
)
"""Words that are a placeholder when nothing else is told."""

REAL_ALONE = frozenset(
    {"null", "none", "na", "no", "nan", "nil", "doe", "foo", "bar", "lead", "gast"}
)
"""Of those, the ones that are somebody's only name often enough; told as given and family name
alike they are none.
"""

COMPANIES = frozenset(
    (
        "private",
        "privat",
        "private person",
        "privatperson",
        "none",
        "no company",
        "no",
        "n/a",
        "na",
        "n.a.",
        "nil",
        "null",
        "self",
        "myself",
        "me",
        "xx",
        "xxx",
        "xxxx",
        "aaa",
        "abc",
        "xyz",
        "my company",
        "mycompany",
        "your company",
        "company name",
        "company",
        "firma",
        "firmenname",
        "keine",
        "keine firma",
        "kein unternehmen",
        "not applicable",
        "not provided",
        "not available",
        "unknown",
        "unbekannt",
        "tbd",
        "tba",
        "not set",
        "nothing",
        "individual",
        "home",
        "personal",
        "ninguna",
        "ninguno",
        "aucune",
        "aucun",
        "brak",
        "nessuna",
        "nope",
        "nan",
        "undefined",
        "нет",
        "test account",
        "test company name",
        "foo",
        "bar",
        "foo bar",
        "asd",
    )
)
"""What stands as the company of somebody who tells none."""

TRIED = frozenset(
    (
        "test",
        "tests",
        "testing",
        "tester",
        "testfirma",
        "testcompany",
        "test company",
        "test firma",
        "example",
        "demo",
        "sample",
        "dummy",
        "muster",
        "musterfirma",
        "mustermann",
        "beispiel",
        "example company",
        "demo company",
        "sample company",
        "my company",
        "your company",
        "asdf",
        "тест",
        "demo account",
    )
)
"""The same, also before a legal form: Test GmbH, Example Inc."""

_LEGAL = re.compile(
    r"[\s,]+(?:gmbh(?: & co\.?"
    r" kg)?|ag|kg|ohg|ug|se|e\.?v\.?|inc\.?|incorporated|llc|l\.l\.c\.?|llp|ltd\.?|limited"
    r"|plc|corp\.?"
    r"|corporation|co\.?|company|pty|sas|sarl|s\.?a\.?|s\.?l\.?|s\.?r\.?l\.?|spa|s\.p\.a\.?"
    r"|b\.?v\.?|n\.?v\.?|oy|ab|as|aps|a/s"
    r"|sp\.? ?z\.? ?o\.? ?o\.?|s\.?r\.?o\.?|kft|zrt|d\.?o\.?o\.?|pvt\.?|kk|pte\.?|ооо)$"
)
_SPACES = re.compile(r"[\s_]+")


def _low(text: str) -> str:
    return _SPACES.sub(" ", plain(text)).strip(" .,;:!\"'()[]<>-")


def stem(company: str) -> str:
    """A company's name without its legal form, in small letters."""
    low = _low(company[:200])
    for _ in range(3):
        cut = _LEGAL.sub("", low)
        if cut == low:
            break
        low = cut
    return low


@lru_cache(1 << 15)
def is_placeholder_name(first: str, last: str) -> bool:
    """Whether a given and a family name are nobody's. Either may be empty: `Ng`, `O` and `Null` are
    people.
    """
    if first and not last and " " in first:
        first, _, last = first.partition(" ")
    one, two = _low(first[:200]), _low(last[:200])
    if f"{one} {two}".strip() in PEOPLE or two in SURNAMES or one in GIVEN:
        return True
    return _both_are_placeholders(one, two) if one and two else _is_alone(one or two)


def _is_alone(only: str) -> bool:
    return only in ALONE and only not in REAL_ALONE


def _both_are_placeholders(one: str, two: str) -> bool:
    if one not in ALONE or two not in ALONE:
        return False
    return one == two != "na" or not {one, two} <= REAL_ALONE


@lru_cache(1 << 15)
def is_placeholder_company(company: str) -> bool:
    """Whether a company's name says that there is none, or that a form was tried out."""
    if company.isupper() and company.strip() in ("AAA", "ABC", "ASD", "FOO", "BAR", "ME", "XYZ"):
        return False
    low = _low(company[:200])
    return low in COMPANIES or low in TRIED or stem(company) in TRIED
