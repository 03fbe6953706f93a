"""How much work a run over the touched leads saves, and how soon labels follow an event.

    python benchmarks/touched.py [--live WORKSPACE ...] [--calls 200]

A day of the demo company: everything up to the last day of October is imported and the base is qualified; then that day's
facts come in and only the touched leads are looked at.  The labels must be those of a full run.
With `--live` a workspace of the reference playbook (a folder, as benchmarks/ledger.py builds them, or the URL of a copy on a
server): events for 1, 100 and 10,000 leads, drawn by their activity, are appended in one import, and the clock runs from
the moment they are durable until the labels are committed.  On a server the time of the one statement is told beside.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.ledger.postgres import PostgresLedger, incremental
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.run import run_touched_leads
from leadlight.desk.leads.run_files import RunFiles
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Place, find_workspace
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.facts.ledger import Arrival, Ledger, RunReceipt
from leadlight.playbook.read import must_read

HERE = Path(__file__).parent
#: From durable to committed, milliseconds, by where the workspace is and how many leads are touched.
ASKED = {
    "folder": {1: "p95 <= 120", 100: "p95 <= 200", 10_000: "p95 <= 600"},
    "server": {1: "p99 <= 20", 100: "p99 <= 100", 10_000: "-"},
}
LOGS = ("activities", "conversations", "outcomes", "subscriptions")
DAY = datetime(2026, 10, 31)
START = datetime(2026, 1, 6)  # the generator's log ends on the fifth


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--leads", type=int, default=20_000)
    said.add_argument("--live", nargs="*", default=[])
    said.add_argument("--calls", type=int, default=200)
    said.add_argument("--no-day", action="store_true")
    args = said.parse_args()
    if not args.no_day:
        with tempfile.TemporaryDirectory() as folder:
            a_day(Path(folder), args.leads)
    for workspace in args.live:
        live(workspace, args.calls)


def a_day(folder: Path, leads: int) -> None:
    """A day's worth of the demo company."""
    company, workspace = folder / "company", folder / "workspace"
    subprocess.run(
        [
            sys.executable,
            HERE.parent / "examples" / "demo_company.py",
            company,
            "--leads",
            str(leads),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    con = connect()
    for name in LOGS:
        log = f"SELECT * FROM read_csv('{company / name}.csv', all_varchar = true)"
        for part, where in (("before", "<"), ("after", ">=")):
            con.execute(
                f"COPY ({log} WHERE occurred_at {where} '{DAY}' AND occurred_at <"
                f" '{DAY + timedelta(days=1)}') TO '{folder}/{name}-{part}.csv'"
            )
    init(Session(), InitRequest(DAY, str(workspace)))
    files = [company / "leads.csv", *(folder / f"{n}-before.csv" for n in LOGS)]
    import_files(Session(workspace), ImportRequest(tuple(files), DAY))
    first = qualified(workspace, QualifyRequest(DAY))
    print(f"demo company: {first.run.leads:,} leads qualified as of {DAY:%Y-%m-%d}")
    morning = DAY + timedelta(days=1)
    news = [folder / f"{n}-after.csv" for n in LOGS]
    result = import_files(Session(workspace), ImportRequest(tuple(news), morning))
    came = sum(b.receipt.imported for b in result.files if b.receipt)
    begin = cpu()
    again = qualify(Session(workspace), QualifyRequest(morning, touched=True))
    assert again.touched, again.complete_because
    spent, touched = cpu() - begin, again.touched
    begin = cpu()
    whole = qualified(workspace, QualifyRequest(morning))
    full = cpu() - begin
    moved = whole.run.changed
    print(
        f"  a day on, with {came:,} new facts: looked at {touched.leads:,}"
        f" ({100 * touched.leads / whole.run.leads:.1f} %): {touched.by_facts:,} with"
        f" something new, {touched.by_clock:,} by the clock; a full run afterwards changed {moved}"
        f" (must be 0); CPU {spent:.2f} s against {full:.2f} s"
    )


def qualified(place: Place | Path, request: QualifyRequest) -> RunReceipt:
    """A stored run of a workspace."""
    receipt = qualify(Session(place), request).receipt
    assert receipt is not None
    return receipt


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def live(said: str, calls: int) -> dict[int, list[float]]:
    """Events in, labels out, in one process that keeps the workspace open: sorted milliseconds by the number of leads."""
    text = (HERE / "reference.yml").read_text()
    book = must_read(text, "reference.yml")
    place = find_workspace(said)
    with Session(place).read("bench", START) as workspace:
        last = next(iter(workspace.ledger.runs(1)), None)
    now = max(START, last.as_of) if last else START
    if not last or last.fingerprint != book.fingerprint or last.as_of < START or not last.upto:
        first = qualified(place, QualifyRequest(now, playbook=str(HERE / "reference.yml")))
        print(f"{place}: {first.run.leads:,} leads qualified")
    dice = random.Random(1)
    found: dict[int, list[float]] = {}
    with Session(place).write("bench", now) as workspace:
        con, ledger = workspace.con, workspace.ledger
        ids = drawn(ledger, con)
        for touched, times in (
            (1, calls),
            (100, max(20, calls // 5)),
            (10_000, max(5, calls // 25)),
        ):
            took: list[float] = []
            with watched() as statements:
                for n in range(times + 2):
                    now += timedelta(seconds=1)
                    append(con, ledger, dice.choices(ids, k=touched), now, f"{touched}-{n}-{now}")
                    begin = time.perf_counter()
                    at = replace(workspace, now=now)
                    run_touched_leads(at, RunFiles(), book, text, ledger.runs(1)[0], now)
                    if n >= 2:
                        took.append(1000 * (time.perf_counter() - begin))
            found[touched] = sorted(took)
            asked = ASKED["server" if isinstance(ledger, PostgresLedger) else "folder"][touched]
            print(
                f"  {touched:>6,} touched: asked {asked}, reached {quantiles(took)} of {times} calls"
                + (f"; the statement alone: {quantiles(statements[2:])}" if statements else ""),
                flush=True,
            )
    return found


def drawn(ledger: Ledger, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Leads by their activity: one that does much is touched often."""
    if isinstance(ledger, PostgresLedger):
        return [
            str(i)
            for (i,) in ledger.server.rows(
                "SELECT lead_id FROM activity_facts TABLESAMPLE SYSTEM (2) REPEATABLE (7)"
            )
        ]
    return [
        str(i)
        for (i,) in con.execute(
            "SELECT lead_id FROM activity_facts USING SAMPLE 200000 (system, 7)"
        ).fetchall()
    ]


def quantiles(took: list[float]) -> str:
    took = sorted(took)
    return ", ".join(
        [
            f"median {took[len(took) // 2]:.1f} ms",
            *(f"p{n} {took[min(len(took) - 1, len(took) * n // 100)]:.1f} ms" for n in (95, 99)),
        ]
    )


@contextmanager
def watched() -> Iterator[list[float]]:
    """The milliseconds of each statement that a server runs for few leads, the rows fetched."""
    took: list[float] = []
    plain = incremental.call

    def call(*args: Any) -> Any:
        begin = time.perf_counter()
        cursor = plain(*args)
        took.append(1000 * (time.perf_counter() - begin))
        return cursor

    incremental.call = call
    try:
        yield took
    finally:
        incremental.call = plain


def append(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, leads: list[str], at: datetime, name: str
) -> None:
    """One event of each lead, as an import."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE events (row_no BIGINT, lead_id VARCHAR, occurred_at"
        " TIMESTAMP, kind VARCHAR, url VARCHAR)"
    )
    con.execute(
        "INSERT INTO events SELECT row_number() OVER (), unnest(?), ?, 'page_view', '/pricing'",
        [leads, at],
    )
    ledger.append(Arrival("activities", "events", name, name, read=len(leads)), now=at)


if __name__ == "__main__":
    main()
