"""How soon the pages Segments, Data quality and Settings answer on a workspace of a million leads: the first look after
news, and the 95th of 100 looks after it, in milliseconds of server time.

    python benchmarks/pages.py out/bench/w1000000 [--reps 30] [--only data-quality]

The workspace is copied, and its copy is qualified once where no run was stored yet.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.server.web import make_web
from leadlight.server.web_settings import WebAddress
from run import row

URL = "http://127.0.0.1:8000"
ASKED = 300
PAGES = (
    "/segments",
    "/segments/research",
    "/segments/build?when=employees+%3E%3D+100+and+country+%3D+%27DE%27",
    "/data-quality",
    "/data-quality/repairs",
    "/data-quality/twins",
    "/data-quality/imports",
    "/data-quality/imports/i1",
    "/settings",
    "/settings/keys",
    "/settings/endpoints",
    "/settings/backups",
    "/settings/persons",
    "/settings/audit",
)


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("workspace", type=Path)
    said.add_argument("--reps", type=int, default=30)
    said.add_argument("--only", default="")
    args = said.parse_args()
    with tempfile.TemporaryDirectory(dir=args.workspace.parent) as kept:
        folder = Path(kept) / "desk"
        folder.mkdir()
        for name in ("leadlight.duckdb", "playbook.yml"):
            shutil.copy(args.workspace / name, folder)
        with Session(folder, shared=True) as session:
            if not runs_of(session):
                qualify(session, QualifyRequest(clock.now(), learn=False))
            web = make_web(session, WebAddress(URL))
            with client_of(web) as client:
                for path in PAGES:
                    if args.only in path:
                        measure(client, path, args.reps)
            web.close()


def runs_of(session: Session) -> bool:
    """Whether a run was stored."""
    with session.read("bench", clock.now()) as workspace:
        return bool(workspace.ledger.runs(1))


def client_of(web: Any) -> httpx.Client:
    """A client in which an admin is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from leadlight.server.access.people import add_person

    person = add_person("bench", "a long pass phrase", "admin")
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    transport = httpx.WSGITransport(app=web)
    cookies = {"sessionid": str(store.session_key)}
    return httpx.Client(transport=transport, base_url=URL, cookies=cookies, timeout=600)


def measure(client: httpx.Client, path: str, reps: int) -> None:
    """A line for a page."""
    first = look(client, path)
    later = [look(client, path) for _ in range(reps)]
    p95 = quantiles(later, n=20)[-1]
    row(path, f"{ASKED} ms", f"{p95:.0f} ms (p95), the first look after news {first:.0f} ms")


def look(client: httpx.Client, path: str) -> float:
    """Milliseconds of a look."""
    begin = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
