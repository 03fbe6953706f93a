"""The figures this project promises, measured whole: each run is a process of its own, CPU seconds and peak memory are the
operating system's, runs are taken in turn, medians are quoted, and every ratio is of one sitting.

    python benchmarks/run.py --shared ../shared [--large] [--only batch,rules,reasons,csv,start] [--reps 5]
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

HERE = Path(__file__).parent
OUT = HERE.parent / "out" / "bench"
AS_OF = "2026-01-01"


@dataclass(frozen=True)
class Taken:
    """What one process took."""

    cpu: float
    wall: float
    megabytes: float


def taken(command: Sequence[str], env: dict[str, str] | None = None) -> Taken:
    """Run a command and say what it took; it must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    assert process.stderr is not None
    said = process.stderr.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{said[-2000:]}")
    return Taken(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024)


def in_turn(reps: int, **commands: Sequence[str]) -> dict[str, Taken]:
    """Each command `reps` times, in turn after one round to warm up; the medians."""
    runs: dict[str, list[Taken]] = {name: [] for name in commands}
    for rep in range(reps + 1):
        for name, command in commands.items():
            found = taken(command)
            if rep or reps == 1:
                runs[name].append(found)
    return {
        name: Taken(
            median(t.cpu for t in all_),
            median(t.wall for t in all_),
            max(t.megabytes for t in all_),
        )
        for name, all_ in runs.items()
    }


def row(what: str, asked: str, reached: str) -> None:
    print(f"{what:<58} asked {asked:<14} reached {reached}", flush=True)


def data(shared: Path, leads: int) -> Path:
    """The generated base, made once."""
    folder = OUT / f"d{leads}"
    if not (folder / "events.parquet").exists():
        print(f"Generating {leads:,} leads and {leads * 10:,} activities ...", flush=True)
        subprocess.run(
            [
                sys.executable,
                str(shared / "perf" / "generate.py"),
                "--leads",
                str(leads),
                "--out",
                str(folder),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return folder


def ours(folder: Path, playbook: Path, out: Path, *extra: str) -> list[str]:
    return [sys.executable, str(HERE / "qualify.py"), str(folder), str(playbook), str(out), *extra]


def tight(shared: Path, folder: Path, out: Path) -> list[str]:
    return [
        sys.executable,
        str(shared / "perf" / "run.py"),
        "--child",
        "tight",
        str(folder),
        str(out),
    ]


def oracle(shared: Path) -> None:
    """Every lead of the 100k base: our labels, scores and reasons against plain Python's."""
    folder = data(shared, 100_000)
    truth, mine = OUT / "oracle.parquet", OUT / "mine.parquet"
    if not truth.exists():
        subprocess.run(
            [sys.executable, str(shared / "perf" / "python_reference.py"), str(folder), str(truth)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    subprocess.run(
        ours(folder, HERE / "reference.yml", mine), check=True, stdout=subprocess.DEVNULL
    )
    leads, labels, reasons, scores, largest = duckdb.sql(f"""
        SELECT count(*),
          count(*) FILTER ((a.temperature, a.stage, a.audience = 'target', a.contact = 'empty')
                           IS DISTINCT FROM (b.temperature, b.stage, b.target, b.empty)),
          count(*) FILTER (a.reasons IS DISTINCT FROM b.reasons),
          count(*) FILTER ((a.fit, a.readiness) IS DISTINCT FROM (b.fit, b.bant)),
          max(abs(a.engagement - b.engagement))
        FROM '{mine}' a FULL JOIN '{truth}' b USING (lead_id)""").fetchall()[0]
    row(
        "oracle, 100k leads: differing labels, reasons, fit and bant",
        "0",
        f"{labels}, {reasons}, {scores} of {leads:,}",
    )
    row("oracle: largest difference of engagement (it rounds to 6)", "< 1e-6", f"{largest:.1e}")


def batch(shared: Path, leads: int, reps: int, before: Taken | None = None) -> Taken:
    folder = data(shared, leads)
    playbook = HERE / "reference.yml"
    found = in_turn(
        reps,
        tight=tight(shared, folder, OUT / "tight.parquet"),
        ours=ours(folder, playbook, OUT / "ours.parquet"),
    )
    size = f"{leads // 1_000_000}M + {leads // 100_000}M"
    print(
        f"  tight {found['tight'].cpu:.2f} CPU s, {found['tight'].wall:.2f} wall,"
        f" {found['tight'].megabytes:.0f} MB; leadlight {found['ours'].cpu:.2f} CPU s,"
        f" {found['ours'].wall:.2f} wall, {found['ours'].megabytes:.0f} MB"
    )
    if before is None:
        row(
            f"{size}, Parquet to Parquet, CPU against tight",
            "<= 1.25",
            f"{found['ours'].cpu / found['tight'].cpu:.2f}",
        )
        row(f"{size}, peak memory", "< 600 MB", f"{found['ours'].megabytes:.0f} MB")
    else:
        row(f"{size}, CPU against 1M + 10M", "<= 9", f"{found['ours'].cpu / before.cpu:.1f}")
        row(f"{size}, peak memory", "< 3000 MB", f"{found['ours'].megabytes:.0f} MB")
    return found["ours"]


def same_bits(shared: Path, reps: int) -> None:
    folder = data(shared, 1_000_000)
    seen = set()
    for n in range(max(2, min(reps, 3))):
        out = OUT / f"bits{n}.parquet"
        taken(ours(folder, HERE / "reference.yml", out))
        rows = duckdb.sql(
            f"SELECT md5(string_agg(md5(t::VARCHAR), '' ORDER BY lead_id)) FROM '{out}' t"
        ).fetchall()[0][0]
        seen.add(rows)
    row("repeated runs, distinct results", "1", str(len(seen)))


def rules(shared: Path, reps: int) -> None:
    folder = data(shared, 1_000_000)
    many = OUT / "playbook400.yml"
    many.write_text(
        subprocess.run(
            [sys.executable, str(HERE / "playbook400.py")],
            check=True,
            capture_output=True,
            text=True,
        ).stdout,
        "utf-8",
    )
    found = in_turn(
        reps,
        few=ours(folder, HERE / "reference.yml", OUT / "few.parquet"),
        many=ours(folder, many, OUT / "many.parquet"),
    )
    row("400 rules against 40, CPU", "<= 4", f"{found['many'].cpu / found['few'].cpu:.2f}")


def reasons(shared: Path, reps: int) -> None:
    folder = data(shared, 1_000_000)
    playbook = HERE / "reference.yml"
    found = in_turn(
        reps,
        without=ours(folder, playbook, OUT / "without.parquet", "--no-reasons"),
        with_=ours(folder, playbook, OUT / "with.parquet"),
    )
    share = 1 - found["without"].cpu / found["with_"].cpu
    row("explanations, share of the run's CPU", "<= 15 %", f"{share:.1%}")


def imports(shared: Path, reps: int) -> None:
    """One million leads as CSV into a fresh workspace, against DuckDB's own reader into a table of a file."""
    folder = data(shared, 1_000_000)
    file = OUT / "leads.csv"
    if not file.exists():
        duckdb.sql(f"COPY (SELECT * FROM '{folder}/leads.parquet') TO '{file}' (HEADER)")
    with tempfile.TemporaryDirectory(dir=OUT) as place:
        work = [sys.executable, str(HERE / "importing.py"), str(file), place]
        plain = [sys.executable, str(HERE / "importing.py"), str(file), place, "--plain"]
        found = in_turn(reps, plain=plain, ours=work)
    print(
        f"  read_csv {found['plain'].cpu:.2f} CPU s, {found['plain'].wall:.2f} wall; "
        f"import {found['ours'].cpu:.2f} CPU s, {found['ours'].wall:.2f} wall"
    )
    row(
        "import of a CSV of 1M rows against read_csv, CPU",
        "<= 3",
        f"{found['ours'].cpu / found['plain'].cpu:.2f}",
    )
    row(
        "import of a CSV of 1M rows against read_csv, wall",
        "<= 3",
        f"{found['ours'].wall / found['plain'].wall:.2f}",
    )


def start(shared: Path, reps: int) -> None:
    command = [str(Path(sys.executable).parent / "leadlight")]
    found = in_turn(max(reps, 5), help=[*command, "--help"])
    row("leadlight --help, wall", "< 0.3 s", f"{found['help'].wall:.2f} s")
    folder = data(shared, 100_000)
    file = OUT / "ten.csv"
    if not file.exists():
        duckdb.sql(
            f"COPY (SELECT * FROM '{folder}/leads.parquet' ORDER BY lead_id LIMIT 10000) TO"
            f" '{file}' (HEADER)"
        )
    run = [*command, "qualify", str(file), "--out", str(OUT / "ten-qualified.csv")]
    found = in_turn(reps, qualify=run)
    row(
        "leadlight qualify of 10,000 rows with its report, wall",
        "< 3 s",
        f"{found['qualify'].wall:.2f} s",
    )


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--large", action="store_true")
    ask.add_argument("--reps", type=int, default=5)
    ask.add_argument("--only", default="oracle,batch,bits,rules,reasons,csv,start")
    said = ask.parse_args()
    if not (said.shared / "perf" / "generate.py").exists():
        raise SystemExit(
            f"There is no generator in {said.shared}/perf. Say where the shared folder is: make"
            " bench SHARED=DIR."
        )
    OUT.mkdir(parents=True, exist_ok=True)
    only = set(said.only.split(","))
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, DuckDB {duckdb.__version__}, Python"
        f" {platform.python_version()}, medians of {said.reps}"
    )
    if said.large:
        small = batch(said.shared, 1_000_000, said.reps)
        batch(said.shared, 10_000_000, 1, small)
        return
    steps = {
        "oracle": lambda: oracle(said.shared),
        "batch": lambda: batch(said.shared, 1_000_000, said.reps),
        "bits": lambda: same_bits(said.shared, said.reps),
        "rules": lambda: rules(said.shared, min(said.reps, 3)),
        "reasons": lambda: reasons(said.shared, said.reps),
        "csv": lambda: imports(said.shared, min(said.reps, 3)),
        "start": lambda: start(said.shared, min(said.reps, 5)),
    }
    for name, step in steps.items():
        if name in only:
            step()


if __name__ == "__main__":
    main()
