"""A form under hostile posts: whether it makes leads, and what intake and the desk's list pay for it.

    python benchmarks/forms.py [--posts 100000]

One process posts as fast as a server answers at a tenth of that, and at all of it; meanwhile another sends an event and asks
for a list in turn.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from live import event, quantiles, served

FORM = "title: Guide\nkind: demo_requested\nfields: {email: required, phone: }\nconsent: You may write to me.\n"
NAMES = (
    "email",
    "phone",
    "begun",
    "homepage_2",
    "agree",
    "repair",
    "me",
    "question",
    "device",
    "x" * 50,
)


def storm(port: int, posts: int, rate: float, answers: multiprocessing.Queue) -> None:
    """Post what no person would: `rate` a second, or as fast as it is answered (0)."""
    dice, found = random.Random(port), Counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.monotonic()
    for n in range(posts):
        fields = [
            f"{dice.choice(NAMES)}={''.join(chr(dice.randrange(33, 126)) for _ in range(20)).replace('&', '')}"
            for _ in range(dice.randrange(1, 8))
        ]
        connection.request(
            "POST",
            "/f/guide",
            "&".join(fields),
            {"content-type": "application/x-www-form-urlencoded"},
        )
        answer = connection.getresponse()
        answer.read()
        found[answer.status] += 1
        if rate:
            time.sleep(max(0.0, began + (n + 1) / rate - time.monotonic()))
    answers.put((dict(found), posts / (time.monotonic() - began)))


def timings(port: int, write: str, read: str, until) -> tuple[list[float], list[float]]:
    """Seconds of events and of lists, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    events, lists, n = [], [], 0
    while not until():
        n += 1
        began = time.monotonic()
        connection.request(
            "POST", "/v1/track", json.dumps({**event(f"u{n % 50}", n), "writeKey": write})
        )
        connection.getresponse().read()
        events.append(time.monotonic() - began)
        began = time.monotonic()
        connection.request(
            "GET", "/api/v1/leads?limit=50", headers={"authorization": f"Bearer {read}"}
        )
        connection.getresponse().read()
        lists.append(time.monotonic() - began)
        time.sleep(0.01)
    return events, lists


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--posts", type=int, default=100_000)
    said = ask.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "forms").mkdir()
        (folder / "forms/guide.yml").write_text(FORM)
        with served(folder) as at:
            until = time.monotonic() + 15
            events, lists = timings(at.port, at.write, at.read, lambda: time.monotonic() > until)
            print(f"  quiet: an event {quantiles(events)}; a list {quantiles(lists)}")
            for rate in (300.0, 0.0):
                answers: multiprocessing.Queue = multiprocessing.Queue()
                count = said.posts // 10 if rate else said.posts
                other = multiprocessing.Process(target=storm, args=(at.port, count, rate, answers))
                other.start()
                events, lists = timings(
                    at.port, at.write, at.read, lambda other=other: not other.is_alive()
                )
                statuses, reached = answers.get()
                print(
                    f"  {count:,} hostile posts at {reached:,.0f} a second, answers {statuses}: an event"
                    f" {quantiles(events)}; a list {quantiles(lists)}"
                )
            connection = http.client.HTTPConnection("127.0.0.1", at.port, timeout=60)
            connection.request(
                "GET", "/api/v1/leads?limit=1000", headers={"authorization": f"Bearer {at.read}"}
            )
            leads = json.loads(connection.getresponse().read())["leads"]
            strange = [lead for lead in leads if not str(lead["lead_id"]).startswith("u")]
            print(
                f"  leads that the posts made: {len(strange)}; mails that wait: {len(list((folder / 'waiting-mail').glob('*'))) if (folder / 'waiting-mail').exists() else 0}"
            )


if __name__ == "__main__":
    main()
