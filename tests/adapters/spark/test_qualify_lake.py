"""`leadlight qualify --engine spark`: a lake's facts in, a run that stands there whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadlight import qualify
from leadlight.adapters.spark.contact_checks import CROWD
from leadlight.adapters.spark.faults import sentence, without_secrets
from leadlight.adapters.spark.output import target_of, write_run
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import StepTexts, statement
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo
from tests.parity.demo import FACTS, THEN, company
from tests.servers.spark import spark  # noqa: F401
from tests.verbs import qualify_lake

pytestmark = pytest.mark.usefixtures("spark")

LEADS = """
lead_id,email,phone,job_title,industry,employees,country,created_at
1,ana@hotel-mare.hr,+385 1 234 5678,CTO,software,120,HR,2026-01-05 10:00:00
2,test@test.com,,student,,,,2026-01-06 10:00:00
3,bob@mailinator.com,12345,Head of Sales,retail,900,DE,2026-01-07 10:00:00
4,eve@siemens.com,+49 89 3803 5491,,software,60,DE,
5,late@siemens.com,,,,,,2026-09-01 00:00:00
"""
LOG = """
lead_id,occurred_at,kind,url,value
1,2026-05-20 08:00:00,Demo Request,/demo,
1,2026-05-30 08:00:00,pricing_viewed,/pricing,
4,2026-05-28 08:00:00,page_viewed,/docs,3.5
4,2026-05-29 08:00:00,bounced,,
3,2026-05-29 08:00:00,unsubscribed,,
2,2026-05-29 08:00:00,page_viewed,/careers,
"""
AS_OF = "2026-06-01"
PLAIN = """
scores: {fit: [{when: employees >= 50, add: 10}], engagement: heat}
signals: {heat: {half_life: 30d, points: {demo_requested: 40, pricing_viewed: 10, page_viewed: 1.5}}}
scales: {temperature: [{hot: engagement > 20}, {cold: otherwise}]}
"""


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A folder of flat Parquet."""
    folder = tmp_path / "lake"
    folder.mkdir()
    for name, text in (("leads", LEADS), ("activities", LOG)):
        (tmp_path / f"{name}.csv").write_text(text.strip() + "\n", "utf-8")
        duckdb.sql(
            f"COPY (SELECT * FROM read_csv('{tmp_path / name}.csv', types={{'lead_id':"
            f" 'VARCHAR'}})) TO '{folder / name}.parquet' (FORMAT parquet)"
        )
    return folder


def stands(place: Path) -> dict[str, dict[str, Any]]:
    rows = duckdb.sql(f"SELECT * FROM '{place}/*.parquet'").to_arrow_table().to_pylist()
    return {r["lead_id"]: r for r in rows}


def test_a_folder_of_flat_parquet_with_contacts_verified_on_the_way(lake, tmp_path):
    """The same qualifications as on DuckDB: verdicts, bounces of the log, kinds as the log spells them, no lead from later."""
    done = qualify_lake(str(lake), str(tmp_path / "out"), playbook="b2b-saas", as_of=AS_OF)
    there = qualify(
        lake / "leads.parquet",
        lake / "activities.parquet",
        playbook="b2b-saas",
        as_of=AS_OF,
        maps={"phone": "phone"},
    )
    expected = {r["lead_id"]: r for r in there.to_arrow().to_pylist()}
    assert stands(tmp_path / "out") == expected
    assert done.rows == len(expected) == 4
    assert sum(done.labels["temperature"].values()) == 4
    assert CROWD in done.notes


def test_an_activity_that_stands_twice_counts_once(lake, tmp_path):
    """Overlapping exports in the lake: `e1` of lead 1 twice, and once more of lead 4. As on DuckDB,
    and it is said.
    """
    log = lake / "activities.parquet"
    ids = "['e1', 'e1', NULL, NULL]"
    duckdb.sql(
        "COPY (SELECT * FROM (SELECT '1' AS lead_id, TIMESTAMP '2026-05-30' AS occurred_at,"
        f" 'demo_requested' AS kind, unnest({ids}) AS activity_id) UNION ALL SELECT '4', TIMESTAMP"
        f" '2026-05-30', 'demo_requested', 'e1') TO '{log}' (FORMAT parquet)"
    )
    book = tmp_path / "book.yml"
    book.write_text(PLAIN, "utf-8")
    done = qualify_lake(str(lake), str(tmp_path / "out"), playbook=str(book), as_of=AS_OF)
    assert done.notes == ("1 repeated activities were counted once: the same id, kind and lead.",)
    found = (
        qualify(str(lake / "leads.parquet"), str(log), playbook=book, as_of=AS_OF)
        .to_arrow()
        .to_pylist()
    )
    rows = stands(tmp_path / "out")
    assert {r["lead_id"]: r["engagement"] for r in found} == {
        k: r["engagement"] for k, r in rows.items()
    }
    assert rows["1"]["engagement"] > rows["4"]["engagement"] > 0


def test_a_workspace_that_was_copied(tmp_path):
    """Corrections, an undo, checks, persons and accounts: a past moment as known now."""
    desk = company()
    folder = tmp_path / "copied"
    for name in FACTS:
        (folder / name).mkdir(parents=True)
        desk.con.execute(f"COPY {name} TO '{folder / name}/part.parquet' (FORMAT parquet)")
    (folder / "ledger.json").write_text(json.dumps({"leadlight": 1}), "utf-8")
    (tmp_path / "plain.yml").write_text(PLAIN, "utf-8")
    from leadlight.adapters.base.ledger_base import base_of_ledger

    cohort = Everyone(THEN, "now")
    qualify_lake(
        str(folder),
        str(tmp_path / "out"),
        playbook=str(tmp_path / "plain.yml"),
        as_of=cohort.as_of,
        known=cohort.known,
    )
    base = base_of_ledger(desk.con, desk.ledger, cohort)
    book = must_read(PLAIN, "plain.yml", base.sources.catalog)
    rows = desk.con.sql(statement(book, base.sources, cohort)).to_arrow_table().to_pylist()
    assert stands(tmp_path / "out") == {r["lead_id"]: r for r in rows}


def test_tables_of_the_catalog_in_and_out(spark, lake, tmp_path):  # noqa: F811
    """And a second run takes the place of the first in one step."""
    (tmp_path / "plain.yml").write_text(PLAIN, "utf-8")
    spark.sql("CREATE DATABASE IF NOT EXISTS crm")
    try:
        for name in ("leads", "activities"):
            frame = spark.read.parquet(str(lake / f"{name}.parquet"))
            frame.write.bucketBy(2, "lead_id").sortBy("lead_id").mode("overwrite").saveAsTable(
                f"crm.{name}"
            )
        for moment in ("2026-01-06", AS_OF):
            done = qualify_lake(
                "crm", "crm.qualified", playbook=str(tmp_path / "plain.yml"), as_of=moment
            )
            spark.sql("REFRESH TABLE crm.qualified")
            assert spark.table("crm.qualified").count() == done.rows
        assert done.labels == {"temperature": {"hot": 1, "cold": 3}}
        there = [
            r.tableName for r in spark.sql("SHOW TABLES IN crm").collect() if not r.isTemporary
        ]
        assert sorted(there) == [
            "activities",
            "leads",
            "qualified",
        ]
    finally:
        spark.sql("DROP DATABASE crm CASCADE")


def test_a_run_that_dies_leaves_what_stood_there(spark, tmp_path):  # noqa: F811
    """An executor fails in the middle: nothing new is visible, the last run still is, and the next one succeeds."""
    target = target_of(str(tmp_path / "out"))
    write_run(spark, StepTexts((), "SELECT 'a' AS lead_id"), target)
    dies = (
        "SELECT CASE WHEN id = 900 THEN raise_error('ana@hotel.hr') ELSE 'b' END AS lead_id FROM"
        " range(0, 1000, 1, 4)"
    )
    with pytest.raises(CannotDo) as told:
        write_run(spark, StepTexts((), dies), target)
    assert "ana@" not in str(told.value)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert list(stands(tmp_path / "out")) == ["a"]
    write_run(spark, StepTexts((), "SELECT 'c' AS lead_id"), target)
    assert list(stands(tmp_path / "out")) == ["c"]


def test_what_is_missing_or_of_another_type_is_told(spark, lake, tmp_path):  # noqa: F811
    with pytest.raises(CannotDo, match="no Parquet leads"):
        qualify_lake(str(tmp_path), str(tmp_path / "out"), playbook="b2b-saas", as_of=AS_OF)
    spark.sql("SELECT '1' AS lead_id, 'many' AS employees").write.parquet(
        str(tmp_path / "odd" / "leads")
    )
    with pytest.raises(CannotDo, match=r"leads\.employees is string"):
        qualify_lake(str(tmp_path / "odd"), str(tmp_path / "out"), playbook="b2b-saas", as_of=AS_OF)
    assert not (tmp_path / "out").exists()
    (lake / "activities.parquet").rename(lake / "events.parquet")
    done = qualify_lake(str(lake), str(tmp_path / "out"), playbook="lead-concept", as_of=AS_OF)
    assert any("no activities" in sentence for sentence in done.notes)


def test_no_secret_of_an_address_is_shown():
    assert without_secrets("sc://me:pass@host:15002/;token=abc;user_id=x") == "sc://host:15002/"
    assert without_secrets("s3a://KEY:SECRET@bucket/path?x=1") == "s3a://bucket/path"
    fault = RuntimeError("could not connect to sc://host/;token=abc UNAVAILABLE")
    assert "abc" not in sentence("be reached at sc://host", fault)


def test_an_address_where_nobody_listens_is_told_at_once(tmp_path):
    """And the token in it is not shown."""
    with pytest.raises(CannotDo, match="Nobody answers") as said:
        qualify_lake(
            "crm",
            str(tmp_path / "out"),
            playbook="b2b-saas",
            remote="sc://127.0.0.1:9/;token=secret",
        )
    assert "secret" not in str(said.value)


def test_another_files_folder_is_not_overwritten(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear", "utf-8")
    with pytest.raises(CannotDo, match="other things"):
        target_of(str(tmp_path / "letters"))


def test_facts_are_not_written_over_by_a_run(tmp_path):
    """`qualify --engine spark --facts lk --out lk/leads`: the folder of leads was taken for an older run, and was gone."""
    import pyarrow
    from pyarrow import parquet

    for name, columns in (
        ("leads", ["lead_id"]),
        ("run", ["lead_id", "as_of", "next_step", "respond_within"]),
    ):
        (tmp_path / "lk" / name).mkdir(parents=True)
        rows = pyarrow.table({c: ["a"] for c in columns})
        parquet.write_table(rows, tmp_path / "lk" / name / "part-0.parquet")
    facts = str(tmp_path / "lk")
    with pytest.raises(CannotDo, match="other things than a run"):
        target_of(str(tmp_path / "lk" / "leads"), (facts,))
    for out in (tmp_path / "lk", tmp_path):
        with pytest.raises(CannotDo, match="is an input"):
            target_of(str(out), (facts,))
    for out in ("run", "new"):
        assert target_of(str(tmp_path / "lk" / out), (facts,)).name == str(tmp_path / "lk" / out)
