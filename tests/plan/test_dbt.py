"""A playbook as a package of dbt, built by dbt itself on DuckDB: the same answers as `leadlight qualify`, to the last bit.

dbt lives in an environment of its own beside that of the tests (`make test` builds it).
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pytest
from ruamel.yaml import YAML

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Moments
from leadlight.facts.relation import TableName
from leadlight.plan.asof.relations import relations
from leadlight.plan.compile import statement
from leadlight.plan.dbt.package import _MACROS, DbtPackage
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_text
from leadlight.playbook.read import must_read
from tests.command import ROOT, leadlight
from tests.parity.demo import LAST, company
from tests.plan.test_printed import HOSTILE

DBT = Path(sys.prefix).parent / ".venv-dbt" / "bin" / "dbt"
PROFILE = """leadlight:
  target: test
  outputs:
    test: {type: duckdb, path: %s, threads: 1}
"""
ENGINES = ("duckdb", "postgres", "spark", "databricks", "bigquery", "snowflake")
Rows = list[dict[str, Any]]


def build(folder: Path, database: Path, variables: str = "{}") -> None:
    """`dbt build`: every model and every test."""
    assert DBT.exists(), f"There is no {DBT}. Build it: make .venv-dbt/.installed"
    (folder / "profiles.yml").write_text(PROFILE % database, encoding="utf-8")
    words = ["build", "--project-dir", folder, "--profiles-dir", folder, "--vars", variables]
    flags = ["--no-use-colors", "--no-version-check", "--no-send-anonymous-usage-stats"]
    ended = subprocess.run(
        [DBT, *flags, "--warn-error", *words],
        cwd=folder,
        env={k: os.environ[k] for k in ("PATH", "HOME", "LD_LIBRARY_PATH") if k in os.environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-4_000:] + ended.stderr[-1_000:]


def write(package: DbtPackage, folder: Path) -> None:
    """The files of a package."""
    for file in package.files():
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_text(file.text, encoding="utf-8")


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    """The rows of a statement, by lead and moment."""
    found = con.sql(sql)
    table = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return sorted(table, key=lambda row: (row["lead_id"], row["as_of"]))


def test_the_demo_company_is_qualified_the_same(tmp_path: Path) -> None:
    """380 leads with a history by the preset b2b-saas: every signal, score, label and reason; and reasons that do not add
    up are seen.
    """
    desk = company()
    catalog = desk.ledger.catalog()
    seen = relations(Everyone(LAST), desk.ledger.holdings())
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as con:
        for name, query in (("leads", seen.leads), ("activities", seen.activities)):
            made = desk.con.sql(query.sql("duckdb", identify=True)).to_arrow_table()
            con.register("arriving", made)
            con.execute(f"CREATE TABLE {name} AS FROM arriving")
            con.unregister("arriving")
    book = must_read(preset_text("b2b-saas"), "b2b-saas.yml", catalog)
    named = {"leads": ("warehouse", "main", "leads"), "activities": ("main", "activities")}
    folder = tmp_path / "package"
    write(DbtPackage(book, catalog, "duckdb", named, "b2b-saas"), folder)
    build(folder, database, f"{{leadlight_as_of: '{LAST + datetime.timedelta(hours=2)}+02:00'}}")
    sql = statement(book, Sources(catalog), Everyone(LAST), signals=True)
    with duckdb.connect(str(database)) as con:
        assert rows(con, sql) == rows(con, "FROM leadlight_qualification")
        assert con.sql("SELECT count(*) FROM leadlight_qualification").fetchall()[0][0] > 300
        assert "email" not in con.sql("FROM leadlight_scores").columns
        check = next((folder / "target" / "compiled").rglob("leadlight_reasons_add_up.sql"))
        assert con.sql(check.read_text(encoding="utf-8")).fetchall() == []
        con.execute("UPDATE leadlight_scores SET fit = fit + 0.01 WHERE lead_id = 'A-000007'")
        assert [r[0] for r in con.sql(check.read_text(encoding="utf-8")).fetchall()] == ["A-000007"]


def test_files_are_qualified_as_by_the_command(tmp_path: Path) -> None:
    """`leadlight qualify leads.csv` and `leadlight plan --dbt` by the same playbook on the same files."""
    acme, env = ROOT / "examples" / "acme", dict(os.environ)

    def run(*words: str) -> None:
        done = leadlight(*words, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr

    run("translate", str(acme / "hubspot_score.json"), "--out", "hub.yml")
    log = ("--activities", str(acme / "activities.csv"))
    run(
        *("qualify", str(acme / "leads.csv"), *log, "-p", "hub.yml", "--as-of", "2026-11-01"),
        *("--columns", "qualification", "--out", "asked.parquet", "--no-report"),
    )
    run("plan", "-p", "hub.yml", "--dbt", "package", "--relations", "leads=crm.leads")
    database = tmp_path / "w.duckdb"
    with duckdb.connect(str(database)) as con:
        for name in ("leads", "activities"):
            con.execute(
                f"CREATE TABLE raw_{name} AS FROM read_csv('{acme / name}.csv', all_varchar=true)"
            )
        con.execute("CREATE SCHEMA crm")
        con.execute(
            'CREATE TABLE crm.leads AS SELECT "Lead ID" AS lead_id, Industry AS industry,'
            " TRY_CAST(Employees AS BIGINT) AS employees FROM raw_leads"
        )
        con.execute(
            "CREATE TABLE activities AS SELECT lead_id, occurred_at::TIMESTAMP AS occurred_at, kind"
            " FROM raw_activities"
        )
    build(tmp_path / "package", database, "{leadlight_as_of: '2026-11-01'}")
    with duckdb.connect(str(database)) as con:
        asked = con.sql(f"FROM '{tmp_path / 'asked.parquet'}'")
        same = [c for c in asked.columns if c.startswith(("lead_id", "fit", "engagement"))]
        same += ["lead_grade", "reasons", "as_of"]
        columns = ", ".join(same)
        found = rows(con, f"SELECT {columns} FROM leadlight_qualification")
        wanted = rows(con, f"SELECT {columns} FROM '{tmp_path / 'asked.parquet'}'")
        assert len(found) == 380
        assert {row["lead_grade"] for row in found} >= {"A2", "B1", "C3"}
        assert found == wanted


def test_leads_at_moments_of_their_own_by_a_hostile_playbook(tmp_path: Path) -> None:
    """With `pairs` each lead is qualified at its moments; no text of the playbook is read by dbt's templates."""
    catalog = Catalog()
    book = must_read(HOSTILE.replace("a -- b", "{{ 1/0 }} {% raw %} {# x #}"), "x.yml", catalog)
    database = tmp_path / "w.duckdb"
    named = {"pairs": ("moments",)}
    folder = tmp_path / "package"
    write(DbtPackage(book, catalog, "duckdb", named, "{{ boom }} {% x %}"), folder)
    with duckdb.connect(str(database)) as con:
        con.execute(
            "CREATE TABLE leads AS SELECT 'l' || i AS lead_id, CASE WHEN i % 2 = 0 THEN 'x' END AS industry FROM range(20) t(i)"
        )
        con.execute(
            "CREATE TABLE activities AS SELECT 'l' || (i % 20) AS lead_id, TIMESTAMP '2026-01-01' +"
            " INTERVAL (i) HOUR AS occurred_at, 'demo_requested' AS kind, CASE WHEN i % 3 = 0 THEN"
            " '*/ DROP TABLE x; --' END AS url, CASE WHEN i % 2 = 0 THEN '{{ 1/0 }} {% raw %} {# x #}' END AS campaign FROM range(90) t(i)"
        )
        con.execute(
            "CREATE TABLE moments AS SELECT lead_id, unnest([TIMESTAMP '2026-01-02', TIMESTAMP '2026-02-01']) AS as_of FROM leads"
        )
    build(folder, database)
    sql = statement(book, Sources(catalog), Moments(TableName("moments")), signals=True)
    with duckdb.connect(str(database)) as con:
        found = rows(con, "FROM leadlight_qualification")
        assert found == rows(con, sql)
        assert len(found) == 40
        assert max(row["demos"] for row in found) > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_package_has_every_part_in_every_dialect(engine: str) -> None:
    """Models, a description of every column, the tests; YAML that can be read; a doubt where nobody ran the dialect."""
    catalog = Catalog()
    book = must_read(preset_text("b2b-saas"), "b2b-saas.yml", catalog)
    files = {f.path: f.text for f in DbtPackage(book, catalog, engine, {}, "t").files()}
    pages = {p: YAML(typ="safe").load(t) for p, t in files.items() if p.endswith(".yml")}
    assert set(pages) == {"dbt_project.yml", "models/sources.yml", "models/schema.yml"}
    models = {m["name"]: m for m in pages["models/schema.yml"]["models"]}
    assert {f"models/{name}.sql" for name in models} == {
        p for p in files if p.startswith("models/") and p.endswith(".sql")
    }
    for model in models.values():
        for column in model["columns"]:
            assert column["description"]
    tests = {
        c["name"]: c.get("data_tests", []) for c in models["leadlight_qualification"]["columns"]
    }
    assert tests["lead_id"] == ["not_null", "unique"]
    assert tests["temperature"] == [
        {"accepted_values": {"arguments": {"values": ["hot", "warm", "cold"]}}}
    ]
    assert "{{ ref('leadlight_scores') }}" in files["models/leadlight_qualification.sql"]
    assert "{{ leadlight_as_of() }}" in files["models/leadlight_points.sql"]
    assert "stand_in" not in "".join(files.values())


def test_the_moment_is_written_nowhere() -> None:
    """The text for any moment stands in no file."""
    catalog = Catalog()
    book = must_read(preset_text("b2b-saas"), "b2b-saas.yml", catalog)
    for file in DbtPackage(book, catalog, "duckdb", {}, "t").files():
        assert "0001-02-03" not in file.text


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-01 08:00:00",
        "2026-11-01T08:00:00",
        "2026-11-01T08:00:00Z",
        "2026-11-01T10:00:00+02:00",
        "2026-11-01 03:00:00-05:00",
    ],
)
def test_the_moment_may_be_said_in_any_zone(said: str) -> None:
    """It is UTC in the text, without a zone: PostgreSQL and Snowflake would read a zone away"""
    text = _MACROS.partition("{% test")[0]
    given = {
        "var": lambda name, default: said,
        "run_started_at": None,
        "modules": SimpleNamespace(datetime=datetime, pytz=SimpleNamespace(utc=datetime.UTC)),
    }
    macro = jinja2.Environment(autoescape=False).from_string(text, given).module.leadlight_as_of
    assert macro() == "2026-11-01 08:00:00"


def test_only_an_earlier_package_is_written_over(tmp_path: Path) -> None:
    """A second time all files are replaced; a file of somebody else stops all of it."""
    env = dict(os.environ)
    words = ("plan", "-p", "b2b-saas", "--dbt", "out")
    assert leadlight(*words, cwd=tmp_path, env=env).returncode == 0
    assert leadlight(*words, cwd=tmp_path, env=env).returncode == 0
    mine = tmp_path / "out" / "models" / "sources.yml"
    mine.write_text("version: 2\n", encoding="utf-8")
    before = (tmp_path / "out" / "dbt_project.yml").stat().st_mtime_ns
    done = leadlight(*words, cwd=tmp_path, env=env)
    assert done.returncode == 2
    assert "sources.yml" in done.stderr
    assert mine.read_text(encoding="utf-8") == "version: 2\n"
    assert (tmp_path / "out" / "dbt_project.yml").stat().st_mtime_ns == before
