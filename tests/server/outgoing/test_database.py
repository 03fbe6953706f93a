"""The same deliveries out of a workspace in a database, of which two servers take turns."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.live.deliveries import OutboxesRequest, outboxes
from leadlight.desk.live.endpoints import AddEndpointRequest, add_endpoint
from leadlight.desk.session import Session
from leadlight.desk.wiring import ledgers
from leadlight.server.outgoing.courier import DispatchOptions
from leadlight.server.outgoing.dispatcher import Dispatcher
from tests.adapters.conftest import address, server_database
from tests.desk.live.conftest import NOW, make_workspace
from tests.server.outgoing.company import now
from tests.server.outgoing.examples import SECRET
from tests.server.outgoing.receivers import receiver
from tests.server.outgoing.test_dispatcher import until

__all__ = ["address", "server_database"]
LATER = NOW + timedelta(hours=1)


def dispatcher(session: Session) -> Dispatcher:
    place = session.place.address
    assert place is not None
    made = Dispatcher(
        session,
        SECRET,
        allow_private=True,
        clock=now,
        turn=ledgers.delivery_turn(place),
        options=DispatchOptions(poll=0.3, batch=0.1),
    )
    made.start()
    return made


def test_two_servers_on_a_database_tell_each_transition_once(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    run 1  everybody is cold
           crm is added; two servers begin, of which one delivers
    run 2  L1 is hot; crm hears of it once
           that server stops; L2 is warm, and the other delivers
    """
    monkeypatch.chdir(tmp_path)
    session, other = Session(make_workspace(tmp_path, address)), Session(address)
    qualify(session, QualifyRequest(NOW))
    with receiver() as crm:
        add_endpoint(session, AddEndpointRequest(NOW, crm.url, "ana"))
        a = dispatcher(session)
        until(lambda: len(a.status()) == 1)
        b = dispatcher(other)
        move(session, "L1,2026-11-01 09:10,demo_requested\n")
        a.wake()
        crm.wait(1, 30)
        a.stop()
        move(session, "L2,2026-11-01 09:20,pricing_viewed\nL2,2026-11-01 09:21,pricing_viewed\n")
        until(lambda: len(b.status()) == 1, 30)
        b.wake()
        got = crm.wait(2, 30)
        b.stop()
        said = [(d["run_no"], d["lead_id"]) for d in (json.loads(o.body)["data"] for o in got)]
        assert said == [(2, "L1"), (3, "L2")]
    (outbox,) = outboxes(session, OutboxesRequest(LATER)).outboxes
    assert outbox.through == 3


def move(session: Session, rows: str) -> None:
    Path("log.csv").write_text("lead_id,occurred_at,kind\n" + rows, encoding="utf-8")
    import_files(session, ImportRequest((Path("log.csv"),), LATER, verify=False))
    qualify(session, QualifyRequest(LATER, touched=True))
