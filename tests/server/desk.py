"""A workspace with a few leads that is served, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.server.secret import load_secret
from leadlight.server.web import Web, make_web
from leadlight.server.web_settings import WebAddress, set_up
from tests.desk.live.conftest import PLAYBOOK

NOW = datetime(2026, 11, 30, 9, 0)
URL = "http://127.0.0.1:8000"
LEADS = """Lead ID,First Name,Last Name,Email,Company,Industry,Employees,Country
ana,Ana,Alm,ana@alm-soft.example,Alm Soft,software,700,DE
bob,Bob,Berg,bob@bergshop.example,Berg Shop,retail,40,SE
cy,Cy,Cox,cy@coxconsult.example,Cox Consult,consulting,4,GB
"""
ACTIVITIES = """Lead ID,When,What
ana,2026-11-28 10:00,demo_requested
ana,2026-11-29 11:00,pricing_viewed
bob,2026-11-20 11:00,page_viewed
"""


@dataclass(frozen=True)
class Served:
    """A workspace that is served, and a client of its web side."""

    folder: Path
    session: Session
    web: Web

    def client(self, token: str | None = None) -> httpx.Client:
        """A client, with a key when one is named."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(
            transport=httpx.WSGITransport(app=self.web), base_url=URL, headers=headers
        )

    def take_over(self) -> None:
        """Have Django work on this workspace."""
        set_up(self.web.database, load_secret(self.folder), self.web.address)

    def key(self, *scopes: str, rate: int = 100_000) -> str:
        """A new key with scopes."""
        from leadlight.server.access.key_list import make_key

        return make_key(scopes, name=" ".join(scopes), rate=rate)[0]


@pytest.fixture(scope="session")
def whole_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workspace that nobody changes but by what a test says."""
    yield from serve(tmp_path_factory.mktemp("served") / "desk")


@pytest.fixture
def served(whole_desk: Served) -> Served:
    """The same, and Django works on it: another test may have had it work on another."""
    whole_desk.take_over()
    return whole_desk


def serve(folder: Path) -> Iterator[Served]:
    """Make a workspace with three leads, and serve it."""
    init(Session(), InitRequest(NOW, str(folder), "b2b-saas"))
    (folder / "playbook.yml").write_text(PLAYBOOK)
    leads, log = folder.parent / "leads.csv", folder.parent / "activities.csv"
    leads.write_text(LEADS)
    log.write_text(ACTIVITIES)
    with Session(folder, shared=True) as session:
        import_files(session, ImportRequest((leads, log), NOW, backfill=True))
        qualify(session, QualifyRequest(NOW))
        web = make_web(session, WebAddress(URL))
        hash_quickly()
        yield Served(folder, session, web)
        web.close()


def hash_quickly() -> None:
    """Passwords of tests need not cost half a second each."""
    from django.conf import settings
    from django.contrib.auth import hashers

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    hashers.get_hashers.cache_clear()
    hashers.get_hashers_by_algorithm.cache_clear()
