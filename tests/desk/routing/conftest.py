"""A small company with a roster: a workspace in a folder, and one in a database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from tests.desk.live.conftest import small_company
from tests.prepared import Prepared

MONDAY = datetime(2026, 11, 2, 9)
PLAYBOOK = """\
leadlight: 1
name: routed
signals:
  heat: {points: {demo_requested: 40, pricing_viewed: 10, page_viewed: 1}, half_life: 14d, at_most: 100}
scores:
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 5}, {cold: otherwise}]
routes:
  - {when: temperature = 'hot', to: sales, within: 15m, by: call}
  - {when: temperature = 'warm', to: inside sales, within: 4h, by: mail}
  - {when: otherwise, to: marketing, by: nothing}
"""
ROSTER = """\
zone: Europe/Berlin
hours: {mon-fri: "09:00-12:30, 13:30-18:00"}
departments:
  sales: {manager: eve, breach: {owner: now, manager: 30m, reassign: 1h}}
  inside sales: {turns: least_busy}
people:
  ana: {departments: [sales], weight: 2}
  bob: {departments: [sales]}
  cem: {departments: [inside sales], open: 1}
  eve: {departments: [sales], on_duty: no}
"""
LOG = """lead_id,occurred_at,kind
L1,2026-11-02 08:50,demo_requested
L2,2026-11-02 08:50,demo_requested
L3,2026-11-02 08:51,pricing_viewed
"""


@pytest.fixture
def session(prepared: Prepared) -> Session:
    """L1 and L2 are hot, L3 is warm; ana and bob are of sales, cem is of inside sales."""
    return Session(prepared(company))


def company(where: str) -> None:
    small_company(where)
    for name, text in (("playbook.yml", PLAYBOOK), ("roster.yml", ROSTER), ("log.csv", LOG)):
        Path(name).write_text(text, encoding="utf-8")
    session = Session(where)
    import_files(session, ImportRequest((Path("log.csv"),), MONDAY, verify=False))
    qualify(session, QualifyRequest(MONDAY))
