"""A small company whose leads do something: a workspace in a folder, and one in a database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from tests.prepared import Prepared, prepare

NOW = datetime(2026, 11, 1, 9)
PLAYBOOK = """\
leadlight: 1
name: live
signals:
  heat: {points: {demo_requested: 40, pricing_viewed: 10, page_viewed: 1}, half_life: 14d, at_most: 100}
  demos: {count: demo_requested, within: 14d}
scores:
  fit: [{when: employees >= 50, add: 20}]
  engagement: heat
scales:
  temperature: [{hot: demos > 0 and engagement >= 30}, {warm: engagement >= 10}, {cold: otherwise}]
segments:
  large: employees >= 500
routes:
  - {when: temperature = 'hot', to: sales, within: 15m, by: call}
"""
LEADS = "lead_id,email,employees\nL1,ana@abelzinc.com,60\nL2,bo@bellaco.com,700\nL3,cy@cole.com,5\n"


@pytest.fixture
def place(prepared: Prepared) -> str:
    """The workspace of the small company, in a folder or in a database of a server."""
    return prepared(small_company)


@pytest.fixture
def qualified(prepared: Prepared) -> str:
    """The same workspace after a first run, in which all leads are cold."""
    return prepared(qualified_company)


def make_workspace(folder: Path, where: str = ".") -> str:
    """The small company's workspace in `folder`, which is the current one."""
    return prepare(small_company, folder, where)


def small_company(where: str) -> None:
    """Three leads in a workspace of the current folder."""
    init(Session(), InitRequest(NOW, where))
    Path("playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    Path("leads.csv").write_text(LEADS, encoding="utf-8")
    import_files(Session(where), ImportRequest((Path("leads.csv"),), NOW))


def qualified_company(where: str) -> None:
    """The same leads after a first run, in which all are cold."""
    small_company(where)
    qualify(Session(where), QualifyRequest(NOW))
