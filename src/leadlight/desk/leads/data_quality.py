"""`data-quality`: who cannot be reached and why, what that costs, what could be repaired, and what
is due to be checked again; by the labels of the last run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.leads.standing_run import standing_run
from leadlight.desk.session import Session
from leadlight.desk.wiring import contacts
from leadlight.desk.workspace.workspace import Workspace
from leadlight.results.data_quality import DataQualityResult


@dataclass(frozen=True)
class DataQualityRequest:
    """The quality of a workspace's contacts: empty leads by reason, source and age, as the last run
    labelled them; repairs and what is due, as of now. Nothing is qualified anew.
    """

    now: datetime


def data_quality(session: Session, request: DataQualityRequest) -> DataQualityResult:
    """The quality of a workspace's contacts in numbers. Raises `CannotDo` where no run was stored
    yet.
    """
    with session.read_often("data-quality", request.now) as workspace:
        return session.memory.recall(
            workspace, "data-quality", request.now, lambda: _count(workspace, request.now)
        )


def _count(workspace: Workspace, now: datetime) -> DataQualityResult:
    run, number, book = standing_run(workspace)
    holdings = workspace.ledger.holdings()
    found = contacts.standing_quality(workspace.con, holdings, book, number, now)
    return DataQualityResult(run.run_id, run.as_of, run.playbook, run.leads, found)
