"""A data frame of Spark is qualified in its session, as DuckDB qualifies the same rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

import leadlight
from tests.desk.leads.test_relation_qualification import LEADS, LOG, PLAYBOOK
from tests.parity.engines import Spark


def test_a_data_frame_of_spark_stays_there(spark_engine: Spark, tmp_path: Path) -> None:
    """A data frame in, one of the same session out; the same answers"""
    playbook = tmp_path / "there.yml"
    playbook.write_text(PLAYBOOK, encoding="utf-8")
    session, at = spark_engine.session, datetime(2026, 10, 31, 10)
    leads = session.createDataFrame(
        [("a", 60, "red"), ("b", 5, None)], "lead_id string, employees bigint, colour string"
    )
    log = session.createDataFrame(
        [("a", "demo_requested", at)],
        "lead_id string, kind string, occurred_at timestamp_ntz",
    )
    found = leadlight.qualify_relation(leads, log, playbook=playbook, as_of="2026-11-01")
    there = [(r.lead_id, r.temperature, r.fit, r.engagement) for r in found.collect()]
    here = leadlight.qualify_relation(
        duckdb.sql(LEADS), duckdb.sql(LOG), playbook=playbook, as_of="2026-11-01"
    )
    rows = here.select("lead_id, temperature, fit, engagement").fetchall()
    assert sorted(there) == sorted(rows)
