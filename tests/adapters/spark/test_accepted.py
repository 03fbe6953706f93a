"""What `check` accepts answers on Spark what it answers on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from leadlight.plan.compile import statement
from tests.plan.conditions import SOURCES, base
from tests.plan.test_accepted import EVERYONE, accepted, differences, rows_of
from tests.servers.spark import spark  # noqa: F401


def test_spark_answers_the_same(spark: Any, tmp_path: Path) -> None:  # noqa: F811
    """The same conditions over the same leads, on Spark"""
    session = spark.newSession()
    for seed in (201,):
        book, lines = accepted(seed, 40)
        con = base(seed, 60, odd=True)
        con.execute(f"COPY leads TO '{tmp_path}/{seed}.parquet' (FORMAT parquet)")
        session.read.parquet(f"{tmp_path}/{seed}.parquet").createOrReplaceTempView("leads")
        found = session.sql(statement(book, SOURCES, EVERYONE, "spark", signals=True)).collect()
        theirs = {row.lead_id: row.asDict() for row in found}
        assert (
            differences(
                rows_of(con, statement(book, SOURCES, EVERYONE, signals=True)), theirs, lines
            )
            == []
        ), seed
