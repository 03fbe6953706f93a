"""The leads that a user may mean by an id or an address, in whatever was ever stated of them; and
what a person can be recognised by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import Tables
from leadlight.facts.ledger import Holdings
from leadlight.facts.persons import addresses_in

#: The attributes in which an e-mail address of a lead may stand.
ADDRESSES = ("email", "other_emails")
_NUMBERS = ("phone", "mobile", "other_phones")
_HOLDS = {"email": "lower(email) = ?", "other_emails": "position(? in lower(other_emails)) > 0"}
#: A text with fewer digits is no number by which a person is found.
_DIGITS = 7


@dataclass(frozen=True)
class PersonValues:
    """What a person can be recognised by: addresses (those `shared` are others' too), telephone
    numbers as they were stated, and the devices from which it told who it is.
    """

    addresses: frozenset[str]
    shared: frozenset[str]
    numbers: frozenset[str]
    devices: frozenset[str]

    def all(self, leads: Sequence[str]) -> frozenset[str]:
        """Every value that is of this person alone, with its ids."""
        return (self.addresses - self.shared) | self.numbers | frozenset(leads)


def find_leads(tables: Tables, wanted: str, attributes: Collection[str]) -> list[str]:
    """The lead of that id, else those of which that address was stated once; in the order of ids.

    Who did something without being in the base is called by an id or an address too.
    """
    for table in ("attribute_facts", "activity_facts"):
        if tables.rows(f"SELECT lead_id FROM {table} WHERE lead_id = ? LIMIT 1", wanted):
            return [wanted]
    address = wanted.strip().lower()
    found = _owners(tables, address, attributes)
    if not found and tables.rows(
        "SELECT lead_id FROM activity_facts WHERE lead_id = ? LIMIT 1", address
    ):
        return [address]
    return sorted(found)


def values_of(tables: Tables, leads: Sequence[str], holdings: Holdings) -> PersonValues:
    """What the person who is these leads can be recognised by, of all that was ever stated."""
    attributes = holdings.attributes
    emails = addresses_in(*_values(tables, leads, ADDRESSES, attributes), *leads)
    shared = {a for a in emails if _owners(tables, a, attributes) - set(leads)}
    numbers = {
        part.strip()
        for text in _values(tables, leads, _NUMBERS, attributes)
        for part in text.split(";")
        if sum(c.isdigit() for c in part) >= _DIGITS
    }
    return PersonValues(
        emails, frozenset(shared), frozenset(numbers), _devices(tables, leads, holdings)
    )


def _values(
    tables: Tables, leads: Sequence[str], names: Sequence[str], attributes: Collection[str]
) -> Iterator[str]:
    """The values that were ever stated of some attributes of leads."""
    for name in (n for n in names if n in attributes):
        found = tables.rows(
            f"SELECT DISTINCT CAST({quoted(name)} AS VARCHAR) FROM attribute_facts WHERE lead_id ="
            f" ANY(?) AND {quoted(name)} IS NOT NULL",
            list(leads),
        )
        yield from (str(value) for (value,) in found)


def _devices(tables: Tables, leads: Sequence[str], holdings: Holdings) -> frozenset[str]:
    """The devices of which these leads alone said that they are theirs."""
    if "anonymous_id" not in holdings.activity_columns:
        return frozenset()
    found = tables.rows(
        "SELECT anonymous_id FROM activity_facts WHERE anonymous_id IN (SELECT anonymous_id FROM"
        " activity_facts WHERE lead_id = ANY(?)) AND lead_id <> 'anonymous/' || anonymous_id"
        " GROUP BY anonymous_id HAVING max(CASE WHEN lead_id = ANY(?) THEN 0 ELSE 1 END) = 0",
        list(leads),
        list(leads),
    )
    return frozenset(str(device) for (device,) in found)


def _owners(tables: Tables, address: str, attributes: Collection[str]) -> set[str]:
    """The leads of which this address was ever stated."""
    names = [n for n in ADDRESSES if n in attributes]
    if "@" not in address or not names:
        return set()
    # A server may know the capital letters of ASCII only: of other addresses all are compared here.
    if address.isascii():
        where, values = " OR ".join(_HOLDS[n] for n in names), [address] * len(names)
    else:
        where, values = " OR ".join(f"{n} IS NOT NULL" for n in names), []
    listed = ", ".join(quoted(n) for n in names)
    found = tables.rows(
        f"SELECT DISTINCT lead_id, {listed} FROM attribute_facts WHERE {where}", *values
    )
    return {str(i) for i, *texts in found if address in addresses_in(*map(_text, texts))}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
