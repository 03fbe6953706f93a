"""`qualification`: what the playbook says of one lead at a moment, without the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.leads.one_lead import explain_lead
from leadlight.desk.leads.run import open_base
from leadlight.desk.session import Session
from leadlight.facts.cohort import Known
from leadlight.results.lead_list import LeadQualification


@dataclass(frozen=True)
class QualificationRequest:
    """Qualify one lead of a workspace, by its id or its e-mail address, as of a moment (null: now).
    With `known` now also what was recorded since counts. Nothing is stored.
    """

    lead: str
    now: datetime
    as_of: datetime | None = None
    playbook: str | None = None
    known: Known = "then"


def qualification(session: Session, request: QualificationRequest) -> LeadQualification:
    """The labels, scores and reasons of a lead. Raises `CannotDo` where there is no such lead."""
    as_of = request.as_of or request.now
    with session.read("explain", request.now) as workspace:
        found = open_base(workspace, request.playbook, as_of, request.known)
        one = explain_lead(found.base, found.playbook, request.lead, as_of, ahead=False)
    return LeadQualification(
        lead_id=one.lead_id,
        as_of=one.as_of,
        playbook=one.playbook,
        fingerprint=one.fingerprint,
        labels={line.scale: line.label for line in one.labels},
        scores={s.name: s.answer if s.answer is not None else float(s.score) for s in one.scores},
        segments=one.segments,
        department=one.department,
        respond_within=one.respond_within,
        next_step=one.next_step,
        reasons=one.reasons,
    )
