"""A round of a connection, which a process of its own makes and which may be killed."""

from __future__ import annotations

from leadlight.desk.crm.push import PushRequest, push
from leadlight.desk.crm.sync import SyncRequest, sync
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from tests.desk.crm.conftest import now


def one_round(folder: str) -> None:
    """Read, qualify, see a dry run, write."""
    with Session(folder) as session:
        sync(session, SyncRequest(now(), verify=False))
        qualify(session, QualifyRequest(now=now()))
        push(session, PushRequest(now(), dry_run=True))
        push(session, PushRequest(now()))
