"""What takes too long for the suite: `make soak-live` runs it after fifty kills.

`trace`: 10,000 requests under strace; no 200 leaves before the sync of its record. `disk`: a disk of 24 MB that fills while
events come (as root: it is mounted); what was acknowledged is there afterwards, and it goes on by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from tests.desk.live.conftest import make_workspace

SERVE = [sys.executable, "-c", "from leadlight.cli import main; main()", "serve", "--port", "0"]


def begin(folder: Path, before: tuple[str, ...] = ()) -> tuple[subprocess.Popen[str], httpx.Client]:
    """A server in a process of its own, and a client that may send."""
    process = subprocess.Popen(
        [*before, *SERVE], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    said = ""
    while "Stop with" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    url, key = re.findall(r"at (http://\S+)", said)[0], re.findall(r"ll_[\w-]+", said)[0]
    return process, httpx.Client(base_url=url, auth=(key, ""), timeout=60)


def send(client: httpx.Client, name: str) -> int:
    event = {"userId": "L1", "event": "Pricing Viewed", "messageId": name}
    return client.post("/v1/track", content=json.dumps(event)).status_code


def trace(folder: Path, count: int) -> None:
    """One request after the other: between two answers there is a sync that ended."""
    out = folder / "trace.txt"
    calls = "trace=fdatasync,sendto,sendmsg,write,writev"
    process, client = begin(folder, ("strace", "-f", "-s", "24", "-e", calls, "-o", str(out)))
    sent = sum(send(client, f"t{n}") == 200 for n in range(count))
    subprocess.run(["pkill", "-TERM", "-P", str(process.pid)], check=False)
    process.wait(60)
    synced, answers, early = False, 0, 0
    for line in out.open(encoding="utf-8", errors="replace"):
        if re.search(r"fdatasync(\(\d+\)| resumed>\)?)\s+= 0", line):
            synced = True
        elif "HTTP/1.1 200" in line:
            answers += 1
            early += not synced
            synced = False
    print(
        f"  traced: {sent:,} of {count:,} requests acknowledged, {answers:,} answers seen, {early} before their sync"
    )
    assert sent == answers
    assert early == 0


def disk(folder: Path) -> None:
    """Fill the disk, see it refused, make room, see it go on."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], check=True)
    try:
        os.chdir(folder)
        make_workspace(folder)
        process, client = begin(folder)
        acknowledged = [f"a{n}" for n in range(50) if send(client, f"a{n}") == 200]
        filler = folder / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        refused = [send(client, f"b{n}") for n in range(20)]
        ready = client.get("/readyz").status_code
        filler.unlink()
        time.sleep(2)
        acknowledged += [f"c{n}" for n in range(50) if send(client, f"c{n}") == 200]
        end = time.monotonic() + 60
        while client.get("/readyz").status_code != 200 and time.monotonic() < end:
            time.sleep(0.5)
        after = client.get("/readyz").status_code
        time.sleep(5)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        with Session(folder) as session, session.read("soak", clock.now()) as workspace:
            found = workspace.ledger.known_activities(acknowledged)
        print(
            f"  full disk: refused with {sorted(set(refused))}, /readyz {ready}, afterwards {after}; {len(found)} of {len(acknowledged)} acknowledged events stand"
        )
        assert set(refused) == {507}
        assert (ready, after) == (503, 200)
        assert found == set(acknowledged)
    finally:
        os.chdir("/")
        subprocess.run(["umount", "-l", str(folder)], check=True)


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--only", default="trace,disk")
    said.add_argument("--requests", type=int, default=10_000)
    args = said.parse_args()
    only = args.only.split(",")
    if "trace" in only:
        assert shutil.which("strace"), "Install strace."
        with tempfile.TemporaryDirectory() as made:
            os.chdir(made)
            make_workspace(Path(made))
            trace(Path(made), args.requests)
            os.chdir("/")
    if "disk" in only:
        assert os.geteuid() == 0, "Only root may mount a small disk."
        with tempfile.TemporaryDirectory() as made:
            disk(Path(made))


if __name__ == "__main__":
    main()
