"""Spark says the same as DuckDB, to the last bit, and moves the activities once."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read
from tests.servers.spark import spark  # noqa: F401

AS_OF = datetime(2026, 6, 1, 12, 30, 0, 123457)
DAY = timedelta(days=1)
TEXTS = [
    None,
    "",
    " ",
    "CTO",
    "cto\n",
    "Chief\\Officer",
    "O'Brien",
    "100%",
    "under_score",
    "ΟΔΟΣ",
    "İstanbul",
    "Straße",
    "ﬁne",
    "\u00a0head\u00a0",
    "\thead",
    "naïve café",
    "日本",
    "🙂 vp",
    "a\u0301",
    "x" * 300,
]
MAILS = [
    None,
    "a@b.de",
    "A@B.DE",
    "a@b.de\n",
    "a@b",
    "a b@c.de",
    "ä@ö.de",
    "@",
    "x@y.z\\d",
    "o'k@\u212anown.org",
    "a@b@c.de",
]
NUMBERS = [None, 0.0, -0.3, 0.5, 1.5, 2.5, -2.5, 1e15, 1e300, -7.25, 0.1, 99.995]
PLAYBOOK = r"""
signals:
  heat:
    at_least: 0
    at_most: 100
    rules:
      demo: {on: demo_requested, points: 20, half_life: 14d, at_most: 45, within: 90d}
      often: {on: page_viewed, points: 1.25, once_per: day, half_life: 3d, within: 30d}
      price: {on: page_viewed, when: "starts_with(url, '/pricing')", points: 6, at_most: 18, within: 60d, half_life: 30d}
      spring: {on: any, when: "campaign = 'spring'", points: 0.01, once_per: campaign}
      half: {on: any, when: 'url like ''%50\%_off%'' or url ilike ''%ÄRGER%'' or contains(url, ''100%'')', points: 3.5}
      left: {on: unsubscribed, points: -25.5, at_most: 25, within: 1y}
  cold: {half_life: 1d, points: {email_opened: -3, page_viewed: 2}}
  gain: {gained: heat}
  demos: {count: demo_requested, within: 14d}
  spent: {sum: value, of: any, when: value < 1000000}
  most: {largest: value, of: page_viewed}
  least_: {smallest: value, of: any}
  last: {latest: campaign, of: any}
  price_: {latest: value, of: page_viewed, within: 30d}
  silence: {days_since: any}
  small: {value: "lower(job_title)"}
  big: {value: "upper(job_title)"}
  bare: {value: "trim(job_title)"}
  long: {value: "length(job_title)"}
  nine: {value: "digits(phone)"}
  domain: {value: "email_domain(email)"}
  rounded: {value: "round(budget)"}
  down: {value: "floor(budget)"}
  up: {value: "ceil(budget)"}
  share: {value: "budget / employees"}
  two: {value: "least(budget, employees)"}
  bant: {questions: {budget: {yes: budget > 0, no: budget = 0}, size: {yes: employees >= 50}}}
scores:
  fit:
    - {when: "has_word(job_title, 'cto', 'vp', 'head', 'o''brien')", add: 12.25, say: "It's\\a \"chief\""}
    - {when: "has_word(job_title, 'officer', '100%')", add: 3}
    - {when: 'ends_with(job_title, ''under_score'') or contains(job_title, ''\'')', add: -7.5}
    - {when: "days_since(created_at) > 10.5", add: 1}
    - {when: "created_at < '2026-05-01'", add: 2}
    - {when: "industry in ('a', 'b') and not consent", add: 4}
  engagement: heat
  cooling: cold
scales:
  temperature: [{hot: engagement >= 20 and fit > 0}, {warm: engagement >= 5 or silence < 10}, {cold: otherwise}]
segments:
  big_one: employees >= 500
  cheap: budget between 0 and 1
routes:
  - {when: "temperature = 'hot'", to: sales/émea, within: 15m, next: Call 'now' \ today}
  - {when: otherwise, to: marketing}
"""
CATALOG = Catalog(
    present=frozenset(
        {
            "lead_id",
            "email",
            "phone",
            "job_title",
            "industry",
            "employees",
            "budget",
            "created_at",
            "consent",
        }
    ),
    activity_present=frozenset({"lead_id", "occurred_at", "kind", "url", "campaign", "value"}),
)
COHORTS: dict[str, Cohort] = {
    "everyone": Everyone(AS_OF),
    "some": Some(AS_OF, "touched"),
    "the past": Everyone(AS_OF - 40 * DAY),
    "moments": Moments(TableName("pairs")),
}


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A base of odd leads: every text and number above, ties, edges of windows, moments in the future."""
    con, chance = connect(), random.Random(7)
    con.execute(
        "CREATE TABLE leads (lead_id VARCHAR, email VARCHAR, phone VARCHAR, job_title VARCHAR,"
        " industry VARCHAR, employees BIGINT, budget DOUBLE, created_at TIMESTAMP, consent BOOLEAN)"
    )
    con.execute(
        "CREATE TABLE activities (lead_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, url"
        " VARCHAR, campaign VARCHAR, value DOUBLE)"
    )
    ids = [f"L{n}é" for n in range(60)]
    leads = [
        (
            i,
            chance.choice(MAILS),
            chance.choice([None, "+49 (0) 30/123-4", "٣٤"]),
            TEXTS[n % len(TEXTS)],
            chance.choice([None, "a", "B"]),
            chance.choice([None, 0, 7, 50, 600]),
            NUMBERS[n % len(NUMBERS)],
            chance.choice([None, AS_OF - 10.5 * DAY, datetime(2026, 5, 1), AS_OF - 30 * DAY]),
            chance.choice([None, True, False]),
        )
        for n, i in enumerate(ids)
    ]
    edges = [
        AS_OF - d * DAY + timedelta(microseconds=u) for d in (0, 14, 30, 60, 90) for u in (-1, 0, 1)
    ]
    log = [
        (
            chance.choice([*ids, "nobody"]),
            chance.choice([*edges, AS_OF - chance.random() * 300 * DAY]),
            chance.choice(["demo_requested", "page_viewed", "unsubscribed", "email_opened", "odd"]),
            chance.choice([None, "/pricing", "/a50\\x_off", "/50%_off", "/ärger", "/100%"]),
            chance.choice([None, "spring", "Autumn", "ä"]),
            chance.choice([*NUMBERS[:7], 0.1, 0.7]),
        )
        for _ in range(900)
    ]
    con.executemany("INSERT INTO leads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", leads)
    con.executemany("INSERT INTO activities VALUES (?, ?, ?, ?, ?, ?)", log)
    con.execute("CREATE TABLE touched AS SELECT lead_id FROM leads WHERE employees > 0")
    con.execute(
        "CREATE TABLE pairs AS SELECT lead_id, as_of FROM leads, "
        f"(SELECT unnest([TIMESTAMP '{AS_OF}', TIMESTAMP '{AS_OF - 15 * DAY}']) AS as_of)"
    )
    return con


@pytest.fixture(scope="module")
def loaded(
    spark: Any,  # noqa: F811
    con: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """The same base in a session of Spark."""
    session, folder = spark.newSession(), tmp_path_factory.mktemp("spark")
    for name in ("leads", "activities", "touched", "pairs"):
        con.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
        session.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
    return session


def rows(found: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    out = {(r["lead_id"], r["as_of"]): r for r in found}
    assert len(out) == len(found)
    return out


def unlike(
    ours: dict[tuple[Any, ...], dict[str, Any]], other: dict[tuple[Any, ...], dict[str, Any]]
) -> list[str]:
    assert ours.keys() == other.keys()
    out = []
    for key, row in ours.items():
        assert list(row) == list(other[key])
        for n, v in row.items():
            w = other[key][n]
            near = n == "changes_in" and None not in (v, w) and abs(v - w) <= 1
            if not near and (v != w or type(v) is not type(w)):
                out.append(f"{key} {n}: {v!r} became {w!r}")
    return out


@pytest.mark.parametrize("which", COHORTS)
def test_every_column_is_the_same_to_the_last_bit(which, con, loaded):
    book = must_read(PLAYBOOK, "odd.yml", CATALOG)
    asked: dict[str, Any] = {"signals": True, "ledger": True, "due": True}
    ours = (
        con.sql(statement(book, Sources(CATALOG), COHORTS[which], **asked))
        .to_arrow_table()
        .to_pylist()
    )
    sql = statement(book, Sources(CATALOG), COHORTS[which], "spark", **asked)
    assert unlike(rows(ours), rows([r.asDict() for r in loaded.sql(sql).collect()])) == []


def test_compiled_by_spark_it_is_the_same_too(con, loaded):
    """What Spark compiles to Java is what it reckons step by step."""
    book = must_read(PLAYBOOK, "odd.yml", CATALOG)
    ours = (
        con.sql(statement(book, Sources(CATALOG), COHORTS["everyone"])).to_arrow_table().to_pylist()
    )
    loaded.conf.set("spark.sql.codegen.wholeStage", "true")
    loaded.conf.set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY")
    try:
        found = loaded.sql(
            statement(book, Sources(CATALOG), COHORTS["everyone"], "spark")
        ).collect()
    finally:
        loaded.conf.set("spark.sql.codegen.wholeStage", "false")
        loaded.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    assert unlike(rows(ours), rows([r.asDict() for r in found])) == []


def moved(session: Any, sql: str) -> list[str]:
    """What is moved between the partitions of a statement: the exchanges of its physical plan, broadcasts left out."""
    plan = session._jvm.PythonSQLUtils.explainString(
        session.sql(sql)._jdf.queryExecution(), "simple"
    )
    return re.findall(r"\bExchange (\S+)", plan)


def test_the_activities_are_moved_once(loaded):
    """The log goes to its leads, the leads come to it, and nothing moves a second time."""
    book = must_read(PLAYBOOK, "odd.yml", CATALOG)
    sql = statement(book, Sources(CATALOG), Everyone(AS_OF), "spark")
    loaded.conf.set("spark.sql.shuffle.partitions", "4")
    loaded.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    try:
        found = moved(loaded, sql)
    finally:
        loaded.conf.set("spark.sql.shuffle.partitions", "1")
        loaded.conf.set("spark.sql.autoBroadcastJoinThreshold", "10MB")
    assert sum("lead_id" in e for e in found) == 2  # the log, and the leads that meet it
    assert len(found) <= 5  # and the distinct job titles, and back


def test_what_lies_by_lead_already_is_not_moved(loaded, con):
    """Tables of the catalog in buckets of lead_id: no row of either goes anywhere for the scores."""
    loaded.conf.set("spark.sql.shuffle.partitions", "4")
    loaded.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    try:
        for name in ("leads", "activities"):
            table = loaded.table(name).write.bucketBy(4, "lead_id").sortBy("lead_id")
            table.mode("overwrite").saveAsTable(f"laid_{name}")
        book = must_read(PLAYBOOK, "odd.yml", CATALOG)
        there = replace(
            Sources(CATALOG, TableName("laid_leads"), TableName("laid_activities")), together=True
        )
        found = moved(loaded, statement(book, there, Everyone(AS_OF), "spark", reasons=True))
        assert [e for e in found if "lead_id" in e] == []
        again = loaded.sql(statement(book, there, Everyone(AS_OF), "spark")).collect()
    finally:
        loaded.conf.set("spark.sql.shuffle.partitions", "1")
        loaded.conf.set("spark.sql.autoBroadcastJoinThreshold", "10MB")
        for name in ("leads", "activities"):
            loaded.sql(f"DROP TABLE IF EXISTS laid_{name}")
    ours = con.sql(statement(book, Sources(CATALOG), Everyone(AS_OF))).to_arrow_table().to_pylist()
    assert unlike(rows(ours), rows([r.asDict() for r in again])) == []


def test_a_text_is_no_question_to_the_machine(spark):  # noqa: F811
    """A rule's text `${env:HOME}` would otherwise print what the environment holds into the reasons."""
    assert spark.sql("SELECT '${env:HOME}' AS said").collect()[0].said == "${env:HOME}"
