"""`transitions`: what the runs changed, lead by lead, in the order of runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.session import Session
from leadlight.facts.transitions import Transitions
from leadlight.problems import CannotDo

#: So many transitions are told at once.
MOST = 10_000


@dataclass(frozen=True)
class TransitionsRequest:
    """What runs changed after the run of number `after_run` (0: from the first on), at most `limit`
    of them. With `after_lead` that run's own leads after this one come first: the next page of a
    run that changed more than fit.
    """

    now: datetime
    after_run: int = 0
    after_lead: str | None = None
    limit: int = 1000


def transitions(session: Session, request: TransitionsRequest) -> Transitions:
    """The transitions, oldest first. Raises `CannotDo` for a limit that is none."""
    if not 0 < request.limit <= MOST:
        raise CannotDo(f"Between 1 and {MOST:,} transitions are told at once.", field="limit")
    with session.read("transitions", request.now) as workspace:
        return workspace.ledger.transitions(request.after_run, request.after_lead, request.limit)
