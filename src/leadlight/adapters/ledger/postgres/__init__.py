"""The ledger on a PostgreSQL server: judged by the same code as the one in DuckDB, on a working
copy of what is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

import duckdb

from leadlight.adapters.db.duckdb import count, text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.ledger import DuckDBLedger
from leadlight.adapters.ledger import agreements as _agreements
from leadlight.adapters.ledger import erasure as _erasure
from leadlight.adapters.ledger import import_content as _import_content
from leadlight.adapters.ledger import ladder as _ladder
from leadlight.adapters.ledger import lead_list as _lead_list
from leadlight.adapters.ledger import mail_acts as _mail_acts
from leadlight.adapters.ledger import people as _people
from leadlight.adapters.ledger import person_facts as _person_facts
from leadlight.adapters.ledger import persons as _persons
from leadlight.adapters.ledger import runs as _runs
from leadlight.adapters.ledger import sales_touches as _sales_touches
from leadlight.adapters.ledger import tombstones as _tombstones
from leadlight.adapters.ledger import touched_leads as _touched
from leadlight.adapters.ledger import transitions as _transitions
from leadlight.adapters.ledger.assignments import AssignmentTables
from leadlight.adapters.ledger.columns import attributes_of
from leadlight.adapters.ledger.crm import CrmTables
from leadlight.adapters.ledger.deliveries import DeliveryTables
from leadlight.adapters.ledger.postgres import prefetch, upload
from leadlight.adapters.ledger.postgres.incremental import PendingRun, touch_few
from leadlight.adapters.ledger.postgres.tables import PostgresTables
from leadlight.adapters.ledger.postgres.working_copy import fill
from leadlight.adapters.ledger.tables import number
from leadlight.facts.agreements import Agreements, SignOff, Version
from leadlight.facts.catalog import Attribute, Catalog
from leadlight.facts.cohort import Known
from leadlight.facts.intake import FormCount, KnownPeople
from leadlight.facts.ladder import LadderBy, LadderCounts, RunSpan
from leadlight.facts.lead_list import LeadPage, LeadQuery, RunColumns
from leadlight.facts.ledger import (
    Agreement,
    Arrival,
    Holdings,
    ImportContent,
    ImportLine,
    ImportReceipt,
    LinkKind,
    LinkState,
    Need,
    Proposal,
    QualificationTable,
    Run,
    RunReceipt,
    SavedMapping,
    TouchedLeads,
    UndoReceipt,
    beside_statements,
)
from leadlight.facts.mail_acts import ActChange, MailAct, MailActQuery
from leadlight.facts.persons import Erasure, ErasureReceipt, PersonFacts
from leadlight.facts.relation import Relation
from leadlight.facts.sales_touches import SalesTouch
from leadlight.facts.transitions import Transition, Transitions
from leadlight.problems import Problem

__all__ = ["PostgresLedger"]

_TABLES: Mapping[Need, tuple[str, ...]] = {
    "leads": ("attribute_facts", "member_facts"),
    "checks": ("contact_facts",),
    "links": ("link_facts", "member_facts"),
}


_Columns: TypeAlias = tuple[Mapping[str, Attribute], Mapping[str, Attribute]]


class PostgresLedger:
    """The port `leadlight.facts.ledger.Ledger` over a server and a working copy of it in DuckDB."""

    def __init__(self, server: Server, con: duckdb.DuckDBPyConnection) -> None:
        self.server = server
        self.con = con
        self._copy = DuckDBLedger(con)
        self._tables = PostgresTables(server)
        self._complete: set[str] = set()
        self._columns: _Columns | None = None  # an append and an undo change them
        self.pending: PendingRun | None = None  # who is looked at when the next run is written

    def holdings(self) -> Holdings:
        flags = self.server.rows(_FLAGS)[0]
        revised, undone, checked, rechecked, linked, accounts = (bool(f) for f in flags)
        self._columns = self._columns or self._columns_of_copy()
        leads, activities = self._columns
        return Holdings(
            beside_statements(leads, checked=checked, accounts=accounts),
            activities,
            revised=revised,
            undone=undone,
            checked=checked,
            rechecked=rechecked,
            linked=linked,
            accounts=accounts,
        )

    def catalog(self) -> Catalog:
        return self.holdings().catalog(
            frozenset(str(k) for (k,) in self.server.rows("SELECT kind FROM _kinds"))
        )

    def prefetch(self, *needs: Need, log_of: str | None = None) -> None:
        for table in dict.fromkeys(t for need in needs for t in _TABLES[need]):
            if table not in self._complete:
                fill(self.server, self.con, table)
                self._complete.add(table)
        if "checks" in needs:
            prefetch.mails(self.server, self.con, log_of)

    def has_prefetched(self, *needs: Need) -> bool:
        """Whether that was asked for before."""
        return all(t in self._complete for need in needs for t in _TABLES[need])

    def append(self, arrival: Arrival, *, now: datetime, backfill: bool = False) -> ImportReceipt:
        self._bring(arrival)
        receipt = self._copy.append(arrival, now=now, backfill=backfill)
        self._columns = self._columns_of_copy()
        return self._send(receipt)

    def judge(self, arrival: Arrival, *, now: datetime, backfill: bool = False) -> ImportReceipt:
        self._bring(arrival)
        return self._copy.judge(arrival, now=now, backfill=backfill)

    def imports(self, newest: int | None = None) -> Sequence[ImportLine]:
        return self._copy.imports(newest)

    def import_content(self, import_id: str, limit: int) -> ImportContent | None:
        return _import_content.import_content(self._tables, import_id, limit)

    def headers(self) -> Mapping[str, str]:
        return self._copy.headers()

    def saved_mapping(self, headers: Sequence[str]) -> SavedMapping | None:
        return self._copy.saved_mapping(headers)

    def record_checks(self, relation: Relation, *, now: datetime) -> ImportReceipt:
        if "contact_facts" not in self._complete:
            prefetch.of_relation(self.server, self.con, "contact_facts", relation)
        return self._send(self._copy.record_checks(relation, now=now))

    def due_checks(
        self, *, now: datetime, every_days: int = 90, everything: bool = False
    ) -> Relation:
        self.prefetch("leads", "checks")
        return self._copy.due_checks(now=now, every_days=every_days, everything=everything)

    def record_links(
        self, relation: Relation, *, now: datetime, members: Relation
    ) -> ImportReceipt:
        return self._send(self._copy.record_links(relation, now=now, members=members))

    def links(self, kind: LinkKind | None = None, state: LinkState | None = None) -> Relation:
        self.prefetch("links")
        return self._copy.links(kind, state)

    def members(self, kind: LinkKind = "person") -> Relation:
        self.prefetch("links")
        return self._copy.members(kind)

    def find_leads(self, wanted: str) -> Sequence[str]:
        return _persons.find_leads(self._tables, wanted, self.holdings().attributes)

    def erasures(self) -> int:
        return number(self._tables, "SELECT count(*) FROM forgotten")

    def tombstones(self, leads: Collection[str], emails: Collection[str]) -> frozenset[str]:
        return _tombstones.tombstones_of(self.con, leads, emails)

    def person_facts(self, leads: Sequence[str]) -> PersonFacts:
        return _person_facts.person_facts(self._tables, leads, self.holdings())

    def forget(self, erasure: Erasure, *, now: datetime, preview: bool = False) -> ErasureReceipt:
        holdings = self.holdings()
        if preview:
            return _erasure.preview(self._tables, erasure, holdings, now)
        with self._tables.transaction():
            return _erasure.erase(self._tables, erasure, holdings, now)

    def mail_acts(self, query: MailActQuery) -> Sequence[MailAct]:
        return _mail_acts.list_mail_acts(self._tables, query)

    def set_apart(self, changes: Sequence[ActChange], *, now: datetime) -> str:
        self._columns = None
        self._complete.clear()
        with self._tables.transaction():
            import_id = _mail_acts.set_apart(self._tables, changes, now)
            upload.learn_kinds(self.server, sorted({change.kind for change in changes}))
        return import_id

    def undo(self, import_id: str, *, now: datetime) -> UndoReceipt:
        line = next(
            (
                i
                for i in self.imports()
                if import_id in (i.import_id, i.import_id.removeprefix("i"))
            ),
            None,
        )
        no = self._number(line.import_id) if line else 0
        prefetch.of_import(self.server, self.con, no)
        self._complete.clear()
        undone = self._copy.undo(import_id, now=now)
        self._columns = None
        upload.send_undo(self.server, self.con, no)
        return undone

    def record_run(
        self,
        qualified: QualificationTable,
        agreement: Agreement,
        *,
        as_of: datetime,
        now: datetime,
        known: Known = "then",
    ) -> RunReceipt:
        pending, self.pending = self.pending, None
        write = pending.write if pending and qualified.only else _runs.write
        return _runs.record(self._tables, qualified, agreement, as_of, now, known, write)

    def touch(self, since: Run, *, as_of: datetime) -> TouchedLeads:
        return touch_few(self.server, since, as_of) or _touched.touch(self._tables, since, as_of)

    def runs(self, newest: int | None = None) -> Sequence[Run]:
        return _runs.list_runs(self._tables, newest)

    def count_runs_by_version(self, upto: datetime) -> dict[int | None, int]:
        """How many runs went by each version."""
        return _runs.count_runs_by_version(self._tables, upto)

    def _columns_of_copy(self) -> _Columns:
        return attributes_of(self.con)

    def known_activities(self, ids: Sequence[str]) -> frozenset[str]:
        columns = frozenset(self.holdings().activity_columns)
        return _people.known_activities(self._tables, columns, ids)

    def known_people(
        self,
        leads: Sequence[str],
        emails: Sequence[str],
        users: Sequence[str],
        devices: Sequence[str],
    ) -> KnownPeople:
        held = self.holdings()
        columns = frozenset(held.attributes) | frozenset(held.activity_columns)
        return _people.known_people(self._tables, columns, leads, emails, users, devices)

    def form_counts(self) -> Mapping[str, FormCount]:
        return _people.form_counts(self._tables, self.holdings().activity_columns)

    def device_history(self, device: str) -> Sequence[dict[str, object]]:
        columns = list(self.holdings().activity_columns)
        return _people.device_history(self._tables, columns, device)

    def transitions(self, after_run: int, after_lead: str | None, limit: int) -> Transitions:
        return _transitions.list_transitions(self._tables, after_run, after_lead, limit)

    def run_span(self, since: datetime, until: datetime) -> RunSpan | None:
        return _ladder.run_span(self._tables, since, until)

    def ladder_counts(
        self,
        span: RunSpan,
        ladders: Mapping[str, Sequence[str]],
        split: LadderBy | None,
        now: datetime,
    ) -> LadderCounts:
        return _ladder.count_ladders(
            self._tables, self.holdings(), span, ladders, split, now, "postgres"
        )

    def run_columns(self) -> RunColumns:
        return _lead_list.run_columns(self._tables)

    def leads(self, query: LeadQuery, now: datetime) -> LeadPage:
        return _lead_list.list_leads(self._tables, self.holdings(), query, now, "postgres")

    def attributes_of(self, lead: str, as_of: datetime) -> Mapping[str, object]:
        found = _lead_list.attributes_of(self._tables, self.holdings(), [lead], as_of, "postgres")
        return found.get(lead, {})

    def attributes_of_leads(
        self, leads: Sequence[str], as_of: datetime
    ) -> Mapping[str, Mapping[str, object]]:
        return _lead_list.attributes_of(self._tables, self.holdings(), leads, as_of, "postgres")

    def sales_touches(self, leads: Sequence[str], scale: str | None) -> Mapping[str, SalesTouch]:
        return _sales_touches.list_touches(self._tables, self.holdings(), leads, scale)

    def transitions_of(self, changes: Sequence[tuple[int, str]]) -> Sequence[Transition]:
        return _transitions.find_transitions(self._tables, changes)

    def deliveries(self) -> DeliveryTables:
        return DeliveryTables(self._tables)

    def assignments(self) -> AssignmentTables:
        return AssignmentTables(self._tables, self.holdings(), "postgres")

    def crm(self) -> CrmTables:
        return CrmTables(self._tables)

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def agreements(self) -> Agreements:
        return _agreements.read_agreements(self._tables)

    def version_text(self, number: int) -> str | None:
        return _agreements.text_of(self._tables, number)

    def publish(self, proposal: Proposal, now: datetime) -> Version:
        return _agreements.publish(self._tables, proposal, now)

    def sign(self, sign_off: SignOff) -> None:
        _agreements.sign(self._tables, sign_off)

    def _bring(self, arrival: Arrival) -> None:
        prefetch.for_arrival(self.server, self.con, arrival, self._complete.__contains__)

    def _number(self, import_id: str) -> int:
        return count(
            self.con, f"SELECT import_no FROM imports WHERE import_id = {text_literal(import_id)}"
        )

    def _send(self, receipt: ImportReceipt) -> ImportReceipt:
        lost = upload.send_import(self.server, self.con, self._number(receipt.import_id))
        if not lost:
            return receipt
        said = Problem(
            "nul-character",
            f"{lost} values of {receipt.file} hold the character NUL, which was left out of them.",
            hint="PostgreSQL cannot keep it, and nobody can see it.",
            level="doubt",
        )
        return replace(receipt, problems=(*receipt.problems, said))


# An order, which EXISTS would not heed, is that of an index: nobody reads a table to learn that no
# row of it is such.
_FLAGS = """
SELECT (SELECT 1 FROM attribute_facts WHERE _revises ORDER BY lead_id LIMIT 1),
  (SELECT 1 FROM undos LIMIT 1),
       (SELECT 1 FROM contact_facts LIMIT 1),
         (SELECT 1 FROM contact_facts WHERE _revises ORDER BY lead_id LIMIT 1),
       (SELECT 1 FROM member_facts WHERE kind = 'person' ORDER BY lead_id LIMIT 1),
       (SELECT 1 FROM member_facts WHERE kind = 'company' ORDER BY lead_id LIMIT 1)
"""
