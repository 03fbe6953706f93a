"""A plan in passes, and a base that is read only as far as it is looked at: the same rows, whatever is in the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadlight.adapters.base import duckdb_base, plan_run
from leadlight.adapters.base.duckdb_base import DuckDBBase, LedgerBase
from leadlight.adapters.base.ledger_base import base_of_ledger
from leadlight.adapters.base.partitions import enough, passes
from leadlight.adapters.db.duckdb import connect
from leadlight.facts.cohort import Everyone
from leadlight.playbook.read import must_read
from tests.adapters.conftest import Desk, day

BOOK = must_read("""
leadlight: 1
name: Test
signals:
  heat: {half_life: 7d, points: {page_viewed: 3, demo_requested: 40}}
  chief: {value: "has_word(job_title, 'ceo')"}
  head: {value: "has_word(job_title, 'head')"}
scores:
  fit: [{when: industry = 'software', add: 20}, {when: chief, add: 30}, {when: head, add: 7}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 4}, {cold: otherwise}]
""")
VERIFYING = must_read("""
leadlight: 1
name: Verifying
scores:
  fit: [{when: industry = 'software', add: 20}, {when: email_verdict = 'reachable', add: 5}]
scales:
  contact: [{reachable: "email_verdict = 'reachable'"}, {empty: otherwise}]
""")
NOW = Everyone(day(40))


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Forty leads: stated again, undone, checked, checked again, and some of them one person."""
    titles = ["CEO", "Head of sales", "Clerk"]
    desk.brings(
        "leads",
        [{"lead_id": f"l{n}", "email": f"{n}@a.de", "job_title": titles[n % 3]} for n in range(40)],
        day(1),
    )
    desk.brings(
        "leads", [{"lead_id": f"l{n}", "industry": "software"} for n in range(0, 40, 3)], day(2)
    )
    gone = desk.brings(
        "leads", [{"lead_id": f"l{n}", "industry": "retail"} for n in range(0, 40, 6)], day(3)
    )
    log = [
        {
            "lead_id": f"l{n}",
            "occurred_at": day(30 + n % 7),
            "kind": ["page_viewed", "demo_requested"][n % 2],
        }
        for n in range(30)
    ]
    desk.brings("activities", log, day(38))
    checked = [
        {"lead_id": f"l{n}", "email_verdict": "reachable", "_email": f"{n}@a.de"} for n in range(40)
    ]
    desk.checks(checked, day(4))
    desk.checks([{**c, "email_verdict": "unreachable"} for c in checked[:10]], day(5))
    desk.links([("l1", "l8"), ("l2", "l30")], {"l8": "l1", "l30": "l2"}, at=day(6))
    desk.ledger.undo(gone.import_id, now=day(7))
    return desk


def base(desk: Desk) -> LedgerBase:
    return base_of_ledger(desk.con, desk.ledger, NOW)


def rows(desk: Desk) -> list[dict[str, object]]:
    return desk.select("SELECT * FROM qualifications ORDER BY lead_id")


@pytest.mark.parametrize("book", [BOOK, VERIFYING], ids=lambda b: b.name)
def test_what_is_not_looked_at_changes_nothing(full: Desk, book: object) -> None:
    """read with every column, and with those the playbook names: the same qualifications"""
    whole = base(full)
    DuckDBBase(whole.con, whole.sources).qualify(book, NOW)  # type: ignore[arg-type]
    wide = rows(full)
    whole.qualify(book, NOW)  # type: ignore[arg-type]
    assert rows(full) == wide
    assert len({str(r["fit"]) for r in wide}) > 1


def test_verdicts_nobody_asks_for_are_not_joined(full: Desk) -> None:
    """a playbook without verdicts reads no checks; one that names them does"""
    assert "contact_facts" not in str(base(full).sources_for(BOOK).leads)
    assert "contact_facts" in str(base(full).sources_for(VERIFYING).leads)


@pytest.mark.parametrize("book", [BOOK, VERIFYING], ids=lambda b: b.name)
@pytest.mark.parametrize("of", [2, 5])
def test_passes_give_the_same_rows(
    full: Desk, book: object, of: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """in one pass, and in several: every lead once, every person whole"""
    base(full).qualify(book, NOW)  # type: ignore[arg-type]
    once = rows(full)
    monkeypatch.setattr(duckdb_base, "passes", lambda *_: of)
    base(full).qualify(book, NOW)  # type: ignore[arg-type]
    assert rows(full) == once
    assert len(once) == 38  # two of the forty are somebody else
    assert full.select("SELECT count(*) AS n FROM attribute_facts")[0]["n"] == 61, (
        "the tables are whole again"
    )


def test_passes_write_one_file(full: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet written in three passes is one file with the same rows, and nothing else is left in the folder"""
    base(full).qualify(BOOK, NOW)
    once = rows(full)
    full.con.execute("DROP TABLE qualifications")
    monkeypatch.setattr(duckdb_base, "passes", lambda *_: 3)
    base(full).qualify(BOOK, NOW, tmp_path / "out.parquet")
    assert rows(full) == once
    assert [p.name for p in tmp_path.iterdir()] == ["out.parquet"]


def test_a_failed_pass_leaves_the_ledger_as_it_was(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the second pass fails: the facts are read whole afterwards"""
    monkeypatch.setattr(duckdb_base, "passes", lambda *_: 3)
    monkeypatch.setattr(plan_run, "statement", lambda *a, **k: "SELECT 1/")
    with pytest.raises(Exception, match="syntax"):
        base(full).qualify(BOOK, NOW)
    assert full.select("SELECT count(*) AS n FROM attribute_facts")[0]["n"] == 61


def test_as_many_passes_as_the_memory_asks_for(full: Desk) -> None:
    """forty leads fit into anything; ten million with their activities take several passes in a small memory"""
    assert passes(full.con, *base(full).size()) == 1
    assert enough(10_000_000, 100_000_000, 10**9) == 1
    assert (
        1
        < enough(10_000_000, 100_000_000, 5 * 10**8)
        < enough(10_000_000, 100_000_000, 10**8)
        <= 64
    )


def test_duckdb_holds_less_than_the_process_may() -> None:
    """LEADLIGHT_MEMORY=2GB is about the process: what DuckDB does not count of itself must fit beside"""
    (said,) = (
        connect(memory_limit="2GB").execute("SELECT current_setting('memory_limit')").fetchall()[0]
    )
    assert said == "1.5 GiB"


def test_a_few_leads_are_read_alone(full: Desk) -> None:
    """the leads of a list are those of the base, read without the others"""
    whole = base(full)
    full.con.execute("CREATE TEMP TABLE listed AS SELECT * FROM (VALUES ('l1'), ('l4')) t(lead_id)")
    some = full.select(
        "SELECT lead_id, email, email_verdict FROM"
        f" {whole.leads_with(['email', 'email_verdict'], 'listed')}"
    )
    every = full.select(f"SELECT lead_id, email, email_verdict FROM {whole.sources.leads}")
    assert sorted(some, key=str) == sorted(
        (r for r in every if r["lead_id"] in ("l1", "l4")), key=str
    )
    assert len(some) == 2


def test_one_connection_qualifies_in_every_way(full: Desk, tmp_path: Path) -> None:
    """A table, one with due moments, a file, and all of it again: the result is always there."""
    found = []
    for parquet, due in ((None, False), (None, True), (tmp_path / "a.parquet", False)) * 2:
        base(full).qualify(BOOK, NOW, parquet, due=due)
        found.append(rows(full))
    assert all(one == found[0] for one in found)
