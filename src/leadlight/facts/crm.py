"""Connections with CRMs: how far each was read, which record is which lead, what was written back.

These are dated facts. Of each connection, position, record and write-back the newest counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

ConnectionState = Literal["connected", "disconnected"]
RecordState = Literal["live", "deleted", "merged", "erased", "mentioned"]
PushState = Literal["sending", "written", "failed", "differs", "released", "undone"]
AttemptVerb = Literal["sync", "push"]
#: The records that are leads.
PEOPLE = "people"


def lead_of(connection: str, external_id: str) -> str:
    """How a record is called as a lead that nobody knew before."""
    return f"{connection}:{external_id}"


@dataclass(frozen=True)
class Connection:
    """A CRM that a workspace is connected with.

    `declaration` is the text that says how it is read and written, `keys` how the CRM calls each of
    our properties, `rehearsal` the fingerprint of what somebody saw in a dry run.
    """

    name: str
    url: str
    declaration: str
    state: ConnectionState
    keys: Mapping[str, str]
    rehearsal: str
    by: str
    recorded_at: datetime


@dataclass(frozen=True)
class CrmRecord:
    """A record of a CRM as it was last seen to differ: `of_record` is the company of a person, or
    the record that stayed when it was merged. `detail` is what a company says of its people.
    """

    reading: str
    external_id: str
    lead_id: str | None
    state: RecordState
    of_record: str | None = None
    digest: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    changed_at: datetime | None = None


@dataclass(frozen=True)
class PushFact:
    """What became of our properties of one record.

    `given` is what the CRM holds of ours as far as it said so, `sending` what was on its way when
    this was noted, `before` what stood there before our last write, and `differs` what somebody
    else wrote since. `status` is the CRM's code of a refusal.
    """

    push_no: int
    external_id: str
    lead_id: str
    state: PushState
    given: Mapping[str, str] = field(default_factory=dict)
    sending: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    differs: Mapping[str, str] = field(default_factory=dict)
    status: str = ""


@dataclass(frozen=True)
class StandingLabels:
    """What the newest run that changed a lead says of it; `gone`: it is in no run any more."""

    lead_id: str
    as_of: datetime
    gone: bool
    scores: Mapping[str, float]
    labels: Mapping[str, str]
    reasons: tuple[str, ...]
    next_step: str | None


@dataclass(frozen=True)
class Statement:
    """An import that states something."""

    import_id: str
    file: str
    recorded_at: datetime


@dataclass(frozen=True)
class CrmAttempt:
    """How a reading of a CRM, or a writing to it, ended: `code` is the sort of fault, empty where
    there was none; `status` is the CRM's own word for it.
    """

    verb: AttemptVerb
    code: str
    status: str
    at: datetime


@dataclass(frozen=True)
class CrmTally:
    """What is known of a connection: since when it stands without a break, how many living
    `records` and how many `facts` each reading brought, how many records were refused when they
    were last written, by code, in how many somebody changed a property of ours (`differs`), and of
    how many nobody knows whether the last write arrived (`sending`).
    """

    since: datetime | None
    records: Mapping[str, int]
    facts: Mapping[str, int]
    refusals: Mapping[str, int]
    differs: int
    sending: int


class CrmLedger(Protocol):
    """What the ledger can be asked of connections."""

    def connections(self) -> Sequence[Connection]:
        """Every connection as it stands, in the order in which they were made."""
        ...

    def record_connection(self, connection: Connection) -> None:
        """State a connection as it is from now on."""
        ...

    def record_attempt(self, connection: str, attempt: CrmAttempt) -> None:
        """Add how a reading or a writing ended."""
        ...

    def attempts(self, connection: str) -> Sequence[CrmAttempt]:
        """The newest attempt of each verb that went well, and the newest that failed."""
        ...

    def tally(self, connection: str, readings: Sequence[str]) -> CrmTally:
        """What these readings of a connection brought, and what became of what was written."""
        ...

    def position(self, connection: str, reading: str) -> Mapping[str, object]:
        """How far a CRM was read; empty: not at all."""
        ...

    def record_window(
        self,
        connection: str,
        records: Sequence[CrmRecord],
        positions: Mapping[str, Mapping[str, object]],
        now: datetime,
    ) -> None:
        """Note records as they were seen and how far was read, whole or not at all."""
        ...

    def records(
        self, connection: str, reading: str, ids: Sequence[str] | None = None
    ) -> Mapping[str, CrmRecord]:
        """Records by their ids there: these, or all of them."""
        ...

    def records_in(self, connection: str, reading: str, state: RecordState) -> Sequence[CrmRecord]:
        """The records that stand in a state."""
        ...

    def people_of(self, connection: str, companies: Sequence[str]) -> Sequence[CrmRecord]:
        """The living people of companies."""
        ...

    def bound_leads(self, connection: str, leads: Sequence[str]) -> frozenset[str]:
        """Those of these leads that are a record of the connection already."""
        ...

    def pushes(self, connection: str, ids: Sequence[str] | None = None) -> Mapping[str, PushFact]:
        """What became of our properties, by record: of these, or of all."""
        ...

    def first_values(self, connection: str) -> Mapping[str, Mapping[str, str]]:
        """What stood in our properties before we first wrote to each record."""
        ...

    def record_pushes(self, connection: str, facts: Sequence[PushFact], now: datetime) -> None:
        """Add what became of our properties, whole or not at all."""
        ...

    def standing_labels(self, connection: str) -> Mapping[str, StandingLabels]:
        """What runs say of the leads of a connection, by lead; of linked leads under the id of
        their group.
        """
        ...

    def newest_statement(self, lead: str, attribute: str) -> Statement | None:
        """What states an attribute of a lead last; None: nothing does."""
        ...

    def leads_elsewhere(self, connection: str) -> int:
        """How many leads are no record of a connection."""
        ...

    def objectors(self, leads: Sequence[str] | None = None) -> frozenset[str]:
        """The leads of which it was last stated that they object to profiling."""
        ...
