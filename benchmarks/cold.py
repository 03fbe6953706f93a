"""What whole commands cost from a cold start, in CPU seconds of the process and of those it starts: medians.

    python benchmarks/cold.py --shared ../shared [--reps 5] [--only explain,model,spark]

`explain` tells the story of one lead of examples/acme from its files.  `model` qualifies fifty leads by a model that was
learned from the eighty-six columns of a public table.  `spark` starts Spark, plans and runs the reference playbook over
100,000 leads and a million activities.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import duckdb

from run import HERE, data, row

EXAMPLE = HERE.parent / "examples" / "acme"
LEADLIGHT = [sys.executable, "-m", "leadlight"]
#: A user's Python keeps what it compiled.
ENVIRONMENT = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
BOOK = """
name: Learned
scores: {probability: {model: bought}}
scales: {temperature: [{hot: probability >= 0.2}, {warm: probability >= 0.1}, {cold: otherwise}]}
"""


#: Linux's number for: whoever is orphaned below this process is its child.
_ADOPT = 36


def cost(command: Sequence[str], folder: Path) -> float:
    """The CPU seconds of a command and of all that it started; it must succeed. Java outlives the
    command that started it for a moment, and is waited for.
    """
    ctypes.CDLL(None).prctl(_ADOPT, 1)
    before = os.times()
    done = subprocess.run(
        [*LEADLIGHT, *command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def show(what: str, asked: str, command: Sequence[str], folder: Path, reps: int) -> None:
    cost(command, folder)
    found = median(cost(command, folder) for _ in range(reps))
    row(what, asked, f"{found:.2f} CPU s")


def explain(_shared: Path, reps: int, _folder: Path) -> None:
    command = ["explain", "A-000370", "--leads", "leads.csv", "--activities", "activities.csv"]
    command += ["--as-of", "2026-11-01"]
    show("explain of examples/acme, with its story", "<= 1.5", command, EXAMPLE, reps)


def model(shared: Path, reps: int, folder: Path) -> None:
    table = shared / "data" / "caravan" / "Caravan.csv.gz"
    con = duckdb.connect()
    con.execute(f"COPY (FROM '{table}') TO '{folder}/table.csv'")
    cost(
        ["learn", "table.csv", "--label", "Purchase=Yes", "--name", "bought", "-o", "bought.yml"],
        folder,
    )
    terms = (folder / "bought.yml").read_text("utf-8").count("\n- of: ")
    work = folder / "workspace"
    cost(["init", str(work)], folder)
    (work / "models").mkdir(exist_ok=True)
    shutil.copy(folder / "bought.yml", work / "models")
    (work / "playbook.yml").write_text(BOOK, "utf-8")
    con.execute(
        "COPY (SELECT row_number() OVER () AS lead_id, * EXCLUDE Purchase FROM"
        f" read_csv('{folder}/table.csv') LIMIT 50) TO '{folder}/leads.csv'"
    )
    cost(["import", "-w", str(work), "leads.csv"], folder)
    show(
        f"qualify of 50 leads by a learned model of {terms} terms",
        "<= 2",
        ["qualify", "-w", str(work)],
        folder,
        reps,
    )


def spark(shared: Path, reps: int, folder: Path) -> None:
    made = data(shared, 100_000)
    con = duckdb.connect()
    con.execute(f"COPY (FROM '{made}/leads.parquet') TO '{folder}/leads.parquet'")
    con.execute(
        f'COPY (SELECT "at" AS occurred_at, * EXCLUDE "at" FROM \'{made}/events.parquet\') TO'
        f" '{folder}/activities.parquet'"
    )
    command = ["qualify", "--engine", "spark", "--facts", str(folder), "--as-of", "2026-01-01"]
    command += ["--playbook", str(HERE / "reference.yml"), "--out", str(folder / "qualified")]
    command += ["--master", "local[2]"]

    def once() -> float:
        shutil.rmtree(folder / "qualified", ignore_errors=True)
        return cost(command, folder)

    found = median(once() for _ in range(min(reps, 3)))
    row("Spark, the whole command, 100k leads + 1M activities", "<= 35", f"{found:.1f} CPU s")


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--reps", type=int, default=5)
    ask.add_argument("--only", default="explain,model,spark")
    said = ask.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in said.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            {"explain": explain, "model": model, "spark": spark}[name](
                said.shared, said.reps, Path(folder)
            )


if __name__ == "__main__":
    main()
