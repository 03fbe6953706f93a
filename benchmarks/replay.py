"""What a replay of a year costs: every change of a base, and the counts of 365 days, against one run of the same base.

    python benchmarks/replay.py --shared ../shared [--leads 100000] [--reps 3]

The base is the generated one (benchmarks/run.py) in a workspace, imported as a history (--backfill), with the reference
playbook.  A loop of runs would cost 365 times one.  Stated twice: whole commands, and the work in the process alone
(the replay against the plan of one run over the same ledger, with the result made).
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.ledger import DuckDBLedger
from leadlight.adapters.replay.facts import facts_of_ledger
from leadlight.adapters.replay.rounds import replay
from leadlight.adapters.replay.statistics import ReplayStatistics
from leadlight.facts.catalog import standard_kind
from leadlight.facts.cohort import Everyone
from leadlight.facts.relation import Query
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.column_use import column_use
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.timeline import ReplayPeriod
from leadlight.playbook.read import must_read
from ledger import LEADLIGHT
from run import AS_OF, HERE, OUT, data, in_turn, row, taken

DAYS = 365


def history(shared: Path, leads: int) -> Path:
    """A workspace with the generated base, its kinds of activity under their standard names; made once."""
    folder = OUT / f"history{leads}"
    if (folder / "playbook.yml").exists():
        return folder
    files, log = data(shared, leads), OUT / f"history{leads}.parquet"
    con = connect()
    kinds = con.execute(f"SELECT DISTINCT kind FROM '{files / 'events.parquet'}'").fetchall()
    con.execute("CREATE TABLE named (kind VARCHAR, standard VARCHAR)")
    con.executemany("INSERT INTO named VALUES (?, ?)", [(k, standard_kind(k)) for (k,) in kinds])
    con.execute(
        f"COPY (SELECT l.* REPLACE (n.standard AS kind) FROM '{files / 'events.parquet'}' l JOIN"
        f" named n ON n.kind = l.kind) TO '{log}' (FORMAT parquet)"
    )
    shutil.rmtree(folder, ignore_errors=True)
    taken([*LEADLIGHT, "init", str(folder)])
    for file in (files / "leads.parquet", log):
        taken([*LEADLIGHT, "import", "-w", str(folder), "--backfill", "--no-verify", str(file)])
    shutil.copy(HERE / "reference.yml", folder / "playbook.yml")
    return folder


def commands(folder: Path, reps: int) -> None:
    """`leadlight replay` against `leadlight qualify` of the same workspace, in turn."""
    until = datetime.fromisoformat(AS_OF)
    since = until - timedelta(days=DAYS)
    ran = [*LEADLIGHT, "qualify", "--no-report", "--as-of", AS_OF, "-w", str(folder)]
    ours = [
        *LEADLIGHT,
        "replay",
        "--from",
        since.isoformat(),
        "--to",
        AS_OF,
        "--every",
        "1d",
        "--json",
        "-w",
        str(folder),
    ]
    found = in_turn(reps, one=ran, replay=ours)
    one, all_ = found["one"], found["replay"]
    row(
        f"replay of {DAYS} days against one run, whole commands",
        "<= 8",
        f"{all_.cpu / one.cpu:.1f} times the CPU ({all_.cpu:.1f} s to {one.cpu:.1f}),"
        f" {all_.wall / one.wall:.1f} times the time ({all_.wall:.1f} s to {one.wall:.1f});"
        f" {all_.megabytes:.0f} MB",
    )


def in_process(folder: Path, reps: int) -> None:
    """The replay against the plan of one run, both from the ledger to a table."""
    until = datetime.fromisoformat(AS_OF)
    since = until - timedelta(days=DAYS)
    book = must_read((folder / "playbook.yml").read_text("utf-8"))
    con = connect(folder / "leadlight.duckdb", read_only=True)
    ledger = DuckDBLedger(con)
    holdings = ledger.holdings()
    catalog, now = holdings.catalog(), Everyone(until)
    looked = column_use(book, catalog)
    leads = Query(leads_text(now, holdings, looked.attributes))
    log = Query(activities_text(now, holdings, looked.activity_columns))
    sql = statement(book, Sources(catalog, leads, log), now)
    ones, all_ = [], []
    for _ in range(reps):
        begin = time.perf_counter()
        con.execute(f"CREATE OR REPLACE TEMP TABLE one AS {sql}").fetchall()
        ones.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        found = replay(
            facts_of_ledger(con, ledger, "then", None), [ReplayPeriod(since, until, book)]
        )
        ReplayStatistics(con).steps(
            "temperature", [since + timedelta(days=n) for n in range(DAYS + 1)]
        )
        all_.append(time.perf_counter() - begin)
    row(
        f"replay of {DAYS} days against the plan of one run, in process",
        "-",
        f"{median(all_) / median(ones):.1f} times ({median(all_):.1f} s to {median(ones):.2f});"
        f" {found.leads:,} leads, {found.moves:,} changes found to the minute, {found.looks:,}"
        f" looks in {found.rounds} rounds",
    )
    # What was replayed is what a run of that moment says.
    told = con.execute(
        "SELECT lead_id, label FROM replay_spells WHERE scale = 'temperature' AND until IS NULL"
    ).fetchall()
    ran = con.execute("SELECT lead_id::VARCHAR, temperature FROM one").fetchall()
    row(
        "labels at the end that a run of that moment gives otherwise",
        "0",
        str(len(set(told) ^ set(ran))),
    )
    con.close()


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--leads", type=int, default=100_000)
    ask.add_argument("--reps", type=int, default=3)
    said = ask.parse_args()
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, medians of"
        f" {said.reps}"
    )
    folder = history(said.shared, said.leads)
    in_process(folder, said.reps)
    commands(folder, said.reps)


if __name__ == "__main__":
    main()
