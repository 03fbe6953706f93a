"""The country that most leads of a base have, where it is clear: numbers that do not say theirs are
read as numbers of it.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.facts.relation import Relation

CLEAR = 0.8  # the share of leads from which a country is the usual one
FEWEST = 2


def usual_country(
    con: duckdb.DuckDBPyConnection, leads: Relation, has: Collection[str]
) -> str | None:
    """The country of at least four in five of the leads that state one; where no lead does, of the
    numbers that begin with a country's code.
    """
    if "country" in has:
        stated = _counts(con, leads, "upper(trim(CAST(country AS VARCHAR)))", "country")
        if stated:
            return _clear(stated)
    of_numbers: dict[str, int] = {}
    for name in ("phone", "mobile"):
        if name in has:
            for country, n in _of_codes(con, leads, name).items():
                of_numbers[country] = of_numbers.get(country, 0) + n
    return _clear(of_numbers)


def _counts(
    con: duckdb.DuckDBPyConnection, leads: Relation, value: str, column: str
) -> dict[str, int]:
    counted = (
        f"SELECT {value} AS value, count(*) FROM {leads} l WHERE {column} IS NOT NULL GROUP BY 1"
    )
    return {str(v): int(str(n)) for v, n in rows(con, counted) if v}


def _of_codes(con: duckdb.DuckDBPyConnection, leads: Relation, name: str) -> dict[str, int]:
    """How many numbers of a column have the code of each country; of a code that several share,
    the main one counts.
    """
    from leadlight.verify.numbering import plan

    digits = f"regexp_replace(CAST({name} AS VARCHAR), '[^+0-9]', '', 'g')"
    begins = f"CASE WHEN starts_with(CAST({name} AS VARCHAR), '+') THEN left({digits}, 4) END"
    found: dict[str, int] = {}
    for start, n in _counts(con, leads, begins, name).items():
        country = plan().country_behind(start)
        if country is not None:
            found[country] = found.get(country, 0) + n
    return found


def _clear(counts: dict[str, int]) -> str | None:
    total = sum(counts.values())
    if total < FEWEST:
        return None
    country = max(counts, key=lambda c: (counts[c], c))
    return country if counts[country] >= CLEAR * total else None
