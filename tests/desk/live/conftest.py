"""A small company whose leads do something: a workspace in a folder, and one in a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init

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

Build = Callable[[], str]


@pytest.fixture(params=["folder", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The workspace of the small company, in a folder or in a database of a server."""
    folder = tmp_path / "ws"
    folder.mkdir()
    monkeypatch.chdir(folder)
    url = request.getfixturevalue("address") if request.param == "postgresql" else "."
    return make_workspace(folder, str(url))


def make_workspace(folder: Path, where: str = ".") -> str:
    """Three leads in a workspace of `folder`, which is the current one."""
    init(Session(), InitRequest(NOW, where))
    (folder / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    leads = folder / "leads.csv"
    leads.write_text(LEADS, encoding="utf-8")
    import_files(Session(where), ImportRequest((leads,), NOW))
    return where
