"""What is said of connections with CRMs: what was read, written, and where both sides differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class ConnectionLine:
    """A connection: its CRM, its address, and whether a dry run of it was seen."""

    name: str
    title: str
    url: str
    state: str
    by: str
    recorded_at: datetime
    is_rehearsed: bool


@dataclass(frozen=True)
class Refusals:
    """So many records were refused with the CRM's own code; they are still owed."""

    code: str
    records: int


@dataclass(frozen=True)
class ReadingTally:
    """What one sort of records of a CRM brought: so many living `records` are known, where they are
    people or companies, and so many `facts` came of it.
    """

    reading: str
    what: str
    records: int
    facts: int


@dataclass(frozen=True)
class ConnectionFault:
    """Why the last sync or push failed: the sort of fault, the CRM's own word for it, and what that
    means as a sentence.
    """

    verb: str
    code: str
    word: str
    at: datetime
    sentence: str


@dataclass(frozen=True)
class OwedCounts:
    """What the next push would write, as far as the workspace knows without asking the CRM: so many
    records, of which so many lose their values since their leads are not scored any more.
    """

    owed: int
    withdrawn: int


@dataclass(frozen=True)
class ConnectionStatus(ConnectionLine):
    """A connection and how it stands: since when, when it was last read and written, and why not
    since then (`faults`); what it brought; what the CRM refused when it was last written, which is
    still owed; in how many records somebody changed a property of ours (`differs`), and of how many
    nobody knows whether the last write arrived (`sending`).

    `owed` is missing where it was not counted. `secrets` are the variables that hold its secrets.
    """

    since: datetime | None = None
    read_at: datetime | None = None
    written_at: datetime | None = None
    faults: tuple[ConnectionFault, ...] = ()
    readings: tuple[ReadingTally, ...] = ()
    refusals: tuple[Refusals, ...] = ()
    differs: int = 0
    sending: int = 0
    owed: OwedCounts | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connections:
    """The connections of a workspace, and the CRMs that a declaration comes with."""

    connections: tuple[ConnectionStatus, ...]
    shipped: tuple[str, ...]


@dataclass(frozen=True)
class ConnectResult:
    """A CRM that was connected: which scopes its token needs and which variables hold it;
    `readings` is what is read of it, `properties` what is written to it.
    """

    connection: ConnectionLine
    scopes: tuple[str, ...]
    variables: tuple[str, ...]
    readings: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True)
class DisconnectResult:
    """A connection that ended. Of so many records what stood there before was put back, and so many
    were left as somebody changed them since, or could not be reached.
    """

    connection: ConnectionLine
    restored: int = 0
    left: int = 0


@dataclass(frozen=True)
class SyncLine:
    """What came of one sort of records: how many were read, how many facts are new, and how many
    were left out, since they say nothing of a lead.
    """

    reading: str
    read: int
    stated: int
    left_out: int


@dataclass(frozen=True)
class SyncResult:
    """What came of a sync: people who were read, with how many of them said something new
    (`stated`), are `new`, were `merged`, `deleted` (nothing is done about them any more) or
    `erased` (they are forgotten here too), or are of persons who were `forgotten` here before.

    `changed_by_hand` are records in which somebody wrote to one of our properties. `unreadable` are
    values that say nothing of their field's type, by field.
    """

    connection: str
    at: datetime
    people: int
    stated: int
    new: int
    merged: int
    deleted: int
    erased: int
    forgotten: int
    changed_by_hand: int
    unreadable: Mapping[str, int]
    lines: tuple[SyncLine, ...]
    requests: int
    throttled: int
    retried: int


@dataclass(frozen=True)
class PushExample:
    """One record of a dry run: what stands in our properties and what would."""

    external_id: str
    lead_id: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True)
class PushResult:
    """What came of a push, or with `is_dry_run` what would: of so many records `connected`, so many
    are `owed`, of which so many were `written`. `unchanged` say what they should already;
    `withdrawn` are among the owed: their lead is in no run any more, and the values go. In
    `differs` somebody changed a property, which stays. `still_owed` were refused or not reached.
    """

    connection: str
    at: datetime
    is_dry_run: bool
    connected: int
    owed: int
    written: int
    unchanged: int
    withdrawn: int
    differs: int
    gone: int
    still_owed: int
    refusals: tuple[Refusals, ...] = ()
    examples: tuple[PushExample, ...] = ()
    made: tuple[str, ...] = ()
    push_no: int = 0
    requests: int = 0
    throttled: int = 0
    retried: int = 0


@dataclass(frozen=True)
class UndoPushResult:
    """A push that was taken back: in so many records stands again what stood there before. `left`
    were changed since by somebody, or are no more.
    """

    connection: str
    at: datetime
    push_no: int
    restored: int
    left: int
    still_owed: int


@dataclass(frozen=True)
class Difference:
    """Where both sides say something else: `there` is the CRM, `here` the workspace, and `because`
    says why, as a sentence; `code` is the sort of reason.
    """

    external_id: str
    lead_id: str | None
    field: str | None
    there: str | None
    here: str | None
    code: str
    because: str


@dataclass(frozen=True)
class Differences:
    """Every difference between a CRM and a workspace: how many of each sort, and the first of them.
    So many records and values are the same.
    """

    connection: str
    at: datetime
    records: int
    same: int
    counts: Mapping[str, int]
    differences: tuple[Difference, ...] = ()
    unexplained: int = 0
    sentences: Mapping[str, str] = field(default_factory=dict)
