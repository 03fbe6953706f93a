"""`audit`: whether the labels that stand are those of a full qualification of the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.leads.run import qualify_base
from leadlight.desk.session import Session
from leadlight.desk.wiring import comparisons, ledgers
from leadlight.desk.workspace.workspace import AgreedPlaybook
from leadlight.problems import CannotDo
from leadlight.results.audit import AuditResult

#: So many differences are told one by one.
MOST = 20


@dataclass(frozen=True)
class AuditRequest:
    """Compare the labels that stand with a full qualification as of the last run."""

    now: datetime


def audit(session: Session, request: AuditRequest) -> AuditResult:
    """Qualify the whole base as of the last run's moment, by its playbook, and compare. Nothing is
    written. Raises `CannotDo` where the playbook of that run is gone.
    """
    with session.read_often("audit", request.now) as workspace:
        last = next(iter(workspace.ledger.runs(1)), None)
        if last is None:
            return AuditResult(None, None, 0, 0, ())
        text = ledgers.playbook_text(workspace.con, last.fingerprint)
        if text is None:
            raise CannotDo(f"The playbook of {last.run_id} is not kept.")
        agreed = AgreedPlaybook(f"the playbook of {last.run_id}", text)
        found = qualify_base(workspace, agreed, last.as_of, last.known)
        scales = tuple(scale.name for scale in found.playbook.scales)
        count, differences = comparisons.compare_labels(workspace.con, scales, MOST)
        return AuditResult(last.run_id, last.as_of, found.summary.leads, count, differences)
