"""A person's rights: to object to profiling, to be forgotten, and to have what is known of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: How the fingerprint of an import begins that states an objection of a person, or its withdrawal.
#: Those of files are hexadecimal numbers.
OBJECTION = "objection"

_ADDRESS = re.compile(r"[^;,\s]+@[^;,\s]+")


def addresses_in(*texts: str | None) -> frozenset[str]:
    """The e-mail addresses that stand in values of a lead, as they are compared: in small letters.

    A value may hold several, apart by semicolons.
    """
    return frozenset(
        found.strip("<>\"'").lower() for text in texts if text for found in _ADDRESS.findall(text)
    )


def hash_of(salt: str, what: str, value: str) -> str:
    """By what a value is known again that nobody keeps: `what` is lead or address."""
    return hashlib.sha256(f"{salt}{what}:{value}".encode(errors="replace")).hexdigest()


@dataclass(frozen=True)
class Erasure:
    """That the person who is these leads is forgotten: by whom, and why."""

    leads: tuple[str, ...]
    by: str
    why: str


@dataclass(frozen=True)
class ErasureReceipt:
    """What went with a person: how many rows of each table, and of how many rejected rows the text.

    `values` are all that the person can be recognised by: addresses, numbers and ids, for whoever
    looks for them in files. `shared` are the addresses that other leads have too. `is_overwritten`:
    the place in the ledger's file where it stood was written over (None: it lies on a server).
    """

    rows: Mapping[str, int]
    rejects: int
    values: frozenset[str]
    shared: frozenset[str]
    recorded_at: datetime
    is_overwritten: bool | None = None


@dataclass(frozen=True)
class Provenance:
    """Where a fact came from: the import, its file and the row in it; when that was taken back, if
    it was.
    """

    import_id: str
    file: str
    row: int
    undone_at: datetime | None


@dataclass(frozen=True)
class PersonFact:
    """One fact of a person: what a row of a file, a check or an event said of a lead. It is true
    since `occurred_at` and known since `recorded_at`; `kind` is that of an activity.
    """

    lead_id: str
    occurred_at: datetime
    recorded_at: datetime
    values: Mapping[str, object]
    provenance: Provenance
    kind: str | None = None


@dataclass(frozen=True)
class PersonLink:
    """What was found or decided of a lead and another one."""

    lead_a: str
    lead_b: str
    kind: str
    state: str
    weight: float | None
    evidence: str | None
    by: str | None
    recorded_at: datetime
    provenance: Provenance


@dataclass(frozen=True)
class PersonLabels:
    """What a stored run said of a lead when something changed; `gone`: the lead was no more in
    it.
    """

    lead_id: str
    run_id: str
    as_of: datetime
    playbook: str
    gone: bool
    values: Mapping[str, object]


@dataclass(frozen=True)
class RejectedRow:
    """A row of a file that could not be used, and in which the person is named."""

    import_id: str
    file: str
    line: int | None
    reason: str | None
    text: str


@dataclass(frozen=True)
class PersonStep:
    """Something that was done about a person and came with no file: a step of a track (`sent`,
    `left`), a step of a response time (`warned`, `breached`), or a message about an assignment.
    """

    lead_id: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    values: Mapping[str, object]


@dataclass(frozen=True)
class PersonFacts:
    """All that a ledger holds of a person, each in the order in which it was recorded."""

    statements: tuple[PersonFact, ...]
    activities: tuple[PersonFact, ...]
    checks: tuple[PersonFact, ...]
    links: tuple[PersonLink, ...]
    labels: tuple[PersonLabels, ...]
    rejects: tuple[RejectedRow, ...]
    assignments: tuple[PersonFact, ...] = ()
    clocks: tuple[PersonStep, ...] = ()
    messages: tuple[PersonStep, ...] = ()
    steps: tuple[PersonStep, ...] = ()
    write_backs: tuple[PersonStep, ...] = ()
