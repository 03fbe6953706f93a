"""What waits for a salesperson, and what became of an outcome that somebody logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from leadlight.facts.sales_touches import Outcome as Outcome
from leadlight.facts.sales_touches import SalesTouch as SalesTouch
from leadlight.facts.transitions import LabelMove

Channel: TypeAlias = Literal["call", "mail"]


@dataclass(frozen=True)
class Way:
    """A way to be in touch with a lead that works and is allowed: by which channel, and the number
    or the address. `doubt` is what verification says of it (null: nothing is known against it).
    """

    channel: Channel
    value: str
    doubt: str | None = None


@dataclass(frozen=True)
class QueuedLead:
    """A lead that waits for somebody: who it is, why it is in the list in one sentence, and the
    ways to be in touch with it, the best first.

    `ways_barred` says in sentences what must not or cannot be used. `label_since` is when it got
    its label, `respond_by` until when its route wants an answer, and `time_left` what is left of
    that (negative: it is overdue). `is_due` says that a promised next touch is due. `version` is
    what an outcome must carry, so that nobody writes over what somebody else logged meanwhile.
    """

    lead_id: str
    name: str
    attributes: Mapping[str, object]
    labels: Mapping[str, str | None]
    scores: Mapping[str, float | None]
    reason: str
    reasons: tuple[str, ...]
    ways: tuple[Way, ...]
    ways_barred: tuple[str, ...]
    department: str | None
    next_step: str | None
    owner: str | None
    label_since: datetime | None
    respond_by: datetime | None
    time_left: timedelta | None
    is_due: bool
    last: SalesTouch
    version: str


@dataclass(frozen=True)
class TodayQueue:
    """The leads that wait for somebody, in the order in which to take them. `more` says that there
    are others after them, and `next` what they are asked for by. `run_id` is the run that labelled
    them, of the moment `as_of`.
    """

    leads: tuple[QueuedLead, ...]
    more: bool
    run_id: str | None
    as_of: datetime | None
    owner: str | None
    next: str | None = None


@dataclass(frozen=True)
class OutcomeReceipt:
    """An outcome that was logged: `outcome_id` takes it back (`undo-outcome`), `imports` are those
    that hold its facts.

    `moves` are the labels that changed by it at once; `pending` says in a sentence why the lead was
    not qualified again yet (null: it was).
    """

    outcome_id: str
    lead_id: str
    outcome: Outcome
    at: datetime
    by: str
    next_touch: datetime | None
    imports: tuple[str, ...]
    run_id: str | None
    moves: tuple[LabelMove, ...]
    pending: str | None


@dataclass(frozen=True)
class UndoneOutcome:
    """An outcome that was taken back: its facts do not count from `at` on, and the lead was
    qualified again.
    """

    outcome_id: str
    imports: tuple[str, ...]
    at: datetime
    run_id: str | None
    pending: str | None
