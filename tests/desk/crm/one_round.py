"""A round of a connection as a process of its own, which may be killed: python -m tests.desk.crm.one_round FOLDER"""

from __future__ import annotations

import sys
from pathlib import Path

from leadlight.desk.crm.push import PushRequest, push
from leadlight.desk.crm.sync import SyncRequest, sync
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from tests.desk.crm.conftest import now


def one_round(folder: Path) -> None:
    """Read, qualify, see a dry run, write."""
    with Session(folder) as session:
        sync(session, SyncRequest(now(), verify=False))
        qualify(session, QualifyRequest(now=now()))
        push(session, PushRequest(now(), dry_run=True))
        push(session, PushRequest(now()))


if __name__ == "__main__":
    one_round(Path(sys.argv[1]))
