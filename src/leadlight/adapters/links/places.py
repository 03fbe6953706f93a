"""Where leads are, read once: the names of firms and the lines of streets, for the leads that are
compared by them.

That are the sites (leads without a person's name) and leads that share a number with another: for
all others nothing is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple

import duckdb

from leadlight.adapters.db.arrow import arrow_table
from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.links.plain_values import code, norm
from leadlight.dedupe.addresses import city_of, street_of
from leadlight.dedupe.companies import FREE_MAIL, site_domain
from leadlight.dedupe.site_names import site_words

READ = ("company", "website", "street", "city", "postal_code", "country")
"""Attributes that say where a lead is."""
_PERSONAL = frozenset({"company", "first_name", "last_name", "birthday"})
"""Where a list has none of them, but streets, a name is as good as a shop's."""


def make_places(own: duckdb.DuckDBPyConnection, column: Mapping[str, str]) -> None:
    """Make the table `places` from `base` and `leads`: a row a lead of whom it matters where it is.

    `firm` is the name without blanks and `words` its words; `street`, `sort`, `side` and `house`
    are the parts of the street. `site` says that no person is named; a name that is all there is
    beside a street may be a shop's or a person's, and is compared as a shop's.
    """

    def cell(name: str) -> str:
        return f"b.{column[name]}::VARCHAR" if name in column else "NULL::VARCHAR"

    alone = " AND ".join(f"{cell(n)} IS NULL" for n in ("first_name", "last_name"))
    firm = f"{alone} AND {cell('full_name')} IS NULL AND {cell('company')} IS NOT NULL"
    shop = (
        f"{alone} AND {cell('company')} IS NULL AND {cell('birthday')} IS NULL"
        f" AND {cell('full_name')} IS NOT NULL AND ({cell('street')} IS NOT NULL"
        f" OR {'false' if _PERSONAL & column.keys() or 'street' not in column else 'true'})"
    )
    own.execute(f"""
        CREATE TABLE located AS
        SELECT b.n, coalesce({cell("company")}, {cell("full_name")}) AS name,
          {cell("street")} AS line, {cell("website")} AS page, {cell("city")} AS town,
          {norm(cell("country"))} AS country, {code(cell("postal_code"))} AS postal,
          ({firm}) OR ({shop}) AS site, ({shop}) AS perhaps_a_person
        FROM base b WHERE ({firm}) OR ({shop}) {_shares_a_number(column)}""")
    _read(own, "name", ("firm", "words"), _name)
    _read(own, "line", ("street", "sort", "side", "house", "initials"), _line)
    _read(own, "town", ("city",), lambda town: (city_of(town),))
    _read(own, "page", ("domain",), lambda page: (_own_domain(page),))
    own.execute("""
        CREATE TABLE places AS
        SELECT l.* EXCLUDE (name, line, page, town), a.firm, string_split(a.words, ' ') AS words,
          s.* EXCLUDE (x), d.domain, t.city
        FROM located l LEFT JOIN read_name a ON a.x = l.name
          LEFT JOIN read_line s ON s.x = l.line LEFT JOIN read_page d ON d.x = l.page
          LEFT JOIN read_town t ON t.x = l.town""")
    for table in ("located", "read_name", "read_line", "read_page", "read_town"):
        own.execute(f"DROP TABLE {table}")


def _shares_a_number(column: Mapping[str, str]) -> str:
    """Leads under one number, where a street can tell them apart."""
    numbers = [f"x_{p}" for p in ("phone", "mobile") if p in column]
    if "street" not in column or not numbers:
        return ""
    every = " UNION ALL ".join(f"SELECT n, {x} AS x FROM leads" for x in numbers)
    return f"""OR b.n IN (SELECT n FROM ({every}) WHERE x IS NOT NULL
        QUALIFY count(*) OVER (PARTITION BY x) > 1)"""


def _read(
    own: duckdb.DuckDBPyConnection,
    column: str,
    parts: Sequence[str],
    reading: Callable[[str], Sequence[str | None]],
) -> None:
    """Make the table of what is read in each different value of a column."""
    values = [
        str(v)
        for (v,) in rows(
            own, f"SELECT DISTINCT {column} FROM located WHERE {column} IS NOT NULL ORDER BY 1"
        )
    ]
    found = [reading(v) for v in values]
    table: dict[str, Sequence[str | None]] = {
        "x": values,
        **{p: [f[k] for f in found] for k, p in enumerate(parts)},
    }
    own.register("just_read", arrow_table({}, table))
    own.execute(f"CREATE TABLE read_{column} AS SELECT * FROM just_read")
    own.unregister("just_read")


def _name(text: str) -> tuple[str | None, str | None]:
    words = site_words(text)
    return "".join(words) or None, " ".join(words) or None


def _line(text: str) -> tuple[str | None, ...]:
    street = street_of(text)
    return astuple(street) if street else (None,) * 5


def _own_domain(page: str) -> str | None:
    domain = site_domain(page)
    return None if domain in FREE_MAIL else domain
