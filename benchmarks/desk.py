"""How soon the pages of the desk answer: server time of whole pages, over a million leads with ten million activities and four
runs.

    python benchmarks/desk.py out/bench/w1000000 [--reps 20] [--only leads,today,outcome,lead,ladder,channels]

The workspace (benchmarks/ledger.py builds it) is copied first. Each page is asked for in one process, by a person who is logged in,
after it was asked for once; `first` is that first time. CPU is that of the whole process, whatever else the computer does.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import duckdb
import httpx

from leadlight.desk.session import Session
from leadlight.server.web import make_web
from leadlight.server.web_settings import WebAddress

LEADLIGHT = [sys.executable, "-c", "from leadlight.cli import main; main()"]
URL = "http://127.0.0.1:8000"
RUNS = ("2025-11-01", "2025-12-01", "2026-01-01")
#: So many leads did something in the last days: of the generated base everybody is cold by now.
AWAKE = 60_000
FILTERS = {
    "no filter": "",
    "a label": "temperature=hot",
    "a source": "source=referral",
    "words": "q=anna",
    "an attribute": "filter=employees+%3E%3D+500",
    "a label and an attribute": "filter=temperature+%3D+'warm'+and+country+in+('DE','US')",
    "either of two": "filter=temperature+%3D+'hot'+or+employees+%3E%3D+5000",
    "older than": "filter=created_at+older+than+90d+and+fit+%3E%3D+40",
    "the company's": "filter=company.employees+%3E%3D+500+and+temperature+%3D+'hot'",
    "by a score": "sort=-fit",
    "newest change": "sort=changed",
}


def copy(folder: Path, target: Path) -> None:
    """A copy with four runs."""
    target.mkdir()
    for name in ("leadlight.duckdb", "playbook.yml"):
        shutil.copy(folder / name, target / name)
    for moment in RUNS:
        command(target, "qualify", "--no-report", "--as-of", moment)
    news, now = target / "news.csv", datetime.now(UTC).replace(tzinfo=None)
    con = duckdb.connect(str(target / "leadlight.duckdb"), read_only=True)
    con.execute(
        f"COPY (SELECT lead_id, TIMESTAMP '{now}' - INTERVAL 1 MINUTE * (hash(lead_id) % 9000 + 60)"
        " AS occurred_at, CASE hash(lead_id) % 3 WHEN 0 THEN 'demo_request' WHEN 1 THEN"
        " 'webinar_attended' ELSE 'meeting_booked' END AS kind FROM attribute_facts ORDER BY"
        f" hash(lead_id) LIMIT {AWAKE}) TO '{news}' (HEADER)"
    )
    con.close()
    command(target, "import", "--backfill", "--no-verify", str(news))
    command(target, "qualify", "--no-report")


def command(target: Path, *words: str) -> None:
    """A command on the workspace."""
    subprocess.run([*LEADLIGHT, *words, "-w", str(target)], check=True, stdout=subprocess.DEVNULL)


def log_in(session: Session, client: httpx.Client) -> None:
    """A person who may do everything."""
    from django.contrib.auth.models import User

    from leadlight.server.access.people import give_role

    person = User.objects.create_user("bench", password="a long pass phrase")
    give_role(person, "admin")
    page = client.get("/log-in")
    post(client, "/log-in", page, username="bench", password="a long pass phrase")


def post(client: httpx.Client, path: str, page: httpx.Response, **form: str) -> httpx.Response:
    """Send a form."""
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0]
    data = {"csrfmiddlewaretoken": token, **form}
    return client.post(path, data=data, headers={"referer": URL + path})


def field(page: httpx.Response, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0]


def outcomes(client: httpx.Client) -> Iterator[Callable[[], httpx.Response]]:
    """The forms of a day: what is measured is from the button to the answer."""
    while True:
        page = client.get("/today")
        form = {n: field(page, n) for n in ("lead", "next", "seen")}
        yield lambda page=page, form=form: post(client, "/today", page, outcome="no_answer", **form)  # type: ignore[misc]


def measure(
    name: str, asked: float, answers: Iterator[Callable[[], httpx.Response]], reps: int
) -> None:
    """How long some requests took, the first apart."""
    took, worked = [], []
    for _ in range(reps + 1):
        ask = next(answers)
        begin, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        worked.append(1000 * (time.process_time() - cpu))
        took.append(1000 * (time.perf_counter() - begin))
        assert answer.status_code in (200, 302), (name, answer.status_code, answer.text[:300])
    first, *rest = took
    p95 = quantiles(rest, n=20, method="inclusive")[-1]
    p50 = sorted(rest)[len(rest) // 2]
    print(
        f"  {name:40} asked p95 <= {asked:.0f} ms  reached p50 {p50:.0f}, p95 {p95:.0f} ms (first {first:.0f}; CPU"
        f" {sorted(worked[1:])[len(rest) // 2]:.0f} ms on all cores)",
        flush=True,
    )


def forever(ask: Callable[[], httpx.Response]) -> Iterator[Callable[[], httpx.Response]]:
    while True:
        yield ask


def main() -> None:
    said = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    said.add_argument("workspace", type=Path)
    said.add_argument("--reps", type=int, default=20)
    said.add_argument("--only", default="leads,today,outcome,lead,ladder,channels")
    args = said.parse_args()
    only = args.only.split(",")
    with tempfile.TemporaryDirectory(dir=args.workspace.parent) as made:
        target = Path(made) / "desk"
        copy(args.workspace, target)
        with Session(target, shared=True) as session:
            web = make_web(session, WebAddress(URL))
            with httpx.Client(
                transport=httpx.WSGITransport(app=web), base_url=URL, timeout=120
            ) as client:
                log_in(session, client)
                pages(client, only, args.reps)
            web.close()


def pages(client: httpx.Client, only: list[str], reps: int) -> None:
    """Every page in turn."""
    lead = ""
    if "leads" in only:
        for name, query in FILTERS.items():
            measure(
                f"leads: {name}",
                200,
                forever(lambda query=query: client.get(f"/leads?{query}")),
                reps,
            )  # type: ignore[misc]
    if "today" in only:
        measure("today", 300, forever(lambda: client.get("/today")), reps)
    if "outcome" in only:
        measure("an outcome on Today", 100, outcomes(client), reps)
    if "lead" in only:
        lead = re.findall(
            r'<tr data-row><th scope="row"><a href="([^"?]+)', client.get("/leads").text
        )[0]
        measure("a lead", 300, forever(lambda: client.get(lead)), reps)
    if "ladder" in only:
        measure("ladder", 300, forever(lambda: client.get("/ladder")), reps)
        measure("ladder by source", 300, forever(lambda: client.get("/ladder?by=source")), reps)
    if "channels" in only:
        measure("channels", 300, forever(lambda: client.get("/channels")), reps)


if __name__ == "__main__":
    main()
