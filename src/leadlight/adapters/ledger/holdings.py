"""What the ledger holds: its columns, its kinds of activity, and whether the short way of reading
it will do.
"""

from __future__ import annotations

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.ledger.columns import attributes_of
from leadlight.facts.catalog import Catalog
from leadlight.facts.ledger import Holdings, beside_statements

#: Whether there is a row of each, asked in one statement: it is asked several times a command.
_FLAGS = {
    "own": "own_attributes",
    "revised": "attribute_facts WHERE _revises",
    "undone": "undos",
    "checked": "contact_facts",
    "rechecked": "contact_facts WHERE _revises",
    "linked": "member_facts WHERE kind = 'person'",
    "accounts": "member_facts WHERE kind = 'company'",
}
_ASKED = " UNION ALL ".join(f"(SELECT '{n}' FROM {of} LIMIT 1)" for n, of in _FLAGS.items())


def holdings(con: duckdb.DuckDBPyConnection) -> Holdings:
    """Columns and flags; cheap, for the flags are answered by the statistics of row groups."""
    said = {str(name) for (name,) in rows(con, _ASKED)}
    checked, accounts = "checked" in said, "accounts" in said
    of_leads, of_activities = attributes_of(con, has_own="own" in said)
    return Holdings(
        beside_statements(of_leads, checked=checked, accounts=accounts),
        of_activities,
        revised="revised" in said,
        undone="undone" in said,
        checked=checked,
        rechecked="rechecked" in said,
        linked="linked" in said,
        accounts=accounts,
    )


def catalog(con: duckdb.DuckDBPyConnection) -> Catalog:
    """Every name a playbook may use over this ledger's facts."""
    kinds = rows(con, "SELECT DISTINCT kind FROM activity_facts")
    return holdings(con).catalog(frozenset(str(k) for (k,) in kinds))
