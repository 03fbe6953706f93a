"""`qualify --engine spark`: a company's lake in, every lead's qualification into the lake."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk import wiring
from leadlight.desk.moments import when
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.facts.cohort import Everyone, Known
from leadlight.plan.compile import statement
from leadlight.plan.steps.lead import verifies
from leadlight.problems import Problem


@dataclass(frozen=True)
class Written:
    """A run that stands in the lake, in numbers: rows, leads by label of each scale, and the
    seconds it took.

    `began` are the seconds until Spark was there; `said` is what its reader should know.
    """

    out: str
    rows: int
    labels: Mapping[str, Mapping[str, int]]
    as_of: datetime
    playbook: str
    chosen: str | None
    seconds: float
    began: float
    said: tuple[str, ...] = ()
    doubts: tuple[Problem, ...] = ()


def qualify_lake(
    facts: str,
    out: str,
    *,
    playbook: str | None = None,
    as_of: str | datetime | None = None,
    known: Known = "then",
    master: str | None = None,
    remote: str | None = None,
) -> Written:
    """Qualify facts where they lie, on Spark.

    `facts` is a folder or address with `leads` and `activities` as Parquet, a folder that
    `leadlight copy` wrote, or `catalog.schema`. `out` is a folder or address, or
    `catalog.schema.table`. The run appears there whole or not at all.
    """
    target, moment = wiring.lake_target(out, (facts, playbook)), when(as_of)
    cohort = Everyone(moment, known)
    begin = time.perf_counter()
    with wiring.lake_session(master, remote) as session:
        there = time.perf_counter()
        lake = session.open(facts, cohort)
        name, text, chosen = playbook_named(playbook, lake.sources.catalog)
        book, doubts = usable(text, name, lake.sources.catalog)
        if verifies(book):
            lake = session.with_checks(lake, moment)
        sql = statement(book, lake.sources, cohort, "spark")
        counted, labels = session.write(sql, target, [s.name for s in book.scales])
        done = time.perf_counter()
    return Written(
        str(target),
        counted,
        labels,
        moment,
        book.name,
        chosen,
        done - there,
        there - begin,
        lake.said,
        tuple(doubts),
    )
