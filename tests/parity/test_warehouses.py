"""The texts for warehouses that cannot be had here, run by what can: Databricks' by Spark, Snowflake's and BigQuery's by
DuckDB, after sqlglot has translated them as it reads those dialects. Every signal, score, label and reason agrees to the
last bit. What that does not show stands in docs/how-to/your-own-warehouse.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import sqlglot
from jinja2 import Environment
from sqlglot import exp

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments
from leadlight.facts.relation import TableName
from leadlight.plan.asof.relations import relations
from leadlight.plan.compile import statement
from leadlight.plan.dbt.package import DbtPackage
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from tests.parity.demo import LAST, company, facts
from tests.parity.engines import Postgres, Spark, by_lead, differences, duckdb_rows

TABLES = ("leads", "activities", "pairs")
COHORTS: dict[str, Cohort] = {
    "everyone": Everyone(LAST),
    "pairs": Moments(TableName("pairs")),
}
#: What conditions say otherwise in a warehouse: texts with its signs, LIKE, words, digits, ages, sizes beyond all.
TEXTS = r"""
signals:
  seen: {latest: url, of: any}
  spent: {sum: value, of: any}
  quotes: {value: "case when city = 'Chief \"Officer\"' then 'it''s' else 'a\b' end"}
  parts: {value: "coalesce(email_domain(email), '-')"}
  size: {value: "floor(coalesce(employees, 0) / 7) + ceil(coalesce(revenue, 0) / 3) + round(2.5)"}
  numbers: {value: "digits(coalesce(phone, ''))"}
  old: {value: "coalesce(days_since(created_at), -1)"}
  most: {value: "least(employees, 50)"}
scores:
  fit:
    - {when: "job_title like '%\\%' or job_title ilike '%OFFICER%'", add: 5, say: "50 % of {{ x }} \\ '"}
    - {when: "has_word(job_title, 'ceo', 'cto')", add: 7.25}
    - {when: "starts_with(lower(city), 'b') or ends_with(city, 'e') or contains(city, 'ö')", add: -3}
segments:
  one: "trim(coalesce(city, '')) = ''"
  two: "length(coalesce(city, '')) between 4 and 6"
  three: "upper(coalesce(country, '')) in ('DE', 'AT') and not (employees < 5)"
"""
WHOLE = os.environ.get("LEADLIGHT_PARITY") == "whole"
#: Every preset where all of the suite is asked for.
PRESETS = tuple(preset_names()) if WHOLE else ("b2b-saas",)
BOOKS = {**{name: preset_text(name) for name in PRESETS}, "texts": TEXTS}


@dataclass(frozen=True)
class Base:
    """The demo company as tables of DuckDB, and its names."""

    con: duckdb.DuckDBPyConnection
    catalog: Catalog

    def statement(self, book: str, cohort: str, dialect: str) -> str:
        read = must_read(BOOKS[book], f"{book}.yml", self.catalog)
        return statement(read, Sources(self.catalog), COHORTS[cohort], dialect, signals=True)

    def apart(self, book: str, cohort: str, rows: list[dict[str, object]]) -> list[str]:
        """What these rows say otherwise than DuckDB's own text."""
        expected = duckdb_rows(self.con, self.statement(book, cohort, "duckdb"))
        assert len(expected) > 100
        return differences(by_lead(expected), by_lead(rows))


@pytest.fixture(scope="module")
def base() -> Iterator[Base]:
    """Its leads and activities as of the last day, and pairs of leads and moments."""
    desk = company()
    facts(desk.con)
    seen = relations(Everyone(LAST), desk.ledger.holdings())
    con = connect()
    queries = {"leads": seen.leads.sql("duckdb", identify=True), "pairs": "FROM pairs"}
    queries["activities"] = seen.activities.sql("duckdb", identify=True)
    for name, query in queries.items():
        con.register("arriving", desk.con.sql(query).to_arrow_table())
        con.execute(f"CREATE TABLE {name} AS FROM arriving")
        con.unregister("arriving")
    yield Base(con, desk.ledger.catalog())
    con.close()


def from_snowflake(sql: str) -> str:
    """As sqlglot reads Snowflake."""
    return sqlglot.transpile(sql, read="snowflake", write="duckdb", identify=True)[0]


def from_bigquery(sql: str) -> str:
    """As sqlglot reads BigQuery, but for what it does not carry over: a list of which only the first are taken needs no
    LIMIT, FORMAT is called otherwise in DuckDB, and a backslash in LIKE escapes only where that is said.
    """
    tree = sqlglot.parse_one(sql, read="bigquery")
    for listed in list(tree.find_all(exp.ArrayAgg)):
        if isinstance(listed.this, exp.Limit):
            listed.set("this", listed.this.this)
    for call in list(tree.find_all(exp.Format)):
        call.replace(exp.Anonymous(this="printf", expressions=[call.this, *call.expressions]))
    for like in list(tree.find_all(exp.Like, exp.ILike)):
        if "\\" in like.expression.name:
            like.replace(exp.Escape(this=like.copy(), expression=exp.Literal.string("\\")))
    return tree.sql("duckdb", identify=True)


TRANSLATIONS: dict[str, Callable[[str], str]] = {
    "snowflake": from_snowflake,
    "bigquery": from_bigquery,
}


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("dialect", TRANSLATIONS)
def test_a_translated_text_answers_the_same(
    base: Base, dialect: str, book: str, cohort: str
) -> None:
    """380 leads with a history, at one moment and at moments of their own."""
    sql = TRANSLATIONS[dialect](base.statement(book, cohort, dialect))
    assert base.apart(book, cohort, duckdb_rows(base.con, sql)) == []


@pytest.mark.parametrize("book", BOOKS if WHOLE else ["texts"])
def test_the_text_for_databricks_runs_on_spark(base: Base, book: str, spark_engine: Spark) -> None:
    """Databricks' SQL is Spark's; its own text, not that of the dialect `spark`, is what runs."""
    spark_engine.load(base.con, TABLES)
    sql = base.statement(book, "everyone", "databricks")
    assert base.apart(book, "everyone", spark_engine.run(sql)) == []


def built(base: Base, dialect: str, run: Callable[[str], object]) -> None:
    """Make each model of a package a table, as dbt would."""
    book = must_read(BOOKS["b2b-saas"], "b2b-saas.yml", base.catalog)
    rendered = Environment(autoescape=False)
    rendered.globals |= {
        "ref": lambda model: model,
        "source": lambda _, table: table,
        "var": lambda name: name.removeprefix("leadlight_").removesuffix("_table"),
        "leadlight_as_of": lambda: LAST.isoformat(sep=" "),
    }
    files = DbtPackage(book, base.catalog, dialect, {}, "b2b-saas").files()
    for file in files:
        if file.path.endswith(".sql") and not file.path.startswith("macros"):
            name = Path(file.path).stem
            run(f"CREATE TABLE {name} AS {rendered.from_string(file.text).render()}")


@pytest.mark.parametrize("dialect", TRANSLATIONS)
def test_the_models_of_a_package_answer_the_same(base: Base, dialect: str) -> None:
    """Each model of the dbt package is made from those before it; nothing fails its test of reasons."""
    con = connect()
    for table in ("leads", "activities"):
        con.register("arriving", base.con.sql(f"FROM {table}").to_arrow_table())
        con.execute(f"CREATE TABLE {table} AS FROM arriving")

    def run(sql: str) -> None:
        head, _, body = sql.partition(" AS ")
        con.execute(f"{head} AS {TRANSLATIONS[dialect](body)}")

    built(base, dialect, run)
    rows = duckdb_rows(con, "FROM leadlight_qualification")
    assert base.apart("b2b-saas", "everyone", rows) == []
    assert duckdb_rows(con, "FROM leadlight_reasons_add_up") == []
    assert len(duckdb_rows(con, "FROM leadlight_reasons")) > 1_000


def test_the_models_of_a_package_answer_the_same_on_postgres(
    base: Base, postgres_engine: Postgres
) -> None:
    """PostgreSQL itself builds them, without dbt."""
    postgres_engine.load(base.con, ("leads", "activities"))
    built(base, "postgres", lambda sql: postgres_engine.con.execute(sql.encode()))
    rows = postgres_engine.run("SELECT * FROM leadlight_qualification")
    assert base.apart("b2b-saas", "everyone", rows) == []
    assert postgres_engine.run("SELECT * FROM leadlight_reasons_add_up") == []
