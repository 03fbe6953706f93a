"""Which leads may be otherwise than the last run left them: those of new facts, and those who are
due by the clock.

New is what imports brought since that run; what had been recorded but lay ahead of its moment; and
all that spoke of an import that was taken back since.  Tables are read by `_import`, which grows
with them, so that the work is that of what came since, and not of the base.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadlight.adapters.ledger.tables import Tables
from leadlight.facts.ledger import Run, TouchedLeads

TOUCHED = "touched"
_HAPPENED = {
    "attribute_facts": "_occurred_at",
    "activity_facts": "occurred_at",
    "contact_facts": "_occurred_at",
    "member_facts": "_occurred_at",
}


def touch(tables: Tables, since: Run, as_of: datetime) -> TouchedLeads:
    """Leave the temporary table `touched`, which has the column `lead_id`."""
    parts = [
        f"SELECT lead_id, TRUE AS has_news FROM {t} WHERE {w}"
        for t, w in news(tables, since, as_of)
    ]
    parts.append(f"SELECT lead_id, FALSE FROM due WHERE {is_due(as_of)}")
    has_members = has_groups(tables)
    alone = "_alone" if has_members else TOUCHED
    both = " UNION ALL ".join(parts)
    tables.fresh(
        alone, f"SELECT lead_id, bool_or(has_news) AS by_facts FROM ({both}) AS b GROUP BY lead_id"
    )
    if has_members:
        tables.fresh(TOUCHED, with_groups(f"SELECT lead_id FROM {alone}"))
    counted = (
        f"SELECT (SELECT count(*) FROM {TOUCHED}), count(*) FILTER (WHERE by_facts), count(*)"
        f" FILTER (WHERE NOT by_facts) FROM {alone}"
    )
    leads, by_facts, by_clock = (int(str(n)) for n in tables.rows(counted)[0])
    return TouchedLeads(TOUCHED, leads, by_facts, by_clock, since)


def news(tables: Tables, since: Run, as_of: datetime) -> list[tuple[str, str]]:
    """Tables, each with a condition: their rows of it name the leads of whom something new is
    known, or was taken back.
    """
    upto = int(since.upto or 0)
    found = tables.rows(
        _IMPORTS, since.as_of, upto, since.as_of, upto, since.as_of, since.recorded_at
    )
    ahead, late, undone = (_numbers(found, why) for why in ("ahead", "late", "undone"))
    parts = [(table, f"_import > {upto}") for table in _HAPPENED]
    for table, happened in _HAPPENED.items():
        if ahead:
            in_future = f"{happened} >= _recorded_at AND {_between(happened, since.as_of, as_of)}"
            parts.append((table, f"_import IN ({ahead}) AND {in_future}"))
        if late:
            seen = happened if since.known == "now" else f"greatest({happened}, _recorded_at)"
            parts.append((table, f"_import IN ({late}) AND {_between(seen, since.as_of, as_of)}"))
        if undone:
            parts.append((table, f"_import IN ({undone})"))
    return parts


def _numbers(imports: Sequence[tuple[object, ...]], why: str) -> str:
    return ", ".join(str(n) for n, its in imports if its == why)


def is_due(as_of: datetime) -> str:
    """SQL: whether a row of `due` is, at that moment."""
    return f"changes_at <= {_moment(as_of)}"


def has_groups(tables: Tables) -> bool:
    """Whether anybody belongs together."""
    return bool(tables.rows("SELECT 1 FROM member_facts LIMIT 1"))


# Imports of which the run did not see all facts, for some lay ahead of its moment: where they were
# recorded by then, or as they happened, these had not happened yet when they were told.  And
# imports taken back since, seen from the undo on.
_IMPORTS = """
SELECT import_no, CASE WHEN backfill OR recorded_at <= ? THEN 'ahead' ELSE 'late' END
FROM imports WHERE import_no <= ? AND (newest IS NULL OR newest > ?)
UNION ALL
SELECT import_no, 'undone' FROM undos WHERE import_no <= ? AND (recorded_at > ? OR recorded_at >= ?)
"""


def with_groups(leads: str) -> str:
    """The leads, and every group that one of them is or was in: a group is called by a lead, and
    may lead to another.
    """
    return (
        f"WITH t AS ({leads}), g AS (SELECT t.lead_id FROM t UNION SELECT m.group_id FROM"
        " member_facts m JOIN t ON t.lead_id = m.lead_id) SELECT g.lead_id FROM g UNION SELECT"
        " m.group_id FROM member_facts m JOIN g ON g.lead_id = m.lead_id"
    )


def _between(happened: str, since: datetime, until: datetime) -> str:
    return f"{happened} > {_moment(since)} AND {happened} <= {_moment(until)}"


def _moment(at: datetime) -> str:
    return f"CAST('{at.isoformat(sep=' ')}' AS TIMESTAMP)"
