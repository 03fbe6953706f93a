"""How soon webhooks hear of a transition, with and without an endpoint that hangs; and how many they
are told in a second.

python benchmarks/deliveries.py            about two minutes
python benchmarks/deliveries.py --runs 50  shorter
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.server.outgoing.company import Company
from tests.server.outgoing.receivers import Delivered, Receiver, receiver

from leadlight.desk.live.endpoints import ChangeEndpointRequest, change_endpoint
from leadlight.server.outgoing.courier import DispatchOptions
from leadlight.server.outgoing.dispatcher import Dispatcher

HANG = 30.0


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@contextmanager
def dispatcher(company: Company) -> Iterator[Dispatcher]:
    """A dispatcher as a server has it."""
    made = Dispatcher(
        company.session,
        b"a secret of thirty-two bytes, at least",
        allow_private=True,
        clock=now,
        options=DispatchOptions(time_out=HANG),
    )
    made.start()
    try:
        yield made
    finally:
        made.stop(1)


def latencies(company: Company, told: Dispatcher, fast: Receiver, runs: int) -> list[float]:
    """Milliseconds from the commit of a run of one lead until it arrived, sorted."""
    found = []
    for _ in range(runs):
        before = len(fast.got)
        company.run(f"L{company.runs}")
        began = time.monotonic()
        told.wake()
        found.append(1000 * (fast.wait(before + 1, 60)[before].at - began))
        time.sleep(0.01)
    return sorted(found)


def say(name: str, found: list[float]) -> None:
    p50, p99 = (found[int(len(found) * q)] for q in (0.5, 0.99))
    print(f"{name:<34} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   ({len(found):,} runs)")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--runs", type=int, default=400)
    asked.add_argument("--leads", type=int, default=5000)
    options = asked.parse_args()
    over = threading.Event()

    def hang(_: Delivered) -> tuple[int, dict[str, str]]:
        over.wait(HANG)
        return 200, {}

    print(f"{os.cpu_count()} cores; receivers in the same process")
    with tempfile.TemporaryDirectory() as folder, receiver() as fast, receiver(hang) as slow:
        company = Company(Path(folder) / "ws")
        company.endpoint(fast.url)
        company.endpoint(slow.url)
        with dispatcher(company) as told:
            both: dict[str, list[float]] = {"pause": [], "resume": []}
            for turn in range(8):  # one after the other, so that a busy machine is busy for both
                action = "resume" if turn % 2 else "pause"
                request = ChangeEndpointRequest(now(), "e2", action, "bench")
                change_endpoint(company.session, request)
                told.refresh()
                time.sleep(0.5)
                both[action] += latencies(company, told, fast, options.runs // 4)
            say("from commit to receiver, alone", sorted(both["pause"]))
            say("beside one that hangs 30 s", sorted(both["resume"]))
            print(f"  the one that hangs was sent {len(slow.got)} messages")
            before = len(fast.got)
            began = time.monotonic()
            company.run(*(f"M{n:06}" for n in range(options.leads)))
            told.wake()
            fast.wait(before + options.leads, 300)
            rate = options.leads / (time.monotonic() - began)
            print(f"a run that moves {options.leads:,} leads: {rate:,.0f} deliveries a second")
            over.set()
        company.session.close()


if __name__ == "__main__":
    main()
