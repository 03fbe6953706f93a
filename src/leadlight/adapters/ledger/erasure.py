"""Forgetting a person: the one exception to that facts are only added.

Every row of the person's leads goes in one transaction; what stays is a salted hash of each id and
address, so that a later import does not bring the person back.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.adapters.ledger.persons import PersonValues, values_of
from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.crm import lead_of
from leadlight.facts.intake import ANONYMOUS
from leadlight.facts.ledger import Holdings
from leadlight.facts.persons import Erasure, ErasureReceipt, hash_of

#: Each table that holds rows of leads, with the condition of those of some of them.
_OF_LEADS: Mapping[str, str] = {
    "attribute_facts": "lead_id = ANY(?)",
    "activity_facts": "lead_id = ANY(?)",
    "contact_facts": "lead_id = ANY(?)",
    "link_facts": "(lead_a = ANY(?) OR lead_b = ANY(?))",
    "member_facts": "(lead_id = ANY(?) OR group_id = ANY(?))",
    "run_changes": "lead_id = ANY(?)",
    "lead_states": "lead_id = ANY(?)",
    "label_moves": "lead_id = ANY(?)",
    "due": "lead_id = ANY(?)",
    "delivery_facts": "lead_id = ANY(?)",
    "assignment_facts": "lead_id = ANY(?)",
    "clock_facts": "lead_id = ANY(?)",
    "routing_events": "lead_id = ANY(?)",
    "step_facts": "lead_id = ANY(?)",
    "crm_records": "lead_id = ANY(?)",
    "push_facts": "lead_id = ANY(?)",
}


@dataclass(frozen=True)
class Trace:
    """What a ledger holds of a person: its leads, with the devices that nobody else names, what it
    can be recognised by, and the rejected rows that hold it.
    """

    leads: Sequence[str]
    own: PersonValues
    rejects: Sequence[tuple[object, ...]]

    def rows(self, tables: Tables) -> dict[str, int]:
        """How many rows of each table are the person's."""
        found = {
            table: number(
                tables, f"SELECT count(*) FROM {table} WHERE {of_it}", *self.values(of_it)
            )
            for table, of_it in _OF_LEADS.items()
        }
        return {table: n for table, n in found.items() if n}

    def values(self, condition: str) -> list[object]:
        """The values of a condition on leads."""
        return [list(self.leads)] * condition.count("?")


def trace(tables: Tables, leads: Sequence[str], holdings: Holdings) -> Trace:
    """Find all that a ledger holds of a person."""
    own = values_of(tables, leads, holdings)
    every = [*leads, *(a for a in sorted(own.addresses - own.shared) if a not in leads)]
    every += [ANONYMOUS + device for device in sorted(own.devices)]
    return Trace(every, own, _rejects(tables, leads, own))


def erase(tables: Tables, erasure: Erasure, holdings: Holdings, now: datetime) -> ErasureReceipt:
    """Remove all that is known of a person, within the transaction that is open; what is left is
    its tombstone.
    """
    found = trace(tables, erasure.leads, holdings)
    gone = found.rows(tables)
    records = _crm_ids(tables, found.leads)
    _leave_companies(tables, found.leads)
    _count_out(tables, found.leads)
    for table, of_it in _OF_LEADS.items():
        tables.run(f"DELETE FROM {table} WHERE {of_it}", *found.values(of_it))
    for import_no, line, text in found.rejects:
        tables.run(
            "UPDATE rejects SET text = NULL WHERE import_no = ? AND line IS NOT DISTINCT FROM"
            " CAST(? AS BIGINT) AND text = ?",
            import_no,
            line,
            text,
        )
    _bury(tables, replace(erasure, leads=(*erasure.leads, *records)), found.own, now)
    return ErasureReceipt(
        gone, len(found.rejects), found.own.all(erasure.leads), found.own.shared, now
    )


def preview(tables: Tables, erasure: Erasure, holdings: Holdings, now: datetime) -> ErasureReceipt:
    """What `erase` would answer, with nothing removed."""
    found = trace(tables, erasure.leads, holdings)
    return ErasureReceipt(
        found.rows(tables),
        len(found.rejects),
        found.own.all(erasure.leads),
        found.own.shared,
        now,
    )


def _leave_companies(tables: Tables, leads: Sequence[str]) -> None:
    """A company that is called by one of the person's leads is called by another of its leads."""
    mine = list(leads)
    for (group,) in tables.rows(
        "SELECT DISTINCT group_id FROM member_facts WHERE kind = 'company' AND group_id = ANY(?)",
        mine,
    ):
        rest = tables.rows(
            "SELECT min(lead_id) FROM member_facts WHERE kind = 'company' AND group_id = ? AND NOT"
            " (lead_id = ANY(?))",
            group,
            mine,
        )[0][0]
        if rest is not None:
            tables.run(
                "UPDATE member_facts SET group_id = ? WHERE kind = 'company' AND group_id = ? AND"
                " NOT (lead_id = ANY(?))",
                rest,
                group,
                mine,
            )


def _crm_ids(tables: Tables, leads: Sequence[str]) -> list[str]:
    """How the person's records in CRMs would be called as leads that are new."""
    found = tables.rows(
        "SELECT DISTINCT connection, external_id FROM crm_records WHERE lead_id = ANY(?)",
        list(leads),
    )
    return sorted({lead_of(str(c), str(i)) for c, i in found} - {*leads})


def _count_out(tables: Tables, leads: Sequence[str]) -> None:
    """The newest run has so many leads less: a later one that looks at few counts on from it."""
    stood = number(
        tables,
        "SELECT count(*) FROM (SELECT gone, run_no, max(run_no) OVER (PARTITION BY lead_id) AS"
        " newest FROM run_changes WHERE lead_id = ANY(?)) AS c WHERE run_no = newest AND NOT gone",
        list(leads),
    )
    if stood:
        tables.run(
            "UPDATE runs SET leads = leads - ? WHERE run_no = (SELECT max(run_no) FROM runs)", stood
        )


def _bury(tables: Tables, erasure: Erasure, own: PersonValues, now: datetime) -> None:
    """Leave the tombstone. An address that others have too is none of it: they stay."""
    salts = tables.rows("SELECT salt FROM forgotten LIMIT 1")
    salt = str(salts[0][0]) if salts else secrets.token_hex(16)
    values = [("lead", lead) for lead in erasure.leads]
    values += [("address", a) for a in sorted(own.addresses - own.shared)]
    for what, value in values:
        tables.run(
            'INSERT INTO forgotten (what, salt, hash, recorded_at, "by", why)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            what,
            salt,
            hash_of(salt, what, value),
            now,
            erasure.by,
            erasure.why,
        )


def _rejects(tables: Tables, leads: Sequence[str], own: PersonValues) -> list[tuple[object, ...]]:
    """The rejected rows whose text holds an address, a number or an id of the person."""
    words = [*sorted(own.addresses - own.shared), *sorted(own.numbers), *leads]
    found: dict[tuple[object, ...], None] = {}
    for word in words:
        rows = tables.rows(
            "SELECT import_no, line, text FROM rejects WHERE position(? in lower(text)) > 0",
            word.lower(),
        )
        whole = re.compile(rf"(?<![\w.@-]){re.escape(word)}(?![\w@-])", re.IGNORECASE)
        found |= {row: None for row in rows if whole.search(str(row[2]))}
    return list(found)
