"""Very few touched leads that are one person, by a playbook that reads next to nothing of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from leadlight.desk.leads.dedupe import DecideRequest, Decision, decide
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.live.requalify import Requalification, TickRequest, tick
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init

PLAYBOOK = """\
leadlight: 1
name: size
scores: {fit: [{when: employees >= 50, add: 10}]}
scales: {temperature: [{hot: fit >= 10}, {cold: otherwise}]}
"""
THEN = datetime(2026, 11, 1, 9)


def test_linked_leads_are_qualified_at_once(tmp_path: Path) -> None:
    """a and b are decided to be one person; the rules read employees alone, links read e-mail too"""
    folder = tmp_path / "ws"
    init(Session(None), InitRequest(THEN, str(folder)))
    (folder / "playbook.yml").write_text(PLAYBOOK, "utf-8")
    leads = tmp_path / "leads.csv"
    leads.write_text("lead_id,email,employees\na,a@x.de,10\nb,b@x.de,60\nc,c@y.de,5\n", "utf-8")
    session = Session(folder, shared=True)
    import_files(session, ImportRequest((leads,), THEN))
    qualify(session, QualifyRequest(now=THEN))
    pair = Decision("a", "b", "made", "person")
    for minute, state in ((1, pair), (2, Decision("a", "b", "refused", "person"))):
        at = THEN + timedelta(minutes=minute)
        decide(session, DecideRequest((state,), "ana", at))
        done = tick(session, TickRequest(at), Requalification())
        assert done.pending is None
        assert done.looked_at
    session.close()
