"""`python benchmarks/crm.py`: a CRM of our own on loopback, read, written, killed.

    python benchmarks/crm.py read --people 100000 --activities 1000000
    python benchmarks/crm.py push --people 100000
    python benchmarks/crm.py kill --kills 30
    python benchmarks/crm.py company --people 10000

The CRM (tests/servers/crm) is a process of its own. `push` keeps to 10 requests a second, and 10 % of them are answered 429.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.desk.crm.conftest import PLAYBOOK  # noqa: E402
from tests.desk.crm.kills import kill_rounds  # noqa: E402
from tests.servers.crm.company import fill_store  # noqa: E402
from tests.servers.crm.hubspot import hubspot  # noqa: E402
from tests.servers.crm.server import serve  # noqa: E402
from tests.servers.crm.store import Store  # noqa: E402

from leadlight.crm.read import shipped_text  # noqa: E402
from leadlight.desk.crm.connect import (  # noqa: E402
    ConnectRequest,
    DisconnectRequest,
    connect,
    disconnect,
)
from leadlight.desk.crm.differences import DifferencesRequest, differences  # noqa: E402
from leadlight.desk.crm.push import PushRequest, push  # noqa: E402
from leadlight.desk.crm.sync import SyncRequest, sync  # noqa: E402
from leadlight.desk.leads.qualify import QualifyRequest, qualify  # noqa: E402
from leadlight.desk.session import Session  # noqa: E402
from leadlight.desk.workspaces.init import InitRequest, init  # noqa: E402

T = TypeVar("T")
os.environ["HUBSPOT_TOKEN"] = "token-1"


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def measure(label: str, what: Callable[[], T], target: str = "") -> T:
    began, cpu = time.monotonic(), time.process_time()
    done = what()
    took, used = time.monotonic() - began, time.process_time() - cpu
    print(f"{label:55} {took:7.1f} s  (CPU {used:6.1f} s) {target}", flush=True)
    return done


@contextmanager
def crm(people: int, activities: int, busy: float = 0.0) -> Iterator[str]:
    """The address of a CRM in a process of its own."""
    words = [sys.executable, "-m", "tests.servers.crm", str(people), str(activities), str(busy)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()


def ask(url: str, path: str) -> Any:
    with urllib.request.urlopen(f"{url}{path}") as answer:
        return json.load(answer)


def workspace(folder: str, url: str, rate: int = 100_000) -> Session:
    """A workspace that is connected."""
    ws = Path(folder) / "ws"
    init(Session(None), InitRequest(now(), str(ws)))
    (ws / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    file = Path(folder) / "hubspot.yml"
    file.write_text(
        shipped_text("hubspot").replace("rate: 10\n", f"rate: {rate}\n"), encoding="utf-8"
    )
    session = Session(ws)
    connect(session, ConnectRequest(str(file), now(), "bench", url=url))
    return session


def read(people: int, activities: int) -> None:
    with tempfile.TemporaryDirectory() as folder, crm(people, activities) as url:
        session = workspace(folder, url)
        what = f"{people:,} people, {activities:,} activities, the first time"
        first = measure(
            what, lambda: sync(session, SyncRequest(now(), verify=False)), "target: < 300 s"
        )
        assert first.people == people
        assert sum(line.stated for line in first.lines) >= activities
        again = measure("nothing changed", lambda: sync(session, SyncRequest(now(), verify=False)))
        assert again.stated == 0
        for n in (people // 1000, people // 100):
            ask(url, f"/_change?people={n}")
            done = measure(
                f"{n:,} people changed", lambda: sync(session, SyncRequest(now(), verify=False))
            )
            assert done.stated >= n
        session.close()


def write(people: int) -> None:
    with tempfile.TemporaryDirectory() as folder, crm(people, people, busy=0.1) as url:
        quick = workspace(folder, url)
        measure(f"{people:,} people read", lambda: sync(quick, SyncRequest(now(), verify=False)))
        measure("qualified", lambda: qualify(quick, QualifyRequest(now=now())))
        file = Path(folder) / "hubspot.yml"
        file.write_text(shipped_text("hubspot"), encoding="utf-8")
        connect(quick, ConnectRequest(str(file), now(), "bench", url=url))  # 10 requests a second
        measure("dry run", lambda: push(quick, PushRequest(now(), dry_run=True)))
        what = f"{people:,} records in hundreds, 10 % 429, 10 requests/s"
        done = measure(what, lambda: push(quick, PushRequest(now())), "target: < 180 s")
        stood = ask(url, "/_stats")
        print(
            f"  {done.requests} requests, {done.throttled} answered 429; {done.written} written,"
            f" {stood['with_values']} have values, at most {stood['most']} writes of one record"
        )
        assert done.still_owed == 0
        assert (stood["with_values"], stood["most"]) == (people, 1)
        quick.close()


def kill(kills: int) -> None:
    chance = random.Random(11)
    store = fill_store(Store(), 2_000, 4_000, now())
    with tempfile.TemporaryDirectory() as folder, serve(store, hubspot) as mock:
        session = workspace(folder, mock.url)
        session.close()
        ws = Path(folder) / "ws"
        places = [chance.randrange(3, 60) for _ in range(kills)]
        killed = measure(
            f"{kills} rounds killed, and one more", lambda: kill_rounds(ws, store, places)
        )
        with Session(ws) as again:
            told = differences(again, DifferencesRequest(now()))
        writes = store.writes
        print(
            f"  {killed} were still running; {len(writes)} records written, at most"
            f" {max(writes.values())} times; differences: {dict(told.counts)},"
            f" {told.unexplained} unexplained"
        )
        assert len(writes) == 2_000
        assert max(writes.values()) == 1
        assert told.unexplained == 0
        assert {*told.counts} <= {"of-company"}


def company(people: int) -> None:
    """Connected, qualified, written back, changed by hand, synced again, disconnected."""
    store = fill_store(Store(), people, people * 3, now())
    with tempfile.TemporaryDirectory() as folder, serve(store, hubspot) as mock:
        session = workspace(folder, mock.url)
        measure(f"{people:,} people read", lambda: sync(session, SyncRequest(now())))
        measure("qualified", lambda: qualify(session, QualifyRequest(now=now())))
        push(session, PushRequest(now(), dry_run=True))
        measure("written back", lambda: push(session, PushRequest(now())))
        ids = [str(n) for n in range(1, people + 1)]
        for i in ids[: people // 20]:
            store.write_own(i, {"leadlight_temperature": "by hand"})
        for i in ids[people // 20 : people // 10]:
            store.change("people", i, job_title="Changed by hand", opt_out=True)
        for i in ids[people // 10 : people // 8]:
            store.archive(i)
        told = measure("every difference", lambda: differences(session, DifferencesRequest(now())))
        print(f"  {dict(told.counts)}, {told.unexplained} unexplained")
        assert told.unexplained == 0
        measure("synced again", lambda: sync(session, SyncRequest(now())))
        qualify(session, QualifyRequest(now=now()))
        measure("written again", lambda: push(session, PushRequest(now())))
        told = differences(session, DifferencesRequest(now()))
        print(f"  {dict(told.counts)}, {told.unexplained} unexplained")
        assert told.unexplained == 0
        stands = [
            store.records["people"][i].own["leadlight_temperature"] for i in ids[: people // 20]
        ]
        assert {*stands} == {"by hand"}
        ended = measure(
            "disconnected, all put back",
            lambda: disconnect(session, DisconnectRequest("hubspot", now(), "bench", restore=True)),
        )
        print(f"  {ended.restored} records restored, {ended.left} left as somebody changed them")
        assert {
            s
            for r in store.records["people"].values()
            if not r.archived
            for s in map(str, r.own.values())
        } == {"", "by hand"}
        session.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["company", "kill", "push", "read"])
    parser.add_argument("--people", type=int)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=30)
    told = parser.parse_args()
    for what in told.what:
        print(f"-- {what}")
        if what == "company":
            company(told.people or 10_000)
        elif what == "kill":
            kill(told.kills)
        elif what == "push":
            write(told.people or 100_000)
        else:
            read(told.people or 100_000, told.activities)


if __name__ == "__main__":
    main()
