"""A served workspace makes rounds by itself, unless it is a copy or not its turn."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.session import Session
from leadlight.desk.workspace.pause import pause_deliveries, resume_deliveries
from leadlight.server.log import Log
from leadlight.server.track_rounds import TrackRounds
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import MONDAY, Mailbox, mailbox, write_files

__all__ = ["mailbox"]


def test_a_served_workspace_makes_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Nothing goes out of a copy, nor while another server has the turn; then everything, and the
    log says how much of it and of whom nothing
    """
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    write_files(tmp_path)
    import_files(Session("."), ImportRequest((tmp_path / "leads.csv",), MONDAY, verify=False))
    lines, turn = io.StringIO(), [False]
    with Session(".", shared=True) as session:
        rounds = TrackRounds(
            session,
            mailbox.post(),
            Log(lines),
            lambda: MONDAY + timedelta(hours=1),
            lambda: turn[0],
        )
        assert rounds.round() is None
        turn[0] = True
        pause_deliveries(tmp_path, "It was restored.")
        assert rounds.round() is None
        resume_deliveries(tmp_path)
        done = rounds.round()
    assert done is not None
    assert done.sent == 2
    assert '"sent": 2' in lines.getvalue()
    assert "acme.com" not in lines.getvalue()
