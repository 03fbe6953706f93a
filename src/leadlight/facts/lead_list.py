"""A page of the list of leads, as a ledger is asked for it and as it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from leadlight.facts.sales_touches import QueueFilter, SalesTouch

#: What is shown of who a lead is.
SHOWN = (
    "full_name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "company",
    "job_title",
    "country",
    "source",
)
#: Of these a lead's name is made, so that they are always read.
NAMES = ("full_name", "first_name", "last_name", "email", "company")
#: Where the words of a search are looked for, beside the lead's id.
SEARCHED = ("full_name", "first_name", "last_name", "email", "phone", "company")

#: Before the name of an attribute in a condition: that of the lead's company.
COMPANY = "company__"


@dataclass(frozen=True)
class LadderOrder:
    """Leads in the order of a scale's labels, as they are given here; other labels come last."""

    scale: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class ScoreOrder:
    """Leads in the order of a score, the highest first unless it is `ascending`; those without one
    come last.
    """

    score: str
    ascending: bool = False


@dataclass(frozen=True)
class RunOrder:
    """Leads in the order of the runs that changed them, the newest first."""


@dataclass(frozen=True)
class DueOrder:
    """Leads of a queue whose next touch is due before the others."""


#: By what leads may be in order.
Order: TypeAlias = LadderOrder | ScoreOrder | RunOrder | DueOrder


@dataclass(frozen=True)
class RunColumns:
    """The scales and scores of which stored runs know."""

    scales: tuple[str, ...]
    scores: tuple[str, ...]


@dataclass(frozen=True)
class LeadQuery:
    """Which leads, as the run of number `upto` left them, in which order, after which one.

    `columns` are what the runs know; the scales and scores of a query are among them. `labels` is
    scale -> the labels of which one must be had; `source` is where it must come from, in any case;
    all `words` must occur in what was stated of the lead; a `condition` holds over attributes,
    scores, labels and the `segments` that there are; with a `queue` they wait for somebody,
    and are not counted. `shown` are the attributes that are read. Ties of the `order` are by id;
    `after` has the last lead's keys and its id.
    """

    upto: int
    limit: int
    columns: RunColumns
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    segment: str | None = None
    department: str | None = None
    source: str | None = None
    words: tuple[str, ...] = ()
    condition: str = ""
    segments: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    after: tuple[tuple[float, ...], str] | None = None
    queue: QueueFilter | None = None
    shown: tuple[str, ...] = SHOWN


@dataclass(frozen=True)
class LeadLine:
    """A lead of the list: who it is now, and its labels and scores as the last run left them.

    `changed_in` is the run that changed it last, at the moment `changed_at`; its scores and reasons
    are those of that moment.
    """

    lead_id: str
    attributes: Mapping[str, object]
    labels: Mapping[str, str | None]
    scores: Mapping[str, float | None]
    segments: tuple[str, ...]
    department: str | None
    respond_within: timedelta | None
    next_step: str | None
    reasons: tuple[str, ...]
    changed_in: str
    changed_at: datetime


@dataclass(frozen=True)
class LeadPage:
    """The leads of a page, with the keys by which they are in order; `total` counts all that the
    filters leave, where it was asked for the first page, and `counts` how many of them have each
    label of a scale, whichever label of that scale is chosen; `touches` say how those of a queue
    were handled last.
    """

    leads: tuple[LeadLine, ...]
    keys: tuple[tuple[float, ...], ...]
    total: int | None
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    touches: Mapping[str, SalesTouch] = field(default_factory=dict)
