"""The ledger in DuckDB: one file of a workspace, one capability a module."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.ledger import agreements as _agreements
from leadlight.adapters.ledger import append as _append
from leadlight.adapters.ledger import checks as _checks
from leadlight.adapters.ledger import erasure as _erasure
from leadlight.adapters.ledger import free_space
from leadlight.adapters.ledger import holdings as _holdings
from leadlight.adapters.ledger import import_content as _import_content
from leadlight.adapters.ledger import imports as _imports
from leadlight.adapters.ledger import ladder as _ladder
from leadlight.adapters.ledger import lead_list as _lead_list
from leadlight.adapters.ledger import links as _links
from leadlight.adapters.ledger import mail_acts as _mail_acts
from leadlight.adapters.ledger import people as _people
from leadlight.adapters.ledger import person_facts as _person_facts
from leadlight.adapters.ledger import persons as _persons
from leadlight.adapters.ledger import runs as _runs
from leadlight.adapters.ledger import sales_touches as _sales_touches
from leadlight.adapters.ledger import tombstones as _tombstones
from leadlight.adapters.ledger import touched_leads as _touched
from leadlight.adapters.ledger import transitions as _transitions
from leadlight.adapters.ledger import undo as _undo
from leadlight.adapters.ledger.assignments import AssignmentTables
from leadlight.adapters.ledger.crm import CrmTables
from leadlight.adapters.ledger.deliveries import DeliveryTables
from leadlight.adapters.ledger.faults import plain_faults
from leadlight.adapters.ledger.holdings_cache import HoldingsCache
from leadlight.adapters.ledger.tables import DuckDBTables, number
from leadlight.adapters.ledger.transaction import transaction
from leadlight.facts.agreements import Agreements, SignOff, Version
from leadlight.facts.catalog import Catalog
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
)
from leadlight.facts.mail_acts import ActChange, MailAct, MailActQuery
from leadlight.facts.persons import Erasure, ErasureReceipt, PersonFacts
from leadlight.facts.relation import Relation
from leadlight.facts.sales_touches import SalesTouch
from leadlight.facts.transitions import Transition, Transitions

__all__ = ["DuckDBLedger"]


class DuckDBLedger:
    """The port `leadlight.facts.ledger.Ledger` over a connection to the workspace's file."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        cache: HoldingsCache | None = None,
        *,
        snapshot: bool = False,
    ) -> None:
        """`cache`: what others found it to hold; a writer of its own has none. Of a `snapshot` it
        is looked up once.
        """
        self.con, self._cache, self._snapshot = con, cache, snapshot
        (path,) = rows(
            con, "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
        )[0]
        self._file = Path(str(path or "memory"))

    def holdings(self) -> Holdings:
        return self._holdings_then if self._snapshot else self._find_holdings()

    def catalog(self) -> Catalog:
        return self._catalog_then if self._snapshot else self._find_catalog()

    def _find_holdings(self) -> Holdings:
        return self._cache.holdings(self.con) if self._cache else _holdings.holdings(self.con)

    def _find_catalog(self) -> Catalog:
        return self._cache.catalog(self.con) if self._cache else _holdings.catalog(self.con)

    @cached_property
    def _holdings_then(self) -> Holdings:
        return self._find_holdings()

    @cached_property
    def _catalog_then(self) -> Catalog:
        return self._find_catalog()

    def prefetch(self, *needs: Need, log_of: str | None = None) -> None:
        """All facts lie in the file."""

    def append(self, arrival: Arrival, *, now: datetime, backfill: bool = False) -> ImportReceipt:
        with plain_faults(self._file):
            return _append.append(self.con, arrival, now, backfill)

    def judge(self, arrival: Arrival, *, now: datetime, backfill: bool = False) -> ImportReceipt:
        return _append.judge(self.con, arrival, now, backfill)

    def imports(self, newest: int | None = None) -> Sequence[ImportLine]:
        return _imports.list_imports(self.con, newest)

    def import_content(self, import_id: str, limit: int) -> ImportContent | None:
        return _import_content.import_content(DuckDBTables(self.con), import_id, limit)

    def headers(self) -> Mapping[str, str]:
        return _imports.headers(self.con)

    def saved_mapping(self, headers: Sequence[str]) -> SavedMapping | None:
        return _imports.saved_mapping(self.con, headers)

    def record_checks(self, relation: Relation, *, now: datetime) -> ImportReceipt:
        with plain_faults(self._file):
            return _checks.record(self.con, relation, now)

    def due_checks(
        self, *, now: datetime, every_days: int = 90, everything: bool = False
    ) -> Relation:
        return _checks.due(self.con, now, every_days, everything)

    def record_links(
        self, relation: Relation, *, now: datetime, members: Relation
    ) -> ImportReceipt:
        with plain_faults(self._file):
            return _links.record(self.con, relation, members, now)

    def links(self, kind: LinkKind | None = None, state: LinkState | None = None) -> Relation:
        return _links.links(kind, state)

    def members(self, kind: LinkKind = "person") -> Relation:
        return _links.members(self.con, kind)

    def find_leads(self, wanted: str) -> Sequence[str]:
        return _persons.find_leads(DuckDBTables(self.con), wanted, self.holdings().attributes)

    def erasures(self) -> int:
        return number(DuckDBTables(self.con), "SELECT count(*) FROM forgotten")

    def tombstones(self, leads: Collection[str], emails: Collection[str]) -> frozenset[str]:
        return _tombstones.tombstones_of(self.con, leads, emails)

    def person_facts(self, leads: Sequence[str]) -> PersonFacts:
        return _person_facts.person_facts(DuckDBTables(self.con), leads, self.holdings())

    def forget(self, erasure: Erasure, *, now: datetime, preview: bool = False) -> ErasureReceipt:
        holdings = self.holdings()
        if preview:
            return _erasure.preview(DuckDBTables(self.con), erasure, holdings, now)
        with plain_faults(self._file):
            with transaction(self.con):
                receipt = _erasure.erase(DuckDBTables(self.con), erasure, holdings, now)
                free_space.write_anew(self.con, [*receipt.rows, "rejects"])
            return replace(receipt, is_overwritten=free_space.write_over(self.con))

    def mail_acts(self, query: MailActQuery) -> Sequence[MailAct]:
        return _mail_acts.list_mail_acts(DuckDBTables(self.con), query)

    def set_apart(self, changes: Sequence[ActChange], *, now: datetime) -> str:
        with plain_faults(self._file), transaction(self.con):
            return _mail_acts.set_apart(DuckDBTables(self.con), changes, now)

    def undo(self, import_id: str, *, now: datetime) -> UndoReceipt:
        with plain_faults(self._file):
            return _undo.undo(self.con, import_id, now)

    def record_run(
        self,
        qualified: QualificationTable,
        agreement: Agreement,
        *,
        as_of: datetime,
        now: datetime,
        known: Known = "then",
    ) -> RunReceipt:
        with plain_faults(self._file):
            return _runs.record(DuckDBTables(self.con), qualified, agreement, as_of, now, known)

    def runs(self, newest: int | None = None) -> Sequence[Run]:
        return _runs.list_runs(DuckDBTables(self.con), newest)

    def count_runs_by_version(self, upto: datetime) -> dict[int | None, int]:
        """How many runs went by each version."""
        return _runs.count_runs_by_version(DuckDBTables(self.con), upto)

    def touch(self, since: Run, *, as_of: datetime) -> TouchedLeads:
        return _touched.touch(DuckDBTables(self.con), since, as_of)

    def known_activities(self, ids: Sequence[str]) -> frozenset[str]:
        columns = frozenset(self.holdings().activity_columns)
        return _people.known_activities(DuckDBTables(self.con), columns, ids)

    def known_people(
        self,
        leads: Sequence[str],
        emails: Sequence[str],
        users: Sequence[str],
        devices: Sequence[str],
    ) -> KnownPeople:
        held = self.holdings()
        columns = frozenset(held.attributes) | frozenset(held.activity_columns)
        return _people.known_people(DuckDBTables(self.con), columns, leads, emails, users, devices)

    def form_counts(self) -> Mapping[str, FormCount]:
        return _people.form_counts(DuckDBTables(self.con), self.holdings().activity_columns)

    def device_history(self, device: str) -> Sequence[dict[str, object]]:
        columns = list(self.holdings().activity_columns)
        return _people.device_history(DuckDBTables(self.con), columns, device)

    def transitions(self, after_run: int, after_lead: str | None, limit: int) -> Transitions:
        return _transitions.list_transitions(DuckDBTables(self.con), after_run, after_lead, limit)

    def run_span(self, since: datetime, until: datetime) -> RunSpan | None:
        return _ladder.run_span(DuckDBTables(self.con), since, until)

    def ladder_counts(
        self,
        span: RunSpan,
        ladders: Mapping[str, Sequence[str]],
        split: LadderBy | None,
        now: datetime,
    ) -> LadderCounts:
        return _ladder.count_ladders(
            DuckDBTables(self.con), self.holdings(), span, ladders, split, now
        )

    def run_columns(self) -> RunColumns:
        return _lead_list.run_columns(DuckDBTables(self.con))

    def leads(self, query: LeadQuery, now: datetime) -> LeadPage:
        return _lead_list.list_leads(DuckDBTables(self.con), self.holdings(), query, now)

    def attributes_of(self, lead: str, as_of: datetime) -> Mapping[str, object]:
        found = _lead_list.attributes_of(DuckDBTables(self.con), self.holdings(), [lead], as_of)
        return found.get(lead, {})

    def attributes_of_leads(
        self, leads: Sequence[str], as_of: datetime
    ) -> Mapping[str, Mapping[str, object]]:
        return _lead_list.attributes_of(DuckDBTables(self.con), self.holdings(), leads, as_of)

    def sales_touches(self, leads: Sequence[str], scale: str | None) -> Mapping[str, SalesTouch]:
        return _sales_touches.list_touches(DuckDBTables(self.con), self.holdings(), leads, scale)

    def transitions_of(self, changes: Sequence[tuple[int, str]]) -> Sequence[Transition]:
        return _transitions.find_transitions(DuckDBTables(self.con), changes)

    def deliveries(self) -> DeliveryTables:
        return DeliveryTables(DuckDBTables(self.con))

    def assignments(self) -> AssignmentTables:
        return AssignmentTables(DuckDBTables(self.con), self.holdings())

    def crm(self) -> CrmTables:
        return CrmTables(DuckDBTables(self.con))

    def together(self) -> AbstractContextManager[None]:
        return transaction(self.con)

    def agreements(self) -> Agreements:
        return _agreements.read_agreements(DuckDBTables(self.con))

    def version_text(self, number: int) -> str | None:
        return _agreements.text_of(DuckDBTables(self.con), number)

    def publish(self, proposal: Proposal, now: datetime) -> Version:
        with plain_faults(self._file):
            return _agreements.publish(DuckDBTables(self.con), proposal, now)

    def sign(self, sign_off: SignOff) -> None:
        with plain_faults(self._file):
            _agreements.sign(DuckDBTables(self.con), sign_off)
