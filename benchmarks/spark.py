"""The plan on Spark against a program written by hand for the same playbook, in one session, taken in turn.

    python benchmarks/spark.py out/bench/d1000000 [--reps 5] [--master local[2]] [--memory 6g]

Both read the generated Parquet and write Parquet; the results are compared first.  Told are the medians of wall and CPU seconds
of the warm session, the bytes shuffled, and apart from them how long the session took to begin and what a first run costs.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from leadlight.adapters.spark.lake import _with_kinds
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read

HERE = Path(__file__).parent
AS_OF = datetime(2026, 1, 1)
DAY = 86_400_000_000

#: Rule: kinds it is about, condition, points, most, days.
RULES = {
    "B01": ("page_view", "true", 1, 10, 90),
    "B02": ("page_view", "startswith(url, '/pricing')", 6, 18, 60),
    "B03": ("page_view", "startswith(url, '/product/')", 3, 12, 60),
    "B04": ("page_view", "startswith(url, '/careers')", -8, 16, 90),
    "B05": ("page_view", "startswith(url, '/docs/')", 2, 8, 60),
    "B06": ("page_view", "contains(url, 'case-stud')", 4, 12, 90),
    "B07": ("email_open", "true", 1, 5, 60),
    "B08": ("email_click", "true", 4, 16, 60),
    "B09": ("download", "true", 6, 18, 120),
    "B10": (
        "download",
        "endswith(url, '.pdf') and product in ('enterprise', 'platform')",
        5,
        10,
        120,
    ),
    "B11": ("webinar_registered", "true", 6, 12, 90),
    "B12": ("webinar_attended", "true", 12, 24, 120),
    "B13": ("webinar_attended", "value >= 30", 6, 12, 120),
    "B14": ("form_submit", "true", 8, 16, 90),
    "B15": ("demo_request", "true", 30, 45, 90),
    "B16": ("trial_start", "true", 25, 25, 60),
    "B17": ("login", "true", 2, 20, 45),
    "B18": ("chat", "true", 5, 15, 60),
    "B19": ("meeting_booked", "true", 25, 50, 120),
    "B20": ("ad_click", "channel in ('search', 'social')", 2, 6, 30),
    "B21": ("unsubscribed", "true", -25, 25, 365),
    "B22": ("bounced", "true", -15, 30, 180),
}
FIT = {
    "F01": ("industry in ('software', 'saas', 'fintech')", 15),
    "F02": ("industry in ('manufacturing', 'healthcare', 'logistics')", 8),
    "F03": ("employees >= 50 and employees < 1000", 12),
    "F04": ("employees >= 1000", 18),
    "F05": ("revenue >= 10000000", 10),
    "F06": ("country in ('US', 'CA', 'GB', 'DE', 'NL')", 10),
    "F07": ("country in ('FR', 'ES', 'IT', 'SE')", 5),
    "F08": ("title_top", 20),
    "F09": ("title_high", 15),
    "F10": ("contains(lower(job_title), 'manager')", 8),
    "F11": ("junior", -25),
    "F12": ("domain in ('gmail.com', 'yahoo.com', 'outlook.com', 'hotmail.com')", -10),
    "F13": ("source in ('referral', 'partner')", 10),
    "F14": ("source = 'purchased_list'", -15),
    "F15": ("budget >= 50000", 12),
    "F16": ("authority = 'decision_maker'", 12),
    "F17": ("timeline in ('now', 'this_quarter')", 10),
    "F18": ("rival", -50),
}


def by_hand(spark: Any, folder: Path) -> Any:
    """One aggregation of the log by lead with a sum a rule, joined to the leads; reasons from a sorted list of both."""
    log = spark.read.parquet(f"{folder}/events.parquet").where(
        "at <= timestamp '2026-01-01' and at > timestamp '2026-01-01' - interval 365 days "
        f"and kind in ({', '.join(sorted({repr(k) for k, *_ in RULES.values()}))})"
    )
    log = log.selectExpr(
        "lead_id",
        "kind",
        "url",
        "product",
        "channel",
        "value",
        "unix_micros(timestamp '2026-01-01') - unix_micros(at) as age",
    )
    log = log.selectExpr(
        "*",
        f"cast(floor(pow(2d, cast(-age as double) / {30 * DAY}d) * 1e9d + 0.5d) as bigint) as w",
    )
    sums = [
        f"sum(case when kind = '{k}' and age < {d * DAY} and {c} then w end) as {r}"
        for r, (k, c, _, _, d) in RULES.items()
    ]
    meetings = f"count_if(kind = 'meeting_booked' and age < {120 * DAY}) as meetings"
    from pyspark.sql import functions as f

    did = log.groupBy("lead_id").agg(*[f.expr(s) for s in [*sums, meetings]])
    # In hundredths of points times a billion, as whole numbers.
    capped = [
        f"greatest(least(coalesce({r}, 0) * {p * 100}, {m * 100_000_000_000}),"
        f" {-m * 100_000_000_000}) as {r}"
        for r, (_, _, p, m, _) in RULES.items()
    ]
    did = did.selectExpr("lead_id", "meetings", *capped)
    word = "rlike(lower(job_title), '(^|[^a-z0-9_])({})([^a-z0-9_]|$)')"
    leads = (
        spark.read.parquet(f"{folder}/leads.parquet")
        .selectExpr(
            "*",
            "case when email <> 'test@test.com' and rlike(email, '^[^@ ]+@[^@ ]+[.][^@ ]+$') "
            "then lower(substring_index(email, '@', -1)) end as domain",
            word.format("student|intern") + " as junior",
            word.format("ceo|cto|cfo|cmo|chief|founder|owner") + " as title_top",
            word.format("vp|director|head") + " as title_high",
            "(if(budget > 0, 1, 0) + if(authority <> 'none', 1, 0) + if(trim(need) <> '', 1, 0) +"
            " if(timeline is not null, 1, 0)) * 100 / 4d as bant",
        )
        .selectExpr("*", "domain in ('rival.com', 'rival.io', 'rival.de', 'rival.co.uk') as rival")
    )
    both = leads.selectExpr(
        "*", *[f"case when {c} then {p * 100} else 0 end as {r}" for r, (c, p) in FIT.items()]
    )
    both = both.join(did, "lead_id", "left")
    gained = " + ".join(f"coalesce(greatest({r}, 0), 0)" for r in RULES)
    total = " + ".join(f"coalesce({r}, 0)" for r in RULES)
    keys = [
        f"named_struct('c', abs({r}), 'n', {-n}, 't', '{r} {'-' if p < 0 else '+'}{abs(p):.2f}')"
        for n, (r, (_, p)) in enumerate(FIT.items())
    ]
    keys += [
        f"named_struct('c', (abs(coalesce({r}, 0)) + 500000000) div 1000000000, 'n', {-n}, 't',"
        f" '{r} {'-' if p < 0 else '+'}')"
        for n, (r, (_, _, p, _, _)) in enumerate(RULES.items(), len(FIT))
    ]
    both = both.selectExpr(
        "*",
        f"greatest(least({' + '.join(FIT)}, 10000), 0) / 100d as fit",
        f"greatest({total}, 0) / 100000000000d as engagement",
        f"{gained} > 0 as active",
        f"slice(sort_array(array({', '.join(keys)}), false), 1, 3) as best",
    )
    both = both.selectExpr(
        "*",
        "case when engagement >= 30 or engagement >= 20 and bant >= 75 then 'hot' when engagement"
        " >= 8 then 'warm' else 'cold' end as temperature",
        "case when domain is null and coalesce(length(regexp_replace(phone, '[^0-9]', '')), 0) < 7"
        " then 'empty' else 'reachable' end as contact",
        "case when fit >= 30 and industry is not null and employees >= 10 and not coalesce(rival,"
        " false) and not coalesce(junior, false) then 'target' else 'non_target' end as audience",
    )
    said = (
        "array_join(transform(filter(best, b -> b.c > 0), b -> if(startswith(b.t, 'F'), b.t, "
        "concat(b.t, cast(cast(b.c as decimal(16, 0)) * 0.01BD as string)))), ', ')"
    )
    return both.selectExpr(
        "lead_id",
        "fit",
        "engagement",
        "bant as readiness",
        "temperature",
        "contact",
        "audience",
        "case when contact = 'empty' then 'empty' when rival or junior then 'disqualified' "
        "when meetings > 0 and audience = 'target' then 'opportunity' "
        "when temperature = 'hot' and audience = 'target' and bant >= 50 then 'sql' "
        "when temperature <> 'cold' and audience = 'target' then 'mql' when active then 'engaged' "
        "when consent then 'subscriber' else 'raw' end as stage",
        f"{said} as reasons",
    )


def ours(spark: Any, folder: Path) -> Callable[[], Any]:
    """The compiled playbook; what the command asks beforehand (which kinds occur) is asked each time."""
    spark.read.parquet(f"{folder}/leads.parquet").createOrReplaceTempView("leads")
    log = spark.read.parquet(f"{folder}/events.parquet").selectExpr(
        "lead_id",
        "cast(at as timestamp_ntz) as occurred_at",
        "kind",
        "url",
        "product",
        "channel",
        "value",
    )
    log.createOrReplaceTempView("activities")
    catalog = Catalog(
        present=frozenset(spark.table("leads").columns), activity_present=frozenset(log.columns)
    )
    book = must_read((HERE / "reference.yml").read_text("utf-8"), "reference.yml", catalog)

    def run() -> Any:
        lake = _with_kinds(spark, Sources(catalog))
        return spark.sql(statement(book, lake, Everyone(AS_OF), "spark"))

    return run


def cpu(spark: Any) -> float:
    """CPU seconds that Java has used so far."""
    pid = spark._jvm.java.lang.ProcessHandle.current().pid()
    used = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def shuffled(spark: Any) -> int:
    """Bytes written to shuffles so far, by the metrics of all stages."""
    none = spark._sc._gateway.new_array(spark._jvm.double, 0)
    stages = (
        spark._jsc.sc()
        .statusStore()
        .stageList(None, False, False, none, spark._jvm.java.util.ArrayList())
    )
    return sum(int(stages.apply(i).shuffleWriteBytes()) for i in range(stages.size()))


def taken(spark: Any, run: Callable[[], Any], out: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds, and megabytes shuffled."""
    wall, used, bytes_ = time.perf_counter(), cpu(spark), shuffled(spark)
    run().write.mode("overwrite").parquet(str(out))
    return time.perf_counter() - wall, cpu(spark) - used, (shuffled(spark) - bytes_) / 1e6


def differing(one: Path, other: Path) -> int:
    names = "fit, engagement, readiness, temperature, contact, audience, stage, reasons"
    return int(
        duckdb.sql(
            f"SELECT count(*) FROM '{one}/*.parquet' a FULL JOIN '{other}/*.parquet' b USING"
            f" (lead_id) WHERE ({', '.join('a.' + n for n in names.split(', '))}) IS DISTINCT FROM"
            f" ({', '.join('b.' + n for n in names.split(', '))})"
        ).fetchall()[0][0]
    )


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("folder", type=Path)
    ask.add_argument("--reps", type=int, default=5)
    ask.add_argument("--master", default="local[2]")
    ask.add_argument("--memory", default="6g")
    said = ask.parse_args()
    folder, out = said.folder.resolve(), said.folder.resolve().parent
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["LEADLIGHT_MEMORY"] = said.memory
    from leadlight.adapters.spark.session import spark_session

    begin = time.perf_counter()
    with spark_session(said.master) as spark:
        print(
            f"Spark {spark.version} on {said.master}, begun in {time.perf_counter() - begin:.1f} s"
        )
        runs: dict[str, Callable[[], Any]] = {
            "by hand": lambda: by_hand(spark, folder),
            "leadlight": ours(spark, folder),
        }
        told: dict[str, list[tuple[float, float, float]]] = {name: [] for name in runs}
        for rep in range(said.reps + 1):
            for name, run in runs.items():
                found = taken(spark, run, out / f"spark-{name.replace(' ', '-')}")
                print(
                    f"  {rep if rep else 'first'} {name:<10} {found[0]:.1f} s, {found[1]:.1f} CPU"
                    f" s, {found[2]:.0f} MB",
                    flush=True,
                )
                if rep:
                    told[name].append(found)
            if not rep:
                print(
                    "  leads that differ:"
                    f" {differing(out / 'spark-by-hand', out / 'spark-leadlight')}"
                )
        mid = {
            name: [median(column) for column in zip(*found, strict=True)]
            for name, found in told.items()
        }
        for name, (wall, used, mb) in mid.items():
            print(f"{name:<10} {wall:.1f} s, {used:.1f} CPU s, {mb:.0f} MB shuffled")
        ratios = [mid["leadlight"][i] / mid["by hand"][i] for i in (0, 1)]
        print(f"leadlight / by hand: {ratios[0]:.2f} wall, {ratios[1]:.2f} CPU (asked <= 1.3)")


if __name__ == "__main__":
    main()
