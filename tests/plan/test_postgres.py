"""The plan on PostgreSQL gives the rows that it gives on DuckDB, to the last bit, and is planned as it is meant."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from leadlight.adapters.db.duckdb import connect, quoted
from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from tests.plan.test_laws import AS_OF, LEADS, SOURCES, START, Facts, facts, filled, playbooks
from tests.servers.postgres import database, or_say, server

IN_POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision"}


@pytest.fixture(scope="module")
def pg() -> Iterator[Any]:
    """A connection to a database whose own order of texts is that of a language, not that of bytes."""
    import psycopg

    or_say(server)
    with database() as url, psycopg.connect(url, autocommit=True) as con:
        con.execute("SET jit = off")
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET statement_timeout = '20s'")
        yield con


def carried(con: duckdb.DuckDBPyConnection, pg: Any, *tables: str) -> None:
    """These tables of DuckDB on the server too."""
    for table in tables:
        columns = con.execute(f"DESCRIBE {table}").fetchall()
        told = ", ".join(f"{quoted(c)} {IN_POSTGRES.get(kind, kind)}" for c, kind, *_ in columns)
        pg.execute(f"DROP TABLE IF EXISTS {table}")
        pg.execute(f"CREATE TABLE {table} ({told})")
        with pg.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in con.execute(f"SELECT * FROM {table}").fetchall():
                copy.write_row(row)


def told(cursor: Any) -> dict[tuple[Any, ...], list[tuple[str, str]]]:
    """Rows by lead and moment. A number's repr is its shortest exact text, so equal texts are equal bits."""
    names = [d[0] for d in cursor.description]
    out = {}
    for row in cursor.fetchall():
        named = dict(zip(names, row, strict=True))
        out[named.pop("lead_id"), named.pop("as_of")] = [(n, _text(v)) for n, v in named.items()]
    return out


def _text(value: Any) -> str:
    # Which kind of number a whole one is (2, 2.0, Decimal 2) is the engine's own affair; what it is, is not.
    if isinstance(value, bool) or value is None or isinstance(value, str | datetime):
        return repr(value)
    return repr(float(value) + 0.0)


def same(
    con: duckdb.DuckDBPyConnection,
    pg: Any,
    book: Any,
    sources: Sources,
    cohort: Cohort,
    **more: bool,
) -> int:
    """Both engines' rows are the same; how many there are."""
    expected = told(con.execute(statement(book, sources, cohort, "duckdb", **more)))
    found = told(pg.execute(statement(book, sources, cohort, "postgres", **more)))
    assert found == expected
    return len(found)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(playbooks(), facts)
def test_random_playbooks_and_facts_give_the_same_bits(
    pg: Any, text: str, given_facts: Facts
) -> None:
    """Batch with every signal and every rule's points, some leads, and many moments; NULLs, ties and edges included."""
    book, con = must_read(text), filled(given_facts)
    con.execute("CREATE TABLE touched AS SELECT 'L3' AS lead_id UNION ALL SELECT 'L0'")
    moments = [datetime(2026, 2, 1), datetime(2026, 4, 15, 12, 0, 0, 1), AS_OF]
    con.execute(
        "CREATE TABLE pairs AS SELECT lead_id, unnest(?::TIMESTAMP[]) AS as_of FROM leads",
        [moments],
    )
    carried(con, pg, "leads", "activities", "touched", "pairs")
    assert same(con, pg, book, SOURCES, Everyone(AS_OF), signals=True, ledger=True) == len(LEADS)
    assert same(con, pg, book, SOURCES, Some(AS_OF, "touched")) == 2
    assert same(con, pg, book, SOURCES, Moments(TableName("pairs")), signals=True) == len(
        LEADS
    ) * len(moments)


WORDS = [
    "",
    " ",
    "\u00a0x\u2003",
    "\tx\n",
    "Ärzte",
    "ÄRZTE GMBH",
    "ΟΔΟΣ",
    "İstanbul",
    "Straße",
    "ﬁne",
    "ŉ",
    "a\\b",
    "100%_x",
    "Zoe",
    "aaron",
    "Åsa",
    "zeta",
    "_",
    "O'Neil",
    "e\u0301",
    "😀 CEO",
    "Vice-President",
    "ceo\u00a0",
    "x@y.de",
    "a@b@c.d",
    "a b@c.de",
    "ana@ÄRZTE.DE",
    "n\u00a0b@c.de",
    "+49 (0)30-１２３",
    None,
]
VALUES = {
    "small": "lower(company)",
    "large": "upper(company)",
    "bare": "trim(company)",
    "size": "length(company)",
    "number": "digits(company)",
    "domain": "email_domain(company)",
    "valid": "valid_email(company)",
    "doctor": "has_word(company, 'ärzte', 'ceo')",
    "office": "has_word(company, 'president')",
    "before": "company < 'b'",
    "between": "company between 'A' and 'a'",
    "least_text": "least(company, 'm', lower(company))",
    "escaped": "contains(company, '%_')",
    "slash": "company like 'a\\b'",
    "any_case": "company ilike 'är%'",
    "dotless": "company ilike 'i%'",
    "rounded": "round(budget)",
    "whole": "floor(budget) + ceil(budget)",
    "tenth": "budget * 0.1 + employees * 1.5",
    "ratio": "employees / 7",
    "by_zero": "employees / (employees - employees)",
    "most": "greatest(budget, employees, 3)",
    "days": "days_since(created_at)",
    "recent": "created_at >= '2026-05-31T23:59:59.999999'",
    "case": "case when company is null then -1 when budget > 0 then budget end",
    "nil": "nullif(employees, 3)",
}


def test_functions_mean_the_same(pg: Any) -> None:
    """Letters of other alphabets, blanks that are none, backslashes, halves, infinities, the last microsecond of a day."""
    lines = "\n".join(f"  {name}: {{value: {json.dumps(text)}}}" for name, text in VALUES.items())
    book = must_read(f"signals:\n{lines}\nscores:\n  none: [{{when: small = large, add: 1}}]\n")
    numbers = [2.5, -2.5, 3.5, 0.49999999999999994, -0.3, 1e300, 0.1, None, 1234567.875]
    moments = [
        datetime(2026, 5, 31, 23, 59, 59, 999999),
        datetime(2026, 6, 1),
        datetime(1971, 1, 1, 0, 0, 0, 1),
        None,
    ]
    con = connect()
    con.execute(
        "CREATE TABLE leads (lead_id VARCHAR, company VARCHAR, employees BIGINT, budget DOUBLE,"
        " created_at TIMESTAMP)"
    )
    rows = [
        (f"l{n}", word, n - 3, numbers[n % len(numbers)], moments[n % len(moments)])
        for n, word in enumerate(WORDS)
    ]
    con.executemany("INSERT INTO leads VALUES (?, ?, ?, ?, ?)", rows)
    carried(con, pg, "leads")
    present = frozenset({"lead_id", "company", "employees", "budget", "created_at"})
    sources = Sources(Catalog(present=present), activities=None)
    assert same(con, pg, book, sources, Everyone(AS_OF), signals=True) == len(WORDS)


@pytest.mark.parametrize("once", ["", ", once_per: day"])
def test_yes_and_no_can_be_measured(pg: Any, once: str) -> None:
    """PostgreSQL has no largest of yes and no."""
    con = connect()
    con.execute("CREATE TABLE leads AS SELECT unnest(['ana', 'bob']) AS lead_id")
    con.execute(
        "CREATE TABLE activities (lead_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, agreed"
        " BOOLEAN)"
    )
    con.execute(
        "INSERT INTO activities VALUES ('ana', '2026-05-01', 'call_held', true), ('ana',"
        " '2026-05-01', 'call_held', false), ('ana', '2026-04-01', 'call_held', true), ('bob',"
        " '2026-05-01', 'call_held', NULL)"
    )
    carried(con, pg, "leads", "activities")
    known = frozenset({"lead_id", "occurred_at", "kind", "agreed"})
    catalog = Catalog(present=frozenset({"lead_id"}), activity_present=known)
    catalog = catalog.with_own([], [Attribute("agreed", Type.YES_NO, own=True)])
    book = must_read(
        "signals:\n  last: {latest: agreed, of: call_held}\n  heat: {rules: {a: {on:"
        f" call_held, points: 3{once}}}}}}}\nscores:\n  engagement: heat\n",
        catalog=catalog,
    )
    assert same(con, pg, book, Sources(catalog), Everyone(AS_OF), signals=True) == 2


def test_every_letter_has_the_same_small_and_capital_form(pg: Any) -> None:
    """All letters of Unicode that have another form, one at a time between two others."""
    letters = [c for n in range(1, 0x20000) if (c := chr(n)).lower() != c or c.upper() != c]
    con = connect()
    con.register(
        "log",
        pa.table(
            {"lead_id": [f"{ord(c):x}" for c in letters], "company": [f"a{c}b" for c in letters]}
        ),
    )
    con.execute("CREATE TABLE leads AS SELECT * FROM log")
    carried(con, pg, "leads")
    book = must_read(
        "signals:\n  small: {value: lower(company)}\n  large: {value: upper(company)}\n"
        "scores:\n  none: [{when: small = large, add: 1}]\n"
    )
    sources = Sources(Catalog(present=frozenset({"lead_id", "company"})), activities=None)
    assert same(con, pg, book, sources, Everyone(AS_OF), signals=True) > 2_000


def test_age_factors_are_the_same_integers(pg: Any) -> None:
    """Each activity's factor is rounded to a billionth before it is summed: 20,000 ages, to the microsecond, four half-lives."""
    choice = random.Random(7)
    at = [
        START + timedelta(microseconds=choice.randrange(150 * 86_400 * 10**6))
        for _ in range(20_000)
    ]
    con = connect()
    con.register("log", pa.table({"lead_id": [str(n) for n in range(len(at))], "occurred_at": at}))
    con.execute("CREATE TABLE activities AS SELECT *, 'demo_requested' AS kind FROM log")
    con.execute("CREATE TABLE leads AS SELECT lead_id FROM log")
    carried(con, pg, "leads", "activities")
    signals = "\n".join(
        f"  h{h}: {{half_life: {h}d, points: {{demo_requested: 1}}}}" for h in (1, 7, 30, 365)
    )
    book = must_read(f"signals:\n{signals}\nscores:\n  engagement: h30\n")
    known = Catalog(
        present=frozenset({"lead_id"}),
        activity_present=frozenset({"lead_id", "occurred_at", "kind"}),
    )
    assert same(con, pg, book, Sources(known), Everyone(AS_OF), signals=True) == len(at)


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_planned_quickly_and_reads_the_log_once(pg: Any, name: str) -> None:
    """A planner that wrote each column's expression wherever it is read would still be busy tomorrow."""
    attributes = ", ".join(f"{quoted(a.name)} {_type(a.type)}" for a in Catalog().lead.values())
    columns = ", ".join(f"{quoted(a.name)} {_type(a.type)}" for a in Catalog().activity.values())
    pg.execute("DROP TABLE IF EXISTS leads, activities")
    pg.execute(f"CREATE TABLE leads ({attributes})")
    pg.execute(f"CREATE TABLE activities ({columns})")
    for setting in ("parallel_tuple_cost", "parallel_setup_cost", "min_parallel_table_scan_size"):
        pg.execute(f"SET {setting} = 0")
    sql = statement(
        must_read(preset_text(name)), Sources(Catalog()), Everyone(AS_OF), "postgres", signals=True
    )
    plan = "\n".join(line for (line,) in pg.execute(f"EXPLAIN {sql}").fetchall())
    assert plan.count(" on activities ") == 1
    assert "Parallel Seq Scan on activities" in plan
    assert "CTE " not in plan, "a step is stored and read again"


def _type(type_: Any) -> str:
    return {
        "text": "text",
        "whole": "bigint",
        "number": "double precision",
        "yes_no": "boolean",
        "moment": "timestamp",
    }[type_]
