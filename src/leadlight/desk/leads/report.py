"""`report` and `segments`: a workspace as it is at a moment, as a page and in numbers. Nothing is
stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.run import qualify_base
from leadlight.desk.routing.turns_section import turns_section
from leadlight.desk.session import Session
from leadlight.desk.wiring import charts, output_files
from leadlight.facts.cohort import Known
from leadlight.results.qualification import ReportResult, SegmentsResult


@dataclass(frozen=True)
class ReportRequest:
    """Write the HTML report of a workspace as of a moment (null: now) to `out`."""

    out: Path
    now: datetime
    as_of: datetime | None = None
    playbook: str | None = None
    known: Known = "then"


@dataclass(frozen=True)
class SegmentsRequest:
    """How large the segments of a workspace are as of a moment (null: now)."""

    now: datetime
    as_of: datetime | None = None
    playbook: str | None = None
    known: Known = "then"


def report(session: Session, request: ReportRequest) -> ReportResult:
    """Write the report: one file that works offline. Raises `CannotDo` where there is no lead."""
    with output_files.together((request.playbook,), ((request.out, "report"),)):
        charts.start_chart_process()
        with session.read("report", request.now) as workspace:
            as_of = request.as_of or request.now
            found = qualify_base(workspace, request.playbook, as_of, request.known)
            found.turns = turns_section(workspace, as_of)
            path = found.report(request.out)
            s = found.summary
            return ReportResult(path, as_of, s.playbook, s.fingerprint, s.standing, s.leads)


def segments(session: Session, request: SegmentsRequest) -> SegmentsResult:
    """The segments and how they overlap. Raises `CannotDo` where there is no lead."""
    with session.read("segments", request.now) as workspace:
        as_of = request.as_of or request.now
        s = qualify_base(workspace, request.playbook, as_of, request.known).summary
        return SegmentsResult(
            as_of, s.playbook, s.fingerprint, s.standing, s.leads, s.segments, s.overlaps
        )
