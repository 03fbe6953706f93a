"""Who objected to profiling is in no qualification, on any engine and in any cohort."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import ACTIVITY_COLUMNS, LEAD_ATTRIBUTES, Catalog
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_text
from leadlight.playbook.read import must_read
from tests.conftest import tables
from tests.parity.cohorts import cohorts, disagreements
from tests.parity.engines import DuckDB, Engine

CASE = """
2026-01-05  ana   demo_requested
2026-01-05  ana   employees = 40
2026-01-05  bob   demo_requested
2026-01-06  bob   profiling_objected = true
2026-01-06  cleo  profiling_objected = false
2026-01-06  dan   profiling_objected = true
"""
NOW, THEN = datetime(2026, 1, 8), datetime(2026, 1, 7)
COHORTS = cohorts(NOW, THEN)


@pytest.mark.parametrize("cohort", COHORTS)
def test_no_engine_qualifies_who_objected(cohort: str, duck: DuckDB, other: Engine) -> None:
    """
    bob and dan objected; cleo said that she does not, and ana said nothing
    """
    con = connect()
    tables(con, CASE, NOW)
    con.execute("CREATE TABLE touched AS SELECT lead_id FROM leads")
    con.execute(
        f"CREATE TABLE pairs AS SELECT lead_id, TIMESTAMP '{THEN}' AS as_of FROM leads UNION ALL"
        f" SELECT lead_id, TIMESTAMP '{NOW}' FROM leads"
    )
    for engine in (duck, other):
        engine.load(con, ("leads", "activities", "touched", "pairs"))
    catalog = Catalog(
        present=frozenset(LEAD_ATTRIBUTES), activity_present=frozenset(ACTIVITY_COLUMNS)
    )
    book, sources = must_read(preset_text("b2b-saas"), "b2b-saas.yml"), Sources(catalog)
    found = duck.qualify(book, sources, COHORTS[cohort])
    assert {row["lead_id"] for row in found} == {"ana", "cleo"}
    assert not disagreements(book, sources, {cohort: COHORTS[cohort]}, duck, [other])
