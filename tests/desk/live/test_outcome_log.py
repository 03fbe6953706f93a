"""An outcome that a salesperson logs: its facts, what changes by it at once, conflicts and undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.today import TodayRequest, today
from leadlight.desk.live.outcome_log import (
    LogOutcomeRequest,
    UndoOutcomeRequest,
    log_outcome,
    undo_outcome,
)
from leadlight.desk.persons.facts import FactsRequest, facts
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.today import OutcomeReceipt, TodayQueue
from tests.desk.live.conftest import NOW, small_company
from tests.prepared import Prepared

PLAYBOOK = """\
leadlight: 1
name: day
signals:
  heat: {points: {demo_requested: 40, pricing_viewed: 10}, half_life: 14d, at_most: 100}
scores:
  engagement: heat
scales:
  temperature:
    - {hot: engagement >= 30 or budget > 0}
    - {warm: engagement >= 10}
    - {cold: otherwise}
routes:
  - {when: temperature = 'hot', to: sales, within: 15m, by: call}
"""
LOG = """lead_id,occurred_at,kind
L1,2026-11-01 08:50,demo_requested
L2,2026-11-01 08:50,demo_requested
L2,2026-11-01 08:51,pricing_viewed
"""
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def session(prepared: Prepared) -> Session:
    """L2 and L1 are hot, L3 is cold."""
    return Session(prepared(company))


def company(where: str) -> None:
    small_company(where)
    Path("playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    Path("log.csv").write_text(LOG, encoding="utf-8")
    session = Session(where)
    import_files(session, ImportRequest((Path("log.csv"),), NOW, verify=False))
    qualify(session, QualifyRequest(NOW))


def log(
    session: Session, lead: str, outcome: str, now: datetime = LATER, **more: object
) -> OutcomeReceipt:
    request = LogOutcomeRequest(lead, outcome, now, "Ada", **more)  # type: ignore[arg-type]
    return log_outcome(session, request)


def queue(session: Session, now: datetime = LATER, **more: object) -> TodayQueue:
    return today(session, TodayRequest(now, **more))  # type: ignore[arg-type]


def ids(found: TodayQueue) -> list[str]:
    return [lead.lead_id for lead in found.leads]


def test_who_was_handled_leaves_the_list_and_comes_back_by_undo(session: Session) -> None:
    """
    L2 and L1 are hot; nobody picks up at L2: L1 is next. Taken back, L2 waits again.
    """
    assert ids(queue(session)) == ["L2", "L1"]
    receipt = log(session, "L2", "no_answer")
    assert ids(queue(session)) == ["L1"]
    undone = undo_outcome(session, UndoOutcomeRequest(receipt.outcome_id, LATER))
    assert undone.imports == receipt.imports
    assert ids(queue(session)) == ["L2", "L1"]
    with pytest.raises(CannotDo, match="taken back already"):
        undo_outcome(session, UndoOutcomeRequest(receipt.outcome_id, LATER))


def test_an_outcome_changes_the_labels_at_once(session: Session) -> None:
    """L3 is cold. It says that it has a budget, and is hot; as it was reached, it does not wait."""
    receipt = log(session, "cy@cole.com", "reached", budget=9000, authority="decision_maker")
    assert receipt.lead_id == "L3"
    assert [(m.scale, m.before, m.after) for m in receipt.moves] == [("temperature", "cold", "hot")]
    assert receipt.pending is None
    assert len(receipt.imports) == 2
    assert "L3" not in ids(queue(session))
    undo_outcome(session, UndoOutcomeRequest(receipt.outcome_id, LATER))
    again = log(session, "L3", "no_answer", LATER + timedelta(minutes=1))
    assert again.moves == ()


def test_what_was_said_is_kept_as_facts(session: Session) -> None:
    log(
        session,
        "L1",
        "not_a_fit",
        because="No\x1b[2J budget",
        note="Asked for\na discount",
        need="Payroll",
        timeline="later",
        owner="Bo",
    )
    kept = facts(session, FactsRequest("L1", LATER))
    text = repr(kept)
    for said in ("No budget", "Asked for a discount", "Payroll", "later", "Bo", "sales_rejected"):
        assert said in text
    assert ids(queue(session)) == ["L2"]


def test_a_promised_touch_comes_first_when_it_is_due(session: Session) -> None:
    """L1 asks to be called tomorrow: it is out of the list today, and the first one tomorrow."""
    tomorrow = NOW + timedelta(days=1)
    log(session, "L1", "not_now", next_touch=tomorrow)
    assert ids(queue(session)) == ["L2"]
    found = queue(session, tomorrow)
    assert ids(found)[0] == "L1"
    assert found.leads[0].is_due
    assert "2026-11-02" in found.leads[0].reason
    log(session, "L1", "booked", tomorrow)
    assert "L1" not in ids(queue(session, tomorrow))


def test_two_people_lose_nothing(session: Session) -> None:
    """Ada and Bo see L1. Bo logs that he reached it; Ada is told so and nothing of hers is
    written.
    """
    seen = queue(session).leads[1].version
    log(session, "L1", "reached", seen=seen)
    with pytest.raises(CannotDo, match="by Ada: reached") as told:
        log(session, "L1", "lost", LATER + timedelta(minutes=1), because="price", seen=seen)
    assert told.value.field == "seen"
    assert queue(session, LATER).leads[0].lead_id == "L2"


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        ("not_now", {}, "next_touch"),
        ("not_now", {"next_touch": NOW - timedelta(days=1)}, "next_touch"),
        ("not_now", {"next_touch": datetime(2999, 1, 1)}, "next_touch"),
        ("not_a_fit", {}, "because"),
        ("lost", {"because": "  "}, "because"),
        ("reached", {"note": "x" * 5000}, "note"),
        ("reached", {"budget": float("nan")}, "budget"),
        ("won", {"amount": -1.0}, "amount"),
    ],
)
def test_what_is_missing_is_asked_for(
    session: Session, outcome: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(CannotDo) as told:
        log(session, "L1", outcome, **more)
    assert told.value.field == field
    assert ids(queue(session)) == ["L2", "L1"]


def test_an_outcome_of_nobody_is_refused(session: Session) -> None:
    with pytest.raises(CannotDo, match="no lead"):
        log(session, "nobody", "reached")
    with pytest.raises(CannotDo, match="no outcome"):
        undo_outcome(session, UndoOutcomeRequest("i1", LATER))
