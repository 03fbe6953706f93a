"""Segments in numbers, a segment that is tried, and whom a company does not sell to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.facts.deliveries import Endpoint
from leadlight.predict.judge.metrics import Estimate
from leadlight.results.files import WrittenFile
from leadlight.results.summary import Overlap

#: Fewer leads than this are too few to say anything of a segment.
FEW = 30


@dataclass(frozen=True)
class SegmentFigure:
    """A segment as the last run of a period left it.

    `before` is how large it was when the period began, `joined` and `left` who came and went since
    by the runs of the period. `hot` and `empty` are of now. `mailed` leads were sent a mail in the
    period; `opened`, `clicked` and `replied` are shares of the mailed, or of all its leads where
    the log holds no mails that were sent. `won` leads bought at any time, `conversion` is their
    share, `value` is what they paid (null: nobody says). `product` is the one that most of its
    leads looked at or asked about in the period without having bought it, `asked` how many did.
    """

    name: str
    about: str
    leads: int
    before: int
    joined: int
    left: int
    hot: int
    empty: int
    mailed: int
    opened: Estimate
    clicked: Estimate
    replied: Estimate
    won: int
    conversion: Estimate
    value: float | None
    product: str | None
    asked: int

    @property
    def is_small(self) -> bool:
        """Whether its leads are too few to judge by."""
        return self.leads < FEW


@dataclass(frozen=True)
class SegmentFigures:
    """Every segment of a playbook in a period, in the order of the playbook; `whole` are all leads,
    `overlaps` how many are in both of two, most first.
    """

    since: datetime
    until: datetime
    run_id: str
    as_of: datetime
    playbook: str
    whole: SegmentFigure
    segments: tuple[SegmentFigure, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True)
class SegmentMember:
    """A lead of a segment, by what a person knows it by."""

    lead_id: str
    name: str
    company: str


@dataclass(frozen=True)
class SegmentTrial:
    """A segment that no playbook has yet: how many of the `leads` of the workspace are in it now
    (`inside`), and how many of these the last run calls hot; some of them; and the lines by which a
    playbook would have it. What `uses_signals` can be no filter of a list, which knows labels and
    scores.
    """

    name: str
    when: str
    as_of: datetime
    leads: int
    inside: int
    hot: int
    members: tuple[SegmentMember, ...]
    lines: str
    uses_signals: bool = False


@dataclass(frozen=True)
class SegmentProposal:
    """The text of a playbook with one more segment."""

    name: str
    text: str


@dataclass(frozen=True)
class SegmentExport:
    """The leads of a segment that were written to a file."""

    name: str
    leads: int
    file: WrittenFile


@dataclass(frozen=True)
class SegmentDelivery:
    """The leads of a segment that are owed to an endpoint since, each with its newest labels."""

    name: str
    endpoint: Endpoint
    leads: int


@dataclass(frozen=True)
class ResearchLine:
    """Leads with the same value of an attribute: how many, which share of all leads outside the
    audience and which of those inside, and how many were won.
    """

    value: str
    leads: int
    share: float
    share_inside: float
    won: int
    conversion: Estimate


@dataclass(frozen=True)
class ResearchGroup:
    """The leads outside the audience by an attribute, the most frequent values first."""

    attribute: str
    known: int
    lines: tuple[ResearchLine, ...]


@dataclass(frozen=True)
class Wish:
    """What leads asked for: `what` is the attribute or `product` of what they did."""

    what: str
    value: str
    leads: int


@dataclass(frozen=True)
class MarketResearch:
    """Whom a company has leads of and does not sell to: who they are, what they asked for, which of
    them buy; beside the leads of the target audience (`inside`).
    """

    run_id: str
    as_of: datetime
    playbook: str
    leads: int
    won: int
    conversion: Estimate
    inside: int
    inside_won: int
    inside_conversion: Estimate
    groups: tuple[ResearchGroup, ...]
    wishes: tuple[Wish, ...]
