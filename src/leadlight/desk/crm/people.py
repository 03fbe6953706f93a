"""People of a CRM become statements about leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from leadlight.crm.records import CrmPerson, GoneRecord, read_person
from leadlight.crm.values import Names
from leadlight.crm.write_back import hand_changes
from leadlight.desk.crm.connections import OpenConnection
from leadlight.desk.live.rows import Row, append_rows
from leadlight.desk.wiring import countries
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.crm import PEOPLE, CrmRecord, PushFact, RecordState, lead_of

#: What is stated of a person whose record was deleted: nothing is done about it any more.
STOPPED: Mapping[str, object] = {
    "profiling_objected": True,
    "do_not_email": True,
    "do_not_call": True,
}


#: The states of a record that was there already when it was deleted, or will never be there.
_ENDED = ("deleted", "merged", "erased")


#: What a CRM says of whoever has told it nothing, as of whoever has: the attributes that allow
#: something, and the value that allows it.
ALLOWS: Mapping[str, bool] = {
    "do_not_email": False,
    "do_not_call": False,
    "consent": True,
    "ads_consent": True,
}


@dataclass
class PeopleCounts:
    """What came of people: how many were read, said something new, are new, were merged, deleted or
    erased, are of persons who were forgotten here, or have a property that somebody changed.
    """

    read: int = 0
    stated: int = 0
    new: int = 0
    merged: int = 0
    deleted: int = 0
    erased: int = 0
    forgotten: int = 0
    changed_by_hand: int = 0
    unreadable: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PeopleWindow:
    """A window of people, beside what is known of them."""

    workspace: Workspace
    open: OpenConnection
    names: Names
    now: datetime
    counts: PeopleCounts
    again: bool = False

    def take(self, records: Sequence[object]) -> list[CrmRecord]:
        """State what is new of these people; their records as they were seen."""
        keys = self.open.connection.keys
        read = (read_person(r, self.open.declaration, self.names, keys) for r in records)
        people = list({p.external_id: p for p in read if p is not None}.values())
        self.counts.read += len(people)
        crm = self.workspace.ledger.crm()
        known = crm.records(self.open.name, PEOPLE, [p.external_id for p in people])
        people = [p for p in people if _state(known, p) not in ("erased", "merged")]
        news = [p for p in people if self.again or _is_news(known.get(p.external_id), p)]
        leads = self._leads(news, known)
        news = self._drop_tombstones(news, leads)
        self._state(news, known, leads)
        self._note_hand_changes(people, keys)
        merged = self._merges(people)
        for person in news:
            for name in person.unreadable:
                self.counts.unreadable[name] = self.counts.unreadable.get(name, 0) + 1
        return [*(_seen(p, leads[p.external_id]) for p in news), *merged]

    def remove(self, gone: Sequence[GoneRecord]) -> list[CrmRecord]:
        """State that these records are no more, as far as they were known as living."""
        known = self.workspace.ledger.crm().records(
            self.open.name, PEOPLE, [g.external_id for g in gone]
        )
        refusals = self._refusals([r for r in known.values() if r.state not in _ENDED])
        records, rows = [], []
        for one in {g.external_id: g for g in gone}.values():
            record = known.get(one.external_id)
            if record is None or record.state in ("merged", "erased"):
                continue
            if record.state == "deleted" and not one.is_erased:
                continue
            state: RecordState = "merged" if one.into else "erased" if one.is_erased else "deleted"
            self.counts.merged += state == "merged"
            self.counts.deleted += state == "deleted"
            self.counts.erased += state == "erased"
            before = refusals.get(one.external_id, record.detail)
            records.append(
                replace(record, state=state, of_record=one.into, digest="", detail=before)
            )
            if state == "deleted" and record.lead_id is not None:
                rows.append(_row(record.lead_id, STOPPED, one.changed_at))
        self._append(rows)
        return records

    def _refusals(self, records: Sequence[CrmRecord]) -> dict[str, Mapping[str, object]]:
        """What of `STOPPED` held already of these, who are about to be stopped."""
        leads = {r.external_id: r.lead_id for r in records if r.lead_id is not None}
        said = self.workspace.ledger.attributes_of_leads(sorted({*leads.values()}), self.now)
        return {
            i: {n: True for n in STOPPED if said.get(lead, {}).get(n) is True}
            for i, lead in leads.items()
        }

    def _leads(self, people: Sequence[CrmPerson], known: Mapping[str, CrmRecord]) -> dict[str, str]:
        """Which lead each person is: the one it was, else one of that address that came from
        elsewhere, else a new one.
        """
        found = {i: r.lead_id for i, r in known.items() if r.lead_id is not None}
        strangers = [p for p in people if p.external_id not in found]
        emails = {p.external_id: str(p.facts.get("email", "")).lower() for p in strangers}
        ledger = self.workspace.ledger
        by_email = ledger.known_people(
            [], sorted({e for e in emails.values() if e}), [], []
        ).by_email
        taken = set(ledger.crm().bound_leads(self.open.name, sorted(set(by_email.values()))))
        for person in strangers:
            lead = by_email.get(emails[person.external_id])
            if lead is None or lead in taken:
                lead = lead_of(self.open.name, person.external_id)
                self.counts.new += 1
            taken.add(lead)
            found[person.external_id] = lead
        return found

    def _drop_tombstones(
        self, people: Sequence[CrmPerson], leads: Mapping[str, str]
    ) -> list[CrmPerson]:
        ids = {leads[p.external_id] for p in people}
        ids |= {lead_of(self.open.name, p.external_id) for p in people}
        emails = {str(p.facts["email"]).lower() for p in people if "email" in p.facts}
        gone = self.workspace.ledger.tombstones(ids, emails)
        if not gone:
            return list(people)
        left = [
            p
            for p in people
            if not gone
            & {
                leads[p.external_id],
                lead_of(self.open.name, p.external_id),
                str(p.facts.get("email", "")).lower(),
            }
        ]
        self.counts.forgotten += len(people) - len(left)
        return left

    def _state(
        self,
        people: Sequence[CrmPerson],
        known: Mapping[str, CrmRecord],
        leads: Mapping[str, str],
    ) -> None:
        companies = self._companies([p.company for p in people if p.company])
        refused, rows = self._refusals_elsewhere(people, known, leads), []
        for person in people:
            before = known.get(person.external_id)
            silent = self._old_permissions(person, before) | refused.get(person.external_id, set())
            said = {n: v for n, v in person.facts.items() if n not in silent}
            facts = {**said, **companies.get(person.company or "", {})}
            if before is not None and before.state == "deleted":  # it is out of the bin again
                held = {n: True for n in STOPPED if before.detail.get(n) is True}
                facts = {**dict.fromkeys(STOPPED, False), **facts, **held}
            if "country" in facts:
                facts["country"] = countries.country_code(str(facts["country"]))
            rows.append(_row(leads[person.external_id], facts, person.changed_at))
        self._append(rows)

    def _old_permissions(self, person: CrmPerson, before: CrmRecord | None) -> set[str]:
        """What the CRM allowed before, and allows still: that says nothing new, least of all that a
        "no" which was said elsewhere meanwhile is none any more.
        """
        if self.again or before is None or before.state != "live":
            return set()
        return {n for n, v in _permissions(person).items() if before.detail.get(n) is v}

    def _refusals_elsewhere(
        self,
        people: Sequence[CrmPerson],
        known: Mapping[str, CrmRecord],
        leads: Mapping[str, str],
    ) -> dict[str, set[str]]:
        """What the CRM allows of people of whom it is not known what it said before, and something
        else refused.
        """
        wanted = [
            p
            for p in people
            if _permissions(p) and self._may_be_refused(p, known.get(p.external_id), leads)
        ]
        lead_of_each = {p.external_id: leads[p.external_id] for p in wanted}
        if not wanted:
            return {}
        ledger = self.workspace.ledger
        standing = ledger.attributes_of_leads(sorted({*lead_of_each.values()}), self.now)
        mine = f"{self.open.name}: {PEOPLE}"
        refused: dict[str, set[str]] = {}
        for person in wanted:
            lead = lead_of_each[person.external_id]
            for name, value in _permissions(person).items():
                if standing.get(lead, {}).get(name) is not (not value):
                    continue
                before = known.get(person.external_id)
                is_first = before is None or before.state == "mentioned"
                newest = None if is_first else ledger.crm().newest_statement(lead, name)
                if is_first or (newest is not None and newest.file != mine):
                    refused.setdefault(person.external_id, set()).add(name)
        return refused

    def _may_be_refused(
        self, person: CrmPerson, before: CrmRecord | None, leads: Mapping[str, str]
    ) -> bool:
        if before is None or before.state == "mentioned":
            is_new = leads[person.external_id] == lead_of(self.open.name, person.external_id)
            return self.again or not is_new
        return (
            self.again
            or before.state != "live"
            or not ({*_permissions(person)} <= {*before.detail})
        )

    def _append(self, rows: Sequence[Row]) -> None:
        if rows:
            name = f"{self.open.name}: {PEOPLE}"
            self.counts.stated += append_rows(
                self.workspace, "leads", rows, name, self.now, {}
            ).imported

    def _companies(self, ids: Sequence[str]) -> dict[str, Mapping[str, object]]:
        crm, found = self.workspace.ledger.crm(), {}
        for reading in self.open.declaration.readings:
            if reading.what == "companies" and ids:
                records = crm.records(self.open.name, reading.name, sorted(set(ids)))
                found.update({i: r.detail for i, r in records.items()})
        return found

    def _merges(self, people: Sequence[CrmPerson]) -> list[CrmRecord]:
        """Records that were merged into these."""
        into = {i: p.external_id for p in people for i in p.merged if i != p.external_id}
        if not into:
            return []
        known = self.workspace.ledger.crm().records(self.open.name, PEOPLE, list(into))
        found = [
            replace(r, state="merged", of_record=into[i], digest="")
            for i, r in known.items()
            if r.state not in ("merged", "erased")
        ]
        self.counts.merged += len(found)
        return found

    def _note_hand_changes(self, people: Sequence[CrmPerson], keys: Mapping[str, str]) -> None:
        """Note where somebody changed one of our properties since we wrote it."""
        if not keys or not people:
            return
        crm = self.workspace.ledger.crm()
        pushes = crm.pushes(self.open.name, [p.external_id for p in people])
        noted = []
        for person in people:
            fact = pushes.get(person.external_id)
            if fact is None:
                continue
            there = {n: person.own.get(key, "") for n, key in keys.items()}
            differs = hand_changes(fact, there)
            if dict(differs) != dict(fact.differs) and fact.state != "released":
                noted.append(with_differences(fact, differs))
                self.counts.changed_by_hand += bool(differs)
        if noted:
            crm.record_pushes(self.open.name, noted, self.now)


def with_differences(fact: PushFact, differs: Mapping[str, str]) -> PushFact:
    """The fact, with what somebody wrote there since."""
    if fact.state in ("sending", "failed"):
        return replace(fact, differs=differs)
    return replace(fact, state="differs" if differs else "written", differs=differs)


def _row(lead: str, facts: Mapping[str, object], changed_at: datetime | None) -> Row:
    return {"lead_id": lead, **facts, **({"changed_at": changed_at} if changed_at else {})}


def _state(known: Mapping[str, CrmRecord], person: CrmPerson) -> str | None:
    record = known.get(person.external_id)
    return None if record is None else record.state


def _is_news(record: CrmRecord | None, person: CrmPerson) -> bool:
    return record is None or record.state != "live" or record.digest != person.digest


def _permissions(person: CrmPerson) -> dict[str, bool]:
    """What the CRM allows of a person."""
    return {n: v for n, v in ALLOWS.items() if person.facts.get(n) is v}


def _seen(person: CrmPerson, lead: str) -> CrmRecord:
    return CrmRecord(
        PEOPLE,
        person.external_id,
        lead,
        "live",
        person.company,
        person.digest,
        {n: v for n in ALLOWS if isinstance(v := person.facts.get(n), bool)},
        changed_at=person.changed_at,
    )
