"""What a lead is called by: its own id, else its address, its number, its name and company, its
place in its file.

A name is a hash of what the row states of a person, so that the next export calls the same person
the same, and a place goes with the content of its file, so that two files never share one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.sources.cleaning import same_phone
from leadlight.facts.mapping import Mapping
from leadlight.problems import Place, Problem, plural

_NAMES = ("full_name", "first_name", "last_name")
#: What tells two people of one name apart, and stays as it is from one export to the next.
_BESIDE_NAME = ("company", "website", "birthday", "street", "postal_code", "city", "country")
_KEYS = ("lead_id", "email", "phone", "mobile")
_DIGITS = 16  # of a name's hash: no two of ten million people share 64 bits by chance
_FILE_DIGITS = 12


@dataclass(frozen=True)
class UnkeyedLeads:
    """The rows of leads without an id, address and number: how many are known by a name, how many
    of those repeat an earlier one, and how many by their place.
    """

    by_name: int = 0
    alike: int = 0
    by_place: int = 0

    def problems(self, place: str) -> tuple[Problem, ...]:
        """What is said of them."""
        found = []
        if self.by_name:
            found.append(_keyless_problem(self.by_name, "name and company", place))
        if self.alike:
            words = plural(self.alike, "row has", "rows have")
            found.append(
                Problem(
                    "indistinguishable-leads",
                    f"{words} no id, address or number and the same name, company and place as an"
                    " earlier row: they count as one lead.",
                    Place(place),
                    "If they are different people, map a column that tells them apart:"
                    " Their column=lead_id.",
                    field="maps",
                )
            )
        if self.by_place:
            found.append(_keyless_problem(self.by_place, "file and line", place))
        return tuple(found)


def _keyless_problem(n: int, by: str, place: str) -> Problem:
    rows_have, are = plural(n, "row has", "rows have"), "is" if n == 1 else "are"
    what = "id, address or number" if by.startswith("name") else "id, address, number or name"
    return Problem(
        "leads-without-key",
        f"{rows_have} no {what}; {'it' if n == 1 else 'they'} {are} known by {by}.",
        Place(place),
        "If a column holds an id, say so: Their column=lead_id.",
        field="maps",
    )


def key_ref(mapping: Mapping) -> str:
    """A lead's key, in names of attributes: its own id, else its address, its number; NULL without
    any.
    """
    known = set(mapping.names)
    ways: list[str] = [n for n in ("lead_id", "email") if n in known]
    ways += [same_phone(n) for n in ("phone", "mobile") if n in known]
    return _first_of(ways)


def name_ref(mapping: Mapping) -> str:
    """The hash of what a row states of a person, in names of attributes; NULL without a name. A
    column that is not there is one that is blank, and a name is the same in one column and in two.
    """
    known = set(mapping.names)
    parts = [n for n in ("first_name", "last_name") if n in known]
    ways = ["full_name"] if "full_name" in known else []
    ways += [f"nullif(concat_ws(' ', {', '.join(parts)}), '')"] if parts else []
    if not ways:
        return "NULL"
    name = _plain(_first_of(ways))
    besides = ["''", *(f"'|{n}=' || {_plain(n)}" for n in _BESIDE_NAME if n in known)]
    return f"'name-' || left(md5({name} || concat_ws({', '.join(besides)}, '')), {_DIGITS})"


def lead_ref(mapping: Mapping, row: str, content: str) -> str:
    """What a lead is called by, in names of attributes. `row` is its place in the file, `content`
    the fingerprint of the file's rows. The leads of a log are called by their key alone.
    """
    if mapping.what != "leads":
        return key_ref(mapping)
    ways = [key_ref(mapping), name_ref(mapping), f"'row-{content}-' || {row}"]
    return _first_of([way for way in ways if way != "NULL"])


def with_values(expression: str, values: MappingOf[str, str]) -> str:
    """An expression over names of attributes with the attributes' own expressions in their places;
    texts in it stay.
    """
    names = (*_KEYS, *_NAMES, *_BESIDE_NAME)
    wanted = {n: values[n] for n in names if n in values}
    parts = re.split(r"('(?:[^']|'')*'|\b\w+\b)", expression)
    return "".join(wanted.get(part, part) for part in parts)


def find_unkeyed_leads(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, values: MappingOf[str, str], source: str
) -> UnkeyedLeads:
    """The rows of a source of leads without any key; `source` is what a FROM names, with the
    condition on its rows.
    """
    key, name = (with_values(ref, values) for ref in (key_ref(mapping), name_ref(mapping)))
    asked = "count(name), count(name) - count(DISTINCT name), count(*) - count(name)"
    found = rows(
        con, f"SELECT {asked} FROM (SELECT {name} AS name, {key} AS key {source}) WHERE key IS NULL"
    )[0]
    return UnkeyedLeads(*(int(str(n)) for n in found))


def content_of(
    con: duckdb.DuckDBPyConnection, headers: Sequence[str], cells: Sequence[str], source: str
) -> str:
    """A fingerprint of what a source holds: its headers and, as text, the cells of its rows."""
    stated = ", ".join(f"coalesce({c}, '')" for c in cells)
    found = rows(con, f"SELECT sum(md5_number_lower(concat_ws(chr(31), {stated}))) FROM {source}")
    content = repr((list(headers), str(found[0][0])))
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:_FILE_DIGITS]


def _first_of(ways: Sequence[str]) -> str:
    """The first of some expressions that says something."""
    if not ways:
        return "NULL"
    return f"coalesce({', '.join(ways)})" if len(ways) > 1 else ways[0]


def _plain(x: str) -> str:
    """A cell without what differs from one export to the next: case and blanks."""
    return f"lower(trim(regexp_replace(CAST({x} AS VARCHAR), '\\s+', ' ', 'g')))"
