"""Whoever sends may be killed at any moment: everybody gets the mail once."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.adapters.mail.relay import CONNECTIONS
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.session import Session
from leadlight.desk.workspace.pause import pause_deliveries
from leadlight.problems import CannotDo
from tests.desk.live.conftest import make_workspace
from tests.desk.nurture.conftest import MONDAY, Mailbox, write_files
from tests.forks import fork

LEADS, KILLS = 400, 3


def make_large_workspace(folder: Path) -> Session:
    """400 leads who are owed a welcome."""
    where = make_workspace(folder)
    write_files(folder)
    rows = "".join(f"K{n},k{n}@acme.com,Kim,50,DE,en,yes,\n" for n in range(LEADS))
    head = (folder / "leads.csv").read_text("utf-8").splitlines()[0]
    (folder / "leads.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    session = Session(where)
    import_files(session, ImportRequest((folder / "leads.csv",), MONDAY, verify=False))
    return session


def kill_during(folder: Path, mailbox: Mailbox, now: str, mails: int) -> None:
    """Begin to send, and kill the sender once so many more mails have arrived."""
    goal = len(mailbox.mails) + mails
    sender = fork(f"{__name__}:send_all", str(folder), str(mailbox.port), now, cwd=folder)
    deadline = time.monotonic() + 60
    while len(mailbox.mails) < goal and not sender.has_ended() and time.monotonic() < deadline:
        time.sleep(0.001)
    sender.kill()


def send_all(folder: str, port: str, now: str) -> None:
    """What a sender does who may be killed."""
    send(Session(folder), SendRequest(datetime.fromisoformat(now)), Mailbox(int(port)).post())


def test_a_sender_who_is_killed_leaves_nobody_out_and_writes_to_nobody_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Killed three times in the middle: each lead has one mail, but for those that were being
    handed over right then, which are listed
    """
    monkeypatch.chdir(tmp_path)
    session = make_large_workspace(tmp_path)
    draw, uncertain = random.Random(11), []
    for n in range(KILLS):
        at = MONDAY + timedelta(minutes=n)
        kill_during(tmp_path, mailbox, at.isoformat(), draw.randrange(1, 150))
    last = send(session, SendRequest(MONDAY + timedelta(hours=1)), mailbox.post())
    again = send(session, SendRequest(MONDAY + timedelta(hours=2)), mailbox.post())
    assert (again.sent, again.recovered) == (0, 0)
    uncertain += [u.lead_id for u in last.uncertain]
    with session.read("test", MONDAY + timedelta(hours=2)) as workspace:
        rows = workspace.con.execute(
            "SELECT lead_id, kind FROM step_facts WHERE kind IN ('sent', 'uncertain')"
        ).fetchall()
    listed = {str(lead) for lead, kind in rows if kind == "uncertain"}
    assert set(uncertain) <= listed
    assert len(listed) <= CONNECTIONS * KILLS
    times = Counter(str(m["To"]) for m in mailbox.mails)
    assert max(times.values()) == 1
    everybody = {f"K{n}" for n in range(LEADS)}
    got = {address.partition("@")[0].upper() for address in times}
    assert everybody - got <= listed


def test_a_copy_of_a_workspace_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Somebody restored a backup beside the workspace in use: it says so, and sends no mail"""
    monkeypatch.chdir(tmp_path)
    session = make_large_workspace(tmp_path)
    pause_deliveries(tmp_path, "It was restored from a backup.")
    with pytest.raises(CannotDo, match="restored from a backup"):
        send(session, SendRequest(MONDAY), mailbox.post())
    assert not mailbox.mails
