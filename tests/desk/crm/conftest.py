"""A small company with a CRM of our own on loopback."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadlight.crm.read import shipped_text
from leadlight.desk.crm.connect import ConnectRequest, connect
from leadlight.desk.crm.differences import DifferencesRequest, differences
from leadlight.desk.crm.push import PushRequest, push
from leadlight.desk.crm.sync import SyncRequest, sync
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.results.crm import Differences, PushResult, SyncResult
from tests.servers.crm.company import fill_store
from tests.servers.crm.hubspot import hubspot
from tests.servers.crm.server import Dialect, serve
from tests.servers.crm.store import Store

PLAYBOOK = """\
leadlight: 1
name: connected
signals:
  heat: {points: {meeting_held: 40, email_replied: 10, call_held: 15}, half_life: 60d, at_most: 100}
  size: {value: employees}
scores:
  fit: [{when: employees >= 500, add: 20, say: A large company}, {when: "country = 'DE'", add: 10, say: Near to us}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 5}, {cold: otherwise}]
routes:
  - {when: temperature = 'hot', to: sales, within: 15m, next: Call now}
  - {when: otherwise, to: marketing, next: Send mails}
"""


def now() -> datetime:
    """The moment it is, in UTC without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass
class Desk:
    """A workspace beside a CRM."""

    session: Session
    store: Store
    url: str
    folder: Path

    def sync(self) -> SyncResult:
        """Read what changed there."""
        return sync(self.session, SyncRequest(now(), verify=False))

    def qualify(self) -> None:
        """Qualify every lead."""
        qualify(self.session, QualifyRequest(now=now()))

    def dry_run(self) -> PushResult:
        """See what would be written."""
        return push(self.session, PushRequest(now(), dry_run=True))

    def push(self, *overwrite: str) -> PushResult:
        """Write what is owed."""
        return push(self.session, PushRequest(now(), overwrite=overwrite))

    def differences(self) -> Differences:
        """Where both sides differ."""
        return differences(self.session, DifferencesRequest(now()))

    def own(self, id_: str) -> dict[str, object]:
        """Our properties of a person there."""
        return self.store.records["people"][id_].own

    def facts(self, lead: str) -> dict[str, object]:
        """What is known of a lead."""
        with self.session.read("test", now()) as workspace:
            return dict(workspace.ledger.attributes_of(lead, now()))

    def count(self, query: str) -> int:
        """A number out of the ledger."""
        with self.session.read("test", now()) as workspace:
            return int(workspace.con.execute(query).fetchall()[0][0])

    def everything(self) -> list[tuple[object, ...]]:
        """All facts, without the imports that brought them."""
        with self.session.read("test", now()) as workspace:
            return [
                workspace.con.execute(q).fetchall()
                for q in (
                    "SELECT DISTINCT lead_id, email, company, do_not_email FROM attribute_facts ORDER BY ALL",
                    "SELECT lead_id, occurred_at, kind, activity_id FROM activity_facts ORDER BY ALL",
                    "SELECT connection, reading, external_id, max(state) FROM crm_records GROUP BY ALL ORDER BY ALL",
                )
            ]


Make = Callable[..., Desk]


@pytest.fixture
def desk_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a workspace that is connected with a CRM of some people."""
    monkeypatch.setenv("HUBSPOT_TOKEN", "token-1")
    running = []

    def make(
        people: int = 30,
        activities: int = 60,
        crm: str = "hubspot",
        dialect: Dialect = hubspot,
        store: Store | None = None,
        text: str | None = None,
        where: str | None = None,
    ) -> Desk:
        store = fill_store(store or Store(), people, activities, now())
        server = serve(store, dialect)
        mock = server.__enter__()
        folder = tmp_path / f"ws{len(running)}"
        init(Session(None), InitRequest(now(), where or str(folder)))
        book = (Path() if where else folder) / "playbook.yml"
        book.write_text(PLAYBOOK, encoding="utf-8")
        session = Session(where or folder, shared=where is None)
        running.append((server, session))
        # A CRM of our own need not be waited for.
        file = tmp_path / f"{crm}.yml"
        text = re.sub(r"rate: \d+", "rate: 10000", text or shipped_text(crm))
        file.write_text(text, encoding="utf-8")
        connect(session, ConnectRequest(str(file), now(), "ana", url=mock.url))
        return Desk(session, store, mock.url, folder)

    yield make
    for server, session in running:
        session.close()
        server.__exit__(None, None, None)


@pytest.fixture
def chance() -> random.Random:
    """Chance that is the same each time."""
    return random.Random(3)
