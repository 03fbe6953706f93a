"""A dry run of a workspace: nothing is written, and another roster says something else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.live.outcome_log import LogOutcomeRequest, log_outcome
from leadlight.desk.routing.assign import AssignRequest, assign
from leadlight.desk.rules.dry_run import DryRunRequest, dry_run
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from tests.desk.routing.conftest import MONDAY, ROSTER, session

__all__ = ["session"]

LATER = MONDAY + timedelta(hours=2)


def test_who_would_have_got_what(session: Session) -> None:
    """L1 and L2 became hot as they came in; L1 was called after five minutes, L2 by nobody."""
    log_outcome(session, LogOutcomeRequest("L1", "reached", MONDAY + timedelta(minutes=5), "ana"))
    since = MONDAY - timedelta(days=1)
    found = dry_run(session, DryRunRequest(LATER, since))
    hot = {x.assignment.lead_id: x for x in found.assignments if x.assignment.label == "hot"}
    assert {x.assignment.person for x in hot.values()} == {"ana", "bob"}
    assert (hot["L1"].state, hot["L2"].state) == ("answered", "breached")
    assert [(p.label, p.in_time, p.unanswered) for p in found.punctuality if p.label == "hot"] == [
        ("hot", 1, 1)
    ]
    assert found.moved is None
    alone = ROSTER.replace(
        "bob: {departments: [sales]}", "bob: {departments: [sales], away: [2026-11-01..2026-11-30]}"
    )
    Path("other.yml").write_text(alone)
    other = dry_run(session, DryRunRequest(LATER, since, roster=Path("other.yml"), lead="L1"))
    assert [x.assignment.person for x in other.assignments] == ["ana"]
    with session.read("test", LATER) as workspace:
        assert workspace.ledger.assignments().newest(["L1", "L2"]) == {}
    assign(session, AssignRequest(LATER, "ada"))
    assert dry_run(session, DryRunRequest(LATER, since)).moved is not None


def test_a_period_without_leads_is_refused(session: Session) -> None:
    """Nothing came into a route two years ago; and the future has not come."""
    for since, until in ((MONDAY, MONDAY), (MONDAY, LATER + timedelta(days=9))):
        with pytest.raises(CannotDo):
            dry_run(session, DryRunRequest(LATER, since, until))
