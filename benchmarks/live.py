"""How much a server takes in, and how soon a label follows an event: `leadlight serve` in a process of its own, a load
generator on loopback.

    python benchmarks/live.py [--workspace FOLDER] [--only intake,single,reaction,load] [--seconds 10]

`intake` and `single` count durable events of batches of 100, and of one a request. `reaction` sends one event to an idle
server and waits for its label on the stream; `load` does so at 1,000 events a second. The last two need a workspace of the
reference playbook (benchmarks/ledger.py builds them), which is copied first.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

LEADLIGHT = [sys.executable, "-c", "from leadlight.cli import main; main()"]


def make_key(folder: Path, scope: str) -> str:
    """A key of that scope that may be used as fast as anybody can."""
    made = subprocess.run(
        [*LEADLIGHT, "key", "create", "--scope", scope, "--rate", "1000000", "-w", str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return re.findall(r"(ll_[\w-]+)", made.stdout)[0]


@dataclass
class Served:
    """A server: where it listens, its keys, and its process."""

    port: int
    write: str
    read: str
    process: subprocess.Popen[str]


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a folder as long as this lasts."""
    shutil.rmtree(folder / "intake", ignore_errors=True)
    (folder / "desk.sqlite3").unlink(missing_ok=True)
    command = [*LEADLIGHT, "serve", "--workspace", str(folder), "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, bufsize=1
    )
    assert process.stdout is not None
    said = ""
    while "Stop with" not in said:
        line = process.stdout.readline()
        if not line:
            raise SystemExit(said)
        said += line
    (port,) = re.findall(r"at http://127.0.0.1:(\d+)", said)
    read, write = make_key(folder, "read"), make_key(folder, "write")
    try:
        yield Served(int(port), write, read, process)
    finally:
        process.terminate()
        process.wait(120)


@dataclass
class Load:
    """What a generator saw: answers by status, and how long each took."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


async def connection(
    at: Served, bodies: list[bytes], call: str, until: float, load: Load, pause: float
) -> None:
    """One connection that sends bodies one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
    token = base64.b64encode(f"{at.write}:".encode()).decode()
    head = (
        f"POST /v1/{call} HTTP/1.1\r\nhost: x\r\nauthorization: Basic {token}\r\ncontent-length: "
    )
    n = 0
    while time.perf_counter() < until:
        body = bodies[n % len(bodies)]
        n += 1
        # An id of its own for each: a sender that says the same again adds nothing.
        body = body.replace(b"%ID%", uuid.uuid4().hex[:8].encode())
        begin = time.perf_counter()
        writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", answer).group(1))  # type: ignore[union-attr]
        await reader.readexactly(length)
        load.seconds.append(time.perf_counter() - begin)
        status = int(answer[9:12])
        load.statuses[status] = load.statuses.get(status, 0) + 1
        if status == 429:
            await asyncio.sleep(0.05)
        if pause:
            await asyncio.sleep(max(0.0, pause - (time.perf_counter() - begin)))
    writer.close()


def batch(events: int, leads: list[str], dice: random.Random) -> bytes:
    """A batch as an SDK sends it."""
    return json.dumps(
        {"batch": [event(lead, n) for n, lead in enumerate(dice.choices(leads, k=events))]}
    ).encode()


def event(lead: str, n: int) -> dict[str, object]:
    return {
        "type": "track",
        "event": "page_view",
        "userId": lead,
        "messageId": f"%ID%-{n}",
        "properties": {"url": "https://www.example.com/pricing?x=1", "title": "Prices"},
        "context": {
            "library": {"name": "analytics.js", "version": "2.1.0"},
            "userAgent": "Mozilla/5.0 (X11; Linux) x" * 2,
            "locale": "en-GB",
            "page": {"url": "https://www.example.com/pricing?x=1", "path": "/pricing"},
        },
    }


async def offered(
    at: Served, bodies: list[bytes], call: str, seconds: float, connections: int, pause: float = 0
) -> Load:
    """Load from several connections at once."""
    load = Load()
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(connection(at, bodies, call, until, load, pause) for _ in range(connections))
    )
    return load


def quantiles(seconds: list[float]) -> str:
    took = sorted(seconds)
    return ", ".join(
        f"p{n} {1000 * took[min(len(took) - 1, len(took) * n // 100)]:.0f} ms" for n in (50, 95, 99)
    )


def intake(folder: Path, seconds: float) -> None:
    """Durable events a second, in batches of 100 and one a request."""
    dice, leads = random.Random(1), [f"u{n}" for n in range(5000)]
    bodies = [batch(100, leads, dice) for _ in range(50)]
    with served(folder) as at:
        load = asyncio.run(offered(at, bodies, "batch", seconds, 16))
        print(
            f"  batches of 100: {100 * load.statuses.get(200, 0) / seconds:,.0f} events/s, {quantiles(load.seconds)}; statuses {load.statuses}"
        )
    half = 16 * 100 / (100 * load.statuses.get(200, 0) / seconds / 2)
    with served(folder) as at:
        load = asyncio.run(offered(at, bodies, "batch", seconds, 16, half))
        print(
            f"  at half of that: {100 * load.statuses.get(200, 0) / seconds:,.0f} events/s, {quantiles(load.seconds)}; statuses {load.statuses}"
        )


def single(folder: Path, seconds: float) -> None:
    dice, leads = random.Random(1), [f"u{n}" for n in range(5000)]
    ones = [
        json.dumps(event(lead, n)).encode() for n, lead in enumerate(dice.choices(leads, k=200))
    ]
    with served(folder) as at:
        load = asyncio.run(offered(at, ones, "track", seconds, 32))
        print(
            f"  one a request: {load.statuses.get(200, 0) / seconds:,.0f} events/s, {quantiles(load.seconds)}; statuses {load.statuses}"
        )


def reaction(folder: Path, calls: int, rate: int) -> None:
    """From an event to its label on the stream. Each sends a demo request of a lead that has none."""
    con = duckdb.connect(str(folder / "leadlight.duckdb"), read_only=True)
    leads = [
        str(i)
        for (i,) in con.execute(
            "SELECT lead_id FROM attribute_facts WHERE hash(lead_id) % 97 = 3 ORDER BY hash(lead_id) LIMIT 5000"
        ).fetchall()
    ]
    con.close()
    with served(folder) as at:
        time.sleep(5)
        took = asyncio.run(_reactions(at, leads, calls, rate))
    missed = sum(1 for t in took if t is None)
    print(
        f"  at {rate or 'rest'}{' events/s' if rate else ''}: {quantiles([t for t in took if t is not None])} of {len(took)}; without another label {missed}",
        flush=True,
    )


async def _reactions(at: Served, leads: list[str], calls: int, rate: int) -> list[float | None]:
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
    writer.write(
        f"GET /stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {at.read}\r\n\r\n".encode()
    )
    heard: dict[str, asyncio.Event] = {}

    async def listen() -> None:
        while line := await reader.readline():
            if line.startswith(b"id: "):
                lead = line.decode().strip().split(":", 2)[2]
                if lead in heard:
                    heard[lead].set()

    listening = asyncio.create_task(listen())
    noise = None
    if rate:
        bodies = [batch(10, leads[1000:], random.Random(n)) for n in range(100)]
        noise = asyncio.create_task(offered(at, bodies, "batch", 3600, 10, 100 / rate))
        await asyncio.sleep(5)
    took: list[float | None] = []
    for lead in leads[:calls]:
        heard[lead] = asyncio.Event()
        ones = [
            json.dumps({"event": kind, "userId": lead, "messageId": uuid.uuid4().hex}).encode()
            for kind in ("demo_requested",)
        ]
        begin = time.perf_counter()
        for one in ones:
            await post(at, one)
        try:
            await asyncio.wait_for(heard[lead].wait(), 10)
            took.append(time.perf_counter() - begin)
        except TimeoutError:
            took.append(None)
        await asyncio.sleep(0.05 if rate else 0.3)
    listening.cancel()
    if noise is not None:
        noise.cancel()
    return took


async def post(at: Served, body: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
    token = base64.b64encode(f"{at.write}:".encode()).decode()
    writer.write(
        f"POST /v1/track HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Basic {token}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        + body
    )
    answer = await reader.read()
    assert b" 200 " in answer[:20], answer[:200]
    writer.close()


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--workspace", type=Path)
    said.add_argument("--only", default="intake,single,reaction,load")
    said.add_argument("--seconds", type=float, default=10)
    said.add_argument("--calls", type=int, default=100)
    args = said.parse_args()
    only = args.only.split(",")
    with tempfile.TemporaryDirectory(dir=args.workspace.parent if args.workspace else None) as made:
        small = Path(made) / "small"
        small.mkdir()
        for name, measure in (("intake", intake), ("single", single)):
            if name in only:
                measure(small, args.seconds)
        if args.workspace and {"reaction", "load"} & set(only):
            copy = Path(made) / "copy"
            copy.mkdir()
            for file in args.workspace.iterdir():
                if file.suffix in (".duckdb", ".yml"):
                    shutil.copy(file, copy / file.name)
            if not (copy / "playbook.yml").exists():
                shutil.copy(Path(__file__).parent / "reference.yml", copy / "playbook.yml")
            if "reaction" in only:
                reaction(copy, args.calls, 0)
            if "load" in only:
                reaction(copy, args.calls, 1000)


if __name__ == "__main__":
    main()
