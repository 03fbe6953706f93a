"""`leadlight qualify --engine spark` in a process of its own, with nothing set: Spark as it comes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from leadlight.playbook.presets import preset_text
from tests.servers.spark import NoServerError, use_java

MAIN = "from leadlight.cli import main; main()"
LEADS = (
    "SELECT 'L' || i AS lead_id, 'CTO' AS job_title, 60 AS employees, 'software' AS industry FROM"
    " range(20) t(i)"
)
LOG = (
    "SELECT 'L' || i AS lead_id, TIMESTAMP '2026-05-30' AS occurred_at, 'demo_requested' AS kind"
    " FROM range(9) t(i)"
)


def test_a_shipped_playbook_runs_on_spark_with_its_defaults(tmp_path: Path) -> None:
    """qualify --engine spark --playbook b2b-saas: after 100 s Java's heap was full, for it had Spark's own 1 GB; and the
    longest chain of a condition was `too complex to parse` for Java's own stack.
    """
    try:
        use_java()
    except NoServerError as none:
        pytest.fail(str(none)) if os.environ.get("CI") else pytest.skip(str(none))
    for name, query in (("leads", LEADS), ("activities", LOG)):
        duckdb.sql(f"COPY ({query}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
    chain = " / ".join(["employees"] * 199)
    (tmp_path / "book.yml").write_text(
        preset_text("b2b-saas").replace(
            "\nsegments:\n", f'\nsegments:\n  longest: "{chain} > -1000"\n'
        ),
        "utf-8",
    )
    ask = [
        "qualify",
        "--engine",
        "spark",
        "--facts",
        ".",
        "--playbook",
        "book.yml",
        "--as-of",
        "2026-06-01",
        "--out",
        "out",
    ]
    plain = {
        k: v
        for k, v in os.environ.items()
        if k not in ("LEADLIGHT_MEMORY", "SPARK_DRIVER_MEMORY", "SPARK_CONF_DIR")
    }
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *ask],
        cwd=tmp_path,
        env=plain,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    rows = f"FROM '{tmp_path}/out/*.parquet' WHERE contains(segments, 'longest')"
    assert duckdb.sql(f"SELECT count(*) {rows}").fetchall() == [(20,)]
