"""Tracks: what was sent and what it caused, what would go out, and a track that is stopped by hand."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.session import Session
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import LEADS, MONDAY, Mailbox, mailbox, write_files
from tests.server.pages.conftest import post

__all__ = ["mailbox"]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Path:
    """Two leads were sent a welcome; a third, whose name is hostile text, is owed one."""
    monkeypatch.chdir(tmp_path)
    make_workspace(tmp_path)
    write_files(tmp_path)
    import_files(Session("."), ImportRequest((tmp_path / "leads.csv",), MONDAY, verify=False))
    send(Session("."), SendRequest(MONDAY), mailbox.post())
    head = LEADS.splitlines()[0]
    (tmp_path / "more.csv").write_text(f"{head}\nL9,gus@gold.com,{HOSTILE},50,DE,en,yes,\n")
    import_files(Session("."), ImportRequest((tmp_path / "more.csv",), MONDAY, verify=False))
    return tmp_path


def test_the_page_says_what_went_out_and_what_would(person: httpx.Client, folder: Path) -> None:
    """Two mails of the first step; one more would go out, with the name as text"""
    page = person.get("/tracks")
    assert page.status_code == 200
    row = next(r for r in re.findall(r"<tr>.*?</tr>", page.text, re.S) if "1 welcome" in r)
    assert re.findall(r'class="numbers">(\d+)', row)[:2] == ["2", "2"]
    assert "too few to say" in page.text
    shown = person.get("/tracks?owed")
    assert "gus@gold.com: Welcome" in shown.text
    assert HOSTILE not in shown.text


def test_a_track_is_stopped_and_resumed(person: httpx.Client, folder: Path) -> None:
    """Stop it with a reason, which stands there until it is resumed"""
    page = person.get("/tracks")
    stopped = post(person, "/tracks", page.text, {"track": "cold", "do": "stop", "why": HOSTILE})
    assert "cold is stopped." in stopped.text
    assert "Stopped:" in stopped.text
    assert HOSTILE not in stopped.text
    resumed = post(person, "/tracks", stopped.text, {"track": "cold", "do": "resume"})
    assert "cold goes on." in resumed.text
    assert post(person, "/tracks", resumed.text, {"track": "gone", "do": "stop"}).status_code == 409
