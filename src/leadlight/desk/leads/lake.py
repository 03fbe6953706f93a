"""`qualify --engine spark`: a company's lake in, every lead's qualification into the lake."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import lakes
from leadlight.facts.cohort import Everyone, Known
from leadlight.plan.compile import compile_plan
from leadlight.plan.steps.lead import verifies
from leadlight.results.qualification import LakeResult


@dataclass(frozen=True)
class LakeRequest:
    """Qualify facts where they lie, on Spark.

    `facts` is a folder or address with `leads` and `activities` as Parquet, a folder that a
    workspace was copied to, or `catalog.schema`. `out` is a folder or address, or
    `catalog.schema.table`. `master` is the cluster, `remote` a server of Spark Connect.
    """

    facts: str
    out: str
    now: datetime
    playbook: str | None = None
    as_of: datetime | None = None
    known: Known = "then"
    master: str | None = None
    remote: str | None = None


def qualify_lake(session: Session, request: LakeRequest) -> LakeResult:
    """Qualify a lake. The run appears there whole or not at all."""
    target = lakes.lake_target(request.out, (request.facts, request.playbook))
    moment = request.as_of or request.now
    cohort = Everyone(moment, request.known)
    begin = time.perf_counter()
    with lakes.lake_session(request.master, request.remote, request.facts) as spark:
        there = time.perf_counter()
        lake = spark.open(request.facts, cohort)
        name, text, chosen = find_playbook(request.playbook, lake.sources.catalog)
        book, doubts = usable(text, name, lake.sources.catalog)
        if verifies(book):
            lake = spark.with_checks(lake, moment)
        plan = compile_plan(book, lake.sources, cohort, "spark").texts()
        counted, labels = spark.write(plan, target, [s.name for s in book.scales])
        done = time.perf_counter()
    return LakeResult(
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
