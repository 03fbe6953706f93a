"""`explain`: why a lead is what it is, what would lift it, and when it changes if nothing
happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.leads.run import open_base
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.enrich.acceptance import PROVENANCE
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
            verify=False,
            first_answer=FirstAnswerOptions(choose_moment=request.as_of is None),
        ).with_checks_of(request.lead)
        return files.explain(request.lead, story=request.story, ahead=request.ahead)
    with session.read("explain", request.now) as workspace:
        base = open_base(workspace, request.playbook, as_of, request.known)
        found = base.explain(request.lead, story=request.story, ahead=request.ahead)
        said = _words_of_plugins(workspace, found.lead_id, as_of) if request.ahead else {}
        return replace(found, known=request.known, attributes={**found.attributes, **said})


def _words_of_plugins(workspace: Workspace, lead_id: str, as_of: datetime) -> Mapping[str, object]:
    """What plug-ins say that the values they added rest on; nothing is read where none added
    any.
    """
    names = [n for n in workspace.ledger.holdings().attributes if n.endswith(PROVENANCE)]
    if not names:
        return {}
    known = workspace.ledger.attributes_of(lead_id, as_of)
    return {name: known[name] for name in names if known.get(name)}
