"""The leads that a user may mean by an id or an address, in whatever was ever stated of them."""

from __future__ import annotations

from collections.abc import Collection

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import Tables
from leadlight.facts.persons import addresses_in

#: The attributes in which an e-mail address of a lead may stand.
ADDRESSES = ("email", "other_emails")
_HOLDS = {"email": "lower(email) = ?", "other_emails": "position(? in lower(other_emails)) > 0"}


def find_leads(tables: Tables, wanted: str, attributes: Collection[str]) -> list[str]:
    """The lead of that id, else those of which that address was stated once; in the order of ids.

    Who did something without being in the base is called by an id or an address too.
    """
    for table in ("attribute_facts", "activity_facts"):
        if tables.rows(f"SELECT lead_id FROM {table} WHERE lead_id = ? LIMIT 1", wanted):
            return [wanted]
    address = wanted.strip().casefold()
    found = {lead for lead, said in _with_address(tables, address, attributes) if address in said}
    if not found and tables.rows(
        "SELECT lead_id FROM activity_facts WHERE lead_id = ? LIMIT 1", address
    ):
        return [address]
    return sorted(found)


def _with_address(
    tables: Tables, address: str, attributes: Collection[str]
) -> list[tuple[str, frozenset[str]]]:
    """The leads whose addresses may hold this one, each with the addresses of a statement."""
    names = [n for n in ADDRESSES if n in attributes]
    if "@" not in address or not names:
        return []
    # A server may know the capital letters of ASCII only: of other addresses all are compared here.
    if address.isascii():
        where, values = " OR ".join(_HOLDS[n] for n in names), [address] * len(names)
    else:
        where, values = " OR ".join(f"{n} IS NOT NULL" for n in names), []
    listed = ", ".join(quoted(n) for n in names)
    found = tables.rows(
        f"SELECT DISTINCT lead_id, {listed} FROM attribute_facts WHERE {where}", *values
    )
    return [(str(i), addresses_in(*(str(t) for t in texts if t))) for i, *texts in found]
