"""`explain`: why a lead is what it is, what would lift it, and when it changes if nothing
happens.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.leads.run import open_base
from leadlight.desk.session import Session
from leadlight.facts.cohort import Known
from leadlight.results.explanation import Explanation


@dataclass(frozen=True)
class ExplainRequest:
    """Explain a lead of a workspace, by its id or its e-mail address; or with `leads` one of that
    file, with `activities` as its logs.

    `as_of` is the moment (null: now). With `known` now also what was recorded since counts. Without
    `story` its history is left out, and without `ahead` what would lift it and what will change,
    which is faster.
    """

    lead: str
    now: datetime
    as_of: datetime | None = None
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    playbook: str | None = None
    known: Known = "then"
    story: bool = True
    ahead: bool = True


def explain(session: Session, request: ExplainRequest) -> Explanation:
    """Every point of a lead and where it comes from, what would raise its labels, its history, and
    when it cools. Raises `CannotDo` where there is no such lead.
    """
    as_of = request.as_of or request.now
    if request.leads is not None:
        files = open_files(
            request.leads,
            request.activities,
            playbook=request.playbook,
            as_of=as_of,
            first_answer=FirstAnswerOptions(choose_moment=request.as_of is None),
        )
        return files.explain(request.lead, story=request.story, ahead=request.ahead)
    with session.read("explain", request.now) as workspace:
        base = open_base(workspace, request.playbook, as_of, request.known)
        return replace(
            base.explain(request.lead, story=request.story, ahead=request.ahead),
            known=request.known,
        )
