"""A workspace that is served: in a thread of the test's own process, on a free port."""

from __future__ import annotations

import io
import json
import os
import shutil
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadlight.desk.live.requalify import Requalification, TickRequest, tick
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.desk.workspace.workspace import find_workspace
from leadlight.facts.names import ACCOUNTS
from leadlight.server.log import Log
from leadlight.server.server import ServeOptions, Server
from leadlight.server.web import make_web
from tests.desk.live.conftest import make_workspace
from tests.server.desk import hash_quickly

# Playwright's loop stays in the thread of the tests, where Django's own calls are made as well.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: What a busy machine is given.
PATIENCE = 60.0
#: Nothing here is reached by TLS: to read the authorities of the world for each client takes longer than most requests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
HOSTILE = "<script>alert(1)</script>\"'>{{7*7}}"


class Served:
    """A server for tests: its address, keys, and what it says."""

    def __init__(self, place: str, **options: Any) -> None:
        self.lines = io.StringIO()
        served = ServeOptions(**{"port": 0, "allow_private": True, **options})
        self.server = Server(find_workspace(place), served, Log(self.lines))
        hash_quickly()
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.write = self.server.web.make_key("write", "tests")
        self.read = self.server.web.make_key("read", "tests")
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE, verify=NO_TLS)
        wait_for(lambda: self.is_ready())

    def is_ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def send(self, call: str, body: Any, key: str | None = None) -> httpx.Response:
        """A call of the tracking API."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/v1/{call}", content=data, auth=(key or self.write, ""))

    def stop(self) -> None:
        self.client.close()
        self.server.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@contextmanager
def serve(place: str, **options: Any) -> Iterator[Served]:
    """Serve a workspace as long as this lasts."""
    served = Served(place, **options)
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company's workspace, qualified, as it is before anybody logged in: made once, and copied."""
    made = tmp_path_factory.mktemp("pattern")
    with chdir(made):
        make_workspace(made)
        make_accounts(made)
        with Session(made) as session:
            tick(session, TickRequest(clock.now()), Requalification())
    return made


@pytest.fixture(scope="session")
def plain_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company's workspace before anybody was qualified."""
    made = tmp_path_factory.mktemp("plain")
    with chdir(made):
        make_workspace(made)
        make_accounts(made)
    return made


def make_accounts(folder: Path) -> None:
    """Have Django's tables made beside a workspace, without a key or a user."""
    with Session(folder) as session:
        make_web(session).close()


@pytest.fixture(scope="session")
def hot_pattern(pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after two asked for a demo, one of them full of markup; both are hot."""

    def ask(served: Served) -> None:
        for user, name in (("u<1>/?&#", HOSTILE), ("zed", "Zed Zimmer")):
            traits = {
                "email": f"zed{len(name)}@zedco.com",
                "name": name,
                "company": {"name": name},
                "title": name,
                "phone": "+44 20 7183 8750",
            }
            served.send("identify", {"userId": user, "traits": traits})
            served.send("track", {"userId": user, "event": "Demo Requested"})
        wait_for(lambda: hot_leads(served) == 2)

    return pattern_after(pattern, tmp_path_factory.mktemp("hot"), ask)


def pattern_after(pattern: Path, made: Path, happens: Callable[[Served], None]) -> Path:
    """A copy of a pattern in which something happened while it was served; its users and keys are the pattern's."""
    shutil.copytree(pattern, made, dirs_exist_ok=True)
    with chdir(made), serve(str(made)) as served:
        happens(served)
    for file in made.glob(f"{ACCOUNTS}*"):
        file.unlink()
    for file in pattern.glob(f"{ACCOUNTS}*"):
        shutil.copy(file, made)
    return made


def hot_leads(served: Served) -> int:
    """How many are hot."""
    headers = {"authorization": f"Bearer {served.read}"}
    answer = served.client.get("/api/v1/leads?label=temperature:hot", headers=headers)
    return int(answer.json().get("total") or 0)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the workspace that the test asks for as a fixture `..._pattern`, of the small company's where it asks for
    none; it is the current folder.
    """
    name = next((n for n in request.fixturenames if n.endswith("_pattern")), "pattern")
    shutil.copytree(request.getfixturevalue(name), tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    """The small company's workspace, served."""
    with serve(str(folder)) as it:
        if (folder / "leads.csv").exists():
            # Where nobody is qualified yet the worker's first look does it: no test races with it.
            wait_for(lambda: has_run(it))
        yield it


def has_run(served: Served) -> bool:
    """Whether anybody was qualified."""
    with served.server.session.read("test", served.server.now()) as workspace:
        return bool(workspace.ledger.runs(1))


def wait_for(what: Callable[[], Any]) -> Any:
    """What becomes true in a while."""
    end = time.monotonic() + PATIENCE
    while (asked := time.monotonic()) < end:
        found = what()
        if found:
            return found
        # What is asked for needs a core as well, and a question may cost more than the pause.
        time.sleep(max(0.02, time.monotonic() - asked))
    raise AssertionError("it did not come to be")
