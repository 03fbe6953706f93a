"""How a letter begins, in the lead's language: an SQL expression over its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_WOMAN = "('f', 'female', 'woman', 'w', 'weiblich', 'frau', 'femme', 'mujer', 'mrs', 'ms', 'mme')"
_MAN = "('m', 'male', 'man', 'männlich', 'mann', 'herr', 'homme', 'hombre', 'mr')"


class Salutation(NamedTuple):
    """The words before a name where the gender is known and only the family name follows, where
    nothing but the whole name is, and the words to somebody whose name nobody knows.
    """

    woman: str
    man: str
    anybody: str
    nameless: str
    end: str = ","


#: By language. Where a language asks for a gender and none is known, a greeting that needs none.
SALUTATIONS: Mapping[str, Salutation] = {
    "en": Salutation("", "", "Dear ", "Hello"),
    "de": Salutation("Sehr geehrte Frau ", "Sehr geehrter Herr ", "Guten Tag ", "Guten Tag"),
    "fr": Salutation("Madame ", "Monsieur ", "Bonjour ", "Bonjour"),
    "es": Salutation("Estimada Sra. ", "Estimado Sr. ", "Hola, ", "Hola", ":"),
    "nl": Salutation("Geachte mevrouw ", "Geachte heer ", "Beste ", "Goedendag"),
    "it": Salutation("Gentile signora ", "Gentile signor ", "Buongiorno ", "Buongiorno"),
}
#: A word for a language -> the language.
_NAMES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "dutch": "nl",
    "nederlands": "nl",
    "italian": "it",
    "italiano": "it",
}
#: Where nobody said which language a lead reads, that of its country counts.
_COUNTRIES = {
    "DE": "de",
    "AT": "de",
    "FR": "fr",
    "ES": "es",
    "MX": "es",
    "AR": "es",
    "CO": "es",
    "CL": "es",
    "NL": "nl",
    "IT": "it",
}

FULL_NAME = (
    "coalesce(nullif(trim(full_name), ''), nullif(trim(concat_ws(' ', nullif(trim(first_name), ''),"
    " nullif(trim(last_name), ''))), ''))"
)


def salutation() -> str:
    """SQL: the first line of a letter."""
    cases = " ".join(f"WHEN '{name}' THEN {_line(of)}" for name, of in SALUTATIONS.items())
    return f"CASE {_language()} {cases} ELSE {_line(SALUTATIONS['en'])} END"


def _language() -> str:
    words = " ".join(f"WHEN '{word}' THEN '{code}'" for word, code in _NAMES.items())
    countries = " ".join(f"WHEN '{c}' THEN '{code}'" for c, code in _COUNTRIES.items())
    return (
        f"coalesce(CASE lower(trim(language)) {words} ELSE nullif(left(lower(trim(language)), 2),"
        f" '') END, CASE upper(country) {countries} END)"
    )


def _line(of: Salutation) -> str:
    known = (
        f" WHEN nullif(trim(last_name), '') IS NOT NULL AND lower(trim(gender)) IN {_WOMAN} THEN"
        f" '{of.woman}' || trim(last_name) || '{of.end}' WHEN nullif(trim(last_name), '') IS NOT"
        f" NULL AND lower(trim(gender)) IN {_MAN} THEN '{of.man}' || trim(last_name) || '{of.end}'"
    )
    formal = known if of.woman else ""
    return (
        f"CASE WHEN {FULL_NAME} IS NULL THEN '{of.nameless}{of.end}'{formal} ELSE '{of.anybody}' ||"
        f" {FULL_NAME} || '{of.end}' END"
    )
