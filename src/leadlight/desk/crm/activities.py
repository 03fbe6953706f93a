"""Companies and activities of a CRM become facts of its people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadlight.crm.declaration import Reading
from leadlight.crm.records import CrmActivity, digest_of, read_activity, read_company
from leadlight.crm.values import Names
from leadlight.desk.crm.connections import OpenConnection
from leadlight.desk.live.rows import Row, append_rows
from leadlight.desk.wiring import countries
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.crm import PEOPLE, CrmRecord, lead_of

_MANY = 2_000


@dataclass
class ReadingCounts:
    """What came of a reading: how many records were read, how many facts are new, and how many were
    left out, because they are of no kind or of people who are no more.
    """

    read: int = 0
    stated: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class RecordWindow:
    """A window of records that are no people."""

    workspace: Workspace
    open: OpenConnection
    reading: Reading
    names: Names
    now: datetime
    counts: ReadingCounts

    def take_companies(self, records: Sequence[object]) -> list[CrmRecord]:
        """State what is new of companies of the people who are there already."""
        read = (read_company(r, self.reading, self.names) for r in records)
        companies = {c.external_id: c for c in read if c is not None}
        self.counts.read += len(companies)
        crm = self.workspace.ledger.crm()
        known = crm.records(self.open.name, self.reading.name, list(companies))
        seen = {}
        for i, company in companies.items():
            facts = dict(company.facts)
            if "country" in facts:
                facts["country"] = countries.country_code(str(facts["country"]))
            digest = digest_of(facts, [])
            if i not in known or known[i].digest != digest:
                seen[i] = CrmRecord(
                    self.reading.name, i, None, "live", None, digest, facts, company.changed_at
                )
        rows: list[Row] = [
            {"lead_id": p.lead_id, **seen[p.of_record].detail, **_change_moment(seen[p.of_record])}
            for p in crm.people_of(self.open.name, list(seen))
            if p.lead_id is not None and p.of_record is not None
        ]
        self._append("leads", rows)
        return list(seen.values())

    def take_activities(self, records: Sequence[object]) -> list[CrmRecord]:
        """State the activities that are new, of each person who took part."""
        read = [read_activity(r, self.reading, self.names) for r in records]
        activities = [a for a in read if a is not None]
        self.counts.read += len(records)
        self.counts.left_out += len(records) - len(activities)
        ids = list(dict.fromkeys(i for a in activities for i in a.people))
        known = self.workspace.ledger.crm().records(self.open.name, PEOPLE, ids)
        mentioned = [
            CrmRecord(PEOPLE, i, lead_of(self.open.name, i), "mentioned")
            for i in ids
            if i not in known
        ]
        leads = {
            i: r.lead_id for i, r in known.items() if r.state in ("live", "mentioned", "merged")
        }
        leads |= {r.external_id: r.lead_id for r in mentioned}
        rows = {
            str(row["activity_id"]): row
            for activity in activities
            for i in activity.people
            if (lead := leads.get(i)) is not None
            for row in [self._row(activity, i, lead)]
        }
        self._append("activities", self._fresh(rows))
        return mentioned

    def _fresh(self, rows: Mapping[str, Row]) -> list[Row]:
        """Those that are not there yet. Of many rows most are new, and the ledger looks itself."""
        if len(rows) > _MANY:
            return list(rows.values())
        there = self.workspace.ledger.known_activities(list(rows))
        return [row for i, row in rows.items() if i not in there]

    def _row(self, activity: CrmActivity, person: str, lead: str) -> Row:
        where = f"{self.open.name}:{self.reading.name}:{activity.external_id}"
        return {
            "lead_id": lead,
            "occurred_at": activity.occurred_at,
            "kind": activity.kind,
            "activity_id": f"{where}:{activity.kind}:{person}",
            **activity.columns,
        }

    def _append(self, what: str, rows: Sequence[Row]) -> None:
        if rows:
            name = f"{self.open.name}: {self.reading.name}"
            receipt = append_rows(self.workspace, what, rows, name, self.now, {})  # type: ignore[arg-type]
            self.counts.stated += receipt.imported


def _change_moment(record: CrmRecord) -> Mapping[str, object]:
    return {"changed_at": record.changed_at} if record.changed_at else {}
