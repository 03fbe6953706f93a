"""Engines that look at one record at a time, and pandas, on the rules of the reference playbook, beside leadlight.

    python benchmarks/per_record.py --shared ../shared [--python PYTHON] [--only ours,pandas,...] [--reps 3] [--check]

Every program is a process of its own, from Parquet to Parquet, start included; the programs are in `per_record/`.  Those that
need more than a minute for a million leads run on a sample that has the whole base's spread of activities (every so many-th lead
in the order of how many it has); their start is measured apart on 100 leads, and the rest grows with the leads.  A number counts
only when the labels, scores and reasons are those of the oracle for every lead of the sample, so that is asserted.
`--python` is an interpreter that has pandas, rule-engine and zen-engine: none of them belongs to leadlight's own environment.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from run import HERE, OUT, Taken, data, ours, taken

WHOLE = 1_000_000
START = 100  # leads of the run that shows what starting costs
PROGRAMS = HERE / "per_record"


@dataclass(frozen=True)
class Engine:
    """One way to qualify the base, and how much of the base it is given."""

    key: str
    title: str
    program: str = ""
    how: tuple[str, ...] = ()
    leads: int = WHOLE
    needs: str = ""  # what pip installs
    module: str = ""
    reasons: bool = True


ENGINES = (
    Engine("ours", "leadlight"),
    Engine("ours-bare", "leadlight, no reasons", how=("--no-reasons",), reasons=False),
    Engine(
        "pandas",
        "pandas, reasons ranked with numpy",
        "with_pandas.py",
        needs="pandas",
        module="pandas",
    ),
    Engine(
        "pandas-bare",
        "pandas, no reasons",
        "with_pandas.py",
        ("--no-reasons",),
        needs="pandas",
        module="pandas",
        reasons=False,
    ),
    Engine(
        "pandas-apply",
        "pandas, reasons with apply(axis=1)",
        "with_pandas.py",
        ("--apply",),
        50_000,
        "pandas",
        "pandas",
    ),
    Engine("python", "plain Python loop (the oracle)", leads=50_000),
    Engine(
        "zen-words",
        "zen-engine, titles split into words",
        "with_zen.py",
        ("--words",),
        20_000,
        "zen-engine",
        "zen",
    ),
    Engine(
        "zen",
        "zen-engine, titles by regular expression",
        "with_zen.py",
        (),
        5_000,
        "zen-engine",
        "zen",
    ),
    Engine(
        "rules-by-kind",
        "rule-engine, rules looked up by kind",
        "with_rule_engine.py",
        ("--by-kind",),
        5_000,
        "rule-engine",
        "rule_engine",
    ),
    Engine(
        "rules",
        "rule-engine, every rule asked",
        "with_rule_engine.py",
        (),
        2_500,
        "rule-engine",
        "rule_engine",
    ),
)


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--shared", type=Path, required=True, help="the folder with perf/")
    ask.add_argument(
        "--python",
        default=sys.executable,
        help="the interpreter of the libraries (default: this one)",
    )
    ask.add_argument("--only", default=",".join(e.key for e in ENGINES))
    ask.add_argument("--reps", type=int, default=3)
    ask.add_argument(
        "--check", action="store_true", help="only compare 1,000 leads with the oracle; no figures"
    )
    said = ask.parse_args()
    if not (said.shared / "perf" / "playbook.json").exists():
        raise SystemExit(
            f"There is no playbook.json in {said.shared}/perf. Say where the shared folder is:"
            " --shared DIR."
        )
    unknown = set(said.only.split(",")) - {e.key for e in ENGINES}
    if unknown:
        raise SystemExit(
            f"No engine is called {', '.join(sorted(unknown))}; known:"
            f" {', '.join(e.key for e in ENGINES)}."
        )
    bench = Bench(said.shared, said.python)
    engines = [e for e in ENGINES if e.key in said.only.split(",") and bench.has(e)]
    if said.check:
        wrong = sum(bench.checked(engine) for engine in engines)
    else:
        wrong = bench.figures(engines, said.reps)
    if wrong:
        raise SystemExit("Leads differ from the oracle: the numbers of that engine are worthless.")


class Bench:
    """The base, its samples and the interpreter of the foreign libraries."""

    def __init__(self, shared: Path, python: str) -> None:
        OUT.mkdir(parents=True, exist_ok=True)
        self.shared, self.python = shared, python
        self.base = data(shared, WHOLE)

    def has(self, engine: Engine) -> bool:
        """Whether the library is there; if not, one sentence says how to come by it."""
        asked = subprocess.run(
            [self.python, "-c", f"import {engine.module or 'sys'}"],
            capture_output=True,
            check=False,
        )
        if asked.returncode:
            print(
                f"{engine.title}: left out, because {self.python} lacks {engine.needs}, duckdb or"
                " pyarrow; to measure it, make an environment of its own with `pip install"
                f" {engine.needs} duckdb pyarrow` and name it with --python."
            )
        return not asked.returncode

    def sample(self, leads: int) -> Path:
        """So many leads of the base, with as many activities a lead as the base has; made once, with the oracle's answer."""
        folder = OUT / f"s{leads}"
        if not (folder / "truth.parquet").exists():
            folder.mkdir(exist_ok=True)
            con = duckdb.connect()
            con.execute(
                f"""
                CREATE TABLE chosen AS
                WITH did AS (SELECT lead_id, count(*) AS n FROM '{self.base}/events.parquet' GROUP BY lead_id),
                placed AS (SELECT lead_id, row_number() OVER (ORDER BY coalesce(n, 0), lead_id) - 1 AS place
                           FROM '{self.base}/leads.parquet' LEFT JOIN did USING (lead_id))
                SELECT lead_id FROM placed WHERE place % {WHOLE // leads} = {WHOLE // leads // 2}"""
            )
            for name in ("leads", "events"):
                con.execute(
                    f"COPY (SELECT t.* FROM '{self.base}/{name}.parquet' t SEMI JOIN chosen USING"
                    f" (lead_id)) TO '{folder}/{name}.parquet'"
                )
            taken(self.oracle(folder, folder / "truth.parquet"))
        return folder

    def oracle(self, folder: Path, out: Path) -> list[str]:
        return [
            sys.executable,
            str(self.shared / "perf" / "python_reference.py"),
            str(folder),
            str(out),
        ]

    def command(self, engine: Engine, folder: Path) -> list[str]:
        out = self.out(engine)
        if engine.key == "python":
            return self.oracle(folder, out)
        if not engine.program:
            return ours(folder, HERE / "reference.yml", out, *engine.how)
        playbook = (
            [] if engine.module == "pandas" else [str(self.shared / "perf" / "playbook.json")]
        )
        return [
            self.python,
            str(PROGRAMS / engine.program),
            str(folder),
            *playbook,
            str(out),
            *engine.how,
        ]

    def out(self, engine: Engine) -> Path:
        return OUT / f"per-record-{engine.key}.parquet"

    def checked(self, engine: Engine) -> int:
        """How many of a thousand leads differ from the oracle."""
        folder = self.sample(1_000)
        taken(self.command(engine, folder))
        wrong = self.differing(engine, folder)
        print(f"{engine.title:<42} differs from the oracle for {wrong} of 1,000 leads", flush=True)
        return wrong

    def differing(self, engine: Engine, truth: Path) -> int:
        """Leads of a sample whose labels, scores or reasons are not the oracle's."""
        own = engine.key.startswith("ours")
        bant, target, empty = (
            ("readiness", "audience = 'target'", "contact = 'empty'")
            if own
            else ("bant", "target", "empty")
        )
        reasons = "AND reasons IS NOT DISTINCT FROM why" if engine.reasons else ""
        return int(
            duckdb.execute(f"""
            WITH told AS (SELECT lead_id, fit AS fit_, engagement AS heat, bant AS bant_, target AS target_, empty AS empty_,
                                 temperature AS warmth, stage AS step, reasons AS why FROM '{truth}/truth.parquet')
            SELECT count(*) - count(*) FILTER (
                (fit, {bant}, {target}, {empty}, temperature, stage) IS NOT DISTINCT FROM (fit_, bant_, target_, empty_, warmth, step)
                AND abs(engagement - heat) < 2e-6 {reasons})
            FROM told LEFT JOIN '{self.out(engine)}' USING (lead_id)""").fetchall()[0][0]
        )

    def figures(self, engines: Sequence[Engine], reps: int) -> int:
        """All in turn, the medians as one table; the number of differing leads."""
        print(
            f"{WHOLE:,} leads and {10 * WHOLE:,} activities, medians of {reps};"
            f" {self.versions(engines)}",
            flush=True,
        )
        folders = {e.key: self.base if e.leads == WHOLE else self.sample(e.leads) for e in engines}
        runs: dict[str, list[Taken]] = {e.key: [] for e in engines}
        starts: dict[str, list[Taken]] = {e.key: [] for e in engines}
        for _ in range(reps):
            for engine in engines:
                if engine.leads < WHOLE:
                    starts[engine.key].append(taken(self.command(engine, self.sample(START))))
                runs[engine.key].append(taken(self.command(engine, folders[engine.key])))
        found = {e.key: median(t.cpu for t in runs[e.key]) for e in engines}
        start = {
            e.key: median(t.cpu for t in starts[e.key]) if starts[e.key] else 0.0 for e in engines
        }
        slope = {e.key: (found[e.key] - start[e.key]) / (e.leads - START) for e in engines}
        whole = {e.key: found[e.key] + slope[e.key] * (WHOLE - e.leads) for e in engines}
        print(
            f"{'':<42}{'leads':>10}{'CPU s':>8}{'MB':>7}{'CPU s / 1M':>12}{'to leadlight':>14}{'differ':>8}"
        )
        wrong = 0
        for e in engines:
            truth = self.sample(20_000) if e.leads == WHOLE else folders[e.key]
            differ = self.differing(e, truth)
            ratio = f"{whole[e.key] / whole['ours']:.1f}" if "ours" in whole else "?"
            million = f"{whole[e.key]:,.{1 if whole[e.key] < 100 else 0}f}{' ' if e.leads == WHOLE else '*'}"
            megabytes = max(t.megabytes for t in runs[e.key])
            print(
                f"{e.title:<42}{e.leads:>10,}{found[e.key]:>8.1f}{megabytes:>7.0f}{million:>12}{ratio:>14}{differ:>8}",
                flush=True,
            )
            wrong += differ
        print(
            "* start + leads x slope, the start measured on 100 leads.  'differ': leads that are"
            " not as the oracle has them, of the sample (of 20,000 where the whole base ran). "
            " zen-engine is given faded sums, made in plain Python."
        )
        return wrong

    def versions(self, engines: Sequence[Engine]) -> str:
        names = ["duckdb", *sorted({e.needs for e in engines if e.needs})]
        ask = (
            "import importlib.metadata as m; print(', '.join(n + ' ' + m.version(n) for n in"
            f" {names!r}))"
        )
        python = self.python if names[1:] else sys.executable
        return subprocess.run(
            [python, "-c", ask], check=True, capture_output=True, text=True
        ).stdout.strip()


if __name__ == "__main__":
    main()
