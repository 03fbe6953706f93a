"""The report of a workspace with assignments says whose turn it was, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.report import ReportRequest, report
from leadlight.desk.routing.assign import AssignRequest, assign
from leadlight.desk.routing.whose_turn import whose_turn
from leadlight.desk.session import Session
from tests.desk.routing.conftest import MONDAY, ROSTER


def test_people_their_answers_and_breaches(session: Session) -> None:
    """Of two hot leads one was answered after five minutes, the other by nobody for an hour: 45 minutes too late.
    The warm one has three hours more.
    """
    Path("roster.yml").write_text(ROSTER.replace("ana: {", "ana: {name: <b>Ana</b>, "))
    made = {a.lead_id: a.person for a in assign(session, AssignRequest(MONDAY, "ada")).assignments}
    Path("calls.csv").write_text("lead_id,occurred_at,kind\nL1,2026-11-02 09:05,call_attempted\n")
    now = MONDAY + timedelta(hours=1)
    import_files(session, ImportRequest((Path("calls.csv"),), now, verify=False))
    with session.read("report", now) as workspace:
        found = whose_turn(workspace, now)
        assert whose_turn(workspace, now - timedelta(hours=1)) is None
    assert found is not None
    by_person = {p.person: p for p in found.people}
    first, second = by_person[str(made["L1"])], by_person[str(made["L2"])]
    assert (first.open, first.in_time, first.late) == (0, 1, 0)
    assert first.median == timedelta(minutes=5)
    assert (second.open, second.overdue, second.median) == (1, 1, None)
    assert (by_person["cem"].open, by_person["cem"].overdue) == (1, 0)
    assert [(b.lead_id, b.late_by) for b in found.breaches] == [("L2", timedelta(minutes=45))]
    page = report(session, ReportRequest(Path("report.html"), now)).file.read_text("utf-8")
    section = page.partition('<section id="turns">')[2].partition("</section>")[0]
    assert "&lt;b&gt;Ana" in section
    assert "<b>Ana" not in page
    assert "L2" in section
    assert "45 min" in section


def test_nothing_is_said_without_assignments(session: Session) -> None:
    """A roster that nobody assigned by has no section."""
    with session.read("report", MONDAY) as workspace:
        assert whose_turn(workspace, MONDAY) is None
    page = report(session, ReportRequest(Path("report.html"), MONDAY)).file.read_text("utf-8")
    assert 'id="turns"' not in page
