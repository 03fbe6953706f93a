"""Killed under load, over and over: nothing that was acknowledged is lost, nothing stands twice.

`make soak-live` kills fifty times; the suite thrice.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from leadlight.desk.live.audit import AuditRequest, audit
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from tests.forks import fork

KILLS = int(os.environ.get("LEADLIGHT_KILLS", "3"))
SEED = int(os.environ.get("LEADLIGHT_SEED", "1"))


def serve() -> None:
    """The command, as a process runs it."""
    from leadlight.cli import main

    sys.argv = ["leadlight", "serve", "--port", "0"]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    main()


class Process:
    """A server in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = fork(
            "tests.server.test_kills:serve", cwd=folder, loads=["leadlight.server.server"]
        )
        said = ""
        while "Stop with" not in said:
            line = self.process.stdout.readline()
            assert line, said
            said += line
        self.url = re.findall(r"at (http://127.0.0.1:\d+)", said)[0]
        self.key = next(iter(re.findall(r"ll_[\w-]+", said)), "")

    def kill(self) -> None:
        self.process.kill()


class Sender(threading.Thread):
    """Sends batches until the server is gone; says again what was not acknowledged."""

    def __init__(self, server: Process, key: str, number: int, waiting: list[list[str]]) -> None:
        super().__init__(daemon=True)
        self.server, self.key, self.number = server, key, number
        self.acknowledged: list[str] = []
        self.waiting = waiting

    def run(self) -> None:
        dice = random.Random(SEED * 100 + self.number)
        with httpx.Client(base_url=self.server.url, auth=(self.key, ""), timeout=10) as client:
            for n in range(1_000_000):
                ids = (
                    self.waiting.pop()
                    if self.waiting
                    else [f"{self.number}-{n}-{i}" for i in range(dice.choice([1, 3, 20]))]
                )
                batch = [
                    {"type": "track", "event": "Pricing Viewed", "messageId": i,
                     "userId": f"L{1 + hash(i) % 3}"}
                    for i in ids
                ]  # fmt: skip
                try:
                    answer = client.post("/v1/batch", content=json.dumps({"batch": batch}))
                except httpx.TransportError:
                    self.waiting.append(ids)
                    return
                if answer.status_code == 200:
                    self.acknowledged += ids


@pytest.mark.usefixtures("plain_pattern")  # killed while all are qualified as well
def test_what_was_acknowledged_is_there_once(folder: Path) -> None:
    """Killed at any moment, and each time what got no answer is sent again."""
    dice, acknowledged, waiting, key = random.Random(SEED), set[str](), list[list[str]](), ""
    for number in range(KILLS):
        server = Process(folder)
        key = server.key or key
        senders = [Sender(server, key, 10 * number + n, waiting) for n in range(2)]
        for sender in senders:
            sender.start()
        time.sleep(dice.uniform(0.2, 2.5))
        server.kill()
        for sender in senders:
            sender.join(30)
            acknowledged |= set(sender.acknowledged)
    assert acknowledged
    with Session(folder, shared=True):
        pass  # what a killed process left is no hindrance
    server = Process(folder)
    wait_until_taken(folder, server)
    with Session(folder) as session, session.read("test", clock.now()) as workspace:
        found = workspace.con.execute("SELECT activity_id, count(*) FROM activity_facts GROUP BY 1")
        stands = {str(i): int(n) for i, n in found.fetchall()}
    server.kill()
    assert acknowledged <= stands.keys()
    assert set(stands.values()) == {1}
    assert audit(Session(folder), AuditRequest(clock.now())).count == 0


def wait_until_taken(folder: Path, server: Process) -> None:
    """Until the journal is empty."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        taken = folder / "intake" / "taken"
        before = taken.read_text() if taken.exists() else ""
        time.sleep(1.5)
        left = [p for p in (folder / "intake").glob("*.journal") if p.stat().st_size]
        after = taken.read_text() if taken.exists() else ""
        if before == after and len(left) <= 1:
            return
    raise AssertionError("the journal was not taken")
