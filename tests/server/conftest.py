"""A workspace that is served: in a thread of the test's own process, on a free port."""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import find_workspace
from leadlight.server.log import Log
from leadlight.server.server import ServeOptions, Server
from leadlight.server.web import make_web
from tests.desk.live.conftest import make_workspace

# Playwright's loop stays in the thread of the tests, where Django's own calls are made as well.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: What a busy machine is given.
PATIENCE = 60.0


class Served:
    """A server for tests: its address, keys, and what it says."""

    def __init__(self, place: str, **options: Any) -> None:
        self.lines = io.StringIO()
        served = ServeOptions(**{"port": 0, "allow_private": True, **options})
        self.server = Server(find_workspace(place), served, Log(self.lines))
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.write = self.server.web.make_key("write", "tests")
        self.read = self.server.web.make_key("read", "tests")
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE)
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
    """The small company's workspace as it is before anybody logged in: made once, and copied."""
    made = tmp_path_factory.mktemp("pattern")
    before = Path.cwd()
    os.chdir(made)
    try:
        make_workspace(made)
        with Session(made) as session:
            make_web(session).close()  # Django's tables are made, and no key or user
    finally:
        os.chdir(before)
    return made


@pytest.fixture
def folder(pattern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small company's workspace in a folder, which is the current one."""
    shutil.copytree(pattern, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    """The small company's workspace, served."""
    with serve(str(folder)) as it:
        if (folder / "leads.csv").exists():
            # The worker's first look qualifies its leads: no test races with it.
            wait_for(lambda: has_run(it))
        yield it


def has_run(served: Served) -> bool:
    """Whether anybody was qualified."""
    with served.server.session.read("test", served.server.now()) as workspace:
        return bool(workspace.ledger.runs(1))


def wait_for(what: Callable[[], Any]) -> Any:
    """What becomes true in a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to be")
