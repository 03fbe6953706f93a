"""`segment-figures`: the segments of a workspace as its runs left them: how large they are, who
came and left, what their leads did and bought. Nothing is qualified anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadlight.desk.leads.standing_run import standing_run
from leadlight.desk.session import Session
from leadlight.desk.wiring import segment_numbers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.catalog import standard_kind
from leadlight.facts.ledger import Run
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.judge.metrics import Estimate
from leadlight.problems import CannotDo, NextStep
from leadlight.results.segments import SegmentFigure, SegmentFigures
from leadlight.results.summary import Overlap

if TYPE_CHECKING:
    from leadlight.desk.wiring.segment_numbers import SegmentCount

#: So long is a period that nobody names.
PERIOD = timedelta(days=30)
_MAILS = ("email_sent", "email_opened", "email_clicked", "email_replied")


@dataclass(frozen=True)
class SegmentFiguresRequest:
    """The segments of a workspace from `since` (null: 30 days before its end) to `until` (null:
    now), by the runs that were stored.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None


def segment_figures(session: Session, request: SegmentFiguresRequest) -> SegmentFigures:
    """Every segment in numbers. Raises `CannotDo` where no run was stored by the end of the period,
    and for a period that ends before it begins.
    """
    until = request.until or request.now
    since = request.since or _before(until)
    if since >= until:
        raise CannotDo("The period ends before it begins.", field="since")
    with session.read_often("segments", request.now) as workspace:
        question = ("segments", request.since, request.until)
        return session.memory.recall(
            workspace, question, request.now, lambda: _count(workspace, since, until, request.now)
        )


def _count(workspace: Workspace, since: datetime, until: datetime, now: datetime) -> SegmentFigures:
    found = segment_numbers.runs_of_period(workspace.con, since, until)
    if found is None:
        raise CannotDo(
            f"No run was stored by {until:%Y-%m-%d %H:%M}.", field="until", step=NextStep("qualify")
        )
    before, upto = found
    run, _, book = standing_run(workspace, upto)
    holdings, kinds = workspace.ledger.holdings(), workspace.ledger.catalog().kinds
    words = tuple(_words(kind, kinds) for kind in _MAILS)
    query = segment_numbers.segment_query(upto, before, (since, until), now, words)
    counts, overlaps = segment_numbers.segment_counts(workspace.con, holdings, query)
    whole = counts.get("", segment_numbers.no_segment_count())
    segments = tuple(
        _figure(
            s.name,
            s.about,
            counts.get(s.name, segment_numbers.no_segment_count()),
            whole.mailed > 0,
        )
        for s in book.segments
    )
    return _figures(run, since, until, _figure("", "", whole, whole.mailed > 0), segments, overlaps)


def _figures(
    run: Run,
    since: datetime,
    until: datetime,
    whole: SegmentFigure,
    segments: tuple[SegmentFigure, ...],
    overlaps: list[tuple[str, str, int]],
) -> SegmentFigures:
    names = {figure.name for figure in segments}
    both = tuple(Overlap(a, b, n) for a, b, n in overlaps if {a, b} <= names)
    return SegmentFigures(since, until, run.run_id, run.as_of, run.playbook, whole, segments, both)


def _figure(name: str, about: str, count: SegmentCount, knows_mails: bool) -> SegmentFigure:
    of = count.mailed if knows_mails else count.leads
    return SegmentFigure(
        name=name,
        about=about,
        leads=count.leads,
        before=count.leads - count.joined + count.left,
        joined=count.joined,
        left=count.left,
        hot=count.hot,
        empty=count.empty,
        mailed=count.mailed,
        opened=_share(count.opened, of),
        clicked=_share(count.clicked, of),
        replied=_share(count.replied, of),
        won=count.won,
        conversion=_share(count.won, count.leads),
        value=count.value,
        product=count.product,
        asked=count.asked,
    )


def _share(part: int, whole: int) -> Estimate:
    """A share with its interval."""
    return Estimate(part / whole, *wilson(part, whole)) if whole else Estimate(None)


def _words(kind: str, kinds: Collection[str]) -> tuple[str, ...]:
    """A kind of activity as the log writes it."""
    return tuple(sorted(k for k in kinds if standard_kind(k) == kind)) or (kind,)


def _before(until: datetime) -> datetime:
    try:
        return until - PERIOD
    except OverflowError:
        return datetime(1, 1, 1)
