"""The real bases: skipped where they are not at hand."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from tests.adapters.sources.conftest import Read


def test_rows_wrapped_by_an_editor_are_the_true_ones(read: Read, shared: Path) -> None:
    """338 of 9,240 rows are one quoted cell each; unwrapped, they equal the true table, cell by cell."""
    broken = read(shared / "messy_files/lead_scoring_broken_quotes.csv.gz", prefix="broken")
    assert (broken.staged.read, broken.staged.rejected) == (9240, 0)
    assert "338 rows were wrapped in quotes by some editor" in broken.problem("unwrapped-rows")
    with gzip.open(
        shared / "x_education/Leads.csv.gz", "rt", encoding="utf-8-sig", newline=""
    ) as f:
        true = list(csv.reader(f))
    got = broken.con.sql(
        f"SELECT * EXCLUDE row_no FROM {broken.staged.original} ORDER BY row_no"
    ).fetchall()
    assert [[c or "" for c in row] for row in got] == true[1:]
    whole = read(shared / "x_education/Leads.csv.gz", prefix="whole")
    assert broken.rows() == whole.rows()


def test_x_education(read: Read, shared: Path) -> None:
    r = read(shared / "x_education/Leads.csv.gz")
    assert (r.staged.what, r.staged.read, r.staged.rejected, r.staged.duplicates) == (
        "leads",
        9240,
        0,
        0,
    )
    names = {c.header: c.name for c in r.staged.mapping.columns}
    assert names["Prospect ID"] == "lead_id"
    assert names["Lead Source"] == "source"
    assert names["TotalVisits"] == "visits"
    assert names["Last Activity"] == "last_activity"
    assert sum(1 for c in r.column("city") if c is None) > 2000  # `Select` is no city
    assert sum(r.column("converted")) == 3561


def test_event_saas_crm(read: Read, shared: Path) -> None:
    r = read(shared / "event_saas_crm/leads.csv.gz")
    assert (r.staged.read, r.staged.rejected) == (33073, 0)
    assert r.staged.mapping.column("dropped_reason")
    log = read(
        shared / "event_saas_crm/offers.csv.gz",
        what="activities",
        maps={"Close Date": "occurred_at"},
    )
    assert {"won", "lost"} <= set(log.column("kind"))
    assert log.staged.read == 4871


def test_olist(read: Read, shared: Path) -> None:
    r = read(shared / "olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz")
    assert (r.staged.read, r.staged.rejected, r.staged.duplicates) == (8000, 0, 0)
    assert r.staged.mapping.names == ("lead_id", "created_at", "landing_page", "source")


def test_every_other_file_is_read_or_refused_in_a_sentence(read: Read, shared: Path) -> None:
    files = [
        p
        for p in sorted(shared.rglob("*"))
        if p.name.endswith((".csv", ".csv.gz", ".parquet", ".txt.gz"))
    ]
    for i, file in enumerate(files):
        r = read(file, prefix=f"f{i}", what="leads")
        assert r.staged.rejected <= 0.01 * r.staged.read, (file, r.rejects()[:3])
