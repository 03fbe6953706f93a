"""What a lead did: which rows of an export are new, and when they are seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.ledger.columns import ROW_GROUP
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Arrival
from leadlight.problems import CannotDo
from tests.adapters.conftest import Desk, day


def click(lead: str | None, n: float, **more: object) -> dict[str, object]:
    return {"lead_id": lead, "occurred_at": day(n), "kind": "page_viewed", **more}


def test_overlapping_exports_add_only_what_is_new(desk: Desk) -> None:
    """
    export of January: days 1 to 3
    export of the last days: days 2 to 5
    """
    assert desk.brings("activities", [click("ana", n) for n in (1, 2, 3)], day(3)).imported == 3
    again = desk.brings("activities", [click("ana", n) for n in (2, 3, 4, 5)], day(6))
    assert (again.imported, again.unchanged) == (2, 2)
    assert len(desk.activities(day(6))) == 5


def test_the_same_click_twice_in_a_second_counts_twice_and_only_twice(desk: Desk) -> None:
    """two equal lines in one log; the log is imported again with a third one"""
    assert desk.brings("activities", [click("ana", 1)] * 2, day(1)).imported == 2
    again = desk.brings("activities", [click("ana", 1)] * 3, day(2))
    assert (again.imported, again.unchanged) == (1, 2)


def test_an_activity_with_an_id_is_known_by_it(desk: Desk) -> None:
    """
    a7  ana  page_viewed   /pricing
    a7  ana  page_viewed   /pricing?utm=x     the same one, exported with its address cleaned
    """
    desk.brings("activities", [click("ana", 1, activity_id="a7", url="/pricing?utm=x")], day(1))
    assert (
        desk.brings(
            "activities", [click("ana", 1, activity_id="a7", url="/pricing")] * 2, day(2)
        ).unchanged
        == 2
    )


def test_an_id_is_known_whatever_its_time_and_only_of_its_lead(desk: Desk) -> None:
    """
    a7  ana  day 1       a7 of ana comes again, dated day 9, in a file whose other line has no id;
    -   ana  day 1       bob has an a7 of his own
    """
    desk.brings("activities", [click("ana", 1, activity_id="a7"), click("ana", 1)], day(1))
    news = [
        click("ana", 9, activity_id="a7"),
        click("bob", 1, activity_id="a7"),
        click("ana", 1),
        click("ana", 2),
    ]
    again = desk.brings("activities", news, day(9))
    assert (again.imported, again.unchanged) == (2, 2)


def test_calls_and_mails_may_be_numbered_alike(desk: Desk) -> None:
    """calls.csv has ids 1, 2, 3 and so has mails.csv"""
    desk.brings("activities", [{**click("ana", 1, activity_id="1"), "kind": "call_held"}], day(1))
    assert (
        desk.brings(
            "activities", [{**click("ana", 1, activity_id="1"), "kind": "email_sent"}], day(1)
        ).imported
        == 1
    )


def test_an_activity_that_names_an_address_belongs_to_the_lead_who_has_it(desk: Desk) -> None:
    """
    base: lead 17, Ana@x.org
    log:  ana@x.org, and eve@y.org of whom nobody has heard
    """
    desk.brings("leads", [{"lead_id": "17", "email": "Ana@x.org"}], day(1))
    rows = [click(None, 1, email="ana@x.org"), click(None, 1, email="eve@y.org")]
    receipt = desk.brings("activities", rows, day(2))
    assert receipt.strangers == 1
    assert {a["lead_id"] for a in desk.activities(day(2))} == {"17", "eve@y.org"}
    assert desk.brings("activities", rows, day(3)).unchanged == 2


def test_what_happened_is_not_known_before_it_was_recorded(desk: Desk) -> None:
    """a click of day 1, imported on day 5"""
    desk.brings("activities", [click("ana", 1)], day(5))
    assert desk.activities(day(4)) == []
    assert len(desk.activities(Everyone(day(4), known="now"))) == 1
    assert len(desk.activities(day(5))) == 1


def test_a_backfilled_log_was_known_when_it_happened(desk: Desk) -> None:
    """a year of history, loaded today"""
    desk.brings("activities", [click("ana", n) for n in (1, 2, 3)], day(300), backfill=True)
    assert len(desk.activities(day(2))) == 2


def test_a_log_mapped_otherwise_is_not_counted_twice(desk: Desk) -> None:
    """log.csv, and log.csv again with another mapping"""
    first = desk.brings("activities", [click("ana", 1)], day(1))
    with pytest.raises(CannotDo, match=f"leadlight undo {first.import_id}"):
        desk.brings("activities", [click("ana", 1)], day(2), mapping={"when": "occurred_at"})


def test_spend_is_what_was_said_last_of_a_day_and_source(desk: Desk) -> None:
    """
    first export:   day 1  ads 10, ads 5
    second export:  day 1  ads 10, ads 7      and day 2, new
    """
    from leadlight.plan.asof.relations import spend_as_of

    def spent(n: float) -> list[object]:
        sql = spend_as_of(Everyone(day(n)), desk.ledger.holdings()).sql("duckdb", identify=True)
        return sorted(r["amount"] for r in desk.select(sql))  # type: ignore[type-var]

    def row(n: int, amount: float) -> dict[str, object]:
        return {"occurred_at": day(n), "source": "ads", "amount": amount}

    desk.brings("spend", [row(1, 10.0), row(1, 5.0)], day(3))
    assert desk.brings("spend", [row(1, 5.0), row(1, 10.0)], day(4)).unchanged == 2
    assert desk.brings("spend", [row(1, 10.0), row(1, 7.0), row(2, 1.0)], day(5)).imported == 3
    assert (spent(4), spent(5)) == ([5.0, 10.0], [1.0, 7.0, 10.0])


def test_a_large_log_is_laid_out_by_lead(tmp_path: Path) -> None:
    """a log of three row groups in the order of time: one lead's activities are found without looking through all"""
    many = 3 * ROW_GROUP
    desk = Desk(connect(tmp_path / "ledger.duckdb", threads=1))
    desk.con.execute(
        "CREATE TEMP TABLE log AS SELECT i + 2 AS row_no, 'lead-' || lpad((i % 1000)::VARCHAR, 6,"
        " '0') AS lead_id, TIMESTAMP '2025-01-01' + to_seconds(i) AS occurred_at, 'page_viewed' AS"
        f" kind FROM range({many}) r(i)"
    )
    receipt = desk.ledger.append(
        Arrival("activities", "log", "log.csv", "sha", read=many), now=day(1)
    )
    assert receipt.imported == many
    desk.con.execute("CHECKPOINT")
    mine = (
        "SELECT count(*) AS n, count(DISTINCT _row) AS lines FROM activity_facts WHERE lead_id ="
        " 'lead-000042'"
    )
    assert desk.select(mine) == [{"n": many // 1000 + 1, "lines": many // 1000 + 1}]
    (plan,) = (str(r[1]) for r in desk.con.execute(f"EXPLAIN ANALYZE {mine}").fetchall())
    read, of = re.findall(r"Row Groups Scanned: (\d+) / (\d+)", plan)[0]
    assert int(read) < int(of), plan


def test_a_ledger_keeps_kinds_as_playbooks_name_them(desk: Desk) -> None:
    """
    events.parquet comes typed and as it is: page_view, Demo Request, our_own_thing
    then the same click in a CSV, which says page_viewed
    """
    kinds = ["page_view", "Demo Request", "our_own_thing", "page_viewed"]
    desk.brings(
        "activities", [{**click("ana", n), "kind": kind} for n, kind in enumerate(kinds, 1)], day(9)
    )
    found = sorted(str(row["kind"]) for row in desk.activities(day(9)))
    assert found == ["demo_requested", "our_own_thing", "page_viewed", "page_viewed"]
    assert desk.brings("activities", [click("ana", 1)], day(10)).unchanged == 1
