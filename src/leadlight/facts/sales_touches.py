"""How leads were handled by sales: the outcomes that people log, and who waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from leadlight.facts.catalog import KINDS, Attribute, Type

Outcome: TypeAlias = Literal[
    "reached", "no_answer", "booked", "not_now", "not_a_fit", "won", "lost"
]
#: Each outcome as somebody says it.
OUTCOMES: Mapping[Outcome, str] = {
    "reached": "reached",
    "no_answer": "no answer",
    "booked": "meeting booked",
    "not_now": "not now",
    "not_a_fit": "not a fit",
    "won": "won",
    "lost": "lost",
}
#: The kind of activity that each outcome is kept as.
KIND_OF_OUTCOME: Mapping[Outcome, str] = {
    "reached": "call_held",
    "no_answer": "call_attempted",
    "booked": "meeting_booked",
    "not_now": "recycled",
    "not_a_fit": "sales_rejected",
    "won": "won",
    "lost": "lost",
}
_KINDS = (*KIND_OF_OUTCOME.values(), "meeting_held", "offer_sent")
#: The words of a log that say that somebody handled a lead.
TOUCH_KINDS: tuple[str, ...] = tuple(word for name in _KINDS for word in (name, *KINDS[name].also))
#: The activity's column that says when to be in touch again.
NEXT_TOUCH = Attribute(
    "next_touch_at", Type.MOMENT, "when to be in touch again, as somebody agreed", own=True
)

Authority: TypeAlias = Literal["decision_maker", "influencer", "user", "none"]
Timeline: TypeAlias = Literal["now", "this_quarter", "this_year", "later"]
AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
TIMELINES: tuple[Timeline, ...] = get_args(Timeline)


@dataclass(frozen=True)
class SalesTouch:
    """How a lead was handled last, and since when it has its label.

    `version` changes with each touch that is logged of the lead (empty: there was none). `kind`,
    `at` and `by` say what was done last, `next_touch` when somebody promised to be in touch again.
    """

    lead_id: str
    label_since: datetime | None = None
    version: str = ""
    kind: str | None = None
    at: datetime | None = None
    by: str | None = None
    next_touch: datetime | None = None


@dataclass(frozen=True)
class QueueFilter:
    """The leads that wait for somebody at `now`: whose next touch is due; and those with one of
    these labels of the scale whom nobody handled since they got it.

    `without` is scale -> labels with which nobody waits. With `owner` it is the leads of whom that
    owner was stated once, or that are assigned to the `person` of the roster: whether it is the
    newest, whoever reads the page must look.
    """

    now: datetime
    scale: str | None = None
    labels: tuple[str, ...] = ()
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owner: str | None = None
    person: str | None = None
