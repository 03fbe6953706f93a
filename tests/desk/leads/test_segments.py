"""Segments in numbers, one that is tried, and whom a company does not sell to; in a folder and on a
server.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.market_research import MarketResearchRequest, market_research
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.segment_figures import SegmentFiguresRequest, segment_figures
from leadlight.desk.leads.segment_trial import (
    AddSegmentRequest,
    ExportSegmentRequest,
    TrySegmentRequest,
    add_segment,
    export_segment,
    try_segment,
)
from leadlight.desk.live.deliveries import DeliveriesRequest, deliveries
from leadlight.desk.live.endpoints import AddEndpointRequest, add_endpoint
from leadlight.desk.live.segment_delivery import SendSegmentRequest, send_segment
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.playbook.one_segment import only_segment, with_segment
from leadlight.playbook.presets import preset_text
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo
from tests.prepared import HERE, Prepared

NOW = datetime(2026, 11, 1, 9)
DAY = timedelta(days=1)
PLAYBOOK = """\
leadlight: 1
name: parts
signals:
  heat: {points: {demo_requested: 40, page_viewed: 1}, half_life: 14d}
scores:
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {cold: otherwise}]
  audience: [{non_target: industry = 'school'}, {target: otherwise}]
segments:
  large: employees >= 500
  schools: {when: industry = 'school', about: Learn}
  both: employees >= 500 and industry = 'school'
"""
LEADS = """lead id,email,employees,industry,first name,need
a,ana@acme.com,700,software,=1+1,
b,bo@bolt.org,600,school,Bo,lessons
c,cy@cole.com,5,school,Cy,Lessons
"""
LOG = """lead id,when,what,product,value
a,2026-10-31 10:00,demo_requested,planner,
a,2026-10-31 11:00,email_sent,,
b,2026-10-31 11:00,email_sent,,
b,2026-10-31 12:00,email_opened,,
b,2026-10-31 13:00,won,planner,90
c,2026-10-31 13:00,page_viewed,payroll,
"""


@pytest.fixture
def session(prepared: Prepared) -> Iterator[Session]:
    """Three leads, qualified on two days; on the second one of them is large no more."""
    where = prepared(company)
    with Session(where, shared=where == HERE) as opened:
        yield opened


def company(where: str) -> None:
    init(Session(), InitRequest(NOW, where, "b2b-saas"))
    Path("playbook.yml").write_text(PLAYBOOK)
    for name, text, now, ends_day in (
        ("leads.csv", LEADS, NOW, False),
        ("log.csv", LOG, NOW, True),
        ("later.csv", "lead id,employees\na,400\n", NOW + DAY, True),
    ):
        Path(name).write_text(text)
        import_files(Session(where), ImportRequest((Path(name),), now, verify=False))
        if ends_day:
            qualify(Session(where), QualifyRequest(now, learn=False))


def test_who_came_and_left_and_what_they_did(session: Session) -> None:
    """
    large    a left; b was mailed, opened it, and bought for 90
    schools  b and c; payroll is what c looked at and nobody there bought
    """
    found = segment_figures(session, SegmentFiguresRequest(NOW + 2 * DAY, NOW - 3 * DAY))
    large, schools, both = found.segments
    assert (large.leads, large.before, large.joined, large.left) == (1, 2, 0, 1)
    assert (large.mailed, large.opened.value, large.clicked.value) == (1, 1.0, 0.0)
    assert (large.won, large.conversion.value, large.value) == (1, 1.0, 90.0)
    assert (schools.leads, schools.left, schools.product, schools.asked) == (2, 0, "payroll", 1)
    assert schools.about == "Learn"
    assert both.leads == 1
    assert (found.whole.leads, found.whole.hot, found.whole.mailed) == (3, 1, 2)
    assert [(o.one, o.other, o.leads) for o in found.overlaps] == [
        ("both", "large", 1),
        ("both", "schools", 1),
        ("large", "schools", 1),
    ]
    then = segment_figures(session, SegmentFiguresRequest(NOW + 2 * DAY, NOW - DAY, NOW))
    assert then.segments[0].leads == 2
    for since, until in ((NOW, NOW), (None, NOW - 9 * DAY)):
        with pytest.raises(CannotDo):
            segment_figures(session, SegmentFiguresRequest(NOW + 2 * DAY, since, until))


@pytest.mark.parametrize(
    ("when", "inside"),
    [
        ("employees >= 500", ["b"]),
        ("temperature = 'hot'", ["a"]),
        ("engagement > 0.5 and industry <> 'software'", ["c"]),
        ("audience = 'non_target' or employees = 400", ["a", "b", "c"]),
    ],
)
def test_a_segment_is_tried_over_attributes_scores_and_labels(
    session: Session, when: str, inside: list[str]
) -> None:
    found = try_segment(session, TrySegmentRequest(when, NOW + DAY, "mine"))
    assert [m.lead_id for m in found.members] == inside
    assert (found.leads, found.inside) == (3, len(inside))
    assert found.lines.startswith("segments:\n  mine: ")


def test_what_is_no_segment_is_told(session: Session) -> None:
    for when, name, field in (
        ("", "x", "when"),
        ("emplyees > 3", "x", "when"),
        ("1; drop table leads", "x", "when"),
        ("employees > 3", "large", "name"),
        ("employees > 3", "a b: {c}", "name"),
    ):
        with pytest.raises(CannotDo) as refused:
            try_segment(session, TrySegmentRequest(when, NOW + DAY, name))
        assert refused.value.field == field
    with pytest.raises(CannotDo, match="has a fault"):
        add_segment(session, AddSegmentRequest("employees > 3", "x", NOW, "a: [b"))
    text = add_segment(session, AddSegmentRequest('need = "x"', "mine", NOW)).text
    assert text.replace('  mine: "need = \\"x\\""\n', "") == PLAYBOOK


def test_a_segment_goes_to_a_file_and_to_an_endpoint(session: Session, tmp_path: Path) -> None:
    """
    a's first name would be a formula: in the file it is text; each lead of schools is owed once
    """
    file = tmp_path / "out.csv"
    done = export_segment(session, ExportSegmentRequest(file, NOW + DAY, when="employees = 400"))
    assert (done.leads, file.read_text("utf-8-sig").count("\n")) == (1, 2)
    assert "a,new_segment,'=1+1,ana@acme.com" in file.read_text("utf-8-sig")
    export_segment(session, ExportSegmentRequest(file, NOW + DAY, segment="schools"))
    assert [x.split(",")[0] for x in file.read_text("utf-8-sig").splitlines()[1:]] == ["b", "c"]
    with pytest.raises(CannotDo, match="has no segment 'large_'"):
        export_segment(session, ExportSegmentRequest(file, NOW + DAY, segment="large_"))
    add_endpoint(session, AddEndpointRequest(NOW, "https://crm.example/hook", "eve", "crm"))
    sent = send_segment(session, SendSegmentRequest("schools", "crm", NOW + DAY))
    owed = deliveries(session, DeliveriesRequest(NOW + DAY)).deliveries
    assert (sent.leads, sorted(d.lead_id for d in owed)) == (2, ["b", "c"])
    with pytest.raises(CannotDo, match="no endpoint"):
        send_segment(session, SendSegmentRequest("schools", "gone", NOW + DAY))


def test_whom_a_company_does_not_sell_to(session: Session) -> None:
    found = market_research(session, MarketResearchRequest(NOW + DAY))
    assert (found.leads, found.won, found.inside, found.inside_won) == (2, 1, 1, 0)
    industry = next(group for group in found.groups if group.attribute == "industry")
    assert [(line.leads, line.share, line.won) for line in industry.lines] == [(2, 1.0, 1)]
    assert ("need", "lessons", 2) in [(w.what, w.value, w.leads) for w in found.wishes]


def test_a_segment_takes_no_more_of_a_playbook_than_it_needs() -> None:
    text = with_segment(preset_text("b2b-saas"), "mine", "temperature = 'hot' and employees > 3")
    small = only_segment(must_read(text, "b2b-saas.yml"), "mine")
    assert [s.name for s in small.segments] == ["mine"]
    assert "stage" not in {scale.name for scale in small.scales}
    assert small.routes == ()
    assert small.fingerprint != must_read(text, "b2b-saas.yml").fingerprint
