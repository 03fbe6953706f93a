"""`runs`: the qualifications of the base that were stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.lead_list import RunList

#: So many runs are told at once.
MOST = 10_000


@dataclass(frozen=True)
class RunsRequest:
    """The stored runs of a workspace, at most the `newest` so many."""

    now: datetime
    newest: int = 100


def runs(session: Session, request: RunsRequest) -> RunList:
    """The stored runs, the newest first. Raises `CannotDo` for a number that is none."""
    if not 0 < request.newest <= MOST:
        raise CannotDo(f"From 1 to {MOST:,} runs are told at once.", field="newest")
    with session.read("runs", request.now) as workspace:
        return RunList(tuple(workspace.ledger.runs(request.newest)))
