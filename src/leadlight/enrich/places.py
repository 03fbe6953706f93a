"""Postal code and phone prefix -> region; phone prefix -> country.

Only where a code stands for one region: the department of a French code, the province of a Spanish
one, the first letter or digit of a Canadian or Australian one, the ZIP code and the area code of
the United States (by the package `zipcodes`, of the extra `enrich`). A German or Italian code may
lie in two regions, so nothing is said of those.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, ClassVar

from leadlight.enrich.enricher import Finding, Row

#: The share of an area code's places that must lie in one state.
_MOST = 0.8
#: A number -> the country that its prefix says, and its digits behind that; None where it says
#: none.
NumberReader = Callable[[str], tuple[str, str] | None]


class PlaceEnricher:
    """Says of which region and country a lead is."""

    name = "places"
    about = "Region by the postal code or the area code, country by the phone prefix."
    reads = ("postal_code", "country", "phone", "mobile")
    adds: ClassVar[Mapping[str, str]] = {"region": "text", "country": "text"}

    def __init__(self, read_number: NumberReader) -> None:
        self._read_number = read_number

    def enrich(self, rows: Sequence[Row]) -> list[list[Finding]]:
        """Findings of each place."""
        return [self._findings(row) for row in rows]

    def _findings(self, row: Row) -> list[Finding]:
        country = str(row.get("country") or "").strip().upper()
        numbers = [self._read_number(str(row[n])) for n in ("phone", "mobile") if row.get(n)]
        abroad = [number for number in numbers if number is not None]
        found = []
        if not country and abroad:
            country = abroad[0][0]
            found.append(Finding("country", country, "phone prefix", 0.85))
        region = region_of_code(str(row.get("postal_code") or ""), country)
        if region is not None:
            return [*found, Finding("region", region, "postal code", 0.95)]
        areas = [area_state(digits) for of, digits in abroad if of == "US" == country]
        if areas and areas[0] is not None:
            # People move, and take their numbers with them.
            found.append(Finding("region", areas[0], "area code", 0.6))
        return found


@cache
def _tables() -> Mapping[str, Any]:
    text = files("leadlight.enrich").joinpath("words", "regions.toml").read_text("utf-8")
    return tomllib.loads(text)


def region_of_code(code: str, country: str) -> str | None:
    """The region in which a postal code of a country lies; None where that is not one."""
    plain = re.sub(r"[\s-]", "", code).upper()
    if country == "US":
        return _state_of_zip(plain[:5])
    length, pattern = _SHAPES.get(country, (0, ""))
    if not length or not re.fullmatch(pattern, plain):
        return None
    table: Mapping[str, str] = _tables()[country]
    for n in (3, 2, 1):
        if n <= length and plain[:n] in table:
            return table[plain[:n]]
    return None


#: The longest beginning that counts, and how a code of the country looks.
_SHAPES = {
    "FR": (3, r"\d{5}"),
    "ES": (2, r"\d{5}"),
    "CA": (1, r"[A-Z]\d[A-Z](\d[A-Z]\d)?"),
    "AU": (2, r"\d{4}"),
}


def has_zip_codes() -> bool:
    """Whether the codes of the United States are installed."""
    return find_spec("zipcodes") is not None


@cache
def _state_of_zip(code: str) -> str | None:
    if not re.fullmatch(r"\d{5}", code) or not has_zip_codes():
        return None
    found = import_module("zipcodes").matching(code)
    return _tables()["states"].get(found[0]["state"]) if found else None


def area_state(digits: str) -> str | None:
    """The state of a number of the United States, by its digits behind the 1."""
    return _states_of_areas().get(digits[:3]) if has_zip_codes() else None


@cache
def _states_of_areas() -> Mapping[str, str]:
    """Each area code that lies in one state -> that state. Reading all places takes a second."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place in import_module("zipcodes").list_all():
        for area in place["area_codes"]:
            counts[area][place["state"]] += 1
    names: Mapping[str, str] = _tables()["states"]
    found = {}
    for area, states in counts.items():
        state, n = states.most_common(1)[0]
        if n >= _MOST * states.total() and state in names:
            found[area] = names[state]
    return found
