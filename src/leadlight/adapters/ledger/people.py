"""Who an event may be of: leads by id, by address, by the id a sender calls them, by device; and
which events are known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import Tables
from leadlight.facts.intake import ANONYMOUS, FormCount, KnownPeople

_COUNTS = "_import NOT IN (SELECT import_no FROM undos)"
#: So much of what a device did is stated again of the lead that it turned out to be.
HISTORY = 5_000


def known_activities(tables: Tables, columns: frozenset[str], ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids under which an activity is there."""
    if "activity_id" not in columns or not ids:
        return frozenset()
    found = tables.rows(
        f"SELECT DISTINCT activity_id FROM activity_facts WHERE activity_id = ANY(?) AND {_COUNTS}",
        list(ids),
    )
    return frozenset(str(i) for (i,) in found)


def known_people(
    tables: Tables,
    columns: frozenset[str],
    leads: Sequence[str],
    emails: Sequence[str],
    users: Sequence[str],
    devices: Sequence[str],
) -> KnownPeople:
    """Who these are. `columns` are those of leads and activities; addresses are in lower case."""
    return KnownPeople(
        _leads(tables, columns, leads),
        _by_email(tables, columns, emails),
        _by(tables, columns, "user_id", users),
        _by(tables, columns, "anonymous_id", devices),
    )


def _leads(tables: Tables, columns: frozenset[str], leads: Sequence[str]) -> dict[str, str | None]:
    """The leads that there are, each with its newest address."""
    if not leads:
        return {}
    email = "email" if "email" in columns else "CAST(NULL AS VARCHAR)"
    found = tables.rows(
        f"SELECT lead_id, {email} FROM attribute_facts WHERE lead_id = ANY(?) AND {_COUNTS} ORDER"
        " BY _recorded_at, _import, _row",
        list(leads),
    )
    addresses: dict[str, str | None] = {}
    for lead, address in found:
        known = addresses.get(str(lead))
        addresses[str(lead)] = known if address is None else str(address).lower()
    return addresses


def _by_email(tables: Tables, columns: frozenset[str], emails: Sequence[str]) -> dict[str, str]:
    """The lead that has the address; of several the one whose id comes first."""
    if "email" not in columns or not emails:
        return {}
    found = tables.rows(
        "SELECT lower(email), min(lead_id) FROM attribute_facts WHERE lower(email) = ANY(?) AND"
        f" {_COUNTS} GROUP BY 1",
        list(emails),
    )
    return {str(address): str(lead) for address, lead in found}


def _by(
    tables: Tables, columns: frozenset[str], name: str, values: Sequence[str]
) -> dict[str, str]:
    """The lead of whom an event with this value last said who it is."""
    if not {name, "identity"} <= columns or not values:
        return {}
    found = tables.rows(
        f"SELECT {quoted(name)}, lead_id FROM activity_facts WHERE {quoted(name)} = ANY(?) AND"
        f" identity IS NOT NULL AND {_COUNTS} ORDER BY occurred_at, _import, _row",
        list(values),
    )
    return {str(value): str(lead) for value, lead in found}


def form_counts(tables: Tables, columns: Collection[str]) -> dict[str, FormCount]:
    """How often each form was sent, by how many leads, and when last; by the path of its page."""
    if not {"channel", "url"} <= set(columns):
        return {}
    found: Sequence[Sequence[Any]] = tables.rows(
        "SELECT url, count(*), count(DISTINCT lead_id), max(occurred_at) FROM activity_facts WHERE"
        f" channel = 'form' AND kind <> 'consent_given' AND {_COUNTS} GROUP BY url"
    )
    return {str(url): FormCount(int(n), int(leads), last) for url, n, leads, last in found}


def device_history(tables: Tables, columns: Sequence[str], device: str) -> list[dict[str, object]]:
    """What was done on a device before somebody said who it is, oldest first."""
    names = ["occurred_at", "kind", *columns]
    found = tables.rows(
        f"SELECT {', '.join(map(quoted, names))} FROM activity_facts WHERE lead_id = ? AND"
        f" {_COUNTS} ORDER BY occurred_at DESC, _import DESC, _row DESC LIMIT {HISTORY}",
        ANONYMOUS + device,
    )
    return [dict(zip(names, row, strict=True)) for row in reversed(found)]
