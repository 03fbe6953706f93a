"""The port of the ledger: what the append-only store of facts can be asked, and the values it
answers with.

Facts are added, never changed.  Whoever keeps them (DuckDB in a file, a server later) answers these
questions; nothing here names an engine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from leadlight.facts.agreements import Agreements, SignOff, Version
from leadlight.facts.assignments import AssignmentLedger
from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    CHECK_ATTRIBUTES,
    LEAD_ATTRIBUTES,
    NEWEST_TOUCH,
    Attribute,
    Catalog,
)
from leadlight.facts.cohort import Known
from leadlight.facts.crm import CrmLedger
from leadlight.facts.deliveries import DeliveryLedger
from leadlight.facts.intake import FormCount, KnownPeople
from leadlight.facts.ladder import LadderBy, LadderCounts, RunSpan
from leadlight.facts.lead_list import LeadPage, LeadQuery, RunColumns
from leadlight.facts.mail_acts import ActChange, MailAct, MailActQuery
from leadlight.facts.persons import Erasure, ErasureReceipt, PersonFacts
from leadlight.facts.relation import Relation
from leadlight.facts.sales_touches import SalesTouch
from leadlight.facts.transitions import Transition, Transitions
from leadlight.problems import Problem

What = Literal["leads", "activities", "spend", "checks", "links", "assignments"]
LinkKind = Literal["person", "company"]
LinkState = Literal["made", "waiting", "refused"]
Need = Literal["leads", "checks", "links"]


@dataclass(frozen=True)
class Arrival:
    """A file that was read into a relation of the ledger's own connection and waits to be appended.

    The relation has `lead_id` and catalog names as columns, and
    `row_no` (a row's place among the rows of the document, from 1). `own` are the columns that only
    this company's files have.  `read` counts every row, `rejected` those that could not be used;
    `rejects` is a relation `(line, code, reason, text)` of them.
    """

    what: What
    relation: Relation
    file: str
    fingerprint: str
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)  # the part of it that a person decided
    own: tuple[Attribute, ...] = ()
    read: int = 0
    rejected: int = 0
    rejects: Relation | None = None
    one_row_a_lead: bool = False  # the reader promises that no lead stands in it twice
    # Its statements are true since always, so that whatever anybody says of a date outweighs them.
    is_weakest: bool = False


@dataclass(frozen=True)
class ImportReceipt:
    """What became of one file: `read = imported + unchanged + rejected`, always."""

    import_id: str
    file: str
    what: What
    recorded_at: datetime
    read: int
    imported: int
    unchanged: int
    rejected: int
    new_leads: int = 0
    strangers: int = 0  # activities of people who are not in the base (yet)
    backfill: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ImportLine:
    """One line of the list of imports; `undone_at` is set when it was taken back. So many of its
    columns were `left_out`; `is_mended` says that a person decided how some were read.
    """

    import_id: str
    file: str
    what: What
    recorded_at: datetime
    read: int
    imported: int
    unchanged: int
    rejected: int
    backfill: bool
    undone_at: datetime | None = None
    left_out: int = 0
    is_mended: bool = False


@dataclass(frozen=True)
class RejectCount:
    """So many rows of an import were rejected for a reason; `code` names its kind."""

    code: str
    reason: str
    rows: int


@dataclass(frozen=True)
class RejectedLine:
    """A row that could not be used: its place in the file, why, and what it says (null: the person
    it speaks of was forgotten).
    """

    line: int | None
    reason: str
    text: str | None


@dataclass(frozen=True)
class ImportContent:
    """An import as it was read: header -> attribute (`-`: left out), the part that a person
    decided, the attributes that only this company has, and what was rejected.
    """

    line: ImportLine
    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    said: Mapping[str, str]
    own: tuple[str, ...]
    reasons: tuple[RejectCount, ...]
    rejects: tuple[RejectedLine, ...]


@dataclass(frozen=True)
class UndoReceipt:
    """What left the picture with an import that was taken back."""

    import_id: str
    file: str
    what: What
    facts: int  # rows that no longer count
    leads_gone: int  # leads that nothing else speaks of
    undone_at: datetime


@dataclass(frozen=True)
class SavedMapping:
    """Header -> attribute, as a person decided it when a file with the same headers was
    imported.
    """

    import_id: str
    what: What
    said: Mapping[str, str]


#: Attributes of a lead that no file states: what checks and links say, and what it came by last.
NOT_STATED = frozenset({"account", *CHECK_ATTRIBUTES, *NEWEST_TOUCH})


def beside_statements(
    stated: Mapping[str, Attribute], *, checked: bool, accounts: bool
) -> dict[str, Attribute]:
    """The attributes of a ledger: those that its files state, and those that come of them."""
    names = [*(CHECK_ATTRIBUTES if checked else ()), *(["account"] if accounts else [])]
    newest = {
        name: replace(LEAD_ATTRIBUTES[name], type=stated[first].type, gone=stated[first].gone)
        for name, first in NEWEST_TOUCH.items()
        if first in stated
    }
    return {**stated, **{n: LEAD_ATTRIBUTES[n] for n in names}, **newest}


@dataclass(frozen=True)
class Holdings:
    """Which columns a ledger's facts have, and whether it needs the general way or the short one to
    read them.
    """

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    activity_columns: Mapping[str, Attribute] = field(default_factory=dict)
    revised: bool = False  # some lead has more than one statement
    undone: bool = False  # some import was taken back
    checked: bool = False  # some contact was verified
    rechecked: bool = False  # some contact was verified more than once
    linked: bool = False  # some leads were said to be one person
    accounts: bool = False  # some leads were said to be of one company

    def single(self) -> Holdings:
        """The same facts read lead by lead, as files brought them: without checks, and no two leads
        are one person.
        """
        stated = {n: a for n, a in self.attributes.items() if n not in NOT_STATED}
        return replace(
            self, attributes=stated, checked=False, rechecked=False, linked=False, accounts=False
        )

    def catalog(self, kinds: frozenset[str] = frozenset()) -> Catalog:
        """The names a playbook may use over these facts."""
        own = [a for name, a in self.attributes.items() if name not in LEAD_ATTRIBUTES]
        own_activity = [
            a for name, a in self.activity_columns.items() if name not in ACTIVITY_COLUMNS
        ]
        catalog = Catalog().with_own(own, own_activity)
        return Catalog(
            catalog.lead,
            catalog.activity,
            kinds,
            frozenset(self.attributes) | {"lead_id"},
            frozenset(self.activity_columns) | {"lead_id", "occurred_at", "kind"},
        )


DUE_ATTRIBUTES: tuple[str, ...] = (
    "email",
    "phone",
    "mobile",
    "other_emails",
    "other_phones",
    "first_name",
    "last_name",
    "full_name",
    "company",
    "website",
    "job_title",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "language",
    "source",
    "campaign",
    "created_at",
    "changed_at",
    "email_bounced",
    "ip_address",
    "honeypot",
)
"""What a check of a lead may look at, and `due_checks` therefore hands out."""


@dataclass(frozen=True)
class Agreement:
    """The playbook a run was made with: its text is kept, so that any stored run can be made
    again.
    """

    fingerprint: str
    name: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """A playbook that is to become a version: which roles must sign it, whose it is, why, and from
    when it is wished for.
    """

    agreement: Agreement
    needs: tuple[str, ...]
    author: str
    note: str
    wished_from: datetime | None = None


@dataclass(frozen=True)
class QualificationTable:
    """A relation of qualifications (one row a lead, as a plan makes it) and which of its columns
    are which.

    The relation is named as it stands in a statement.  With `due` it has `changes_in`: the seconds
    until the lead's labels can change if nothing happens.  `only` is a relation of the leads that
    were looked at, when not all were; `always` of those that must be looked at each time.
    """

    relation: str
    scores: tuple[str, ...]
    scales: tuple[str, ...]
    due: bool = False
    only: str | None = None
    always: str | None = None


@dataclass(frozen=True)
class Run:
    """A qualification of the whole base that was stored."""

    run_id: str
    as_of: datetime
    recorded_at: datetime
    known: Known
    fingerprint: str
    playbook: str
    leads: int
    changed: int
    upto: int | None = None  # the newest import that it saw, when a later run may build on it
    looked_at: int | None = None  # how many leads it looked at, when not at the whole base


@dataclass(frozen=True)
class TouchedLeads:
    """The leads for whom something can differ since a run: a relation of their ids, and why."""

    relation: str
    leads: int
    by_facts: int  # of whom something new is known, or something was taken back
    by_clock: int  # whom the passing of time alone may change
    since: Run


@dataclass(frozen=True)
class Move:
    """How many leads went from one label of a scale to another; None where there was, or is, no
    lead.
    """

    scale: str
    before: str | None
    after: str | None
    leads: int


@dataclass(frozen=True)
class RunReceipt:
    """A stored run beside the one before it (None when it is the first)."""

    run: Run
    previous: Run | None
    new_leads: int
    gone_leads: int
    moves: tuple[Move, ...]


class Ledger(Protocol):
    """The append-only store of facts.  Every verb that writes is one transaction: it happens whole
    or not at all.
    """

    def holdings(self) -> Holdings:
        """Which columns the facts have, and how they must be read."""
        ...

    def catalog(self) -> Catalog:
        """The standard names and the company's own, with the kinds of activity that occur."""
        ...

    def prefetch(self, *needs: Need, log_of: str | None = None) -> None:
        """Have these facts of the whole base in the connection: what is said of leads, what checks
        found with the mails that came back, who is linked with whom. With `log_of`, a relation of
        ids, also all that these leads did.

        Whoever reads the ledger's tables by statements of their own asks for it first; where the
        facts lie in the connection anyway nothing happens.
        """
        ...

    def append(self, arrival: Arrival, *, now: datetime, backfill: bool = False) -> ImportReceipt:
        """Add the facts of a file that are not known yet."""
        ...

    def judge(self, arrival: Arrival, *, now: datetime, backfill: bool = False) -> ImportReceipt:
        """What `append` would answer, with nothing written."""
        ...

    def imports(self, newest: int | None = None) -> Sequence[ImportLine]:
        """The imports, newest first."""
        ...

    def import_content(self, import_id: str, limit: int) -> ImportContent | None:
        """How an import was read, with at most so many of its rejected rows; None where there is
        none of that id.
        """
        ...

    def headers(self) -> Mapping[str, str]:
        """Attribute -> the header under which the company's own files have it, for exports that go
        back.
        """
        ...

    def saved_mapping(self, headers: Sequence[str]) -> SavedMapping | None:
        """What a person said of these headers the last time a file had them, unless that import was
        taken back.
        """
        ...

    def record_checks(self, relation: Relation, *, now: datetime) -> ImportReceipt:
        """Add what `verify` says of leads: an import of `checks`, one row a lead.

        The relation has `lead_id`, any of CHECK_ATTRIBUTES, and `_email`, `_phone`, `_mobile`: the
        values as checked.
        """
        ...

    def due_checks(
        self, *, now: datetime, every_days: int = 90, everything: bool = False
    ) -> Relation:
        """The leads (persons) whose contact is to be verified, one row a lead, as of now.

        New or changed since it was checked, checked longer ago than `every_days`, or bounced or
        complained since.  It has `lead_id`, every attribute in DUE_ATTRIBUTES (NULL where the base
        has no such column), and the flags `bounced` and `complained`: mail to the address came
        back, or was reported as spam, since the address is the lead's. With `everything` all leads
        are due.
        """
        ...

    def record_links(
        self, relation: Relation, *, now: datetime, members: Relation
    ) -> ImportReceipt:
        """Add links between leads, and who belongs together since: one import of `links`.

        `relation` has lead_a, lead_b, kind, state, weight, evidence, by.  `members` has lead_id,
        kind, group_id for every lead whose group changed; group_id is the lead's own id when it
        left its group.
        """
        ...

    def links(self, kind: LinkKind | None = None, state: LinkState | None = None) -> Relation:
        """The links as they stand: the newest link of each pair and kind that was not taken
        back.

        It has lead_a, lead_b, kind, state, weight, evidence, by, recorded_at, import_id.
        """
        ...

    def members(self, kind: LinkKind = "person") -> Relation:
        """Who belongs together as of now: lead_id and group_id of all leads of groups of two and
        more.

        The lead after which a group is called is one of its rows; a lead that is not in it stands
        for itself.
        """
        ...

    def find_leads(self, wanted: str) -> Sequence[str]:
        """The lead of that id, else all of which that e-mail address was stated once."""
        ...

    def erasures(self) -> int:
        """A number that grows with every person who is forgotten."""
        ...

    def tombstones(self, leads: Collection[str], emails: Collection[str]) -> frozenset[str]:
        """Those of these ids, and of these addresses in small letters, that are of persons who were
        forgotten.
        """
        ...

    def person_facts(self, leads: Sequence[str]) -> PersonFacts:
        """Every fact of the person who is these leads, with where it came from, also what was taken
        back.
        """
        ...

    def forget(self, erasure: Erasure, *, now: datetime, preview: bool = False) -> ErasureReceipt:
        """Remove all that is known of a person, and keep by which values later imports know it
        again. With `preview` it stays, and is counted.
        """
        ...

    def mail_acts(self, query: MailActQuery) -> Sequence[MailAct]:
        """Clicks that may be a scanner's, and what is kept as one's, oldest first."""
        ...

    def set_apart(self, changes: Sequence[ActChange], *, now: datetime) -> str:
        """Keep activities under other kinds from `now` on; the id of the import that says so."""
        ...

    def undo(self, import_id: str, *, now: datetime) -> UndoReceipt:
        """Take an import back: from `now` on nobody sees its facts."""
        ...

    def record_run(
        self,
        qualified: QualificationTable,
        agreement: Agreement,
        *,
        as_of: datetime,
        now: datetime,
        known: Known = "then",
    ) -> RunReceipt:
        """Store a run and say what changed since the last."""
        ...

    def touch(self, since: Run, *, as_of: datetime) -> TouchedLeads:
        """The leads for whom something can differ at `as_of` since that run, the last one.

        The run's moment is not after `as_of`, and it knows the newest import it saw.
        """
        ...

    def runs(self, newest: int | None = None) -> Sequence[Run]:
        """The stored runs, newest first."""
        ...

    def count_runs_by_version(self, upto: datetime) -> Mapping[int | None, int]:
        """How many runs that were stored up to a moment went by each version's number; None: by no
        version.
        """
        ...

    def known_activities(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the ids under which an activity is there that was not taken back."""
        ...

    def known_people(
        self,
        leads: Sequence[str],
        emails: Sequence[str],
        users: Sequence[str],
        devices: Sequence[str],
    ) -> KnownPeople:
        """Who these are, as far as known; addresses are in lower case."""
        ...

    def form_counts(self) -> Mapping[str, FormCount]:
        """What came of each form, by the path of its page."""
        ...

    def device_history(self, device: str) -> Sequence[dict[str, object]]:
        """What was done on a device before somebody said who it is, oldest first."""
        ...

    def transitions(self, after_run: int, after_lead: str | None, limit: int) -> Transitions:
        """What runs changed after that one (and after that lead of it), in the order of runs."""
        ...

    def run_span(self, since: datetime, until: datetime) -> RunSpan | None:
        """The stored runs of a period; None where none was stored by its end."""
        ...

    def ladder_counts(
        self,
        span: RunSpan,
        ladders: Mapping[str, Sequence[str]],
        split: LadderBy | None,
        now: datetime,
    ) -> LadderCounts:
        """The leads and moves of a period on these scales (with their steps, best first); `split`
        says by what the numbers are told.
        """
        ...

    def run_columns(self) -> RunColumns:
        """The scales and scores of which stored runs know."""
        ...

    def leads(self, query: LeadQuery, now: datetime) -> LeadPage:
        """A page of the leads as a run left them, with what is known of them now. The query's
        scales and scores are among `run_columns`.
        """
        ...

    def attributes_of(self, lead: str, as_of: datetime) -> Mapping[str, object]:
        """Everything that is known of a lead at a moment, by name; empty where there is none."""
        ...

    def attributes_of_leads(
        self, leads: Sequence[str], as_of: datetime
    ) -> Mapping[str, Mapping[str, object]]:
        """The same of several leads, by lead."""
        ...

    def sales_touches(self, leads: Sequence[str], scale: str | None) -> Mapping[str, SalesTouch]:
        """How each of these leads was handled last, and since when it has its label of the scale
        (which is among `run_columns`).
        """
        ...

    def transitions_of(self, changes: Sequence[tuple[int, str]]) -> Sequence[Transition]:
        """The transitions of these runs and leads, as far as there are such."""
        ...

    def deliveries(self) -> DeliveryLedger:
        """Who is told of transitions, and what became of each delivery."""
        ...

    def assignments(self) -> AssignmentLedger:
        """Whose leads are, and by when they are to be answered."""
        ...

    def crm(self) -> CrmLedger:
        """Connections with CRMs, and what became of them."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """What is added inside comes in whole or not at all. On a server each import is whole by
        itself: what others rest on is added last.
        """
        ...

    def agreements(self) -> Agreements:
        """The versions of the playbook that were published, and who signed them."""
        ...

    def version_text(self, number: int) -> str | None:
        """The text of a version exactly as it was published; None when there is no such version."""
        ...

    def publish(self, proposal: Proposal, now: datetime) -> Version:
        """Add a version with the next number. Nothing published is ever changed."""
        ...

    def sign(self, sign_off: SignOff) -> None:
        """Add a role's signature to a version."""
        ...
