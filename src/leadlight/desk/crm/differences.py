"""`sync --differences`: where a CRM and the workspace say something else, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.crm.records import CrmPerson, read_person, read_removal
from leadlight.crm.values import Names, text_of
from leadlight.crm.write_back import same_value
from leadlight.desk.crm.connections import OpenConnection, open_connection
from leadlight.desk.crm.owed import target_values
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import countries, duplicate_links
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.catalog import FIRST_TOUCH
from leadlight.facts.crm import PEOPLE, CrmRecord, PushFact, Statement, lead_of
from leadlight.results.crm import Difference, Differences

_TOGETHER = 1_000
_UNEXPLAINED = "unexplained"
#: The sorts of reasons.
SENTENCES: Mapping[str, str] = {
    "changed-there": "It changed there since the last sync.",
    "new-there": "It is new there since the last sync.",
    "deleted-there": "It was deleted there since the last sync.",
    "gone-there": "It is not there any more, and nothing says that it was deleted.",
    "forgotten": "The person was forgotten here.",
    "first-touch": "The first statement counts here. Later ones are kept beside it.",
    "of-company": "The record of its company says so, and that counts for the people of it.",
    "linked": "The lead is one person with others, whose newest statement counts.",
    "newer-here": "Another source stated it later.",
    "objection": "The person objected here, or may not be contacted.",
    "changed-by-hand": "Somebody changed there what Leadlight wrote. Their value stays.",
    "owed": "It is not written yet: the next push writes it.",
    "refused": "The CRM refused it: the next push tries again.",
    "withdrawn": "The lead is not scored any more: the next push takes it away.",
    "only-here": "Leads from other sources have no record in this CRM.",
    _UNEXPLAINED: "",
}


@dataclass(frozen=True)
class DifferencesRequest:
    """Compare a CRM with the workspace: all people are read, and nothing is written on either side.
    At most `limit` differences are listed; all are counted.
    """

    now: datetime
    connection: str | None = None
    limit: int = 200


def differences(
    session: Session, request: DifferencesRequest, progress: Progress = NullProgress()
) -> Differences:
    """Every difference, with its reason."""
    with open_connection(session, request.connection, request.now) as opened:
        progress.step(f"Reading all people of {opened.name}", lambda: None)
        return _Comparison(session, opened, request).run()


@dataclass
class _Comparison:
    session: Session
    open: OpenConnection
    request: DifferencesRequest
    counts: Counter[str] = field(default_factory=Counter)
    listed: list[Difference] = field(default_factory=list)
    records: int = 0
    same: int = 0

    def run(self) -> Differences:
        opened, now = self.open, self.request.now
        names = {
            r.name: opened.line.names(r.name)
            for r in opened.declaration.readings
            if r.what == "names"
        }
        gone = {
            g.external_id
            for place, removal in enumerate(opened.declaration.people.deleted)
            for record in opened.line.removals(place, None)
            if (g := read_removal(record, removal)) is not None
        }
        seen: set[str] = set()
        keys = opened.connection.keys
        for window in opened.line.windows(PEOPLE, {}, keys, _TOGETHER):
            people = self._people(window.records, names)
            fresh = {i: p for i, p in people.items() if i not in seen}
            seen |= {*fresh}
            with self.session.read("sync", now) as workspace:
                for found in _Side(workspace, self.open, now).compare(fresh, self):
                    self._add(found)
        with self.session.read("sync", now) as workspace:
            for found in self._missing(workspace, seen, gone):
                self._add(found)
            elsewhere = workspace.ledger.crm().leads_elsewhere(opened.name)
        if elsewhere:
            self.counts["only-here"] = elsewhere
        counts = {c: self.counts[c] for c in SENTENCES if self.counts[c] and c != _UNEXPLAINED}
        return Differences(
            opened.name,
            now,
            self.records,
            self.same,
            counts,
            tuple(self.listed),
            self.counts[_UNEXPLAINED],
            {c: SENTENCES[c] for c in counts},
        )

    def _people(self, records: Sequence[object], names: Names) -> dict[str, CrmPerson]:
        read = (
            read_person(r, self.open.declaration, names, self.open.connection.keys) for r in records
        )
        return {p.external_id: p for p in read if p is not None}

    def _missing(
        self, workspace: Workspace, seen: set[str], gone: set[str]
    ) -> Iterator[Difference]:
        for record in workspace.ledger.crm().records_in(self.open.name, PEOPLE, "live"):
            if record.external_id not in seen:
                code = "deleted-there" if record.external_id in gone else "gone-there"
                yield difference(record.external_id, record.lead_id, code)

    def _add(self, found: Difference) -> None:
        self.counts[found.code] += 1
        if len(self.listed) < self.request.limit:
            self.listed.append(found)


def difference(
    external_id: str,
    lead: str | None,
    code: str,
    name: str | None = None,
    there: str | None = None,
    here: str | None = None,
    because: str = "",
) -> Difference:
    """A difference, with the sentence of its sort where there is none of its own."""
    return Difference(external_id, lead, name, there, here, code, because or SENTENCES[code])


@dataclass(frozen=True)
class _Side:
    """The workspace's side of some people."""

    workspace: Workspace
    open: OpenConnection
    now: datetime

    def compare(
        self, people: Mapping[str, CrmPerson], comparison: _Comparison
    ) -> Iterator[Difference]:
        crm, ledger = self.workspace.ledger.crm(), self.workspace.ledger
        known = crm.records(self.open.name, PEOPLE, list(people))
        pushes = crm.pushes(self.open.name, list(people))
        leads = {i: str(r.lead_id) for i, r in known.items() if r.lead_id is not None}
        here, groups = self._attributes(list(leads.values()))
        targets = target_values(
            self.workspace, self.open.name, self.open.declaration, set(leads.values())
        )
        new = {lead_of(self.open.name, i) for i in people}
        emails = {str(p.facts.get("email", "")).lower() for p in people.values()}
        forgotten = ledger.tombstones(new, emails)
        for i, person in people.items():
            comparison.records += 1
            record = known.get(i)
            if record is None or record.state == "mentioned":
                email = str(person.facts.get("email", "")).lower()
                is_forgotten = bool(forgotten & {lead_of(self.open.name, i), email})
                yield difference(i, None, "forgotten" if is_forgotten else "new-there")
                continue
            lead = leads[i]
            mine = here.get(groups.get(lead, lead), {})
            yield from self._facts(person, record, mine, groups, comparison)
            if record.state == "live":
                yield from _own(self.open, person, lead, targets[lead], pushes.get(i), comparison)

    def _attributes(
        self, leads: Sequence[str]
    ) -> tuple[Mapping[str, Mapping[str, object]], Mapping[str, str]]:
        groups = duplicate_links.group_names(
            self.workspace.con, self.workspace.ledger.members("person")
        )
        wanted = sorted({groups.get(lead, lead) for lead in leads})
        return self.workspace.ledger.attributes_of_leads(wanted, self.now), groups

    def _facts(
        self,
        person: CrmPerson,
        record: CrmRecord,
        here: Mapping[str, object],
        groups: Mapping[str, str],
        comparison: _Comparison,
    ) -> Iterator[Difference]:
        is_read = record.digest == person.digest and record.state == "live"
        for name, value in person.facts.items():
            there = countries.country_code(str(value)) if name == "country" else value
            mine = here.get(name)
            if _text(there) == _text(mine):
                comparison.same += 1
                continue
            lead, code, because = str(record.lead_id), "changed-there", ""
            if is_read:
                code, because = self._reason(lead, name, groups)
            shown = _text(there), None if mine is None else _text(mine)
            yield difference(person.external_id, lead, code, name, *shown, because)

    def _reason(self, lead: str, name: str, groups: Mapping[str, str]) -> tuple[str, str]:
        """Why the workspace says something else although it has read what the CRM says."""
        if name in FIRST_TOUCH:
            return "first-touch", ""
        if lead in groups:
            return "linked", ""
        if name in ("profiling_objected", "do_not_email", "do_not_call"):
            return "objection", ""
        newest = self.workspace.ledger.crm().newest_statement(lead, name)
        if newest is None:
            return _UNEXPLAINED, ""
        return self._statement(newest)

    def _statement(self, newest: Statement) -> tuple[str, str]:
        mine = f"{self.open.name}: "
        if newest.file == f"{mine}{PEOPLE}":
            of_people = any(r.what == "companies" for r in self.open.declaration.readings)
            return ("of-company", "") if of_people else (_UNEXPLAINED, "")
        if newest.file.startswith(mine):
            return "of-company", ""
        said = f"{newest.file} ({newest.import_id}) stated it on {newest.recorded_at:%Y-%m-%d}."
        return "newer-here", said


def _own(
    opened: OpenConnection,
    person: CrmPerson,
    lead: str,
    target: Mapping[str, str],
    fact: PushFact | None,
    comparison: _Comparison,
) -> Iterator[Difference]:
    """Our properties as they stand there beside what they should say."""
    there = {n: person.own.get(key, "") for n, key in opened.connection.keys.items()}
    other = {n for n, v in target.items() if not same_value(n, there.get(n, ""), v)}
    if other == {"as_of"} and not (fact and "as_of" in fact.differs):
        other = set()  # nothing but the moment: it is written with the next change
    comparison.same += len(target) - len(other)
    for name in sorted(other):
        yield difference(
            person.external_id,
            lead,
            _own_code(name, there.get(name, ""), target, fact),
            f"leadlight_{name}",
            there.get(name, ""),
            target[name],
        )


def _own_code(name: str, there: str, target: Mapping[str, str], fact: PushFact | None) -> str:
    if fact is None:
        return "changed-by-hand" if there else "owed"
    if name in fact.differs or not same_value(name, there, fact.given.get(name, "")):
        return "changed-by-hand"
    if fact.state == "failed":
        return "refused"
    return "owed" if any(target.values()) else "withdrawn"


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return text_of(value)
