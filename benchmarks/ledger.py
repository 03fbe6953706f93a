"""The figures of a ledger in DuckDB: what an import costs, a full run against the tight program on flat Parquet, and the
statement for a few touched leads.  A workspace is made once, and kept under `out/bench`.

    python benchmarks/ledger.py --shared ../shared [--large] [--verified] [--reps 5] [--only import,full,touched]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.ledger import DuckDBLedger
from leadlight.facts.cohort import Some
from leadlight.facts.relation import Query
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read
from run import AS_OF, HERE, OUT, Taken, data, in_turn, row, taken, tight

LEADLIGHT = [str(Path(sys.executable).parent / "leadlight")]


def workspace(shared: Path, leads: int, verified: bool) -> Path:
    """The workspace with the generated base in it, made once; what its import took is kept beside."""
    folder = OUT / f"w{leads}{'-verified' if verified else ''}"
    note = folder / "import.json"
    if note.exists():
        return folder
    files = data(shared, leads)
    shutil.rmtree(folder, ignore_errors=True)
    taken([*LEADLIGHT, "init", str(folder)])
    shutil.copy(HERE / "reference.yml", folder / "playbook.yml")
    said = [
        *LEADLIGHT,
        "import",
        "-w",
        str(folder),
        "--backfill",
        *([] if verified else ["--no-verify"]),
    ]
    brought = [taken([*said, str(files / name)]) for name in ("leads.parquet", "events.parquet")]
    note.write_text(json.dumps([[t.cpu, t.wall, t.megabytes] for t in brought]), "utf-8")
    return folder


def imported(folder: Path, leads: int) -> None:
    """What the imports took when the workspace was made."""
    brought = [Taken(*t) for t in json.loads((folder / "import.json").read_text("utf-8"))]
    limits = ("-", "<= 15 CPU s" if leads == 1_000_000 else "-")
    for what, rows, asked, found in zip(
        ("leads", "activities"), (leads, 10 * leads), limits, brought, strict=True
    ):
        row(
            f"import of {rows:,} {what}",
            asked,
            f"{found.cpu:.1f} CPU s, {found.wall:.1f} wall, {found.megabytes:.0f} MB",
        )
    size = (folder / "leadlight.duckdb").stat().st_size / 2**30
    row("the workspace's file", "-", f"{size:.2f} GB")


def full(shared: Path, folder: Path, leads: int, reps: int) -> None:
    """`leadlight qualify` in the workspace, with the run stored, in turn with the tight program on flat Parquet."""
    ours = [*LEADLIGHT, "qualify", "--no-report", "--as-of", AS_OF, "-w", str(folder)]
    found = in_turn(
        reps, tight=tight(shared, data(shared, leads), OUT / "tight.parquet"), ours=ours
    )
    row(
        f"{leads:,} leads in the ledger, CPU against tight",
        "<= 1.3",
        f"{found['ours'].cpu / found['tight'].cpu:.2f} ({found['ours'].cpu:.1f} s,"
        f" {found['ours'].wall:.1f} wall, {found['ours'].megabytes:.0f} MB; tight"
        f" {found['tight'].cpu:.1f} s)",
    )
    low = {"LEADLIGHT_MEMORY": "2GB"}
    within = taken(ours, low)
    row(
        f"{leads:,} leads in the ledger, LEADLIGHT_MEMORY=2GB",
        "< 2000 MB",
        f"{within.megabytes:.0f} MB, {within.cpu:.1f} CPU s",
    )


def touched(folder: Path, leads: int, reps: int) -> None:
    """The plan for 1, 100 and 10,000 leads drawn by activity, each time others, over facts read narrowly."""
    book = must_read((folder / "playbook.yml").read_text("utf-8"))
    con = connect(folder / "leadlight.duckdb", read_only=True)
    holdings = DuckDBLedger(con).holdings()
    catalog, now = holdings.catalog(), datetime.fromisoformat(AS_OF)
    some, looked = Some(now, "touched"), column_use(book, catalog)
    sources = Sources(
        catalog,
        Query(leads_text(some, holdings, looked.attributes)),
        Query(activities_text(some, holdings, looked.activity_columns)),
    )
    con.execute(
        "CREATE TEMP TABLE drawn AS SELECT lead_id, hash(lead_id) AS h FROM activity_facts USING"
        " SAMPLE 500000 ROWS (reservoir, 7)"
    )
    for n in (1, 100, 10_000):
        sql, times = statement(book, sources, some), []
        for rep in range(3 + 4 * reps):
            con.execute(
                "CREATE OR REPLACE TEMP TABLE touched AS SELECT lead_id FROM drawn GROUP BY"
                f" lead_id ORDER BY hash(lead_id, {rep}) LIMIT {n}"
            )
            start = time.perf_counter()
            found = con.execute(sql).fetchall()
            times.append(1000 * (time.perf_counter() - start))
            assert len(found) == n, len(found)
        times = times[3:]
        p95 = quantiles(times, n=20, method="inclusive")[-1]
        asked = (
            {1: "< 120 ms", 100: "< 300 ms", 10_000: "< 700 ms"}[n] if leads <= 1_000_000 else "-"
        )
        row(
            f"the statement for {n:,} of {leads:,} leads",
            asked,
            f"median {median(times):.0f} ms, p95 {p95:.0f} ms",
        )
    con.close()


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--large", action="store_true", help="10M leads and 100M activities")
    ask.add_argument(
        "--verified", action="store_true", help="with every contact verified on import"
    )
    ask.add_argument("--reps", type=int, default=5)
    ask.add_argument("--only", default="import,full,touched")
    said = ask.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    leads = 10_000_000 if said.large else 1_000_000
    only = set(said.only.split(","))
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, medians of"
        f" {said.reps}"
    )
    folder = workspace(said.shared, leads, said.verified)
    if "import" in only:
        imported(folder, leads)
    if "full" in only:
        full(said.shared, folder, leads, 1 if said.large else said.reps)
    if "touched" in only:
        touched(folder, leads, said.reps)


if __name__ == "__main__":
    main()
