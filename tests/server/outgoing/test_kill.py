"""Killed while it delivers: nothing is lost, and what comes twice has the id it had."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from pathlib import Path

from leadlight.desk.live.deliveries import DeliveriesRequest, deliveries
from leadlight.desk.session import Session
from tests.forks import Fork, fork
from tests.server.outgoing.company import Company
from tests.server.outgoing.examples import NOW
from tests.server.outgoing.receivers import Delivered, receiver

KILLS = int(os.environ.get("LEADLIGHT_DELIVERY_KILLS", "2"))
LEADS = 120


def test_a_server_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """A hundred leads move; `kill -9` in the middle, again and again; the last server is let be"""

    def answer(_: Delivered) -> tuple[int, dict[str, str]]:
        time.sleep(0.02)
        return 200, {}

    with receiver(answer) as crm:
        company = Company(tmp_path / "ws")
        company.endpoint(crm.url)
        company.run(*(f"L{n:03}" for n in range(LEADS)))
        company.session.close()
        for kill in range(1, KILLS + 1):
            server = start(company.folder)
            try:
                crm.wait(LEADS * kill // (KILLS + 1), 60)
            finally:
                server.kill()
        server = start(company.folder)
        try:
            crm.wait(LEADS, 60)
            end = time.monotonic() + 30
            while len({one.message_id for one in list(crm.got)}) < LEADS:
                assert time.monotonic() < end
                time.sleep(0.05)
            time.sleep(1)
        finally:
            server.kill()
    ids: dict[str, set[str]] = defaultdict(set)
    for one in crm.got:
        ids[json.loads(one.body)["data"]["lead_id"]].add(one.message_id)
    assert len(ids) == LEADS
    assert all(len(found) == 1 for found in ids.values())
    assert len(crm.got) < 2 * LEADS, "rows are written as deliveries go out"
    states = ("delivered", "failed", "dead", "owed")
    with Session(str(company.folder)) as session:
        request = DeliveriesRequest(NOW, states=states, limit=1000)
        found = deliveries(session, request).deliveries
    assert {d.lead_id for d in found if d.state == "delivered"} == set(ids)
    assert len(found) == LEADS


def start(folder: Path) -> Fork:
    """A server of its own that delivers."""
    server = fork("tests.server.outgoing.deliver:main", str(folder))
    assert server.stdout.readline() == "delivers\n"
    return server
