"""Country names in several languages to two-letter ISO codes; asked once per distinct value.

The names come from `country_names.txt`, which `tools/countries.py` writes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("country_names.txt")
_ALSO = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "south korea": "KR",
    "korea": "KR",
    "republic of korea": "KR",
    "north korea": "KP",
    "czech republic": "CZ",
    "russian federation": "RU",
    "viet nam": "VN",
    "uae": "AE",
    "u.a.e.": "AE",
    "hong kong": "HK",
    "macau": "MO",
    "macao": "MO",
    "turkey": "TR",
    "türkiye": "TR",
    "burma": "MM",
    "ivory coast": "CI",
    "brasil": "BR",
    "españa": "ES",
    "deutschland": "DE",
    "iran": "IR",
    "syria": "SY",
    "palestine": "PS",
    "taiwan": "TW",
    "moldova": "MD",
    "tanzania": "TZ",
    "bolivia": "BO",
    "venezuela": "VE",
    "swaziland": "SZ",
    "cape verde": "CV",
    "macedonia": "MK",
    "republic of ireland": "IE",
    "brd": "DE",
}
_ALPHA3 = {
    "USA": "US",
    "GBR": "GB",
    "DEU": "DE",
    "FRA": "FR",
    "ESP": "ES",
    "ITA": "IT",
    "NLD": "NL",
    "BEL": "BE",
    "CHE": "CH",
    "AUT": "AT",
    "POL": "PL",
    "SWE": "SE",
    "NOR": "NO",
    "DNK": "DK",
    "FIN": "FI",
    "IRL": "IE",
    "PRT": "PT",
    "CZE": "CZ",
    "IND": "IN",
    "CHN": "CN",
    "JPN": "JP",
    "KOR": "KR",
    "AUS": "AU",
    "NZL": "NZ",
    "CAN": "CA",
    "MEX": "MX",
    "BRA": "BR",
    "ARG": "AR",
    "ZAF": "ZA",
    "NGA": "NG",
    "ARE": "AE",
    "SAU": "SA",
    "TUR": "TR",
    "RUS": "RU",
    "UKR": "UA",
    "ISR": "IL",
    "SGP": "SG",
    "HKG": "HK",
    "GRC": "GR",
    "HUN": "HU",
    "ROU": "RO",
    "BGR": "BG",
    "HRV": "HR",
    "SVK": "SK",
    "SVN": "SI",
    "EST": "EE",
    "LVA": "LV",
    "LTU": "LT",
}


@cache
def _names() -> dict[str, str]:
    """Every name in lower case, with its code."""
    return {name: code for code, *names in _lines() for name in names} | _ALSO


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, *_ in _lines())


def _lines() -> list[list[str]]:
    text = _FILE.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def country_code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code that a text stands for, or the text itself when it is no country
    we know.
    """
    bare = text.strip()
    upper = bare.upper()
    if len(bare) == 2 and upper in _codes():
        return upper
    if len(bare) == 3 and upper in _ALPHA3:
        return _ALPHA3[upper]
    return _names().get(bare.casefold(), bare)
