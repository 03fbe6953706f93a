"""`plan --sql`: the very statement that runs, with comments that say in the playbook's words what each part is."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlglot
from sqlglot import exp

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import compile_plan, statement
from leadlight.plan.plan_text import render_text
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_text
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo
from tests.verbs import plan

TESTED = ["duckdb", "postgres", "spark"]
UNTESTED = ["bigquery", "databricks", "snowflake"]
AS_OF = datetime(2026, 11, 1)

HOSTILE = """
name: "a */ DROP TABLE leads; /* b"
signals:
  heat:
    rules:
      "r1": {on: demo_requested, points: 5, when: "url = '*/ DROP TABLE x; --'", say: "*/ DROP TABLE y; /* {{ run }} ${env:HOME}"}
  demos: {count: any, when: "campaign = 'a -- b'"}
  domain: {value: "case when industry = '/* */ {% x %}' then 1 else 0 end"}
scores:
  fit: [{when: "industry = 'x'", add: 1, say: "ends here */ SELECT 1\\n-- new line"}]
  engagement: heat
segments:
  some: "industry like '%*/%'"
routes:
  - {when: "industry = '*/'", to: "*/ DROP", next: "*/\\n DROP"}
  - {when: otherwise, to: sales}
"""


def words(sql: str, dialect: str) -> list[str]:
    """The tokens of a statement: everything but comments and blanks."""
    return [f"{t.token_type}:{t.text}" for t in sqlglot.tokenize(sql, dialect=dialect)]


def text_of(book_text: str, dialect: str) -> tuple[str, str]:
    book = must_read(book_text)
    compiled = compile_plan(book, Sources(Catalog()), Everyone(AS_OF), dialect, signals=True)
    shown = render_text(compiled, book, Catalog(), book.name)
    return shown, statement(book, Sources(Catalog()), Everyone(AS_OF), dialect, signals=True)


@pytest.mark.parametrize("dialect", TESTED)
@pytest.mark.parametrize("preset", ["b2b-saas"])
def test_without_its_comments_it_is_the_statement_that_runs(dialect: str, preset: str) -> None:
    """Not a word more, not a word less."""
    shown, runs = text_of(preset_text(preset), dialect)
    assert words(shown, dialect) == words(runs, dialect)
    assert shown != runs


@pytest.mark.parametrize("dialect", TESTED)
def test_no_text_of_a_playbook_breaks_out_of_a_comment(dialect: str) -> None:
    """Names, conditions and what a rule says hold ends of comments, new lines, and the signs of template engines."""
    shown, runs = text_of(HOSTILE, dialect)
    assert words(shown, dialect) == words(runs, dialect)
    for line in shown.splitlines():
        _, opened, comment = line.partition("/* ")
        assert not opened or comment.count("*/") <= 1 or "'" in line
    comments = [
        c for node in sqlglot.parse_one(shown, dialect=dialect).walk() for c in node.comments or ()
    ]
    assert comments
    assert not any(sign in c for c in comments for sign in ("*/", "{{", "{%", "${"))


def test_each_part_is_told_by_its_name_and_line() -> None:
    """A step, a numbered rule, a signal, a score's rule, a scale, a segment and a route."""
    shown = plan("b2b-saas", AS_OF, "postgres").sql
    written = [line.strip() for line in preset_text("b2b-saas").splitlines()]
    prices, domain, large, enterprise = (
        next(n for n, line in enumerate(written, 1) if line.startswith(name))
        for name in ("prices:", "domain:", "large:", "enterprise:")
    )
    assert (
        f"/* 11 = heat.prices (line {prices}): pricing_viewed, within 90d, once per day, half-life"
        " 21d */" in shown
    )
    assert f"THEN 11 /* heat.prices (line {prices}) */" in shown
    assert f"/* signal domain (line {domain}): email_domain(email) */" in shown
    assert f"/* rule fit.large (line {large}): +20 where employees >= 200 */" in shown
    for part in (
        'AS "temperature", /* scale temperature',
        f"/* segment enterprise (line {enterprise}) */",
    ):
        assert part in shown
    assert re.search(r"/\* route \d+: to marketing", shown)
    assert shown.startswith("-- ")
    assert "occurred_at timestamp (UTC)" in shown.split("WITH")[0]


def test_a_data_team_names_its_tables() -> None:
    """analytics.leads instead of leads; with pairs, each lead at its own moments."""
    named = {"leads": "analytics.leads", "activities": '"Raw".events', "pairs": "analytics.moments"}
    shown = plan("b2b-saas", AS_OF, "postgres", relations=named).sql
    read = {
        t.sql("postgres")
        for t in sqlglot.parse_one(shown, dialect="postgres").find_all(exp.Table)
        if t.db
    }
    assert {n.split(" AS ")[0] for n in read} == {
        '"analytics"."leads"',
        '"Raw"."events"',
        '"analytics"."moments"',
    }
    assert "2026-11-01" not in shown


@pytest.mark.parametrize(
    "name",
    ["leads; DROP TABLE x", "(SELECT 1)", "a.b, c", "read_csv('x')", "x WHERE 1=1", "a JOIN b"],
)
def test_only_a_name_can_be_said(name: str) -> None:
    """A relation is a table's name and nothing else."""
    with pytest.raises(CannotDo, match="no name of a table"):
        plan("b2b-saas", AS_OF, "duckdb", relations={"leads": name})


def test_a_relation_that_no_plan_reads_is_met_with_the_nearest() -> None:
    """activites=x"""
    with pytest.raises(CannotDo, match="activities"):
        plan("b2b-saas", AS_OF, "duckdb", relations={"activites": "x"})


@pytest.mark.parametrize("dialect", UNTESTED)
@pytest.mark.parametrize("preset", ["b2c-shop", "education"])
def test_what_nobody_ran_says_so_and_can_be_read_back(dialect: str, preset: str) -> None:
    """On top, before anything else; and the dialect's own grammar has no objection."""
    shown = plan(preset, AS_OF, dialect).sql
    assert "NOT RUN ON" in shown.split("WITH")[0]
    assert sqlglot.parse_one(shown, dialect=dialect).find(exp.With)
    theirs = {
        "snowflake": (" least(", " greatest(", "concat_ws(", "list_extract(", "epoch_us("),
        "bigquery": (
            " least(",
            " greatest(",
            "concat_ws(",
            "list_extract(",
            "epoch_us(",
            " escape ",
        ),
    }
    code = "\n".join(line.partition("/*")[0] for line in shown.lower().splitlines())
    assert not [name for name in theirs.get(dialect, ()) if name in code]


@pytest.mark.parametrize("dialect", ["clickhouse", "redshift"])
def test_what_would_answer_wrongly_is_refused_with_the_reason(dialect: str) -> None:
    """A text that runs and is wrong is worse than none."""
    with pytest.raises(CannotDo, match=r"does not speak .*It speaks duckdb"):
        plan("b2b-saas", AS_OF, dialect)
